import { HOUR_MS } from './hours.js';
import type { Health, HealthScore, Outcome } from './model.js';
import { type ConnectorRow, countDemo, type InsightRows } from './rows.js';
import { grouped } from './statistics.js';

const WEIGHTS = { availability: 50, error: 30, activity: 20 } as const;
/** So many sessions in a day are full activity. */
const FULL_ACTIVITY = 10;

/** The seed's formula, in points: its brackets close before `× 100`, but only with all terms in them it is a score. */
export function healthScore(connectors: readonly ConnectorRow[], sessions24h: number): HealthScore {
  const available = connectors.filter(({ status }) => status === 'Available').length;
  const withError = connectors.filter(({ errorCode }) => (errorCode ?? 'NoError') !== 'NoError').length;
  const availabilityPoints = (available / connectors.length) * WEIGHTS.availability;
  const errorPoints = (1 - withError / connectors.length) * WEIGHTS.error;
  const activityPoints = Math.min(sessions24h / FULL_ACTIVITY, 1) * WEIGHTS.activity;
  return {
    score: availabilityPoints + errorPoints + activityPoints,
    connectors: connectors.length,
    available,
    withError,
    sessions24h,
    availabilityPoints,
    errorPoints,
    activityPoints,
  };
}

/** The score of all, and of each charge point. */
export function scoreHealth(rows: InsightRows): Outcome<Health> {
  const counts = countDemo(rows.connectors);
  const method = 'Weighted sum: availability 0.5, no error 0.3, activity 0.2';
  if (counts.rowCount === 0)
    return { status: 'not-enough-data', method, ...counts, shortage: { of: 'connectors', have: 0, need: 1 } };
  const recent = rows.sessions.filter(({ startedAtMs }) => startedAtMs > rows.nowMs - 24 * HOUR_MS);
  const recentAt = grouped(recent, ({ stationId }) => stationId);
  const stations = [...grouped(rows.connectors, ({ stationId }) => stationId)].map(([stationId, connectors]) => ({
    stationId,
    demo: connectors.some(({ demo }) => demo),
    ...healthScore(connectors, recentAt.get(stationId)?.length ?? 0),
  }));
  return {
    status: 'ok',
    method,
    ...counts,
    result: {
      all: healthScore(rows.connectors, recent.length),
      stations: stations.toSorted((a, b) => a.score - b.score),
    },
  };
}
