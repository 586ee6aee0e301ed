import type { AnomalyView, CurrentView } from '../../api/present-anomaly.js';
import { toMs } from './format.js';

/** Current and limit at one instant, in A. */
export interface CurrentPoint {
  atMs: number;
  currentA: number;
  limitA: number | null;
}

const KEEP = 600;

/** Adds what came, by connector; what is not newer was there already. Pure. */
export function withCurrent(
  known: ReadonlyMap<number, readonly CurrentPoint[]>,
  fresh: readonly CurrentView[],
): ReadonlyMap<number, readonly CurrentPoint[]> {
  const next = new Map(known);
  for (const { connectorId, at, currentMa, limitMa } of fresh) {
    const points = next.get(connectorId) ?? [];
    const atMs = toMs(at);
    if (atMs === null || atMs <= (points.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY)) continue;
    const point = { atMs, currentA: currentMa / 1000, limitA: limitMa === undefined ? null : limitMa / 1000 };
    next.set(connectorId, [...points, point].slice(-KEEP));
  }
  return next;
}

/** Where the curve was wrong, as stretches in epoch seconds. One that lasts reaches to the newest point. Pure. */
export function anomalyBands(
  anomalies: readonly Pick<AnomalyView, 'from' | 'clearedAt' | 'commanded'>[],
  points: readonly CurrentPoint[],
): { from: number; to: number; colour: string }[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  return anomalies
    .map(({ from, clearedAt, commanded }) => ({
      from: Math.max(first.atMs, toMs(from) ?? first.atMs) / 1000,
      to: Math.min(last.atMs, toMs(clearedAt) ?? last.atMs) / 1000,
      colour: commanded ? '--wait' : '--fault',
    }))
    .filter(({ from, to }) => to > from);
}
