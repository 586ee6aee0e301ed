import type { Kysely, Selectable } from 'kysely';
import type { Database, ReservationTable } from '../../store/schema.js';
import type { Reservation, ReservationStatus } from '../model.js';

export type ReservationRow = Selectable<ReservationTable>;

export function toReservation(row: ReservationRow): Reservation {
  return {
    id: row.id,
    chargePointId: row.station_id,
    connectorId: row.connector_id,
    idTag: row.id_tag,
    parentIdTag: row.parent_id_tag,
    expiryDateMs: row.expiry_at_ms,
    status: row.status as ReservationStatus,
    createdAtMs: row.created_at_ms,
    transactionId: row.tx_id,
  };
}

export async function findReservation(
  db: Kysely<Database>,
  stationId: string,
  id: number,
): Promise<Reservation | null> {
  const row = await db
    .selectFrom('reservation')
    .selectAll()
    .where('station_id', '=', stationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : toReservation(row);
}

/** The next reservationId: unique over all stations, so that the API can name it alone. Inside a write transaction. */
export async function nextReservationId(db: Kysely<Database>): Promise<number> {
  const highest = await db.selectFrom('reservation').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return (highest?.id ?? 0) + 1;
}
