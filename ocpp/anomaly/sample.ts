/** One look at a connector's current. */
export interface CurrentSample {
  /** Any clock, as long as it is the same for all samples of a connector. */
  atMs: number;
  /** Per phase, the highest. */
  currentMa: number;
  /** What it may be now; null: no limit, or not known. */
  limitMa: number | null;
  /** Whether current may flow at all: somebody is charging. Null: not known. */
  permitted: boolean | null;
  /** Between the sample before it and this one a session has ended and another begun. */
  restarted?: boolean;
}

/** Samples of the last `windowMs`, and the one before them: its limit still held when the window began. */
export function recent(samples: readonly CurrentSample[], windowMs: number): readonly CurrentSample[] {
  const newest = samples.at(-1);
  if (newest === undefined) return [];
  const first = samples.findIndex(({ atMs }) => atMs >= newest.atMs - windowMs);
  return samples.slice(Math.max(0, first - 1));
}

/** Samples of the last `windowMs`. */
export function within(samples: readonly CurrentSample[], windowMs: number): readonly CurrentSample[] {
  const newest = samples.at(-1);
  if (newest === undefined) return [];
  return samples.slice(samples.findIndex(({ atMs }) => atMs >= newest.atMs - windowMs));
}
