/** An error that a person can act on. */
export class CliError extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
    this.hint = hint;
  }
}

/** Prints what went wrong and what to do next. @returns the exit status: 1 */
export function report(error: unknown): 1 {
  const { code, message, hint } = error as { code?: unknown; message?: unknown; hint?: unknown };
  if (typeof hint === 'string' && typeof message === 'string') {
    process.stderr.write(`csms-lite: ${message} (${String(code)})\n  ${hint}\n`);
  } else {
    // Not foreseen: the whole of it, so that it can be reported.
    process.stderr.write(`csms-lite: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  return 1;
}
