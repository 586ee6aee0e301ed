import { resolve } from 'node:path';
import { backUp } from '../../backup/backup.js';
import { restore } from '../../backup/restore.js';
import { packageVersion } from '../../server/options.js';
import { print } from '../output.js';

export interface FolderOptions {
  data: string;
  json?: boolean;
}

/** Works on the files, whether a server is running on them or not. */
export async function backupTo(folder: string, options: FolderOptions): Promise<void> {
  const manifest = await backUp(options.data, folder, packageVersion());
  const all = [...manifest.files, ...(manifest.attachments ?? [])];
  const bytes = all.reduce((sum, file) => sum + file.bytes, 0);
  print(
    options.json === true,
    manifest,
    () => `${resolve(folder)}: ${all.length} files, ${(bytes / 1e6).toFixed(1)} MB`,
  );
}

/** Only while no server is running on the folder. */
export async function restoreFrom(folder: string, options: FolderOptions): Promise<void> {
  const restored = await restore(folder, options.data);
  print(options.json === true, restored, () =>
    [
      `${resolve(options.data)} is as it was on ${restored.manifest.createdAt}`,
      ...(restored.movedAsideTo === null ? [] : [`what was there stands in ${restored.movedAsideTo}`]),
    ].join('\n'),
  );
}
