/** Which card lies on the reader, so that one presentation is one tap. */
export interface Presence {
  /** @returns true when this is a new presentation. */
  seen(uid: string, randomUid: boolean): boolean;
  /** A look that found no card. */
  missed(): void;
}

/** Looks without a card after which it counts as taken away: one may miss a card that is still there. */
const MISSES_UNTIL_GONE = 2;

/**
 * Outages of the reader count neither as seen nor as missed: a card that was left on it while it was reset must not
 * tap again.
 */
export function createPresence(): Presence {
  let present: { uid: string; randomUid: boolean; misses: number } | null = null;
  return {
    seen(uid, randomUid) {
      // A phone makes up a new random UID each time the field comes on: same phone, same presentation.
      const same = present !== null && (present.uid === uid || (present.randomUid && randomUid));
      present = { uid, randomUid, misses: 0 };
      return !same;
    },
    missed() {
      if (present === null) return;
      present.misses += 1;
      if (present.misses >= MISSES_UNTIL_GONE) present = null;
    },
  };
}
