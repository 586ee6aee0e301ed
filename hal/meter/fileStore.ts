import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, HardwareError } from '../support/errors.js';
import type { RegisterStore, RegisterValue } from './registerStore.js';
import { decodeSlot, encodeSlot, SLOT_BYTES, SLOT_DISTANCE, type Slot } from './slots.js';

/**
 * A register file that survives restarts and power cuts: two slots, written in turn, each with sequence number and
 * checksum. A save overwrites the older slot in place (no rename, so no directory to flush), so at any instant one of
 * the two is whole. All I/O is asynchronous: a slow SD card must not stall the thread that drives the hardware.
 */
export function createFileRegisterStore(options: { path: string }): RegisterStore {
  const { path } = options;
  let file: FileHandle | null = null;
  let newest: { slot: Slot; index: number } | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  /** One operation after the other; a failed one does not stop the next. */
  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work, work);
    queue = result.catch(() => {});
    return result;
  }

  async function opened(): Promise<FileHandle> {
    if (file !== null) return file;
    await mkdir(dirname(path), { recursive: true });
    try {
      file = await open(path, 'r+');
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      file = await open(path, 'wx+', 0o640);
      await syncDirectory(dirname(path));
    }
    return file;
  }

  async function readSlot(handle: FileHandle, index: number): Promise<Buffer> {
    const bytes = Buffer.alloc(SLOT_BYTES);
    const { bytesRead } = await handle.read(bytes, 0, SLOT_BYTES, index * SLOT_DISTANCE);
    return bytes.subarray(0, bytesRead);
  }

  async function load(): Promise<RegisterValue | null> {
    const handle = await opened();
    const slots = [await readSlot(handle, 0), await readSlot(handle, 1)];
    newest = null;
    for (const [index, bytes] of slots.entries()) {
      const slot = decodeSlot(bytes);
      if (slot !== null && (newest === null || slot.sequence > newest.slot.sequence)) newest = { slot, index };
    }
    if (newest !== null) return newest.slot.value;
    // A power cut during the very first save leaves an empty file, or zeros: nothing was ever saved.
    if (slots.every((bytes) => bytes.every((byte) => byte === 0))) return null;
    throw new HardwareError(
      'METER_REGISTER_DAMAGED',
      `Neither copy of the energy register in ${path} can be read.`,
      'The register goes on from the journal. Check the SD card (dmesg, fsck); replace it.',
    );
  }

  async function save(value: RegisterValue): Promise<void> {
    const handle = await opened();
    const slot: Slot = { sequence: (newest?.slot.sequence ?? 0) + 1, value: { ...value } };
    const index = newest?.index === 0 ? 1 : 0;
    const bytes = encodeSlot(slot);
    const { bytesWritten } = await handle.write(bytes, 0, bytes.length, index * SLOT_DISTANCE);
    if (bytesWritten !== bytes.length) throw new Error(`${path}: ${bytesWritten} of ${bytes.length} bytes written`);
    await handle.datasync();
    newest = { slot, index };
  }

  return {
    load: () => enqueue(load),
    save: (value) => enqueue(() => save(value)),
    close: () =>
      enqueue(async () => {
        const handle = file;
        file = null;
        await handle?.close();
      }),
  };
}

/** Makes a new file's name survive a power cut. Windows cannot; there the next boot might find no file. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
