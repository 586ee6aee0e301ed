/** An error that a technician can act on: what is wrong, and what to type or do next. */
export class HardwareError extends Error {
  /** Stable, for programs: ENOENT and friends where the system gave one, else a word such as PIN_TWICE. */
  readonly code: string;
  /** What to do next. */
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HardwareError';
    this.code = code;
    this.hint = hint;
  }
}

/** The `code` of a system error (ENOENT, EACCES …), or null. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** The message of whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
