import type { DetectorParameters } from './parameters.js';
import { type CurrentSample, within } from './sample.js';
import { right, unclear, type Verdict } from './verdict.js';

type Parameters = Pick<DetectorParameters, 'settleMs' | 'stuckOn' | 'drift'>;

/** A stretch under one limit. */
export interface Plateau {
  limitMa: number;
  sinceMs: number;
  /** Mean current of the first window after the settling time; null before, or when it was not steady or there was none. */
  firstMa: number | null;
  /** Mean current of the newest steady window after the settling time; null before. */
  currentMa: number | null;
}

/** The present stretch, and the settled ones before it, newest last. */
export interface DriftState {
  now: Plateau | null;
  before: readonly Plateau[];
}

export const NO_DRIFT: DriftState = { now: null, before: [] };
/** Three limits: with two, a car that changed its mind once would look like a charger that is off. */
const PLATEAUS = 3;

/** Takes the newest of `samples`. A pause ends everything: the car after it may want something else. */
export function followDrift(state: DriftState, samples: readonly CurrentSample[], parameters: Parameters): DriftState {
  const newest = samples.at(-1);
  if (newest === undefined || newest.limitMa === null || newest.permitted === false) return NO_DRIFT;
  const { now } = state;
  if (now === null || now.limitMa !== newest.limitMa) {
    const settled = now !== null && now.firstMa !== null ? [...state.before, now] : [];
    return {
      now: { limitMa: newest.limitMa, sinceMs: newest.atMs, firstMa: null, currentMa: null },
      before: settled.slice(1 - PLATEAUS),
    };
  }
  const { windowMs, samples: needed, stepMa } = parameters.drift;
  const settledMs = newest.atMs - now.sinceMs - parameters.settleMs - windowMs;
  if (settledMs < 0) return state;
  const window = within(samples, windowMs);
  if (window.length < needed) return state;
  const currents = window.map((sample) => sample.currentMa);
  const isSteady =
    Math.min(...currents) > parameters.stuckOn.currentMa && Math.max(...currents) - Math.min(...currents) < stepMa;
  const meanMa = Math.round(currents.reduce((sum, current) => sum + current, 0) / currents.length);
  const isFirst = now.currentMa === null && settledMs < windowMs;
  return {
    ...state,
    now: { ...now, firstMa: isFirst && isSteady ? meanMa : now.firstMa, currentMa: isSteady ? meanMa : now.currentMa },
  };
}

/**
 * Above: the mean of a window is above an unchanged limit by more than the margin (below it, a car is free to take less).
 * Below: under three limits one after the other the current followed each step, and was too low by more than the margin
 * every time; a car that wants less follows no step up. Figure: the (smallest) distance from the limit.
 */
export function judgeDrift(state: DriftState, parameters: Parameters): Verdict {
  const { drift, settleMs } = parameters;
  const { now, before } = state;
  if (now === null) return right('mA');
  if (now.currentMa === null) return unclear('mA');
  const above = now.currentMa - now.limitMa;
  const most = Math.max(drift.aboveMa, Math.round(now.limitMa * drift.aboveShare));
  const verdict = { windowMs: drift.windowMs, fromMs: now.sinceMs + settleMs, unit: 'mA' } as const;
  if (above > most) return { ...verdict, state: 'wrong', figure: above, threshold: most };

  const least = Math.max(drift.belowMa, Math.round(now.limitMa * drift.belowShare));
  const plateaus = [...before, now];
  const below = Math.min(...plateaus.map(({ limitMa, firstMa }) => limitMa - (firstMa ?? limitMa)));
  if (plateaus.length === PLATEAUS && below > least && allFollowed(plateaus, drift.stepMa))
    return { ...verdict, state: 'wrong', figure: below, threshold: least };
  const calm = above <= most / 2 && now.limitMa - now.currentMa <= least / 2;
  return { ...verdict, state: calm ? 'right' : 'unclear', figure: Math.abs(above), threshold: most };
}

/**
 * Each change of the limit moved the current the same way, at least half as far, and one of them was a step up: a car
 * that is nearly full takes less and less by itself.
 */
function allFollowed(plateaus: readonly Plateau[], stepMa: number): boolean {
  const rises = plateaus.slice(1).some(({ limitMa }, index) => limitMa > (plateaus[index]?.limitMa ?? limitMa));
  if (!rises) return false;
  return plateaus.slice(1).every((plateau, index) => {
    const previous = plateaus[index];
    if (previous === undefined || previous.firstMa === null || plateau.firstMa === null) return false;
    const step = plateau.limitMa - previous.limitMa;
    const moved = (plateau.firstMa - previous.firstMa) * Math.sign(step);
    return Math.abs(step) >= stepMa && moved >= Math.abs(step) / 2;
  });
}
