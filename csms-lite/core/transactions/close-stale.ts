import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { closeProvisionally } from './close.js';
import { stoppedEvent } from './view.js';

/** How long after its boot a charge point may take to bring the stop of a session, or its next meter values. */
export const STALE_AFTER_BOOT_MS = 15 * 60_000;

/** Statuses of a connector on which no transaction can be running (1.6 §4.9). */
const WITHOUT_TRANSACTION = ['Available', 'Preparing', 'Reserved', 'Unavailable'];

/**
 * Closes sessions that their charge point has forgotten: it has booted since, says that nothing runs on the
 * connector, and for 15 minutes neither a StopTransaction nor meter values came. Only then: a charge point may resume
 * a transaction after a boot, and may bring the stop late. Either of them still undoes the close.
 */
export async function closeStaleSessions(
  core: Pick<Core, 'store' | 'sessions' | 'events' | 'outbox' | 'nowMs'>,
): Promise<void> {
  const nowMs = core.nowMs();
  const candidates = await core.store.read
    .selectFrom('tx')
    .innerJoin('station', 'station.id', 'tx.station_id')
    .innerJoin('connector', (join) =>
      join.onRef('connector.station_id', '=', 'tx.station_id').onRef('connector.connector_id', '=', 'tx.connector_id'),
    )
    .select(['tx.id', 'station.last_boot_at_ms as boot_at_ms'])
    .where('tx.state', '=', 'active')
    .where('station.last_boot_at_ms', '<=', nowMs - STALE_AFTER_BOOT_MS)
    .whereRef('station.last_boot_at_ms', '>', 'tx.start_received_at_ms')
    .where('connector.status', 'in', WITHOUT_TRANSACTION)
    .whereRef('connector.status_received_at_ms', '>=', 'station.last_boot_at_ms')
    .execute();
  for (const { id, boot_at_ms } of candidates) {
    // The view of the samples is quick for one session that is named, not for a join.
    const metered = await core.store.read
      .selectFrom('meter_reading')
      .select('at_ms')
      .where('tx_id', '=', id)
      .where('received_at_ms', '>=', boot_at_ms)
      .limit(1)
      .executeTakeFirst();
    if (metered !== undefined) continue;
    await commit(
      core,
      async (db, announce) => {
        const row = await db.selectFrom('tx').selectAll().where('id', '=', id).executeTakeFirst();
        if (row === undefined || row.state !== 'active') return null;
        const close = { closedBy: 'after-boot', reason: 'Reboot', atMs: nowMs } as const;
        const closed = await closeProvisionally(db, row, close);
        announce(stoppedEvent(core, closed));
        return closed;
      },
      (closed) => {
        if (closed !== null) core.sessions.update(closed);
      },
    );
  }
}
