import type { JournaledStamp } from '../time/types.js';

/** A stamp as a column: `[wallMs, monotonicMs, boot, trusted]`. */
export function encodeStamp(stamp: JournaledStamp): string {
  return JSON.stringify([stamp.wallMs, stamp.monotonicMs, stamp.boot, stamp.trusted ? 1 : 0]);
}

/** @throws SyntaxError or TypeError for a column that `encodeStamp` did not write. */
export function decodeStamp(column: string): JournaledStamp {
  const parts: unknown = JSON.parse(column);
  if (!Array.isArray(parts)) throw new TypeError(`No stamp: ${column}`);
  const [wallMs, monotonicMs, boot, trusted] = parts.map(Number);
  if (wallMs === undefined || monotonicMs === undefined || boot === undefined || trusted === undefined)
    throw new TypeError(`No stamp: ${column}`);
  return { wallMs, monotonicMs, boot, trusted: trusted === 1 };
}
