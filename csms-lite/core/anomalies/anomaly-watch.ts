import { estimateSkew, type SkewEstimate } from '../clock-skew.js';
import type { Core } from '../core.js';
import type { ReadMeterValue } from '../transactions/samples.js';
import type { Session } from '../transactions/session-index.js';
import type { AnomalyBook } from './anomaly-book.js';
import { type ConnectorWatch, UNWATCHED, type WatchStep, watchSample, watchTime } from './connector-watch.js';
import { type CurrentService, createCurrentTrace } from './current-trace.js';
import { createProfileCache } from './profile-cache.js';
import { limitInForce } from './profile-limit.js';
import { readCurrent } from './reading.js';
import { readTold } from './told.js';

/** What the handlers tell the detectors. Costs them next to nothing: everything is done later. */
export interface AnomalyDesk {
  /** Meter values that are stored. @param session the one that they belong to; null: none */
  meter(
    stationId: string,
    connectorId: number,
    session: Session | null,
    values: readonly ReadMeterValue[],
    receivedAtMs: number,
  ): void;
  /** A charge point says it itself. @returns false when it cannot be read */
  told(stationId: string, data: string | null, receivedAtMs: number): boolean;
  /** It was restarted and knows nothing any more of what it told. */
  booted(stationId: string): void;
}

export interface AnomalyWatch extends AnomalyDesk {
  readonly current: CurrentService;
  stop(): void;
}

interface Inbound {
  stationId: string;
  connectorId: number;
  session: Session | null;
  values: readonly ReadMeterValue[];
  receivedAtMs: number;
  /** When it came: until it is looked at, the connector may say something else. */
  permitted: boolean | null;
}

interface Entry {
  stationId: string;
  connectorId: number;
  watch: ConnectorWatch;
  skew: SkewEstimate | null;
  heardAtMs: number;
}

/** The detectors are run this often, on what has come since. */
const DRAIN_MS = 250;
/** Their windows are made for a sample a second at most; what a session tells more often would only cost. */
const SHORTEST_INTERVAL_MS = 1000;
const SILENCE_MS = 2000;
/** Older ones were stored offline: what was allowed then is not known any more. */
const LATE_MS = 60_000;
/** Nobody charges while a connector says one of these (1.6 §4.9). Preparing and the others are left open. */
const AT_REST = new Set(['Available', 'Finishing', 'Reserved', 'Unavailable', 'Faulted']);

const keyOf = (stationId: string, connectorId: number): string => `${connectorId} ${stationId}`;

