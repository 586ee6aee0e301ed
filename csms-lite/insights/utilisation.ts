import { HOUR_MS, hoursBetween, spread, weekClock } from './hours.js';
import type { HeatMap, Outcome, Utilisation } from './model.js';
import { countDemo, type InsightRows } from './rows.js';

const MINUTES = 60;
/** Every hour of the week once. */
export const UTILISATION_NEEDS_HOURS = 168;

/** How much of the connectors' time had a session, hour by hour. */
export function measureUtilisation(rows: InsightRows): Outcome<Utilisation> {
  const counts = countDemo(rows.sessions);
  const method = 'Share of connector time with a session';
  const hours = hoursBetween(rows.fromMs, rows.toMs);
  if (counts.rowCount === 0)
    return { status: 'not-enough-data', method, ...counts, shortage: { of: 'sessions', have: 0, need: 1 } };
  if (hours < UTILISATION_NEEDS_HOURS) {
    const shortage = { of: 'hours since the first session', have: hours, need: UTILISATION_NEEDS_HOURS };
    return { status: 'not-enough-data', method, ...counts, shortage };
  }
  const occupiedMinutes = Array.from({ length: hours }, () => 0);
  const knownSince = new Map(rows.connectors.map((one) => [`${one.stationId}\n${one.connectorId}`, one.knownSinceMs]));
  for (const { stationId, connectorId, startedAtMs, stoppedAtMs } of rows.sessions) {
    const toMs = stoppedAtMs ?? rows.nowMs;
    spread(occupiedMinutes, rows.fromMs, { fromMs: startedAtMs, toMs }, (toMs - startedAtMs) / (HOUR_MS / MINUTES));
    // Its sessions can be older than its registration here: removed and registered again, or forgotten since.
    const key = `${stationId}\n${connectorId}`;
    knownSince.set(key, Math.min(knownSince.get(key) ?? startedAtMs, startedAtMs));
  }
  const connectors = Array.from({ length: hours }, () => 0);
  for (const sinceMs of knownSince.values()) {
    const first = Math.max(0, Math.floor((sinceMs - rows.fromMs) / HOUR_MS));
    for (let hour = first; hour < hours; hour += 1) connectors[hour] = (connectors[hour] ?? 0) + 1;
  }
  const occupied = occupiedMinutes.reduce((sum, minutes) => sum + minutes, 0);
  const there = connectors.reduce((sum, count) => sum + count, 0) * MINUTES;
  return {
    status: 'ok',
    method,
    ...counts,
    result: {
      fromMs: rows.fromMs,
      occupiedMinutes: occupiedMinutes.map((minutes) => Number(minutes.toFixed(1))),
      connectors,
      share: there === 0 ? 0 : occupied / there,
    },
  };
}

/**
 * Weekday and hour in a zone. Zones that are not whole hours from UTC put an hour where it begins.
 * @throws RangeError when the zone is no IANA name
 */
export function heatMap({ fromMs, occupiedMinutes, connectors }: Utilisation, timeZone: string): HeatMap {
  const clock = weekClock(timeZone);
  const sums = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => ({ occupied: 0, there: 0 })));
  occupiedMinutes.forEach((minutes, index) => {
    const { weekday, hour } = clock(fromMs + index * HOUR_MS);
    const cell = sums[weekday]?.[hour];
    if (cell === undefined) return;
    cell.occupied += minutes;
    cell.there += (connectors[index] ?? 0) * MINUTES;
  });
  const cells = sums.map((row) =>
    row.map(({ occupied, there }) => (there === 0 ? null : Math.min(1, occupied / there))),
  );
  return { timeZone, cells };
}
