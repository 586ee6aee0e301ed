import type { Kysely } from 'kysely';
import type { Database } from '../store/schema.js';
import { HOUR_MS } from './hours.js';

/** A session as the models see it. Refused starts are not among them. */
export interface SessionRow {
  stationId: string;
  connectorId: number;
  /** Login of the user whose card it was, else the idTag. */
  user: string;
  startedAtMs: number;
  /** null while it runs. */
  stoppedAtMs: number | null;
  /** 0 while it runs. */
  energyWh: number;
  demo: boolean;
}

export interface ConnectorRow {
  stationId: string;
  connectorId: number;
  status: string | null;
  errorCode: string | null;
  statusAtMs: number | null;
  /** When its charge point was registered. */
  knownSinceMs: number;
  demo: boolean;
}

export interface StatusRow {
  stationId: string;
  connectorId: number;
  status: string;
  atMs: number;
}

/** Everything that the models are computed from. */
export interface InsightRows {
  /** When they were read. */
  nowMs: number;
  /** Full hours: from the first session, at most `WINDOW_DAYS` back, to the hour that runs. */
  fromMs: number;
  toMs: number;
  /** IANA name; hours of the day are those of it. */
  timeZone: string;
  sessions: SessionRow[];
  connectors: ConnectorRow[];
  /** By time. */
  statuses: StatusRow[];
}

export const WINDOW_DAYS = 90;
/** What the clock of a charge point said cannot be true. */
const LONGEST_SESSION_MS = 7 * 24 * HOUR_MS;

/** Reads what the models need. Only the thread calls this: it can be many rows. */
export async function readRows(db: Kysely<Database>, nowMs: number, timeZone: string): Promise<InsightRows> {
  const toMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const earliestMs = toMs - WINDOW_DAYS * 24 * HOUR_MS;
  const sessions = await db
    .selectFrom('tx')
    .leftJoin('account_tag', 'account_tag.id_tag_key', 'tx.id_tag_key')
    .leftJoin('account', 'account.id', 'account_tag.account_id')
    .select([
      'tx.station_id as stationId',
      'tx.connector_id as connectorId',
      'tx.id_tag as idTag',
      'tx.state as state',
      'tx.started_at_ms as startedAtMs',
      'tx.stopped_at_ms as stoppedAtMs',
      'tx.energy_wh as energyWh',
      'tx.demo as demo',
      'account.login as login',
    ])
    .where('tx.started_at_ms', '>=', earliestMs)
    .where('tx.started_at_ms', '<=', nowMs)
    .where('tx.authorization_status', '=', 'Accepted')
    .orderBy('tx.started_at_ms')
    .execute();
  const connectors = await db
    .selectFrom('connector')
    .innerJoin('station', 'station.id', 'connector.station_id')
    .select([
      'connector.station_id as stationId',
      'connector.connector_id as connectorId',
      'connector.status as status',
      'connector.error_code as errorCode',
      'connector.status_at_ms as statusAtMs',
      'station.registered_at_ms as knownSinceMs',
      'station.demo as demo',
    ])
    // Connector 0 is the charge point itself.
    .where('connector.connector_id', '>', 0)
    .orderBy('connector.station_id')
    .orderBy('connector.connector_id')
    .execute();
  const statuses = await db
    .selectFrom('connector_status_log')
    .select(['station_id as stationId', 'connector_id as connectorId', 'status', 'at_ms as atMs'])
    .where('at_ms', '>=', earliestMs)
    .where('at_ms', '<=', nowMs)
    .where('connector_id', '>', 0)
    .orderBy('at_ms')
    .execute();
  const kept = sessions.filter(({ state, startedAtMs, stoppedAtMs }) => {
    if (state === 'active') return nowMs - startedAtMs <= LONGEST_SESSION_MS;
    const lengthMs = (stoppedAtMs ?? startedAtMs) - startedAtMs;
    return lengthMs > 0 && lengthMs <= LONGEST_SESSION_MS;
  });
  const firstMs = kept[0]?.startedAtMs ?? toMs;
  return {
    nowMs,
    fromMs: Math.min(toMs, Math.max(earliestMs, Math.floor(firstMs / HOUR_MS) * HOUR_MS)),
    toMs,
    timeZone,
    sessions: kept.map(({ idTag, login, state, energyWh, stoppedAtMs, demo, ...session }) => ({
      ...session,
      user: login ?? idTag,
      stoppedAtMs: state === 'active' ? null : stoppedAtMs,
      energyWh: energyWh ?? 0,
      demo: demo === 1,
    })),
    connectors: connectors.map(({ demo, ...connector }) => ({ ...connector, demo: demo === 1 })),
    statuses,
  };
}

export function countDemo(rows: readonly { demo: boolean }[]): { rowCount: number; demoRowCount: number } {
  return { rowCount: rows.length, demoRowCount: rows.filter(({ demo }) => demo).length };
}
