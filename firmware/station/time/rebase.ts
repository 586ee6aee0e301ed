import type { Anchor, JournaledStamp, ResolvedTime } from './types.js';

/** No charge point of ours was ever switched on before this: a clock that says so is wrong. */
export const EARLIEST_PLAUSIBLE_MS = Date.UTC(2024, 0, 1);

/** What is known of one boot of the machine. */
export interface BootTimes {
  boot: number;
  /** Moments at which the true time was known, by rising monotonicMs. */
  anchors: readonly Anchor[];
  /** First and last stamp that was journaled in it; null when there was none. */
  span: { first: WallAndMonotonic; last: WallAndMonotonic } | null;
}

interface WallAndMonotonic {
  wallMs: number;
  monotonicMs: number;
}

/**
 * The true time at `monotonicMs` of a boot with these anchors; null without any. The newest anchor that is not later
 * counts, the first one for what was before it. A correction backwards never makes time go back: see the `max`.
 * An anchor that is added later never changes what was answered for a moment before it, so that a message keeps its
 * timestamp on every retry.
 */
export function trueTimeAt(anchors: readonly Anchor[], monotonicMs: number): number | null {
  const [first] = anchors;
  if (first === undefined) return null;
  let current = first;
  let floorMs = Number.NEGATIVE_INFINITY;
  for (const anchor of anchors) {
    if (anchor.monotonicMs > monotonicMs) break;
    if (anchor !== first) floorMs = Math.max(floorMs, at(current, anchor.monotonicMs));
    current = anchor;
  }
  return Math.max(floorMs, at(current, monotonicMs));
}

function at(anchor: Anchor, monotonicMs: number): number {
  return anchor.trueMs + (monotonicMs - anchor.monotonicMs);
}

/**
 * Wall time of a stamp.
 *
 * - The clock was trusted: its wall time.
 * - The true time became known in the same boot: by monotonic distance.
 * - Of an earlier boot that never learnt the time: its system clock is kept where it fits between what is known of the
 *   boots around it. Otherwise it is assumed that the machine started again right after the last thing that the boot
 *   journaled. Order and durations within the boot are kept in both cases.
 * - Nothing is known: the system clock as it was.
 *
 * @param boots every boot that has rows, by rising number.
 */
export function resolveTime(stamp: JournaledStamp, boots: readonly BootTimes[]): ResolvedTime {
  if (stamp.trusted) return { ms: stamp.wallMs, basis: 'clock' };
  const own = boots.find((boot) => boot.boot === stamp.boot);
  const trueMs = own === undefined ? null : trueTimeAt(own.anchors, stamp.monotonicMs);
  if (trueMs !== null) return { ms: trueMs, basis: 'rebased' };
  const assumed = assumedOffset(stamp.boot, boots);
  if (assumed === null) return { ms: stamp.wallMs, basis: 'unknown' };
  return { ms: Math.max(assumed.notBeforeMs, assumed.offsetMs + stamp.monotonicMs), basis: 'assumed' };
}

/** What to add to monotonic times of a boot without anchors; null while no later boot knows the time. */
function assumedOffset(boot: number, boots: readonly BootTimes[]): { offsetMs: number; notBeforeMs: number } | null {
  let nextStartMs: number | null = null;
  for (const candidate of [...boots].sort((a, b) => b.boot - a.boot)) {
    if (candidate.boot < boot) break;
    const knownStartMs = trueTimeAt(candidate.anchors, 0);
    if (knownStartMs !== null) {
      nextStartMs = knownStartMs;
      continue;
    }
    if (nextStartMs === null || candidate.span === null) continue;
    const { first, last } = candidate.span;
    const notBeforeMs = lastKnownBefore(candidate.boot, boots);
    const byClockMs = last.wallMs - last.monotonicMs;
    const fits = byClockMs + first.monotonicMs >= notBeforeMs && last.wallMs <= nextStartMs;
    const offsetMs: number = fits ? byClockMs : nextStartMs - last.monotonicMs;
    if (candidate.boot === boot) return { offsetMs, notBeforeMs };
    nextStartMs = offsetMs;
  }
  return null;
}

/** The latest true time that is known of boots before `boot`; at least the earliest plausible one. */
function lastKnownBefore(boot: number, boots: readonly BootTimes[]): number {
  let latestMs = EARLIEST_PLAUSIBLE_MS;
  for (const earlier of boots) {
    if (earlier.boot >= boot) continue;
    const newest = earlier.anchors.at(-1);
    if (newest === undefined) continue;
    const untilMs = Math.max(newest.monotonicMs, earlier.span?.last.monotonicMs ?? 0);
    latestMs = Math.max(latestMs, trueTimeAt(earlier.anchors, untilMs) ?? latestMs);
  }
  return latestMs;
}
