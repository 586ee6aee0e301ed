import { chmodSync, lstatSync, lutimesSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every path below `directory`, parents first, sorted. */
export function walk(directory, below = directory) {
  return readdirSync(below)
    .sort()
    .flatMap((name) => {
      const path = join(below, name);
      const children = lstatSync(path).isDirectory() ? walk(directory, path) : [];
      return [relative(directory, path), ...children];
    });
}

/** Modes without the umask's influence, times of `epoch` (seconds): two builds differ in nothing. */
export function normalise(directory, epoch) {
  for (const name of [...walk(directory), '.']) {
    const path = join(directory, name);
    const status = lstatSync(path);
    if (status.isDirectory()) chmodSync(path, 0o755);
    else if (status.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
    lutimesSync(path, epoch, epoch);
  }
}
