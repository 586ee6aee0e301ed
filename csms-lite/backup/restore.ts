import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { checkAttachments, FOLDERS, giveToOwnerOf, keepPrivate, restoreAttachments } from './attachments.js';
import { BackupError } from './errors.js';
import { databaseFiles, inspect, MANIFEST, type Manifest, sha256Of } from './files.js';

export interface Restored {
  manifest: Manifest;
  /** Where the files that were there have been moved; null when there were none. */
  movedAsideTo: string | null;
}

/**
 * Puts a backup into a data folder. What was there is moved aside whole, never deleted.
 * @throws BackupError backup_not_found, backup_damaged, database_newer, server_running; nothing was changed then
 */
export async function restore(backup: string, dataDirectory: string): Promise<Restored> {
  const manifest = readManifest(backup);
  for (const { name, sha256 } of manifest.files) {
    const file = join(backup, basename(name));
    inspect(file);
    if ((await sha256Of(file)) !== sha256)
      throw new BackupError('backup_damaged', `${file} is not as the manifest says.`, 'Take another backup.');
  }
  // A backup without them (of an early version) leaves those that are there in their place.
  const { attachments } = manifest;
  await checkAttachments(backup, attachments ?? []);
  mkdirSync(dataDirectory, { recursive: true });
  const present = databaseFiles(dataDirectory)
    .flatMap((file) => [file, `${file}-wal`, `${file}-shm`])
    .concat(attachments === undefined ? [] : FOLDERS.map((folder) => join(dataDirectory, folder)))
    .filter((file) => existsSync(file));
  for (const file of databaseFiles(dataDirectory)) refuseWhileOpen(file);
  const aside = join(dataDirectory, `before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  if (present.length > 0) mkdirSync(aside);
  // The last check may have closed and removed the log files.
  for (const file of present) if (existsSync(file)) renameSync(file, join(aside, basename(file)));
  for (const { name } of manifest.files) {
    const file = join(dataDirectory, basename(name));
    copyFileSync(join(backup, basename(name)), file);
    keepPrivate(file);
    giveToOwnerOf(dataDirectory, file);
  }
  restoreAttachments(backup, dataDirectory, attachments ?? []);
  return { manifest, movedAsideTo: present.length > 0 ? resolve(aside) : null };
}

function readManifest(backup: string): Manifest {
  const file = join(backup, MANIFEST);
  if (!existsSync(file))
    throw new BackupError(
      'backup_not_found',
      `${resolve(backup)} is no backup.`,
      'Make one: csms-lite backup <folder>',
    );
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (error) {
    throw new BackupError('backup_damaged', `${file}: ${(error as Error).message}`, 'Take another backup.');
  }
  if (manifest.format !== 1 || !Array.isArray(manifest.files) || manifest.files.length === 0)
    throw new BackupError('backup_damaged', `${file} is of an unknown format.`, 'Restore it with a newer csms-lite.');
  return manifest;
}

/** Every open connection holds a shared lock while the file is in WAL mode; an exclusive one finds out. */
function refuseWhileOpen(file: string): void {
  if (!existsSync(file)) return;
  const database = new BetterSqlite3(file, { timeout: 200 });
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('begin exclusive; rollback');
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY') !== true) return;
    throw new BackupError('server_running', `A csms-lite is running on ${resolve(file)}.`, 'Stop it first.');
  } finally {
    database.close();
  }
}
