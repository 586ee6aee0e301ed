import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Replaces a file so that a power cut leaves the old one or the new one; mode and owner stay. */
export function replaceFile(path: string, content: string | Uint8Array, mode = 0o644): void {
  const temporary = `${path}.tmp`;
  const before = existsSync(path) ? statSync(path) : null;
  const fd = openSync(temporary, 'w', before?.mode ?? mode);
  try {
    writeSync(fd, typeof content === 'string' ? Buffer.from(content) : content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  chmodSync(temporary, before?.mode ?? mode);
  if (before !== null && (before.uid !== process.getuid?.() || before.gid !== process.getgid?.())) {
    chownSync(temporary, before.uid, before.gid);
  }
  renameSync(temporary, path);
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
