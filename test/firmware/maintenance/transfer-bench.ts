/** What the tests of HTTP and FTP transfers share. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '@tapwatt/hal';
import { TransferError } from 'tapwatt/maintenance/transfer/errors.js';
import { createTransfer } from 'tapwatt/maintenance/transfer/transfer.js';
import * as assert from 'uvu/assert';

const directory = mkdtempSync(join(tmpdir(), 'tapwatt-transfer-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

export const CONTENT = randomBytes(300_000);
let files = 0;
export const freshFile = (): string => {
  files += 1;
  return join(directory, `file-${files}`);
};
export const transferWith = (more: { ca?: string[]; uploadMethod?: 'auto' | 'PUT' | 'POST' } = {}) =>
  createTransfer({
    clock: createSystemClock(),
    ca: () => more.ca ?? [],
    uploadMethod: more.uploadMethod ?? 'auto',
    idleTimeoutMs: 20_000,
  });
export const signal = (): AbortSignal => new AbortController().signal;
export const once = { retries: 0, retryIntervalS: 0 };

export const UPLOAD = { fileName: 'diagnostics.tar.gz', type: 'application/gzip', body: CONTENT };

export async function failure(work: Promise<void>): Promise<TransferError> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, TransferError);
    return error as TransferError;
  }
  throw new Error('it succeeded');
}
