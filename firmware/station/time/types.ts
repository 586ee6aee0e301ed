import type { Stamp } from '../../domain/stamp.js';

/** A stamp as the journal keeps it: with the boot that it belongs to and what was known of the clock. */
export interface JournaledStamp extends Stamp {
  /** Row number of the boot (journal table `boots`); later boots have higher numbers. */
  boot: number;
  /** Whether `wallMs` may be believed as it stands. */
  trusted: boolean;
}

/** How a resolved time came about. */
export type TimeBasis =
  /** The system clock was trustworthy when the stamp was made. */
  | 'clock'
  /** Computed from the monotonic clock and a true time that became known in the same boot. */
  | 'rebased'
  /** Of an earlier boot in which the true time was never known: order and durations are right, the moment is assumed. */
  | 'assumed'
  /** The true time is not known yet; the system clock as it stands. */
  | 'unknown';

/** A wall time ready to be serialised. */
export interface ResolvedTime {
  /** Unix epoch milliseconds. */
  ms: number;
  basis: TimeBasis;
}

/** The moment at which the true time was known: `trueMs` at `monotonicMs` of a boot. Never changed once it is stored. */
export interface Anchor {
  monotonicMs: number;
  /** Unix epoch milliseconds. */
  trueMs: number;
  source: 'system' | 'csms';
}
