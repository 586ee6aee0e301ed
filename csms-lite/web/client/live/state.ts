import { computed, signal } from '@preact/signals';
import type { ChargePointView, ConnectorView, TransactionView } from '../../../api/present.js';
import type { AlarmView } from '../../../api/present-alarm.js';
import { toMs } from '../../shared/format.js';
import { type Page, read } from '../api.js';
import { serverNowMs } from '../facts.js';
import { generation, type LiveEvent, onLive } from './stream.js';
import { rememberRecent, say } from './ticker.js';
import { tracePoint, traces } from './traces.js';

/** Charge points by id. */
export const stations = signal<ReadonlyMap<string, ChargePointView>>(new Map());
/** Active sessions, and those of today, by id. */
export const sessions = signal<ReadonlyMap<number, TransactionView>>(new Map());
/** Alarms that are not over, by id. */
export const openAlarms = signal<ReadonlyMap<number, AlarmView>>(new Map());
/** How many tags wait in the inbox. */
export const unknownTagCount = signal(0);
/** False until everything was read once. */
export const loaded = signal(false);
/** Why it could not be read; null when it could. */
export const loadProblem = signal<Error | null>(null);
/** The server's time, once a second. */
export const now = signal(serverNowMs());

export const stationList = computed(() =>
  [...stations.value.values()].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true })),
);

/** Nothing flows while a connector says one of these, whatever its last meter value was. */
const NO_FLOW = new Set(['SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Available', 'Faulted', 'Unavailable']);

export interface PowerNow {
  /** W; null when it was never told and cannot be computed. */
  powerW: number | null;
  /** Computed from energy readings. */
  derived: boolean;
}

/** What a session draws now. */
export function powerNow(session: TransactionView, connector: ConnectorView | undefined): PowerNow {
  if (connector !== undefined && connector.status !== null && NO_FLOW.has(connector.status))
    return { powerW: 0, derived: false };
  const told = session.live?.powerW;
  if (told !== undefined && told !== null) return { powerW: told, derived: false };
  const trace = traces.value.get(session.id);
  return { powerW: trace?.points.at(-1)?.powerW ?? null, derived: trace?.derived ?? false };
}

