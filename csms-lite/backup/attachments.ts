/**
 * What stands beside the databases and belongs to them: the local authority's key and root, uploads, firmware. Without
 * the key every certificate that it has issued would be worth nothing.
 */
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { BackupError } from './errors.js';
import { sha256Of } from './files.js';

export interface Attachment {
  /** Relative to the data folder, with `/`. */
  name: string;
  bytes: number;
  sha256: string;
}

/** Folders of the data folder that a backup takes. */
export const FOLDERS = ['certificates', 'files'] as const;
/** Uploads that are still arriving. */
const UNFINISHED = 'files/incoming/';

/** For its owner only: keys and charge points' logs are nobody else's business. */
export function keepPrivate(file: string): void {
  chmodSync(file, 0o600);
}

/** Who owns the data folder owns what a restore by root puts there. */
export function giveToOwnerOf(folder: string, file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(file, uid, gid);
}

/** Copies them into a backup. A file that is deleted while it is copied is left out. */
export async function copyAttachments(dataDirectory: string, backup: string): Promise<Attachment[]> {
  const copied: Attachment[] = [];
  for (const name of FOLDERS.flatMap((folder) => filesIn(dataDirectory, folder))) {
    const copy = join(backup, name);
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    try {
      copyFileSync(join(dataDirectory, name), copy);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    keepPrivate(copy);
    copied.push({ name, bytes: statSync(copy).size, sha256: await sha256Of(copy) });
  }
  return copied;
}

function filesIn(dataDirectory: string, folder: string): string[] {
  const path = join(dataDirectory, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dataDirectory, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((name) => !name.startsWith(UNFINISHED))
    .toSorted();
}

/** @throws BackupError backup_damaged: missing, changed, or a name that leads out of the data folder */
export async function checkAttachments(backup: string, attachments: readonly Attachment[]): Promise<void> {
  for (const { name, sha256 } of attachments) {
    const [folder, ...rest] = name.split('/');
    const isOurs =
      FOLDERS.some((one) => one === folder) && rest.length > 0 && !rest.includes('..') && !rest.includes('');
    const file = join(backup, name);
    if (!isOurs || !existsSync(file) || (await sha256Of(file)) !== sha256)
      throw new BackupError('backup_damaged', `${file} is not as the manifest says.`, 'Take another backup.');
  }
}

/** Puts them into a data folder whose own have been moved aside. */
export function restoreAttachments(backup: string, dataDirectory: string, attachments: readonly Attachment[]): void {
  for (const { name } of attachments) {
    const file = join(dataDirectory, name);
    const made = mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (made !== undefined) giveToOwnerOf(dataDirectory, dirname(file));
    copyFileSync(join(backup, name), file);
    keepPrivate(file);
    giveToOwnerOf(dataDirectory, file);
  }
}
