import type { Db } from '../database.js';
import type { ReservationStore, StoredReservation } from '../stores.js';

interface Row {
  reservation_id: number;
  connector_id: number;
  id_tag: string;
  parent: string | null;
  expires_ms: number;
}

export function createReservationStore(db: Db): ReservationStore {
  const selectAll = db.prepare<[], Row>('SELECT * FROM reservations ORDER BY reservation_id');
  const select = db.prepare<[number], Row>('SELECT * FROM reservations WHERE reservation_id = ?');
  const upsert = db.prepare<[number, number, string, string | null, number]>(
    `INSERT INTO reservations (reservation_id, connector_id, id_tag, parent, expires_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (reservation_id) DO UPDATE SET connector_id = excluded.connector_id, id_tag = excluded.id_tag,
       parent = excluded.parent, expires_ms = excluded.expires_ms`,
  );
  const remove = db.prepare<[number]>('DELETE FROM reservations WHERE reservation_id = ?');
  return {
    list: () => selectAll.all().map(toReservation),
    get(reservationId) {
      const row = select.get(reservationId);
      return row === undefined ? null : toReservation(row);
    },
    put(reservation) {
      const { reservationId, connectorId, idTag, parentIdTag, expiresAtMs } = reservation;
      upsert.run(reservationId, connectorId, idTag, parentIdTag, expiresAtMs);
    },
    remove: (reservationId) => remove.run(reservationId).changes > 0,
  };
}

function toReservation(row: Row): StoredReservation {
  return {
    reservationId: row.reservation_id,
    connectorId: row.connector_id,
    idTag: row.id_tag,
    parentIdTag: row.parent,
    expiresAtMs: row.expires_ms,
  };
}
