import type { CsmsEvent } from '../core/events.js';
import type { Station, Transaction } from '../core/model.js';
import type { Csms, LogSink } from '../core/services.js';
import { createCharger, type MirroredCharger } from './charger.js';
import { createLinkWatch } from './link-watch.js';
import type { RealtimeDatabase } from './port.js';
import { resume } from './resume.js';
import { createTurnstile } from './turnstile.js';
import type { ViewSource } from './view.js';

/** How the copy in the Realtime Database stands. Times are epoch milliseconds. */
export interface FirebaseStatus {
  databaseUrl: string;
  /** There is a link to the database. */
  isLinked: boolean;
  /** Charge points whose newest state is not acknowledged. */
  pending: number;
  /** Acknowledged since start. */
  writes: number;
  /** Refused by the database since start. */
  refusals: number;
  lastWriteAtMs: number | null;
  /** The newest trouble; it may be over. */
  lastError: { atMs: number; message: string } | null;
}

export interface FirebaseMirror {
  status(): FirebaseStatus;
  /** What is not acknowledged is written after the next start. Idempotent. */
  close(): Promise<void>;
}

export type MirrorSource = ViewSource & Pick<Csms, 'events' | 'firebaseBook' | 'settings' | 'stations'>;

export interface MirrorOptions {
  csms: MirrorSource;
  database: RealtimeDatabase;
  databaseUrl: string;
  log: LogSink;
  nowMs?: () => number;
  random?: () => number;
  /** How long a write may go without an answer before the link is made anew. Default 15 s. */
  stallMs?: number;
}

const PAGE = 500;
/** A charge point's newest sessions that are looked through for those that ended unseen. */
const LOOK_BACK = 20;

/** Starts the copy: what differs from what the database has acknowledged is written, then everything that happens. */
export async function startFirebaseMirror(options: MirrorOptions): Promise<FirebaseMirror> {
  const { csms, database, databaseUrl, log, nowMs = Date.now, random = Math.random } = options;
  const chargers = new Map<string, MirroredCharger>();
  const watch = createLinkWatch({
    database,
    nowMs,
    stallMs: options.stallMs ?? 15_000,
    oldestWriteAtMs: () => Math.min(...[...chargers.values()].map((one) => one.writingSinceMs() ?? Infinity)),
    log,
  });
  const tally = { writes: 0, refusals: 0, lastWriteAtMs: null as number | null };
  const shell = {
    csms,
    database,
    nowMs,
    random,
    log,
    turn: createTurnstile(),
    onWritten(atMs: number) {
      tally.writes += 1;
      tally.lastWriteAtMs = atMs;
      watch.acknowledged();
    },
    onRefused(chargePointId: string, message: string) {
      tally.refusals += 1;
      watch.trouble(`${chargePointId}: ${message}`);
    },
  };
  /** null until the database of csms-lite was read: what happens meanwhile is applied after it. */
  let held: CsmsEvent[] | null = [];

  const onEvent = (event: CsmsEvent): void => {
    switch (event.type) {
      case 'station.updated':
      case 'station.connected':
      case 'station.disconnected': {
        const { station } = event;
        // Demonstration data is for csms-lite's own pages, never for the public.
        if (station.demo) return;
        const charger = chargers.get(station.id) ?? createCharger(shell, station.id, null, null);
        chargers.set(station.id, charger);
        charger.take({ t: 'station', station });
        return;
      }
      case 'station.removed':
        chargers.get(event.chargePointId)?.take({ t: 'removed' });
        return;
      case 'connector.status':
        if (event.connector.connectorId > 0)
          chargers.get(event.chargePointId)?.take({ t: 'connector', connector: event.connector });
        return;
      case 'transaction.started':
      case 'transaction.metered':
      case 'transaction.stopped':
        chargers.get(event.transaction.chargePointId)?.take({ t: 'session', transaction: event.transaction });
        return;
      default:
        return;
    }
  };
  const { unsubscribe } = csms.events.subscribe(({ event }) => {
    if (held === null) onEvent(event);
    else held.push(event);
  });

  const kept = new Map((await csms.firebaseBook.all()).map((one) => [one.chargePointId, one]));
  for (const station of await allStations(csms)) {
    if (station.demo) continue;
    const before = kept.get(station.id) ?? null;
    kept.delete(station.id);
    const running = await runningOn(csms, station);
    const ended = before === null ? [] : await endedOn(csms, station.id);
    const facts = resume(station, running, ended, before, nowMs());
    chargers.set(station.id, createCharger(shell, station.id, facts, before));
  }
  // Removed while nobody was there to say so.
  for (const gone of kept.values())
    chargers.set(gone.chargePointId, createCharger(shell, gone.chargePointId, null, gone));
  for (const event of held) onEvent(event);
  held = null;
  for (const charger of chargers.values()) charger.take({ t: 'time' });

  let closing: Promise<void> | null = null;
  return {
    status: () => ({
      databaseUrl,
      isLinked: watch.isUp(),
      pending: [...chargers.values()].filter((one) => one.isPending()).length,
      ...tally,
      lastError: watch.lastError(),
    }),
    close() {
      closing ??= (async () => {
        unsubscribe();
        watch.close();
        await Promise.all([...chargers.values()].map((one) => one.close()));
        await database.close();
      })();
      return closing;
    },
  };
}

async function allStations(csms: MirrorSource): Promise<Station[]> {
  const stations: Station[] = [];
  for (;;) {
    const page = await csms.stations.list({ limit: PAGE, offset: stations.length });
    stations.push(...page.items);
    // Demo data is not for drivers.
    if (page.items.length === 0 || stations.length >= page.total) return stations.filter(({ demo }) => !demo);
  }
}

async function runningOn(csms: MirrorSource, station: Station): Promise<Transaction[]> {
  const ids = station.connectors.flatMap(({ transactionId }) => (transactionId === null ? [] : [transactionId]));
  return await Promise.all(ids.map((id) => csms.transactions.get(id)));
}

async function endedOn(csms: MirrorSource, chargePointId: string): Promise<Transaction[]> {
  const page = await csms.transactions.list({ chargePointId, limit: LOOK_BACK });
  return page.items.filter(({ status }) => status === 'completed');
}
