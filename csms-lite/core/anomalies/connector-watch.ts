import {
  type AnomalyChange,
  type CurrentSample,
  type DetectorParameters,
  type DetectorState,
  everyInterval,
  NOTHING_SEEN,
  takeSample,
  takeSilence,
} from '@tapwatt/ocpp/anomaly/index.js';

/** What is known of one connector's meter values. Times on the charge point's clock. */
export interface ConnectorWatch {
  detector: DetectorState;
  parameters: DetectorParameters;
  /** What they are made for. */
  intervalMs: number;
  /** `Transaction.id` of the newest sample's session; null: none. */
  txId: number | null;
  /** Samples of this session so far. */
  count: number;
  lastMs: number | null;
  /** Newest last. */
  gapsMs: readonly number[];
}

/** Until two samples have shown it: what most charge points come with. */
const FIRST_INTERVAL_MS = 60_000;
const GAPS = 9;
/** So many samples of a session make a habit that a silence can break. */
const HABIT = 3;

export const UNWATCHED: ConnectorWatch = {
  detector: NOTHING_SEEN,
  parameters: everyInterval(FIRST_INTERVAL_MS),
  intervalMs: FIRST_INTERVAL_MS,
  txId: null,
  count: 0,
  lastMs: null,
  gapsMs: [],
};

export interface WatchStep {
  watch: ConnectorWatch;
  changes: AnomalyChange[];
}

/** Takes a sample; the interval is the median of the last gaps within one session. Pure. */
export function watchSample(watch: ConnectorWatch, sample: CurrentSample, txId: number | null): WatchStep {
  const isSame = watch.txId === txId;
  const gapMs = isSame && watch.lastMs !== null ? sample.atMs - watch.lastMs : 0;
  const gapsMs = gapMs > 0 ? [...watch.gapsMs, gapMs].slice(-GAPS) : watch.gapsMs;
  const intervalMs = gapsMs.length < 2 ? watch.intervalMs : median(gapsMs);
  const parameters = intervalMs === watch.intervalMs ? watch.parameters : everyInterval(intervalMs);
  const restarted = watch.txId !== null && txId !== null && !isSame;
  const { state, changes } = takeSample(watch.detector, { ...sample, restarted }, parameters);
  const count = isSame ? watch.count + 1 : 1;
  return { watch: { detector: state, parameters, intervalMs, txId, count, lastMs: sample.atMs, gapsMs }, changes };
}

/**
 * Time has passed. A sample is owed while a session runs that has told its values regularly.
 * @param owedSinceMs the last sample, or the moment at which the charge point was heard again; null: none is owed
 */
export function watchTime(watch: ConnectorWatch, owedSinceMs: number | null, nowMs: number): WatchStep {
  const isOwed = owedSinceMs !== null && watch.txId !== null && watch.count >= HABIT;
  const { state, changes } = takeSilence(watch.detector, isOwed ? owedSinceMs : null, nowMs, watch.parameters);
  return { watch: state === watch.detector ? watch : { ...watch, detector: state }, changes };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? FIRST_INTERVAL_MS;
}
