import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { assess, type Db } from './database.js';
import { type JournalFiles, removeIfThere, sizeOf, syncDirectory, syncFile } from './files.js';

/**
 * Makes a backup while the journal goes on being written, and rotates: the newest is journal-1.db, the one before it
 * journal-2.db. A power cut at any moment leaves at least one whole backup.
 */
export async function makeBackup(db: Db, files: JournalFiles): Promise<void> {
  mkdirSync(files.backupDirectory, { recursive: true });
  const [newest, older] = files.backups;
  const temporary = `${newest}.tmp`;
  removeIfThere(temporary);
  try {
    await db.backup(temporary);
    syncFile(temporary);
  } catch (error) {
    // On a full disk the half of a backup would take the last room.
    removeIfThere(temporary);
    throw error;
  }
  if (existsSync(newest)) renameSync(newest, older);
  renameSync(temporary, newest);
  syncDirectory(files.backupDirectory);
}

/**
 * Puts the newest good backup where the database was; gives its path, or null when no backup is good. The database, its
 * log and its shared memory must have been moved aside before: a foreign log would be played into the backup.
 */
export function restoreNewest(files: JournalFiles): string | null {
  const candidate = `${files.database}.restoring`;
  for (const backup of files.backups) {
    if (sizeOf(backup) === 0) continue;
    removeWithLog(candidate);
    copyFileSync(backup, candidate);
    const found = assess(candidate);
    if (found.t !== 'good') continue;
    removeIfThere(`${candidate}-wal`);
    removeIfThere(`${candidate}-shm`);
    syncFile(candidate);
    renameSync(candidate, files.database);
    syncDirectory(files.directory);
    return backup;
  }
  removeWithLog(candidate);
  return null;
}

function removeWithLog(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) removeIfThere(path + suffix);
}
