import type { ConnectorRecord } from '../domain/records.js';

/** Not acknowledged for this long: sent again. Longer than a bad SD card's fsync, shorter than a person's patience. */
export const RESEND_AFTER_MS = 5000;

export interface NumberedRecord {
  readonly seq: number;
  readonly record: ConnectorRecord;
}

/**
 * Records that the journal has not acknowledged. Sequence numbers begin at 1 in each incarnation of the thread and
 * have no gaps; the station applies each (connectorId, incarnation, seq) once, so sending twice is always safe.
 */
export interface Outbox {
  readonly waiting: readonly NumberedRecord[];
  readonly lastSeq: number;
  readonly acknowledged: number;
  /** Everything up to here was sent at least once since the last reason to send again. */
  readonly sentThrough: number;
  /** When something was last sent or acknowledged (monotonic): repeating waits from here. */
  readonly quietSinceMs: number;
}

export function emptyOutbox(): Outbox {
  return { waiting: [], lastSeq: 0, acknowledged: 0, sentThrough: 0, quietSinceMs: 0 };
}

/** Adds a record; it gets the number `lastSeq` of the result. */
export function addRecord(outbox: Outbox, record: ConnectorRecord): Outbox {
  const seq = outbox.lastSeq + 1;
  return { ...outbox, lastSeq: seq, waiting: [...outbox.waiting, { seq, record }] };
}

/** The journal has everything up to `seq`. Numbers never given are not believed. */
export function acknowledge(outbox: Outbox, seq: number, atMs: number): Outbox {
  if (seq <= outbox.acknowledged || seq > outbox.lastSeq) return outbox;
  return {
    ...outbox,
    acknowledged: seq,
    sentThrough: Math.max(outbox.sentThrough, seq),
    waiting: outbox.waiting.filter((entry) => entry.seq > seq),
    quietSinceMs: atMs,
  };
}

/** Everything that is not acknowledged counts as unsent again: the station was restarted, or is silent for too long. */
export function sendAllAgain(outbox: Outbox): Outbox {
  return { ...outbox, sentThrough: outbox.acknowledged };
}

/** When to repeat by time alone, monotonic; null while nothing waits. */
export function repeatDueMs(outbox: Outbox): number | null {
  return outbox.waiting.length > 0 && outbox.sentThrough > outbox.acknowledged
    ? outbox.quietSinceMs + RESEND_AFTER_MS
    : null;
}

/** What to send now, in order, and the outbox after it was sent. */
export function takeUnsent(outbox: Outbox, atMs: number): { send: readonly NumberedRecord[]; outbox: Outbox } {
  const unsent = outbox.waiting.filter((entry) => entry.seq > outbox.sentThrough);
  if (unsent.length === 0) return { send: [], outbox };
  return { send: unsent, outbox: { ...outbox, sentThrough: outbox.lastSeq, quietSinceMs: atMs } };
}
