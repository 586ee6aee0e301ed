import { crc32 } from '../support/crc32.js';
import type { RegisterValue } from './registerStore.js';

/**
 * One slot of the register file, little-endian:
 *
 *     0  4  magic "TWER"         16  8  mWh
 *     4  4  version, 1           24  4  µJ beyond that
 *     8  8  sequence             28  4  CRC-32 of the 28 bytes before
 */
export const SLOT_BYTES = 32;
/** Slots lie this far apart, so that no sector and no flash page of 4 KiB holds both: a write torn by a power cut hurts one. */
export const SLOT_DISTANCE = 4096;

const MAGIC = 0x52455754;
const VERSION = 1;

export interface Slot {
  /** Grows by one with each save; the valid slot with the higher one counts. */
  sequence: number;
  value: RegisterValue;
}

export function encodeSlot(slot: Slot): Buffer {
  const bytes = Buffer.alloc(SLOT_BYTES);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(VERSION, 4);
  bytes.writeBigUInt64LE(BigInt(slot.sequence), 8);
  bytes.writeBigUInt64LE(BigInt(slot.value.mWh), 16);
  bytes.writeUInt32LE(slot.value.uJ, 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 28)), 28);
  return bytes;
}

/** @returns null for anything that was not written whole by `encodeSlot`. */
export function decodeSlot(bytes: Buffer): Slot | null {
  if (bytes.length < SLOT_BYTES) return null;
  if (bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== VERSION) return null;
  if (bytes.readUInt32LE(28) !== crc32(bytes.subarray(0, 28))) return null;
  return {
    sequence: Number(bytes.readBigUInt64LE(8)),
    value: { mWh: Number(bytes.readBigUInt64LE(16)), uJ: bytes.readUInt32LE(24) },
  };
}
