import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import { pageOf } from '../paging.js';
import type { ReservationService } from '../services.js';
import { toReservation } from './reservation-store.js';

export function createReservationService(core: Core): ReservationService {
  return {
    async list(filter) {
      await expireReservations(core);
      const { limit, offset } = pageOf(filter);
      let query = core.store.read.selectFrom('reservation');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      if (filter?.status !== undefined) query = query.where('status', '=', filter.status);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('seq', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toReservation), total: Number(count.total) };
    },
    async get(id) {
      await expireReservations(core);
      const row = await core.store.read
        .selectFrom('reservation')
        .selectAll()
        .where('id', '=', id)
        .orderBy('seq', 'desc')
        .executeTakeFirst();
      if (row === undefined)
        throw new ServiceError(
          'reservation_not_found',
          `There is no reservation ${id}.`,
          'GET /reservations lists them.',
        );
      return toReservation(row);
    },
  };
}

/** Reservations end by themselves at their expiryDate (1.6 §5.13); the charge point sends nothing of it. */
export async function expireReservations(core: Core): Promise<void> {
  const nowMs = core.nowMs();
  const due = await core.store.read
    .selectFrom('reservation')
    .select('seq')
    .where('status', 'in', ['Accepted', 'Pending'])
    .where('expiry_at_ms', '<=', nowMs)
    .execute();
  if (due.length === 0) return;
  await commit(core, async (db, announce) => {
    const rows = await db
      .updateTable('reservation')
      .set({ status: 'Expired' })
      .where(
        'seq',
        'in',
        due.map((row) => row.seq),
      )
      .where('status', 'in', ['Accepted', 'Pending'])
      .returningAll()
      .execute();
    for (const row of rows) announce({ type: 'reservation.updated', reservation: toReservation(row) });
  });
}
