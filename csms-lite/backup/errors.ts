/** A backup or restore that cannot be done; nothing was changed. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
