import type { Clock, Timer } from '../interfaces.js';
import { uidText } from '../pn532/target.js';
import { HardwareError } from '../support/errors.js';
import type { SimulatedPn532 } from './pn532.js';

/** The hand that holds cards to the reader, one after the other. */
export interface CardSlot {
  /** @throws HardwareError NOT_A_UID for anything but 4, 7 or 10 bytes in hex. */
  tap(uid: string): void;
  close(): void;
}

/** A tap lasts about this long … */
const HOLD_MS = 400;
/** … or, as people hold a card until it beeps, until the chip has answered with it; but not for ever. */
const LONGEST_HOLD_MS = 3000;
/** The same card again must first be seen to be gone, or both taps look like one. */
const EMPTY_LOOKS_BETWEEN = 3;
const LONGEST_GAP_MS = 3000;
const STEP_MS = 20;

/** @throws HardwareError NOT_A_UID. */
export function parseUid(text: string): Uint8Array {
  if (!/^([0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})$/i.test(text)) {
    throw new HardwareError(
      'NOT_A_UID',
      `"${text}" is not the UID of a card.`,
      'A UID is 8, 14 or 20 hex digits (4, 7 or 10 bytes), for example A1B2C3D4.',
    );
  }
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

export function createCardSlot(clock: Clock, chip: SimulatedPn532): CardSlot {
  const waiting: Uint8Array[] = [];
  let held: { uid: string; sinceMs: number; answered: boolean } | null = null;
  let gone: { uid: string; sinceMs: number; emptyLooks: number } | null = null;
  let timer: Timer | null = null;

  const unsubscribe = chip.onLook((uid) => {
    if (held !== null && uid !== null && uidText(uid) === held.uid) held.answered = true;
    if (held === null && gone !== null && uid === null) gone.emptyLooks += 1;
  });

  function mayHold(uid: string): boolean {
    if (gone === null || gone.uid !== uid) return true;
    return gone.emptyLooks >= EMPTY_LOOKS_BETWEEN || clock.monotonicMs() - gone.sinceMs >= LONGEST_GAP_MS;
  }

  function mayRelease(since: { sinceMs: number; answered: boolean }): boolean {
    const heldMs = clock.monotonicMs() - since.sinceMs;
    return heldMs >= LONGEST_HOLD_MS || (heldMs >= HOLD_MS && since.answered);
  }

  function step(): void {
    timer = null;
    const now = clock.monotonicMs();
    if (held !== null && mayRelease(held)) {
      chip.placeCard(null);
      gone = { uid: held.uid, sinceMs: now, emptyLooks: 0 };
      held = null;
    }
    const next = waiting[0];
    if (held === null && next !== undefined && mayHold(uidText(next))) {
      waiting.shift();
      chip.placeCard(next);
      held = { uid: uidText(next), sinceMs: now, answered: false };
    }
    if (held !== null || waiting.length > 0) timer = clock.after(STEP_MS, step);
  }

  return {
    tap(uid) {
      waiting.push(parseUid(uid));
      if (timer === null) step();
    },
    close() {
      timer?.cancel();
      timer = null;
      waiting.length = 0;
      unsubscribe();
    },
  };
}