/** When the viewer's day began. */
export function midnightMs(): number {
  const day = new Date(serverNowMs());
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** The strip on the home page. */
export const figures = computed(() => {
  const all = [...stations.value.values()];
  const connectors = all.flatMap((station) => (station.connected ? station.connectors : []));
  const active = [...sessions.value.values()].filter((session) => session.status === 'active');
  const today = midnightMs();
  const powers = active.map((session) => {
    const station = stations.value.get(session.chargePointId);
    return powerNow(
      session,
      station?.connectors.find((connector) => connector.connectorId === session.connectorId),
    ).powerW;
  });
  // Unknown is not zero: only when no session told its power there is no sum.
  const told = powers.filter((powerW) => powerW !== null);
  const powerW = told.length === 0 && active.length > 0 ? null : told.reduce((sum, value) => sum + value, 0);
  const energyTodayWh = [...sessions.value.values()]
    .filter((session) => (toMs(session.startedAt) ?? 0) >= today)
    .reduce((sum, session) => sum + session.energyWh, 0);
  return {
    online: all.filter((station) => station.connected).length,
    stations: all.length,
    active: active.length,
    faulted: connectors.filter((connector) => connector.status === 'Faulted').length,
    powerW,
    energyTodayWh,
  };
});

/** Every active session and every one that began today: what the home page sums up. The list is in order of receipt. */
async function readSessions(): Promise<TransactionView[]> {
  const active = await read<Page<TransactionView>>('/transactions?status=active&limit=1000');
  const found = new Map(active.items.map((session) => [session.id, session]));
  for (let offset = 0; ; offset += 200) {
    const page = await read<Page<TransactionView>>(`/transactions?limit=200&offset=${offset}`);
    for (const session of page.items) found.set(session.id, session);
    const oldest = page.items.at(-1);
    if (oldest === undefined || page.items.length < 200 || (toMs(oldest.startReceivedAt) ?? 0) < midnightMs()) break;
  }
  return [...found.values()];
}

async function readAll(): Promise<void> {
  const [chargePoints, transactions, unknown, alarms] = await Promise.all([
    read<Page<ChargePointView>>('/charge-points?limit=1000'),
    readSessions(),
    read<Page<object>>('/unknown-id-tags?limit=1'),
    read<Page<AlarmView>>('/alarms?status=open&limit=1000'),
  ]);
  openAlarms.value = new Map(alarms.items.map((alarm) => [alarm.id, alarm]));
  stations.value = new Map(chargePoints.items.map((station) => [station.id, station]));
  sessions.value = new Map(transactions.map((session) => [session.id, session]));
  unknownTagCount.value = unknown.total;
  rememberRecent(transactions);
}

function putStation(station: ChargePointView): void {
  stations.value = new Map(stations.value).set(station.id, station);
}

function putAlarm(alarm: AlarmView): void {
  const open = new Map(openAlarms.value);
  if (alarm.status === 'open') open.set(alarm.id, alarm);
  else open.delete(alarm.id);
  openAlarms.value = open;
}

function apply(event: LiveEvent): void {
  switch (event.type) {
    case 'station.updated':
    case 'station.connected':
    case 'station.disconnected':
      putStation(event.chargePoint);
      break;
    case 'station.removed': {
      const rest = new Map(stations.value);
      rest.delete(event.chargePointId);
      stations.value = rest;
      break;
    }
    case 'connector.status': {
      const station = stations.value.get(event.chargePointId);
      if (station === undefined) break;
      const { connector } = event;
      const heard = { ...station, lastSeenAt: event.at };
      if (connector.connectorId === 0) putStation({ ...heard, mainStatus: connector });
      else {
        const others = station.connectors.filter((c) => c.connectorId !== connector.connectorId);
        putStation({ ...heard, connectors: [...others, connector].sort((a, b) => a.connectorId - b.connectorId) });
      }
      break;
    }
    case 'transaction.started':
    case 'transaction.metered':
    case 'transaction.stopped': {
      sessions.value = new Map(sessions.value).set(event.transaction.id, event.transaction);
      tracePoint(event.transaction);
      const station = stations.value.get(event.transaction.chargePointId);
      if (station !== undefined) putStation({ ...station, lastSeenAt: event.at });
      break;
    }
    case 'tag.unknown':
    case 'tag.updated':
      void read<Page<object>>('/unknown-id-tags?limit=1').then(
        (page) => {
          unknownTagCount.value = page.total;
        },
        () => undefined,
      );
      break;
    case 'tag.removed':
    case 'command.updated':
    case 'knock':
    case 'reservation.updated':
    case 'security.event':
    case 'file-job.updated':
    case 'insights.computed':
    case 'anomaly.detected':
    case 'anomaly.cleared':
      break;
    case 'alarm.raised':
    case 'alarm.cleared':
    case 'alarm.acknowledged':
      putAlarm(event.alarm);
      break;
  }
  say(event);
}

/**
 * Keeps the state right: reads everything once the stream stands, holds events back meanwhile, then applies them.
 * Each event carries its whole resource and all of them come in order, so the end is right whatever the overlap.
 */
export function startState(): void {
  let held: LiveEvent[] | null = null;
  onLive((event) => {
    if (held === null) apply(event);
    else held.push(event);
  });
  let reading = 0;
  const refresh = async (): Promise<void> => {
    reading += 1;
    const mine = reading;
    held ??= [];
    try {
      await readAll();
      loadProblem.value = null;
    } catch (error) {
      loadProblem.value = error instanceof Error ? error : new Error(String(error));
      if (mine === reading) window.setTimeout(() => void refresh(), 2000);
      return;
    }
    if (mine !== reading) return;
    const waiting = held;
    held = null;
    for (const event of waiting ?? []) apply(event);
    loaded.value = true;
  };
  generation.subscribe((count) => {
    if (count > 0) void refresh();
  });
  window.setInterval(() => {
    now.value = serverNowMs();
  }, 1000);
}
