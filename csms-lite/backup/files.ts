import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { APPLICATION_ID, SQLITE_COLUMNS, telemetryFileOf } from '../store/dialect.js';
import { migrations, telemetryMigrations } from '../store/migrations/index.js';
import type { Attachment } from './attachments.js';
import { BackupError } from './errors.js';

/** What stands in `manifest.json` of a backup. */
export interface Manifest {
  format: 1;
  createdAt: string;
  /** Of csms-lite. */
  version: string;
  files: { name: string; bytes: number; sha256: string; migrations: string[] }[];
  /** Certificates, uploads, firmware. Early versions left them out. */
  attachments?: Attachment[];
}

export const MANIFEST = 'manifest.json';
export const DATABASE = 'csms.sqlite';
export const TELEMETRY = basename(telemetryFileOf(DATABASE));

/** Both database files of a data folder: sessions first, so that the telemetry holds at least what they name. */
export function databaseFiles(dataDirectory: string): string[] {
  return [join(dataDirectory, DATABASE), join(dataDirectory, TELEMETRY)];
}

/** SHA-256 of a file, hexadecimal. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Looks a database over: ours, whole, and not of a newer version.
 * @returns the migrations that it has
 * @throws BackupError backup_damaged, database_newer
 */
export function inspect(file: string): string[] {
  const damaged = (why: string): BackupError =>
    new BackupError('backup_damaged', `${file} is no whole csms-lite database: ${why}.`, 'Take another backup.');
  let database: BetterSqlite3.Database;
  try {
    database = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
  } catch (error) {
    throw damaged((error as Error).message);
  }
  try {
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID)
      throw damaged('it is another program’s');
    const check = database.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw damaged(String(check));
    const names = (database.prepare('select name from kysely_migration order by name').all() as { name: string }[]).map(
      ({ name }) => name,
    );
    const known = basename(file) === TELEMETRY ? telemetryMigrations(SQLITE_COLUMNS) : migrations(SQLITE_COLUMNS);
    const unknown = names.filter((name) => !(name in known));
    if (unknown.length > 0)
      throw new BackupError(
        'database_newer',
        `${file} was written by a newer csms-lite (${unknown.join(', ')}).`,
        'Restore it with that version.',
      );
    return names;
  } catch (error) {
    throw error instanceof BackupError ? error : damaged((error as Error).message);
  } finally {
    database.close();
  }
}
