import Database from 'better-sqlite3';
import { JournalError } from './errors.js';
import type { JournalFiles } from './files.js';

/**
 * Holds the state directory for this process: two charge points on one journal would send everything twice. The lock
 * is a SQLite file lock on an empty file of its own, so the kernel takes it back however the process ends.
 * @throws JournalError JOURNAL_BUSY when another process has it for longer than `patienceMs`.
 */
export function lockDirectory(files: JournalFiles, patienceMs = 5000): { release(): void } {
  const lock = new Database(files.lock, { timeout: patienceMs });
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code !== 'SQLITE_BUSY') throw error;
    throw new JournalError(
      'JOURNAL_BUSY',
      `Another tapwatt is running on ${files.directory}.`,
      'Stop it first (systemctl stop tapwatt, or find it with: fuser ' +
        `${files.lock}` +
        '), or give this one another stateDirectory.',
      error,
    );
  }
  return { release: () => lock.close() };
}
