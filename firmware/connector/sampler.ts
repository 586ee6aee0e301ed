/**
 * When meter samples and energy checkpoints are due: arithmetic, no state. Periodic samples hang on the start of the
 * transaction (1.6 §3.16.1), clock-aligned ones on 00:00:00 UTC of the true time (§3.16.2), checkpoints on what the
 * journal knows already.
 */
const DAY_MS = 86_400_000;

/** A sample later than this (or half its interval) no longer stands for its moment on the grid. */
const LATE_MS = 10_000;

/** The last moment `from + n × interval`, n ≥ 0, that is not after `now`. Same scale for all. @param intervalS above 0. */
export function latestPeriodic(fromMs: number, intervalS: number, nowMs: number): number {
  const intervalMs = intervalS * 1000;
  return fromMs + Math.max(0, Math.floor((nowMs - fromMs) / intervalMs)) * intervalMs;
}

/**
 * The last grid moment that is not after `trueMs`: every `intervalS` from midnight UTC, and midnight itself, where the
 * grid begins anew when a day is no multiple of the interval. @param intervalS above 0.
 */
export function latestGrid(trueMs: number, intervalS: number): number {
  const midnight = Math.floor(trueMs / DAY_MS) * DAY_MS;
  const intervalMs = intervalS * 1000;
  return midnight + Math.floor((trueMs - midnight) / intervalMs) * intervalMs;
}

/** The first grid moment after `trueMs`. */
export function nextGrid(trueMs: number, intervalS: number): number {
  const midnight = Math.floor(trueMs / DAY_MS) * DAY_MS;
  return Math.min(latestGrid(trueMs, intervalS) + intervalS * 1000, midnight + DAY_MS);
}

/** Whether a reading taken `lateMs` after its moment may carry that moment's time. */
export function standsForItsMoment(lateMs: number, intervalS: number): boolean {
  return lateMs >= 0 && lateMs <= Math.min(LATE_MS, (intervalS * 1000) / 2);
}

/** Growth below this is not worth a write of its own, nor more often than this: a session's first minute is not 60 writes. */
export const CHECKPOINT_GROWTH_WH = 10;
export const CHECKPOINT_SPACING_MS = 5000;

export interface CheckpointSituation {
  meterStartWh: number;
  registerWh: number;
  journaled: { readonly energyWh: number; readonly atMs: number };
  intervalS: number;
}

/**
 * When the register must be journaled, monotonic; null while it has not moved since it last was (a car that sleeps
 * costs no write). At the interval; or CHECKPOINT_SPACING_MS after the last when the transaction has grown by 5 %,
 * and by 10 Wh at least. What a power cut can lose is bounded by the larger of these.
 */
export function checkpointDueMs({
  meterStartWh,
  registerWh,
  journaled,
  intervalS,
}: CheckpointSituation): number | null {
  const grownWh = registerWh - journaled.energyWh;
  if (grownWh <= 0) return null;
  const worthIt = grownWh >= Math.max(CHECKPOINT_GROWTH_WH, 0.05 * (journaled.energyWh - meterStartWh));
  return journaled.atMs + (worthIt ? Math.min(CHECKPOINT_SPACING_MS, intervalS * 1000) : intervalS * 1000);
}
