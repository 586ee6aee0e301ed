import { HOUR_MS } from './hours.js';
import { isolationForest } from './isolation-forest.js';
import {
  type Anomalies,
  CONNECTOR_FEATURES,
  type ConnectorFeature,
  type Outcome,
  type RankedConnector,
} from './model.js';
import { seededRandom } from './random.js';
import { type ConnectorRow, countDemo, type InsightRows, type SessionRow, type StatusRow } from './rows.js';
import { grouped, mean, standardDeviation } from './statistics.js';

/** Of the paper: more trees change nothing, more rows per tree hide anomalies behind each other. */
const TREES = 200;
const SAMPLE_SIZE = 256;
const SEED = 1;
/** The paper: scores of about 0.5 are ordinary, those well above stand out. */
const THRESHOLD = 0.6;
export const ANOMALIES_NEED_CONNECTORS = 8;
/** The ranking is of how connectors are now, so it does not look back for ever. */
const LOOK_BACK_MS = 30 * 24 * HOUR_MS;
/** Its last week is compared with its weeks before. */
const RECENT_MS = 7 * 24 * HOUR_MS;
/** Sessions that both stretches need before they are compared. */
const FEWEST_SESSIONS = 5;
/** A session that brought less brought nothing. */
const EMPTY_WH = 100;
const DOWN = new Set(['Faulted', 'Unavailable']);

export interface ConnectorHistory {
  connector: ConnectorRow;
  sessions: readonly SessionRow[];
  /** By time. */
  statuses: readonly StatusRow[];
}

/** Milliseconds in which the connector was down, and how often it became Faulted. */
function downTime(statuses: readonly StatusRow[], fromMs: number, nowMs: number): { downMs: number; faults: number } {
  let downMs = 0;
  let faults = 0;
  statuses.forEach(({ status, atMs }, index) => {
    if (!DOWN.has(status)) return;
    const before = statuses[index - 1]?.status;
    if (status === 'Faulted' && before !== 'Faulted' && atMs >= fromMs) faults += 1;
    const untilMs = statuses[index + 1]?.atMs ?? nowMs;
    downMs += Math.max(0, untilMs - Math.max(atMs, fromMs));
  });
  return { downMs, faults };
}

interface Work {
  sessions: number;
  lengthMs: number;
  energyWh: number;
}

function workOf(sessions: readonly SessionRow[]): Work {
  return {
    sessions: sessions.length,
    lengthMs: sessions.reduce((sum, one) => sum + ((one.stoppedAtMs ?? one.startedAtMs) - one.startedAtMs), 0),
    energyWh: sessions.reduce((sum, one) => sum + one.energyWh, 0),
  };
}

/**
 * The last week against the weeks before, as ratios: 1 is as before. A connector is compared with itself only, so a
 * fast charger among slow ones is nothing unusual. 1 as long as there is too little to compare.
 */
function changes(ended: readonly SessionRow[], fromMs: number, nowMs: number): { usage: number; power: number } {
  const splitMs = nowMs - RECENT_MS;
  const before = workOf(ended.filter(({ startedAtMs }) => startedAtMs < splitMs));
  const recent = workOf(ended.filter(({ startedAtMs }) => startedAtMs >= splitMs));
  const beforeMs = splitMs - fromMs;
  if (beforeMs < RECENT_MS || before.sessions < FEWEST_SESSIONS) return { usage: 1, power: 1 };
  const usage = recent.sessions / RECENT_MS / (before.sessions / beforeMs);
  const powerBefore = before.energyWh / before.lengthMs;
  const comparable = recent.sessions >= FEWEST_SESSIONS && powerBefore > 0;
  return { usage, power: comparable ? recent.energyWh / recent.lengthMs / powerBefore : 1 };
}

/** What the forest sees of a connector. The seed's three (status, error, hours since the update) and what it did. */
export function connectorFeatures(history: ConnectorHistory, nowMs: number): Record<ConnectorFeature, number> {
  const { connector, sessions, statuses } = history;
  const fromMs = Math.max(connector.knownSinceMs, nowMs - LOOK_BACK_MS);
  const windowMs = Math.max(HOUR_MS, nowMs - fromMs);
  const ended = sessions.filter(({ startedAtMs, stoppedAtMs }) => stoppedAtMs !== null && startedAtMs >= fromMs);
  const { usage, power } = changes(ended, fromMs, nowMs);
  const { downMs, faults } = downTime(statuses, fromMs, nowMs);
  const isFaulted = DOWN.has(connector.status ?? '') || (connector.errorCode ?? 'NoError') !== 'NoError';
  return {
    faultedNow: isFaulted ? 1 : 0,
    hoursSinceStatus: Math.min(nowMs - (connector.statusAtMs ?? fromMs), LOOK_BACK_MS) / HOUR_MS,
    faultedShare: downMs / windowMs,
    faultsPerWeek: (faults * 7 * 24 * HOUR_MS) / windowMs,
    emptySessionShare:
      ended.length === 0 ? 0 : ended.filter((session) => session.energyWh < EMPTY_WH).length / ended.length,
    usageChange: usage,
    powerChange: power,
  };
}

function keyOf({ stationId, connectorId }: { stationId: string; connectorId: number }): string {
  return `${stationId}\n${connectorId}`;
}

/** Connectors, most unusual first. */
export function rankConnectors(rows: InsightRows): Outcome<Anomalies> {
  const counts = countDemo(rows.connectors);
  const method = `Isolation forest, ${TREES} trees`;
  if (counts.rowCount < ANOMALIES_NEED_CONNECTORS) {
    const shortage = { of: 'connectors', have: counts.rowCount, need: ANOMALIES_NEED_CONNECTORS };
    return { status: 'not-enough-data', method, ...counts, shortage };
  }
  const sessions = grouped(rows.sessions, keyOf);
  const statuses = grouped(rows.statuses, keyOf);
  const all = rows.connectors.map((connector) => {
    const key = keyOf(connector);
    const history = { connector, sessions: sessions.get(key) ?? [], statuses: statuses.get(key) ?? [] };
    return { connector, features: connectorFeatures(history, rows.nowMs) };
  });
  const table = all.map(({ features }) => CONNECTOR_FEATURES.map((name) => features[name]));
  const forest = isolationForest(table, { trees: TREES, sampleSize: SAMPLE_SIZE, random: seededRandom(SEED) });
  const usual = CONNECTOR_FEATURES.map((feature, column) => {
    const values = table.map((row) => row[column] ?? 0);
    return { feature, mean: mean(values), deviation: standardDeviation(values) };
  });
  const connectors = all.map(({ connector, features }, index): RankedConnector => {
    const score = forest.score(table[index] ?? []);
    const reasons = usual.map(({ feature, mean: middle, deviation }) => ({
      feature,
      value: features[feature],
      mean: middle,
      deviations: deviation === 0 ? 0 : (features[feature] - middle) / deviation,
    }));
    const reason = reasons.reduce((a, b) => (Math.abs(b.deviations) > Math.abs(a.deviations) ? b : a));
    const { stationId, connectorId, demo } = connector;
    return { stationId, connectorId, demo, score, flagged: score >= THRESHOLD, features, reason };
  });
  return {
    status: 'ok',
    method,
    ...counts,
    result: {
      trees: TREES,
      sampleSize: forest.sampleSize,
      seed: SEED,
      threshold: THRESHOLD,
      connectors: connectors.toSorted((a, b) => b.score - a.score),
    },
  };
}
