import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { JournalError } from './errors.js';
import { APPLICATION_ID, LATEST_VERSION, MIGRATIONS, type Migration, SENTINEL } from './migrations.js';

export type Db = Database.Database;

/** Opens (or makes) the file and sets what rule 6 demands. @throws SqliteError */
export function connect(path: string): Db {
  const db = new Database(path, { timeout: 5000 });
  try {
    db.pragma('journal_mode = WAL');
    // better-sqlite3 is built with NORMAL as the default in WAL mode, which does not fsync a commit. Must come after WAL.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('temp_store = MEMORY');
    // Less than the reserve (see space.ts), so that its room is enough to move the whole log into the database.
    db.pragma('journal_size_limit = 2097152');
    db.pragma('wal_autocheckpoint = 400');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export function userVersion(db: Db): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Writes an empty database's identity and every table, in one commit, and checkpoints it. Gives its uuid. */
export function create(db: Db): string {
  const uuid = randomUUID();
  db.transaction(() => {
    db.pragma(`application_id = ${APPLICATION_ID}`);
    for (const migration of MIGRATIONS) db.exec(migration.sql);
    db.prepare('INSERT INTO journal (id, uuid, sentinel) VALUES (1, ?, ?)').run(uuid, SENTINEL);
    db.pragma(`user_version = ${LATEST_VERSION}`);
  }).immediate();
  db.pragma('wal_checkpoint(TRUNCATE)');
  return uuid;
}

/**
 * Brings an older schema up to date; each step is one commit with its version.
 * @throws JournalError JOURNAL_MIGRATION; the database is then as it was before the step that failed.
 */
export function migrate(db: Db, migrations: readonly Migration[] = MIGRATIONS): void {
  for (const migration of migrations) {
    if (migration.version <= userVersion(db)) continue;
    try {
      db.transaction(() => {
        db.exec(migration.sql);
        db.pragma(`user_version = ${migration.version}`);
      }).immediate();
    } catch (error) {
      throw new JournalError(
        'JOURNAL_MIGRATION',
        `The journal cannot be brought to version ${migration.version}: ${error instanceof Error ? error.message : error}`,
        'Nothing was lost: go back to the tapwatt version that ran before, and report this with the log.',
        error,
      );
    }
  }
}

/** What a database file turned out to be. */
export type Assessment =
  | { t: 'good'; version: number; uuid: string }
  /** No file, no bytes, or a database without our mark and without tables. */
  | { t: 'empty' }
  | { t: 'too-new'; version: number }
  | { t: 'damaged'; reason: string };

/**
 * Looks at a database without changing it (a read-only connection does not checkpoint a damaged file on closing).
 * @throws SqliteError for what is no damage: permissions, I/O errors, locks.
 */
export function assess(path: string): Assessment {
  let db: Db;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 });
  } catch (error) {
    return damageOr(error);
  }
  try {
    const applicationId = Number(db.pragma('application_id', { simple: true }));
    const tables = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get()?.n ?? 0;
    if (applicationId === 0 && tables === 0) return { t: 'empty' };
    if (applicationId !== APPLICATION_ID)
      return { t: 'damaged', reason: `it is not marked as a Tapwatt journal (application_id ${applicationId})` };
    const version = userVersion(db);
    if (version > LATEST_VERSION) return { t: 'too-new', version };
    const check = String(db.pragma('quick_check(1)', { simple: true }));
    if (check !== 'ok') return { t: 'damaged', reason: check.replace(/\s+/g, ' ') };
    const row = db
      .prepare<[], { uuid: string; sentinel: string }>('SELECT uuid, sentinel FROM journal WHERE id = 1')
      .get();
    if (row?.sentinel !== SENTINEL) return { t: 'damaged', reason: 'its sentinel row is missing' };
    return { t: 'good', version, uuid: row.uuid };
  } catch (error) {
    return damageOr(error);
  } finally {
    db.close();
  }
}

function damageOr(error: unknown): Assessment {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const message = error instanceof Error ? error.message : String(error);
  // SQLITE_ERROR here: "no such table", the content went and the header stayed.
  if (typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB|ERROR)/.test(code)) return { t: 'damaged', reason: message };
  throw error;
}
