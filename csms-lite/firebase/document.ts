import type { Connector, Station, Transaction } from '../core/model.js';
import type { DriverView } from '../web/driver/view.js';
import { driverOf, type UidMode } from './uid.js';

export type StatusWord =
  | 'STANDBY'
  | 'PREPARING'
  | 'OCCUPIED'
  | 'CHARGING'
  | 'SUSPENDED_EV'
  | 'SUSPENDED_EVSE'
  | 'FINISHED'
  | 'RESERVED'
  | 'UNAVAILABLE'
  | 'FAULTED'
  | 'OFFLINE'
  | 'UNKNOWN';

/** The seed's structure. Texts as people read them; empty where no session is. */
export interface SessionFields {
  uid: string;
  username: string;
  /** `22.1 kW`; `–`: not told. */
  power: string;
  /** `0.50 kWh` */
  energy: string;
  /** `1:02:03`, hours, minutes, seconds. */
  duration: string;
  status: StatusWord;
  /** RFC 3339, when csms-lite wrote it. */
  last_updated: string;
}

export interface ConnectorEntry extends SessionFields {
  /** OCPP ChargePointStatus as last told; absent: never. */
  connector_status?: string;
  /** `Transaction.id` of the session that runs or has just finished. */
  session?: number;
  /** What the driver's page shows of it. */
  view?: DriverView;
}

/** `/chargers/{chargePointId}`: the seed's fields for the connector that matters most, and every connector below. */
export interface ChargerDocument extends SessionFields {
  name: string;
  /** Whether the charge point has a connection to csms-lite. */
  online: boolean;
  connectors: Record<string, ConnectorEntry>;
}

/** A session that has ended and is still shown as FINISHED. */
export interface Finished {
  transaction: Transaction;
  /** When the database had acknowledged it; null: not yet. */
  shownAtMs: number | null;
}

/** What is known of a charge point. */
export interface ChargerFacts {
  station: Station;
  /** Running sessions by connector. */
  sessions: Readonly<Record<number, Transaction>>;
  finished: Readonly<Record<number, Finished>>;
}

/** Nothing flows while a connector says one of these, whatever its last meter value was. */
const NO_FLOW = new Set(['SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Available', 'Faulted', 'Unavailable']);

const WITHOUT_SESSION: Readonly<Record<string, StatusWord>> = {
  Available: 'STANDBY',
  Finishing: 'STANDBY',
  Preparing: 'PREPARING',
  // A session that csms-lite does not know of, or not yet; the word is OCPP 2.x's.
  Charging: 'OCCUPIED',
  SuspendedEV: 'OCCUPIED',
  SuspendedEVSE: 'OCCUPIED',
  Reserved: 'RESERVED',
  Unavailable: 'UNAVAILABLE',
  Faulted: 'FAULTED',
};

const IN_SESSION: Readonly<Record<string, StatusWord>> = {
  SuspendedEV: 'SUSPENDED_EV',
  SuspendedEVSE: 'SUSPENDED_EVSE',
  Faulted: 'FAULTED',
};

/** `1:02:03` */
function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function powerText(powerW: number | null): string {
  return powerW === null ? '–' : `${(powerW / 1000).toFixed(1)} kW`;
}

function energyText(energyWh: number): string {
  return `${(energyWh / 1000).toFixed(2)} kWh`;
}

function sessionFields(transaction: Transaction, powerW: number | null, endMs: number, uid: UidMode) {
  return {
    ...driverOf(transaction.idTag, uid),
    power: powerText(powerW),
    energy: energyText(transaction.energyWh),
    duration: durationText(endMs - transaction.startedAtMs),
    session: transaction.id,
  };
}

const NO_SESSION = { uid: '', username: '', power: '', energy: '', duration: '' };

/** Connectors with their last status; a session may come before its connector's first StatusNotification. Ascending. */
export function connectorsOf({
  station,
  sessions,
  finished,
}: ChargerFacts): Pick<Connector, 'connectorId' | 'status'>[] {
  const known = new Map<number, string | null>(station.connectors.map((one) => [one.connectorId, one.status]));
  for (const id of [...Object.keys(sessions), ...Object.keys(finished)].map(Number))
    if (!known.has(id)) known.set(id, null);
  return [...known].sort(([a], [b]) => a - b).map(([connectorId, status]) => ({ connectorId, status }));
}

function entryOf(
  facts: ChargerFacts,
  { connectorId, status }: Pick<Connector, 'connectorId' | 'status'>,
  uid: UidMode,
  nowMs: number,
): ConnectorEntry {
  const common = {
    last_updated: new Date(nowMs).toISOString(),
    ...(status === null ? {} : { connector_status: status }),
  };
  const running = facts.sessions[connectorId];
  if (running !== undefined) {
    const powerW = NO_FLOW.has(status ?? '') ? 0 : (running.live?.powerW ?? null);
    return { ...common, ...sessionFields(running, powerW, nowMs, uid), status: IN_SESSION[status ?? ''] ?? 'CHARGING' };
  }
  const finished = facts.finished[connectorId];
  if (finished !== undefined) {
    const { transaction } = finished;
    const endMs = transaction.stoppedAtMs ?? nowMs;
    return { ...common, ...sessionFields(transaction, 0, endMs, uid), status: 'FINISHED' };
  }
  const word = facts.station.connected ? (WITHOUT_SESSION[status ?? ''] ?? 'UNKNOWN') : 'OFFLINE';
  return { ...common, ...NO_SESSION, status: word };
}

/** The newest running session, else the newest finished one, else the first connector. */
function foremost(facts: ChargerFacts): number | null {
  const newest = (sessions: readonly Transaction[]): number | null =>
    [...sessions].sort((a, b) => b.startedAtMs - a.startedAtMs || b.id - a.id)[0]?.connectorId ?? null;
  return (
    newest(Object.values(facts.sessions)) ??
    newest(Object.values(facts.finished).map(({ transaction }) => transaction)) ??
    connectorsOf(facts)[0]?.connectorId ??
    null
  );
}

/** Pure: what `/chargers/{chargePointId}` holds, without the connectors' `view`. */
export function chargerDocument(facts: ChargerFacts, uid: UidMode, nowMs: number): ChargerDocument {
  const { station } = facts;
  const connectors = Object.fromEntries(
    connectorsOf(facts).map((connector) => [connector.connectorId, entryOf(facts, connector, uid, nowMs)]),
  );
  const first = connectors[foremost(facts) ?? -1];
  const top = first ?? {
    ...NO_SESSION,
    status: station.connected ? 'UNKNOWN' : 'OFFLINE',
    last_updated: new Date(nowMs).toISOString(),
  };
  const { uid: shownUid, username, power, energy, duration, status, last_updated } = top;
  return {
    ...{ uid: shownUid, username, power, energy, duration, status, last_updated },
    name: station.displayName ?? station.id,
    online: station.connected,
    connectors,
  };
}

/** Members that change by themselves: they alone are no reason to write. */
const VOLATILE: ReadonlySet<string> = new Set(['last_updated', 'duration', 'view']);

/** Equal for documents that say the same, times apart. */
export function gist(document: ChargerDocument | null): string {
  return JSON.stringify(document, (key, value: unknown) => (VOLATILE.has(key) ? undefined : value));
}

/** Equal for documents in the same states with the same sessions, whatever has been measured. */
export function stateGist(document: ChargerDocument | null): string {
  if (document === null) return '';
  const states = Object.entries(document.connectors).map(([id, { status, connector_status, session }]) =>
    [id, status, connector_status, session].join(' '),
  );
  return [document.status, document.online, ...states].join('\n');
}
