/** What can go wrong with the journal, for people. */
export type JournalErrorCode =
  | 'JOURNAL_DISK_FULL'
  | 'JOURNAL_IO'
  | 'JOURNAL_READ_ONLY'
  | 'JOURNAL_DAMAGED'
  | 'JOURNAL_BUSY'
  | 'JOURNAL_TOO_NEW'
  | 'JOURNAL_CLOSED'
  | 'JOURNAL_MIGRATION'
  | 'START_ANSWER_MISSING'
  | 'JOURNAL_INTERNAL';

/** An error of the journal: what happened, and what to do about it. The SQLite error is in `cause`. */
export class JournalError extends Error {
  readonly code: JournalErrorCode;
  readonly hint: string;

  constructor(code: JournalErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'JournalError';
    this.code = code;
    this.hint = hint;
  }
}

const HINTS: Record<string, { code: JournalErrorCode; message: string; hint: string }> = {
  SQLITE_FULL: {
    code: 'JOURNAL_DISK_FULL',
    message: 'The disk is full: the journal cannot be written.',
    hint: 'Free space on the file system of the state directory (df -h; journalctl --vacuum-size=50M). New transactions are refused until then.',
  },
  SQLITE_IOERR: {
    code: 'JOURNAL_IO',
    message: 'The disk refuses to read or write the journal.',
    hint: 'See dmesg for errors of the SD card or disk (mmc, I/O error). Replace the card; the state directory can be copied as it is.',
  },
  SQLITE_READONLY: {
    code: 'JOURNAL_READ_ONLY',
    message: 'The journal cannot be written: file or file system is read-only.',
    hint: 'Check the owner and mode of the state directory, and `mount | grep ro,`: a file system with errors is mounted read-only.',
  },
  SQLITE_CANTOPEN: {
    code: 'JOURNAL_IO',
    message: 'The journal cannot be opened.',
    hint: 'Check that the state directory exists and belongs to the user that runs tapwatt.',
  },
  SQLITE_CORRUPT: {
    code: 'JOURNAL_DAMAGED',
    message: 'The journal is damaged.',
    hint: 'Restart tapwatt: it moves the damaged files aside and restores the newest good backup.',
  },
  SQLITE_NOTADB: {
    code: 'JOURNAL_DAMAGED',
    message: 'The journal file is no database.',
    hint: 'Restart tapwatt: it moves the damaged files aside and restores the newest good backup.',
  },
  SQLITE_BUSY: {
    code: 'JOURNAL_BUSY',
    message: 'Another process writes to the journal.',
    hint: 'Only one tapwatt may run on a state directory: see `systemctl status tapwatt` and `fuser journal.db`.',
  },
};

/** Gives a JournalError for whatever was thrown; errors that are none of SQLite's are given back as they are. */
export function toJournalError(error: unknown): unknown {
  if (error instanceof JournalError || !(error instanceof Error)) return error;
  const sqliteCode: unknown = Reflect.get(error, 'code');
  if (typeof sqliteCode !== 'string') return error;
  if (!sqliteCode.startsWith('SQLITE_')) {
    if (sqliteCode === 'ENOSPC') return named('SQLITE_FULL', error);
    if (sqliteCode === 'EROFS' || sqliteCode === 'EACCES') return named('SQLITE_READONLY', error);
    if (sqliteCode === 'EIO') return named('SQLITE_IOERR', error);
    return error;
  }
  const family = sqliteCode.split('_').slice(0, 2).join('_');
  return named(family, error);
}

function named(family: string, error: Error): JournalError {
  const known = HINTS[family];
  if (known === undefined)
    return new JournalError(
      'JOURNAL_INTERNAL',
      `The journal failed: ${error.message}`,
      'This is a defect in tapwatt: please report it with the log.',
      error,
    );
  return new JournalError(known.code, `${known.message} (${error.message})`, known.hint, error);
}

/** True for what moving the file aside and restoring a backup can cure. */
export function isDamage(error: unknown): boolean {
  return error instanceof JournalError && error.code === 'JOURNAL_DAMAGED';
}
