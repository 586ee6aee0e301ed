import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Small files that only this user may read: each write is whole or not there (written beside, synced, renamed).
 * A directory of them has mode 0700, a file 0600.
 */
export interface PrivateFiles {
  /** Null when there is none. @throws the file system's error for anything else */
  read(name: string): Buffer | null;
  write(name: string, content: string | Buffer): void;
  remove(name: string): void;
  /** Names that end so, sorted. */
  list(directory: string, ending: string): string[];
}

export function createPrivateFiles(root: string): PrivateFiles {
  return {
    read(name) {
      try {
        return readFileSync(join(root, name));
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    write(name, content) {
      const path = join(root, name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const beside = `${path}.new`;
      const descriptor = openSync(beside, 'w', 0o600);
      try {
        writeSync(descriptor, typeof content === 'string' ? Buffer.from(content) : content);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(beside, path);
      syncDirectory(dirname(path));
    },
    remove(name) {
      rmSync(join(root, name), { force: true });
    },
    list(directory, ending) {
      try {
        return readdirSync(join(root, directory))
          .filter((name) => name.endsWith(ending))
          .sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
  };
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'ENOENT';
}
