/** A thread that makes one backup: copying a large file must not hold up the charge points. */
import { parentPort, workerData } from 'node:worker_threads';
import { backUp } from './backup.js';
import { BackupError } from './errors.js';

const { dataDirectory, target, version } = workerData as { dataDirectory: string; target: string; version: string };
try {
  parentPort?.postMessage({ manifest: await backUp(dataDirectory, target, version) });
} catch (error) {
  const { code, hint } = error instanceof BackupError ? error : { code: 'backup_failed', hint: 'Is the disk full?' };
  parentPort?.postMessage({ error: { code, hint, message: (error as Error).message } });
}
