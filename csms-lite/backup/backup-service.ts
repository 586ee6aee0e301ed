import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BackupError } from './errors.js';
import { MANIFEST, type Manifest } from './files.js';

export interface StoredBackup extends Manifest {
  /** Name of its folder in `<data>/backups`. */
  name: string;
}

/** Backups of a running server, kept in its data folder. */
export interface BackupService {
  /** Newest first. */
  list(): StoredBackup[];
  /** @throws BackupError */
  create(): Promise<StoredBackup>;
}

export function createBackupService(dataDirectory: string, version: string): BackupService {
  const folder = join(dataDirectory, 'backups');
  let running: Promise<StoredBackup> | null = null;

  const create = async (): Promise<StoredBackup> => {
    const name = new Date().toISOString().replace(/[:.]/g, '-');
    const workerData = { dataDirectory, target: join(folder, name), version };
    const worker = new Worker(new URL('./backup-thread.js', import.meta.url), { workerData });
    const outcome = await new Promise<{ manifest?: Manifest; error?: { code: string; message: string; hint: string } }>(
      (resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', () => reject(new BackupError('backup_failed', 'The backup thread ended.', 'See the log.')));
      },
    );
    if (outcome.manifest !== undefined) return { name, ...outcome.manifest };
    const { code = 'backup_failed', message = '', hint = '' } = outcome.error ?? {};
    throw new BackupError(code, message, hint);
  };

  return {
    list() {
      if (!existsSync(folder)) return [];
      return readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, MANIFEST)))
        .toSorted()
        .toReversed()
        .map((name) => ({
          name,
          ...(JSON.parse(readFileSync(join(folder, name, MANIFEST), 'utf8')) as Manifest),
        }));
    },
    create() {
      // Two at once would only be two of the same.
      running ??= create().finally(() => {
        running = null;
      });
      return running;
    },
  };
}
