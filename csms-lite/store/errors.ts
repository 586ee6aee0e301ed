/** A database that cannot be used, and what to do about it. Nothing has been changed in it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'database_newer' | 'migration_failed';
  readonly hint: string;

  constructor(code: StoreError['code'], message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }
}
