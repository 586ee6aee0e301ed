import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import type { Core } from '../core.js';
import type { CsmsEvent } from '../events.js';
import { toFileJob } from '../records/file-jobs.js';
import { findReservation } from '../reservations/reservation-store.js';
import { stationUpdated } from '../stations/view.js';
import { findCommand } from './command-store.js';
import type { Changed } from './definition.js';

/** What a command has changed beside itself, as `db`, its write transaction, leaves it. */
export async function changesOf(
  core: Core,
  db: Kysely<Database>,
  stationId: string,
  changed: Changed,
): Promise<CsmsEvent[]> {
  const events: CsmsEvent[] = [];
  if (changed.reservationId !== undefined) {
    const reservation = await findReservation(db, stationId, changed.reservationId);
    if (reservation !== null) events.push({ type: 'reservation.updated', reservation });
  }
  if (changed.fileJobId !== undefined) {
    const job = await db.selectFrom('file_job').selectAll().where('id', '=', changed.fileJobId).executeTakeFirst();
    if (job !== undefined) events.push({ type: 'file-job.updated', job: toFileJob(job) });
  }
  if (changed.station === true) events.push(...(await stationUpdated(core, stationId, db)));
  return events;
}

/** The command as it is now. */
export async function commandUpdated(db: Kysely<Database>, id: string): Promise<CsmsEvent[]> {
  const command = await findCommand(db, id);
  return command === null ? [] : [{ type: 'command.updated', command }];
}
