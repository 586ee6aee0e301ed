import { clusterRows } from './clusters.js';
import { HOUR_MS, weekClock } from './hours.js';
import type { Outcome, UserFigures, UserSegments } from './model.js';
import { countDemo, type InsightRows, type SessionRow } from './rows.js';
import { grouped, mean, standardDeviation } from './statistics.js';

/** A habit shows after so many sessions. */
const FEWEST_SESSIONS = 3;
export const USERS_NEED = 12;
const MOST_CLUSTERS = 6;
/** Silhouettes compare every user with every other: beyond so many, those with most sessions are taken. */
const MOST_USERS = 1000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** Mean of hours on the circle: between 23 and 1 is 0. */
export function meanHour(hours: readonly number[]): number {
  const angles = hours.map((hour) => (hour / 24) * 2 * Math.PI);
  const angle = Math.atan2(mean(angles.map(Math.sin)), mean(angles.map(Math.cos)));
  return ((angle / (2 * Math.PI)) * 24 + 24) % 24;
}

function figuresOf(sessions: readonly SessionRow[], windowMs: number, hourOf: (atMs: number) => number): UserFigures {
  const durations = sessions.map(({ startedAtMs, stoppedAtMs }) => (stoppedAtMs ?? startedAtMs) - startedAtMs);
  const energies = sessions.map(({ energyWh }) => energyWh);
  return {
    sessions: sessions.length,
    meanDurationMs: Math.round(mean(durations)),
    totalDurationMs: durations.reduce((sum, value) => sum + value, 0),
    meanEnergyWh: Math.round(mean(energies)),
    totalEnergyWh: energies.reduce((sum, value) => sum + value, 0),
    sessionsPerWeek: (sessions.length * WEEK_MS) / windowMs,
    meanStartHour: meanHour(sessions.map(({ startedAtMs }) => hourOf(startedAtMs))),
  };
}

/** The columns of k-means: how long, how much, how often, and the hour as a point on the circle. */
function columnsOf(figures: UserFigures): number[] {
  const angle = (figures.meanStartHour / 24) * 2 * Math.PI;
  return [
    figures.meanDurationMs,
    figures.meanEnergyWh,
    Math.log(figures.sessionsPerWeek),
    Math.sin(angle),
    Math.cos(angle),
  ];
}

/** Every column with mean 0 and standard deviation 1; one that is the same everywhere becomes 0. */
export function standardised(rows: readonly number[][]): number[][] {
  const width = rows[0]?.length ?? 0;
  const scales = Array.from({ length: width }, (_unused, column) => {
    const values = rows.map((row) => row[column] ?? 0);
    return { middle: mean(values), deviation: standardDeviation(values) };
  });
  return rows.map((row) =>
    scales.map(({ middle, deviation }, column) => (deviation === 0 ? 0 : ((row[column] ?? 0) - middle) / deviation)),
  );
}

function structureOf(silhouette: number): UserSegments['structure'] {
  if (silhouette > 0.7) return 'strong';
  if (silhouette > 0.5) return 'reasonable';
  return silhouette > 0.25 ? 'weak' : 'none';
}

/** Means of the members; hours on the circle. */
function meanFigures(members: readonly UserFigures[]): UserFigures {
  const of = (pick: (figures: UserFigures) => number): number => mean(members.map(pick));
  return {
    sessions: of(({ sessions }) => sessions),
    meanDurationMs: Math.round(of(({ meanDurationMs }) => meanDurationMs)),
    totalDurationMs: Math.round(of(({ totalDurationMs }) => totalDurationMs)),
    meanEnergyWh: Math.round(of(({ meanEnergyWh }) => meanEnergyWh)),
    totalEnergyWh: Math.round(of(({ totalEnergyWh }) => totalEnergyWh)),
    sessionsPerWeek: of(({ sessionsPerWeek }) => sessionsPerWeek),
    meanStartHour: meanHour(members.map(({ meanStartHour }) => meanStartHour)),
  };
}

/** Users with alike habits. */
export function segmentUsers(rows: InsightRows): Outcome<UserSegments> {
  const ended = rows.sessions.filter(({ stoppedAtMs }) => stoppedAtMs !== null);
  const counts = countDemo(ended);
  const method = 'k-means, k by mean silhouette';
  const clock = weekClock(rows.timeZone);
  const hourOf = (atMs: number): number => {
    const { hour, minute } = clock(atMs);
    return hour + minute / 60;
  };
  const windowMs = Math.max(WEEK_MS, rows.toMs - rows.fromMs);
  const users = [...grouped(ended, ({ user }) => user)]
    .filter(([, sessions]) => sessions.length >= FEWEST_SESSIONS)
    .map(([user, sessions]) => ({ user, ...figuresOf(sessions, windowMs, hourOf) }))
    .toSorted((a, b) => b.sessions - a.sessions || (a.user < b.user ? -1 : 1))
    .slice(0, MOST_USERS);
  if (users.length < USERS_NEED) {
    const shortage = { of: `users with ${FEWEST_SESSIONS} sessions or more`, have: users.length, need: USERS_NEED };
    return { status: 'not-enough-data', method, ...counts, shortage };
  }
  const { k, clusters, silhouette, silhouettes } = clusterRows(standardised(users.map(columnsOf)), MOST_CLUSTERS);
  const withGroup = users.map((user, index) => ({ ...user, group: clusters[index] ?? 0 }));
  const groups = [...grouped(withGroup, ({ group }) => group)].toSorted(([, a], [, b]) => b.length - a.length);
  const rank = new Map(groups.map(([group], index) => [group, index]));
  return {
    status: 'ok',
    method: `k-means, k = ${k} by mean silhouette`,
    ...counts,
    result: {
      timeZone: rows.timeZone,
      k,
      silhouette,
      structure: structureOf(silhouette),
      silhouettes,
      groups: groups.map(([, members]) => ({ size: members.length, mean: meanFigures(members) })),
      users: withGroup.map((user) => ({ ...user, group: rank.get(user.group) ?? 0 })),
    },
  };
}
