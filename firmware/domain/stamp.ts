/**
 * A point in time that stays usable when the clock turns out to be wrong (a Pi has no RTC).
 * The journal keeps all of it; the wall time is computed when a message is serialised (see station/time/).
 */
export interface Stamp {
  /** System clock, Unix epoch milliseconds, at that moment. */
  wallMs: number;
  /** CLOCK_MONOTONIC milliseconds at that moment; comparable only with stamps of the same boot. */
  monotonicMs: number;
}
