/** What the detectors compare with. The reasons stand in README.md, the rates in `node scripts/anomaly-rates.mjs`. */
export interface DetectorParameters {
  /** Null: samples are too far apart to tell it from a car that tops up. */
  oscillation: {
    windowMs: number;
    /** Changes of direction in the window that are too many. */
    turns: number;
    /** At most this many again: it is over. */
    calmTurns: number;
    /** A move counts from this on, or from `swingShare` of the window's highest current where that is more. */
    swingMa: number;
    swingShare: number;
  } | null;
  /** Time that the current has to come down after its limit fell or nobody charges any more. */
  settleMs: number;
  /** How long a current must be wrong, and in how many samples at least, before `runaway` and `stuck-on` say so. */
  hold: { windowMs: number; samples: number };
  /** Above the limit by more than this, or by more than `share` of it where that is more. */
  runaway: { marginMa: number; share: number };
  stuckOn: { currentMa: number };
  drift: {
    /** What is averaged, under an unchanged limit, after `settleMs`. */
    windowMs: number;
    samples: number;
    /** Above the limit on average. */
    aboveMa: number;
    aboveShare: number;
    /** Below three limits one after the other that it followed. */
    belowMa: number;
    belowShare: number;
    /** A change of the limit that must be followed. */
    stepMa: number;
  };
  silenceMs: number;
}

const OSCILLATION = { windowMs: 60_000, turns: 6, calmTurns: 2, swingMa: 2000, swingShare: 0.15 };

/** For a report each second, as frame 0x300 gives. */
export const EACH_SECOND: DetectorParameters = {
  oscillation: OSCILLATION,
  settleMs: 20_000,
  hold: { windowMs: 5000, samples: 3 },
  runaway: { marginMa: 2000, share: 0.1 },
  stuckOn: { currentMa: 1000 },
  drift: {
    windowMs: 60_000,
    samples: 3,
    aboveMa: 1000,
    aboveShare: 0.05,
    belowMa: 2000,
    belowShare: 0.1,
    stepMa: 2000,
  },
  silenceMs: 3000,
};

/** Twelve samples show six turns only when nearly each of them is one; more would make the window too long to be useful. */
const OSCILLATION_SAMPLES = 12;
const OSCILLATION_INTERVAL_MS = 15_000;
/** Three missing samples in a row are a poor network; the fourth is silence. */
const SILENT_INTERVALS = 4;
const SHORTEST_SILENCE_MS = 30_000;

/** For meter values that come every `intervalMs`: windows are as many samples long as a judgement needs. */
export function everyInterval(intervalMs: number): DetectorParameters {
  const base = EACH_SECOND;
  return {
    ...base,
    oscillation:
      intervalMs > OSCILLATION_INTERVAL_MS
        ? null
        : { ...OSCILLATION, windowMs: Math.max(OSCILLATION.windowMs, OSCILLATION_SAMPLES * intervalMs) },
    hold: {
      windowMs: base.hold.windowMs,
      samples: intervalMs >= base.hold.windowMs ? 2 : base.hold.samples,
    },
    drift: { ...base.drift, windowMs: Math.max(base.drift.windowMs, base.drift.samples * intervalMs) },
    silenceMs: Math.max(SHORTEST_SILENCE_MS, SILENT_INTERVALS * intervalMs),
  };
}
