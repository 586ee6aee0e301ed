import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { copyAttachments, keepPrivate } from './attachments.js';
import { BackupError } from './errors.js';
import { databaseFiles, inspect, MANIFEST, type Manifest, sha256Of } from './files.js';

/** All pages in one step: one consistent moment, and no starting over because somebody wrote in between. */
const ALL_PAGES = 0x7fffffff;

/**
 * Copies the databases of a data folder with SQLite's online backup, while a server may be writing to them, and what
 * belongs to them. The folder appears whole, checked, with a manifest, for its owner only, or not at all. To be run in a process or thread of its own: the copying of
 * a large file keeps it busy.
 * @throws BackupError nothing_to_back_up, target_exists, backup_damaged
 */
export async function backUp(dataDirectory: string, target: string, version: string): Promise<Manifest> {
  const sources = databaseFiles(dataDirectory).filter((file) => existsSync(file));
  if (sources.length === 0)
    throw new BackupError('nothing_to_back_up', `There is no database in ${resolve(dataDirectory)}.`, 'See --data.');
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new BackupError(
      'target_exists',
      `${resolve(target)} is not empty.`,
      'Name a folder that does not exist yet.',
    );
  const partial = `${resolve(target)}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    const files: Manifest['files'] = [];
    for (const source of sources) {
      const copy = join(partial, basename(source));
      await copyDatabase(source, copy);
      keepPrivate(copy);
      files.push({
        name: basename(copy),
        migrations: inspect(copy),
        bytes: statSync(copy).size,
        sha256: await sha256Of(copy),
      });
    }
    // After the databases: a file is there before its row is.
    const attachments = await copyAttachments(dataDirectory, partial);
    const manifest: Manifest = { format: 1, createdAt: new Date().toISOString(), version, files, attachments };
    writeFileSync(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(partial, target);
    return manifest;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function copyDatabase(source: string, copy: string): Promise<void> {
  const database = new BetterSqlite3(source, { fileMustExist: true });
  try {
    database.pragma('busy_timeout = 10000');
    await database.backup(copy, { progress: () => ALL_PAGES });
  } finally {
    database.close();
  }
  // A copy that is one file: no log beside it that could be forgotten.
  const whole = new BetterSqlite3(copy);
  whole.pragma('journal_mode = DELETE');
  whole.close();
}
