import type { Core } from './core.js';
import { expireReservations } from './reservations/reservation-service.js';
import { closeStaleSessions } from './transactions/close-stale.js';
import type { LimitWatch } from './wallets/limit-watch.js';

const RESERVATIONS_EVERY_MS = 5_000;
const HOUSEKEEPING_EVERY_MS = 30_000;

/** What has to be done from time to time. A failure is logged and tried again the next time. */
export function startMaintenance(core: Core, wallets: Pick<LimitWatch, 'sweep'>): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const every = (intervalMs: number, what: string, work: () => Promise<void>): NodeJS.Timeout => {
    const timer = setInterval(() => {
      running = running
        .then(work)
        .catch((error: unknown) => core.log.error({ err: error }, `${what} failed; it is tried again`));
    }, intervalMs);
    // A process that has nothing else to do may end.
    timer.unref();
    return timer;
  };
  const timers = [
    every(RESERVATIONS_EVERY_MS, 'ending expired reservations', () => expireReservations(core)),
    every(HOUSEKEEPING_EVERY_MS, 'housekeeping', async () => {
      await core.clocks.flush();
      await core.quirks.flush();
      await noteLastSeen(core);
      await closeStaleSessions(core);
      await wallets.sweep();
    }),
  ];
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await running;
    },
  };
}

/** While connected it is in memory; a crash loses at most this interval. */
async function noteLastSeen(core: Core): Promise<void> {
  const links = [...core.links.all()];
  if (links.length === 0) return;
  await core.store.write(async (db) => {
    for (const link of links)
      await db
        .updateTable('station')
        .set({ last_seen_at_ms: link.lastSeenAtMs })
        .where('id', '=', link.stationId)
        .execute();
  });
}
