import { signal } from '@preact/signals';
import type {
  ChargePointView,
  CommandView,
  ConnectorView,
  FileJobView,
  KnockView,
  MessageView,
  ReservationView,
  SecurityEventView,
  TagView,
  TransactionView,
  UnknownTagView,
} from '../../../api/present.js';
import type { AlarmView } from '../../../api/present-alarm.js';
import type { AnomalyView, CurrentView } from '../../../api/present-anomaly.js';
import { read } from '../api.js';

/** What the server's event stream tells; each event carries the whole resource. */
export type LiveEvent = { at: string } & (
  | { type: 'station.updated' | 'station.connected' | 'station.disconnected'; chargePoint: ChargePointView }
  | { type: 'station.removed'; chargePointId: string }
  | { type: 'connector.status'; chargePointId: string; connector: ConnectorView }
  | { type: 'transaction.started' | 'transaction.metered' | 'transaction.stopped'; transaction: TransactionView }
  | { type: 'command.updated'; command: CommandView }
  | { type: 'tag.updated'; tag: TagView }
  | { type: 'tag.removed'; idTag: string }
  | { type: 'tag.unknown'; tag: UnknownTagView }
  | { type: 'knock'; knock: KnockView }
  | { type: 'reservation.updated'; reservation: ReservationView }
  | { type: 'security.event'; event: SecurityEventView }
  | { type: 'file-job.updated'; job: FileJobView }
  | { type: 'insights.computed'; computedAt: string }
  | { type: 'anomaly.detected' | 'anomaly.cleared'; anomaly: AnomalyView }
  | { type: 'alarm.raised' | 'alarm.cleared' | 'alarm.acknowledged'; alarm: AlarmView }
);

const EVENT_TYPES: readonly LiveEvent['type'][] = [
  'station.updated',
  'station.connected',
  'station.disconnected',
  'station.removed',
  'connector.status',
  'transaction.started',
  'transaction.metered',
  'transaction.stopped',
  'command.updated',
  'tag.updated',
  'tag.removed',
  'tag.unknown',
  'knock',
  'reservation.updated',
  'security.event',
  'file-job.updated',
  'insights.computed',
  'anomaly.detected',
  'anomaly.cleared',
  'alarm.raised',
  'alarm.cleared',
  'alarm.acknowledged',
];

export type LinkState = 'connecting' | 'live' | 'lost';

/** How the connection to the server is. */
export const link = signal<LinkState>('connecting');
/** Counts how often everything had to be read again: pages that hold lists of their own watch it. */
export const generation = signal(0);

const RETRY_MS = [500, 1000, 2000, 4000, 8000];
/** A tab that nobody sees gives its connection back (browsers allow six to one server) and resumes when looked at. */
const HIDDEN_MS = 30_000;

const listeners = new Set<(event: LiveEvent) => void>();
const messageListeners = new Set<(message: MessageView) => void>();
/** One page looks at the currents of one charge point. */
let currentWatch: { chargePointId: string; listener: (point: CurrentView) => void } | null = null;
let source: EventSource | null = null;
let lastEventId: string | null = null;
let attempts = 0;
let retryTimer: number | undefined;
let hiddenTimer: number | undefined;

/** Calls `listener` for every event, in order, without gap or repetition. @returns how to stop */
export function onLive(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls `listener` for every OCPP frame while somebody listens. @returns how to stop */
export function onMessage(listener: (message: MessageView) => void): () => void {
  messageListeners.add(listener);
  if (messageListeners.size === 1) connect();
  return () => {
    messageListeners.delete(listener);
    if (messageListeners.size === 0) connect();
  };
}

/** Calls `listener` for current and limit of a charge point's connectors, first for what is kept; again after a lost connection. @returns how to stop */
export function onCurrent(chargePointId: string, listener: (point: CurrentView) => void): () => void {
  const mine = { chargePointId, listener };
  currentWatch = mine;
  connect();
  return () => {
    if (currentWatch !== mine) return;
    currentWatch = null;
    connect();
  };
}

function url(): string {
  const query = new URLSearchParams({ types: EVENT_TYPES.join(',') });
  if (lastEventId !== null) query.set('lastEventId', lastEventId);
  if (messageListeners.size > 0) query.set('messages', '*');
  if (currentWatch !== null) query.set('current', currentWatch.chargePointId);
  return `/api/v1/events?${query}`;
}

function disconnect(): void {
  clearTimeout(retryTimer);
  source?.close();
  source = null;
}

function retry(): void {
  const gaveUp = source?.readyState === EventSource.CLOSED;
  disconnect();
  link.value = 'lost';
  // EventSource does not tell the status; a session that ended is found out by asking.
  if (gaveUp) read('/settings').catch(() => undefined);
  retryTimer = window.setTimeout(connect, RETRY_MS[Math.min(attempts, RETRY_MS.length - 1)]);
  attempts += 1;
}

function remember(event: MessageEvent<string>): void {
  if (event.lastEventId !== '') lastEventId = event.lastEventId;
}

function connect(): void {
  disconnect();
  const opened = new EventSource(url());
  source = opened;
  const on = (name: string, handler: (event: MessageEvent<string>) => void): void => {
    opened.addEventListener(name, (event) => {
      if (source === opened) handler(event as MessageEvent<string>);
    });
  };
  on('hello', () => {
    attempts = 0;
    link.value = 'live';
  });
  for (const name of ['ready', 'reset']) {
    on(name, (event) => {
      remember(event);
      generation.value += 1;
    });
  }
  on('bye', retry);
  for (const type of EVENT_TYPES) {
    on(type, (event) => {
      remember(event);
      const live = JSON.parse(event.data) as LiveEvent;
      for (const listener of [...listeners]) listener(live);
    });
  }
  on('ocpp.message', (event) => {
    const message = JSON.parse(event.data) as MessageView;
    for (const listener of [...messageListeners]) listener(message);
  });
  on('connector.current', (event) => {
    currentWatch?.listener(JSON.parse(event.data) as CurrentView);
  });
  opened.onerror = () => {
    if (source === opened) retry();
  };
}

/** Starts the one connection of this page. */
export function startStream(): void {
  connect();
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) {
      hiddenTimer = window.setTimeout(disconnect, HIDDEN_MS);
    } else if (source === null) {
      attempts = 0;
      connect();
    }
  });
}
