import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ServiceError } from '../errors.js';

/** What was written, not in its place yet. */
export interface Written {
  sizeBytes: number;
  /** Hexadecimal, lower case. */
  sha256: string;
  /** Puts it into its place, durably. */
  keep(folder: Folder, id: number): Promise<void>;
  discard(): Promise<void>;
  read(): Promise<Buffer>;
}

export type Folder = 'uploads' | 'firmware';

/** Files under the data folder. Their names are ours: what a charge point calls a file never becomes a path. */
export interface FileStore {
  /** @throws ServiceError upload_too_large; nothing is left then, nor when the sender goes away (its error is thrown) */
  write(content: Readable | Buffer, maximumBytes: number): Promise<Written>;
  /** `from` and `to` (inclusive) in bytes. */
  read(folder: Folder, id: number, range?: { from: number; to: number }): ReadStream;
  remove(folder: Folder, id: number): Promise<void>;
}

export function createFileStore(directory: string): FileStore {
  const place = (folder: Folder, id: number): string => join(directory, folder, String(id));
  return {
    async write(content, maximumBytes) {
      await mkdir(join(directory, 'incoming'), { recursive: true, mode: 0o700 });
      const path = join(directory, 'incoming', randomBytes(12).toString('hex'));
      const file = await open(path, 'wx', 0o600);
      const hash = createHash('sha256');
      let sizeBytes = 0;
      try {
        for await (const chunk of Buffer.isBuffer(content) ? [content] : content) {
          sizeBytes += (chunk as Buffer).length;
          if (sizeBytes > maximumBytes)
            throw new ServiceError(
              'upload_too_large',
              `The file has more than ${maximumBytes} bytes.`,
              'Ask for a shorter period, or delete files that are not needed any more.',
            );
          hash.update(chunk as Buffer);
          await file.writeFile(chunk as Buffer);
        }
        await file.sync();
      } catch (error) {
        await file.close();
        await rm(path, { force: true });
        throw error;
      }
      await file.close();
      return {
        sizeBytes,
        sha256: hash.digest('hex'),
        async keep(folder, id) {
          await mkdir(join(directory, folder), { recursive: true, mode: 0o700 });
          await rename(path, place(folder, id));
          const parent = await open(join(directory, folder), 'r');
          await parent.sync().finally(() => parent.close());
        },
        discard: () => rm(path, { force: true }),
        read: () => readFile(path),
      };
    },
    read: (folder, id, range) =>
      createReadStream(place(folder, id), range === undefined ? {} : { start: range.from, end: range.to }),
    remove: (folder, id) => rm(place(folder, id), { force: true }),
  };
}
