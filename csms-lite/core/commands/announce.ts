import type { Core } from '../core.js';
import { toFileJob } from '../records/file-jobs.js';
import { findReservation } from '../reservations/reservation-store.js';
import { announceStation } from '../stations/view.js';
import type { Changed } from './definition.js';

/** Announces what a command has changed beside itself. */
export async function announceChanges(core: Core, stationId: string, changed: Changed): Promise<void> {
  const db = core.store.read;
  if (changed.reservationId !== undefined) {
    const reservation = await findReservation(db, stationId, changed.reservationId);
    if (reservation !== null) core.events.publish({ type: 'reservation.updated', reservation });
  }
  if (changed.fileJobId !== undefined) {
    const job = await db.selectFrom('file_job').selectAll().where('id', '=', changed.fileJobId).executeTakeFirst();
    if (job !== undefined) core.events.publish({ type: 'file-job.updated', job: toFileJob(job) });
  }
  if (changed.station === true) await announceStation(core, stationId);
}
