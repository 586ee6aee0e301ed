import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Where everything of the journal is in the state directory. */
export interface JournalFiles {
  directory: string;
  database: string;
  wal: string;
  sharedMemory: string;
  marker: string;
  lock: string;
  reserve: string;
  backupDirectory: string;
  /** Newest first. */
  backups: readonly [string, string];
}

export function journalFiles(directory: string): JournalFiles {
  const database = join(directory, 'journal.db');
  const backupDirectory = join(directory, 'backups');
  return {
    directory,
    database,
    wal: `${database}-wal`,
    sharedMemory: `${database}-shm`,
    marker: join(directory, 'instance.json'),
    lock: join(directory, 'lock.db'),
    reserve: join(directory, 'reserve.bin'),
    backupDirectory,
    backups: [join(backupDirectory, 'journal-1.db'), join(backupDirectory, 'journal-2.db')],
  };
}

/** Makes the names in a directory durable: a rename or a new file is on disk after it. */
export function syncDirectory(directory: string): void {
  syncFile(directory);
}

export function syncFile(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Replaces a small file so that a power cut leaves the old or the new one. */
export function writeDurably(directory: string, path: string, content: string | Uint8Array): void {
  const temporary = `${path}.tmp`;
  const fd = openSync(temporary, 'w', 0o640);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
  syncDirectory(directory);
}

/** 0 when there is no such file. */
export function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

/** instance.json: says that there was a database here, and which. */
export type Marker = { t: 'none' } | { t: 'unreadable' } | { t: 'present'; uuid: string };

export function readMarker(files: JournalFiles): Marker {
  if (!existsSync(files.marker)) return { t: 'none' };
  try {
    const content: unknown = JSON.parse(readFileSync(files.marker, 'utf8'));
    const uuid: unknown = typeof content === 'object' && content !== null ? Reflect.get(content, 'uuid') : undefined;
    return typeof uuid === 'string' ? { t: 'present', uuid } : { t: 'unreadable' };
  } catch (error) {
    if (error instanceof SyntaxError) return { t: 'unreadable' };
    throw error;
  }
}

export function writeMarker(files: JournalFiles, uuid: string): void {
  const content = {
    about: 'Marks the state directory of Tapwatt. Do not delete: it tells an emptied journal.db from a new one.',
    uuid,
  };
  writeDurably(files.directory, files.marker, `${JSON.stringify(content, null, 2)}\n`);
}

/** Makes a new `corrupt-<timestamp>` directory; a number is added when there is one of this second. */
function newKeepDirectory(files: JournalFiles, wallMs: number): string {
  const stamp = new Date(wallMs).toISOString().replaceAll(/[-:]/g, '').replace(/\.\d+/, '');
  for (let n = 1; ; n += 1) {
    const path = join(files.directory, `corrupt-${stamp}${n === 1 ? '' : `-${n}`}`);
    if (existsSync(path)) continue;
    mkdirSync(path, { recursive: true });
    return path;
  }
}

/** Moves database, log and shared memory, as they are, into a new directory. Nothing is ever deleted. Gives its path. */
export function moveAside(files: JournalFiles, wallMs: number): string {
  const keep = newKeepDirectory(files, wallMs);
  // The database first: if the power goes between the two, a missing database is a loss and the log is moved then.
  for (const [path, name] of [
    [files.database, 'journal.db'],
    [files.wal, 'journal.db-wal'],
    [files.sharedMemory, 'journal.db-shm'],
  ] as const)
    if (existsSync(path)) renameSync(path, join(keep, name));
  if (existsSync(files.marker)) copyFileSync(files.marker, join(keep, 'instance.json'));
  syncDirectory(keep);
  syncDirectory(files.directory);
  return keep;
}

/** Copies database and log into a new directory, before SQLite drops the part of the log that it cannot read. */
export function copyAside(files: JournalFiles, wallMs: number): string {
  const keep = newKeepDirectory(files, wallMs);
  for (const [path, name] of [
    [files.database, 'journal.db'],
    [files.wal, 'journal.db-wal'],
  ] as const) {
    if (!existsSync(path)) continue;
    copyFileSync(path, join(keep, name));
    syncFile(join(keep, name));
  }
  syncDirectory(keep);
  syncDirectory(files.directory);
  return keep;
}

export function removeIfThere(path: string): void {
  rmSync(path, { force: true });
}
