/** An answer that is not 2xx: `{ "error": { code, message, hint } }`. */
export class ControlError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;

  constructor(status: number, code: string, message: string, hint: string) {
    super(message);
    this.name = 'ControlError';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** Any error as an answer. Errors of ours carry code and hint; others are bugs and say so. */
export function toControlError(error: unknown): ControlError {
  if (error instanceof ControlError) return error;
  if (error instanceof Error && 'code' in error && 'hint' in error) {
    const { code, hint } = error;
    const status = code === 'ConfigInvalid' || code === 'NOT_A_UID' ? 400 : 503;
    return new ControlError(status, String(code), error.message, String(hint));
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ControlError(500, 'InternalError', message, 'this is a defect of tapwatt; the log has more');
}
