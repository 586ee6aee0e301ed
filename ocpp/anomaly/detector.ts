import { type DriftState, followDrift, judgeDrift, NO_DRIFT } from './drift.js';
import { judgeRunaway, judgeStuckOn } from './excess.js';
import { ANOMALY_KINDS, type AnomalyFinding, type AnomalyKind } from './kinds.js';
import { judgeOscillation } from './oscillation.js';
import type { DetectorParameters } from './parameters.js';
import type { CurrentSample } from './sample.js';
import { right, type Verdict } from './verdict.js';

/** What was seen, and since when (as far as its window shows), by the clock of the samples. */
export interface Seen {
  finding: AnomalyFinding;
  fromMs: number;
}

/** One connector, as its samples leave it. */
export interface DetectorState {
  /** Of the longest window that a rule looks at. */
  samples: readonly CurrentSample[];
  drift: DriftState;
  /** What is wrong now, with the worst figure so far. */
  active: Readonly<Partial<Record<AnomalyKind, Seen>>>;
}

export type AnomalyChange = Seen & { t: 'detected' | 'cleared' };

export interface Detection {
  state: DetectorState;
  /** None, one, or several at once. */
  changes: AnomalyChange[];
}

export const NOTHING_SEEN: DetectorState = { samples: [], drift: NO_DRIFT, active: {} };

/** A clock that goes back further than this was set; what it said before is no use any more. */
const CLOCK_SET_MS = 60_000;

/**
 * Takes a sample. One that is not newer than the last is ignored: it came late or twice. A sample also ends a silence.
 * Pure.
 */
export function takeSample(state: DetectorState, sample: CurrentSample, parameters: DetectorParameters): Detection {
  const last = state.samples.at(-1);
  const wasSet = last !== undefined && sample.atMs < last.atMs - CLOCK_SET_MS;
  if (last !== undefined && sample.atMs <= last.atMs && !wasSet) return { state, changes: [] };
  const keptFromMs = sample.atMs - longestWindowMs(parameters);
  const known = wasSet ? [] : state.samples.filter(({ atMs }) => atMs >= keptFromMs);
  // However long ago the one before was: its limit may still count.
  const samples = [...(known.length === 0 && last !== undefined && !wasSet ? [last] : known), sample];
  const drift = followDrift(wasSet ? NO_DRIFT : state.drift, samples, parameters);
  const verdicts: Record<AnomalyKind, Verdict> = {
    oscillation: judgeOscillation(samples, parameters),
    runaway: judgeRunaway(samples, parameters),
    'stuck-on': judgeStuckOn(samples, parameters),
    silence: right('ms'),
    drift: judgeDrift(drift, parameters),
  };
  return conclude({ ...state, samples, drift }, verdicts);
}

/**
 * Nothing was heard for a while. What is owed and does not come is a silence; when nothing is owed, what was seen before
 * is over once its samples are older than every window: nobody charges there any more.
 * @param owedSinceMs the last sample, or the moment from which one was to be expected; null: none is owed
 */
export function takeSilence(
  state: DetectorState,
  owedSinceMs: number | null,
  nowMs: number,
  parameters: DetectorParameters,
): Detection {
  if (owedSinceMs === null) {
    const last = state.samples.at(-1);
    const isOld = last === undefined || nowMs - last.atMs > longestWindowMs(parameters);
    const over = isOld ? Object.fromEntries(ANOMALY_KINDS.map((kind) => [kind, right('mA')])) : {};
    return conclude(state, { ...over, silence: right('ms') });
  }
  const figure = nowMs - owedSinceMs;
  const { silenceMs } = parameters;
  const verdict = { windowMs: figure, fromMs: owedSinceMs, figure, threshold: silenceMs, unit: 'ms' } as const;
  return conclude(state, { silence: { ...verdict, state: figure > silenceMs ? 'wrong' : 'unclear' } });
}

function longestWindowMs({ oscillation, drift, settleMs }: DetectorParameters): number {
  return Math.max(oscillation?.windowMs ?? 0, drift.windowMs) + settleMs;
}

function conclude(state: DetectorState, verdicts: Partial<Record<AnomalyKind, Verdict>>): Detection {
  const active: Partial<Record<AnomalyKind, Seen>> = { ...state.active };
  const changes: AnomalyChange[] = [];
  for (const kind of ANOMALY_KINDS) {
    const verdict = verdicts[kind];
    const known = active[kind];
    if (verdict === undefined) continue;
    if (verdict.state === 'wrong') {
      const seen = known ?? { finding: findingOf(kind, verdict, state), fromMs: verdict.fromMs };
      if (known === undefined) changes.push({ t: 'detected', ...seen });
      active[kind] =
        verdict.figure > seen.finding.figure ? { finding: findingOf(kind, verdict, state), fromMs: seen.fromMs } : seen;
    } else if (verdict.state === 'right' && known !== undefined) {
      delete active[kind];
      changes.push({ t: 'cleared', ...known });
    }
  }
  return { state: { ...state, active }, changes };
}

function findingOf(kind: AnomalyKind, verdict: Verdict, { samples }: DetectorState): AnomalyFinding {
  const newest = samples.at(-1);
  return {
    kind,
    windowMs: verdict.windowMs,
    figure: verdict.figure,
    threshold: verdict.threshold,
    unit: verdict.unit,
    currentMa: kind === 'silence' ? null : (newest?.currentMa ?? null),
    limitMa: newest?.limitMa ?? null,
    commanded: verdict.commanded ?? false,
  };
}
