import { HOUR_MS } from './hours.js';
import type { EnergyByDuration, Outcome } from './model.js';
import { countDemo, type InsightRows } from './rows.js';
import { evenly, mean } from './statistics.js';

export const ENERGY_NEEDS_SESSIONS = 10;
/** Shorter ones say nothing about power: the car had not begun, or the card was tapped twice. */
const SHORTEST_MS = 60_000;
const POINTS = 200;

export interface Line {
  intercept: number;
  slope: number;
  slopeStandardError: number;
  rSquared: number;
  /** Square root of the residual sum of squares over n - 2. */
  residual: number;
}

/**
 * Ordinary least squares of y on x.
 * @returns null when x does not vary, or for fewer than three points
 */
export function fitLine(points: readonly { x: number; y: number }[]): Line | null {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (const { x, y } of points) {
    sxx += (x - meanX) ** 2;
    sxy += (x - meanX) * (y - meanY);
    syy += (y - meanY) ** 2;
  }
  if (points.length < 3 || sxx === 0) return null;
  const slope = sxy / sxx;
  const intercept = meanY - slope * meanX;
  const rest = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  const residual = Math.sqrt(rest / (points.length - 2));
  return {
    intercept,
    slope,
    slopeStandardError: residual / Math.sqrt(sxx),
    // y that never varies is explained wholly by any line through it.
    rSquared: syy === 0 ? 1 : 1 - rest / syy,
    residual,
  };
}

/** How much energy a session of some length brings. */
export function energyByDuration(rows: InsightRows): Outcome<EnergyByDuration> {
  const used = rows.sessions.filter(
    ({ startedAtMs, stoppedAtMs }) => stoppedAtMs !== null && stoppedAtMs - startedAtMs >= SHORTEST_MS,
  );
  const counts = countDemo(used);
  const method = 'Linear regression, least squares';
  const points = used.map(({ startedAtMs, stoppedAtMs, energyWh }) => ({
    x: ((stoppedAtMs ?? startedAtMs) - startedAtMs) / HOUR_MS,
    y: energyWh,
  }));
  const line = points.length < ENERGY_NEEDS_SESSIONS ? null : fitLine(points);
  if (line === null) {
    const have = new Set(points.map(({ x }) => x)).size;
    const shortage = { of: 'sessions of a minute or more, of different length', have, need: ENERGY_NEEDS_SESSIONS };
    return { status: 'not-enough-data', method, ...counts, shortage };
  }
  const hours = points.map(({ x }) => x);
  return {
    status: 'ok',
    method,
    ...counts,
    result: {
      interceptWh: line.intercept,
      slopeWhPerHour: line.slope,
      slopeStandardErrorWhPerHour: line.slopeStandardError,
      rSquared: line.rSquared,
      residualWh: line.residual,
      shortestH: hours.reduce((a, b) => Math.min(a, b)),
      longestH: hours.reduce((a, b) => Math.max(a, b)),
      points: evenly(points, POINTS).map(({ x, y }) => ({ hours: Number(x.toFixed(3)), energyWh: y })),
    },
  };
}

/** What the line says of one duration. It holds between the shortest and the longest session that there was. */
export function predictEnergy(line: EnergyByDuration, hours: number) {
  return {
    hours,
    energyWh: Math.max(0, Math.round(line.interceptWh + line.slopeWhPerHour * hours)),
    residualWh: Math.round(line.residualWh),
    extrapolated: hours < line.shortestH || hours > line.longestH,
  };
}
