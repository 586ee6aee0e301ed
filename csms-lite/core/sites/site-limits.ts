import type { Core } from '../core.js';
import type { SiteAllocation } from '../model.js';
import { MINIMUM_MA, shareCurrent } from './share.js';
import { createSender, type LimitedSession, type Sender } from './site-profiles.js';

/** Keeps every site with a limit within it. */
export interface SiteLimits {
  /** What each session of a site is allowed now. */
  allocations(siteId: string): Promise<SiteAllocation[]>;
  /** Something changed: shares are computed anew, soon. */
  changed(siteId: string): void;
  /** It was restarted: what it was told may be gone. */
  booted(stationId: string): void;
  close(): void;
}

/** Changes that come together (a session ends as another begins) are one. */
const SETTLE_MS = 50;
/** A charge point that has just connected wants to boot first; one that does not boot has waited long enough. */
const CONNECTED_MS = 2000;
/** Its answer to BootNotification comes first. */
const BOOTED_MS = 200;
/** A share that could not be set is tried again after this. */
const RETRY_MS = 60_000;

interface Row extends LimitedSession {
  id: number;
  started_at_ms: number;
}

export function createSiteLimits(core: Core): SiteLimits {
  const sender: Sender = createSender(core);
  const timers = new Map<string, NodeJS.Timeout>();
  /** One computation per site at a time; a change in between is one more. */
  const working = new Map<string, { again: boolean }>();
  let closed = false;

  const later = (siteId: string, delayMs: number): void => {
    if (closed || timers.has(siteId)) return;
    const timer = setTimeout(() => {
      timers.delete(siteId);
      core.background.run(() => recompute(siteId), `sharing the current of site ${siteId}`);
    }, delayMs);
    timer.unref();
    timers.set(siteId, timer);
  };

  const soon = (siteId: string, delayMs: number): void => {
    const waiting = timers.get(siteId);
    if (waiting !== undefined) clearTimeout(waiting);
    timers.delete(siteId);
    later(siteId, delayMs);
  };

  const recompute = async (siteId: string): Promise<void> => {
    const running = working.get(siteId);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const state = { again: false };
    working.set(siteId, state);
    try {
      do {
        state.again = false;
        if (!(await apply(siteId))) later(siteId, RETRY_MS);
      } while (state.again && !closed);
    } finally {
      working.delete(siteId);
    }
  };

  /** @returns false when a charge point did not take its share */
  const apply = async (siteId: string): Promise<boolean> => {
    const site = await core.store.read.selectFrom('site').selectAll().where('id', '=', siteId).executeTakeFirst();
    const stations = await core.store.read.selectFrom('station').select('id').where('site_id', '=', siteId).execute();
    const limitMa = site?.limit_ma ?? null;
    if (limitMa === null) {
      await Promise.all(stations.map(({ id }) => sender.clear(id)));
      return true;
    }
    // A car that starts while nobody tells it otherwise draws the least that it can.
    const startMa = limitMa < MINIMUM_MA ? 0 : MINIMUM_MA;
    const defaults = await Promise.all(stations.map(({ id }) => sender.setDefault(id, startMa)));
    const sessions = await activeSessions(core, siteId);
    const shares = shareCurrent(limitMa, sessions.map(asDrawing));
    const wanted = sessions.map((session) => ({ session, limitMa: shares.get(session.id) ?? 0 }));
    // First down, then up: in between the site stays within its limit.
    const isRise = ({ session, limitMa: next }: (typeof wanted)[number]): boolean =>
      next > (sender.current(session) ?? Number.POSITIVE_INFINITY);
    const set = (group: typeof wanted): Promise<boolean[]> =>
      Promise.all(group.map(({ session, limitMa: next }) => sender.set(session, next)));
    const fallen = await set(wanted.filter((one) => !isRise(one)));
    // One that did not go down may still draw what it drew: nobody else may rise.
    if (fallen.includes(false)) return false;
    const risen = await set(wanted.filter(isRise));
    return !defaults.includes(false) && !risen.includes(false);
  };

  const touched = (stationId: string, delayMs: number): void =>
    core.background.run(async () => {
      const row = await core.store.read
        .selectFrom('station')
        .innerJoin('site', 'site.id', 'station.site_id')
        .select(['site.id', 'site.limit_ma'])
        .where('station.id', '=', stationId)
        .executeTakeFirst();
      if (row !== undefined && (row.limit_ma !== null || sender.has(stationId))) soon(row.id, delayMs);
    }, 'looking up the site of a charge point');

  const subscription = core.events.subscribe(({ event }) => {
    if (event.type === 'transaction.started' || event.type === 'transaction.stopped')
      touched(event.transaction.chargePointId, SETTLE_MS);
    if (event.type !== 'station.connected') return;
    sender.forget(event.station.id);
    touched(event.station.id, CONNECTED_MS);
  });

  return {
    changed: (siteId) => soon(siteId, SETTLE_MS),
    booted(stationId) {
      sender.forget(stationId);
      touched(stationId, BOOTED_MS);
    },
    async allocations(siteId) {
      const site = await core.store.read.selectFrom('site').selectAll().where('id', '=', siteId).executeTakeFirst();
      const limitMa = site?.limit_ma ?? null;
      if (limitMa === null) return [];
      const sessions = await activeSessions(core, siteId);
      const shares = shareCurrent(limitMa, sessions.map(asDrawing));
      return sessions.map((session) => {
        const wantedMa = shares.get(session.id) ?? 0;
        return {
          chargePointId: session.station_id,
          connectorId: session.connector_id,
          transactionId: session.transaction_id,
          limitMa: wantedMa,
          applied: sender.applied(session, wantedMa),
        };
      });
    },
    close() {
      closed = true;
      subscription.unsubscribe();
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

function asDrawing({ id, started_at_ms }: Row): { key: number; startedAtMs: number } {
  return { key: id, startedAtMs: started_at_ms };
}

async function activeSessions(core: Core, siteId: string): Promise<Row[]> {
  return await core.store.read
    .selectFrom('tx')
    .innerJoin('station', 'station.id', 'tx.station_id')
    .select(['tx.id', 'tx.transaction_id', 'tx.station_id', 'tx.connector_id', 'tx.started_at_ms'])
    .select('tx.start_received_at_ms')
    .where('station.site_id', '=', siteId)
    .where('tx.state', '=', 'active')
    .execute();
}
