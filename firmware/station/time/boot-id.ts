import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The identity of this boot of the machine; monotonic times may be compared within one boot only.
 * Where the kernel gives none (not Linux), a new one per process: then nothing is compared across a restart.
 */
export function readBootId(path = '/proc/sys/kernel/random/boot_id'): string {
  try {
    const id = readFileSync(path, 'utf8').trim();
    if (id !== '') return id;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code !== 'ENOENT') throw error;
  }
  return randomUUID();
}