/** Looks at every charge point's meter values. In memory: after a restart it begins anew. */
export function startAnomalyWatch(core: Omit<Core, 'anomalies'>, book: AnomalyBook): AnomalyWatch {
  const entries = new Map<string, Entry>();
  const statuses = new Map<string, string>();
  /** Sessions that have ended, by the connector's key: until the next sample of another. */
  const ended = new Map<string, number>();
  const profiles = createProfileCache(core);
  const trace = createCurrentTrace();
  let waiting: Inbound[] = [];
  /** Time of the last sample that was looked at, of each session. */
  const looked = new WeakMap<Session, number>();
  const isTooSoon = (session: Session, values: readonly ReadMeterValue[]): boolean => {
    const atMs = values.at(-1)?.time.atMs;
    if (atMs === undefined) return true;
    const sinceMs = atMs - (looked.get(session) ?? Number.NEGATIVE_INFINITY);
    // A clock that was set back is not too soon.
    if (sinceMs >= 0 && sinceMs < SHORTEST_INTERVAL_MS) return true;
    looked.set(session, atMs);
    return false;
  };
  let drain: NodeJS.Timeout | null = null;

  const conclude = (entry: Entry, { watch, changes }: WatchStep): void => {
    const { stationId, connectorId } = entry;
    entry.watch = watch;
    const sighting = { stationId, connectorId, source: 'csms' } as const;
    for (const { t, finding, fromMs } of changes)
      core.background.run(
        () =>
          t === 'detected' ? book.detected(sighting, finding, fromMs, watch.txId) : book.cleared(sighting, finding),
        'keeping an anomaly',
      );
  };

  const isPermitted = (key: string, session: Session | null): boolean | null => {
    if (session !== null) return true;
    const status = statuses.get(key);
    return status !== undefined && AT_REST.has(status) ? false : null;
  };

  const take = ({ stationId, connectorId, session, values, receivedAtMs, permitted }: Inbound): void => {
    const key = keyOf(stationId, connectorId);
    const entry = entries.get(key) ?? { stationId, connectorId, watch: UNWATCHED, skew: null, heardAtMs: receivedAtMs };
    entries.set(key, entry);
    entry.heardAtMs = receivedAtMs;
    for (const { time, samples } of values) {
      entry.skew = estimateSkew(entry.skew, time.atMs, receivedAtMs);
      const ourTimeMs = time.atMs - entry.skew.skewMs;
      const known = receivedAtMs - ourTimeMs < LATE_MS ? profiles.get(stationId) : [];
      const running =
        session === null
          ? null
          : { connectorId, transactionId: session.row.transaction_id, startedAtMs: session.row.started_at_ms };
      const reading = readCurrent(samples, limitInForce(known, running, connectorId, ourTimeMs));
      if (reading === null) continue;
      trace.add({ chargePointId: stationId, connectorId, atMs: time.atMs, ...reading });
      const sample = { atMs: time.atMs, ...reading, permitted };
      conclude(entry, watchSample(entry.watch, sample, session?.row.id ?? null));
    }
  };

  const drainNow = (): void => {
    drain = null;
    const batch = waiting;
    waiting = [];
    for (const inbound of batch) take(inbound);
  };

  const lookForSilence = (): void => {
    const nowMs = core.nowMs();
    for (const [key, entry] of entries) {
      const link = core.links.get(entry.stationId);
      const runs = entry.watch.txId !== null && ended.get(key) !== entry.watch.txId;
      // A charge point that is away is offline, not silent; one that is back has to be heard first.
      const owed = link !== null && runs ? Math.max(entry.heardAtMs, link.connectedAtMs) : null;
      const skewMs = entry.skew?.skewMs ?? 0;
      conclude(entry, watchTime(entry.watch, owed === null ? null : owed + skewMs, nowMs + skewMs));
    }
  };
  const timer = setInterval(lookForSilence, SILENCE_MS);
  timer.unref();

  const subscription = core.events.subscribe(({ event }) => {
    switch (event.type) {
      case 'connector.status': {
        const { connectorId, status } = event.connector;
        if (status !== null) statuses.set(keyOf(event.chargePointId, connectorId), status);
        return;
      }
      case 'transaction.stopped':
        ended.set(keyOf(event.transaction.chargePointId, event.transaction.connectorId), event.transaction.id);
        return;
      case 'station.removed':
        for (const [key, entry] of entries) if (entry.stationId === event.chargePointId) entries.delete(key);
        trace.forget(event.chargePointId);
        core.background.run(() => book.forget('csms', event.chargePointId), 'forgetting anomalies');
        core.background.run(() => book.forget('charge-point', event.chargePointId), 'forgetting anomalies');
        return;
    }
  });

  return {
    current: trace,
    meter(stationId, connectorId, session, values, receivedAtMs) {
      // Connector 0 is the main meter. Of a session that has ended: they came late, or are the last word.
      if (connectorId < 1 || (session !== null && session.row.state !== 'active')) return;
      if (session !== null && isTooSoon(session, values)) return;
      const permitted = isPermitted(keyOf(stationId, connectorId), session);
      waiting.push({ stationId, connectorId, session, values, receivedAtMs, permitted });
      drain ??= setTimeout(drainNow, DRAIN_MS);
    },
    told(stationId, data, receivedAtMs) {
      const told = readTold(data, receivedAtMs);
      if (told === null) return false;
      const { connectorId, finding, fromMs } = told;
      const sighting = { stationId, connectorId, source: 'charge-point' } as const;
      core.background.run(async () => {
        if (told.isOver) return await book.cleared(sighting, finding);
        const session = await core.sessions.activeOn(stationId, connectorId);
        await book.detected(sighting, finding, fromMs, session?.row.id ?? null);
      }, 'keeping an anomaly that a charge point has told');
      return true;
    },
    booted(stationId) {
      core.background.run(() => book.forget('charge-point', stationId), 'forgetting anomalies');
    },
    stop() {
      clearInterval(timer);
      if (drain !== null) clearTimeout(drain);
      subscription.unsubscribe();
      profiles.close();
    },
  };
}
