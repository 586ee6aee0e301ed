import type { Kysely } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { Database } from '../../store/schema.js';
import { tagKey } from '../authorization.js';
import type { ReportedStart } from './record-start.js';

/** How long after a remote start its session may begin: the car may still have to be plugged in. */
const REMOTE_START_WINDOW_MS = 10 * 60_000;

/** The remote-start command that caused this start: oldest that is not linked, same tag, same connector if it named one. */
export async function linkRemoteStart(db: Kysely<Database>, start: ReportedStart): Promise<string | null> {
  const candidates = await db
    .selectFrom('command')
    .select(['id', 'request'])
    .where('station_id', '=', start.stationId)
    .where('action', '=', 'RemoteStartTransaction')
    .where('tx_id', 'is', null)
    .where('created_at_ms', '>=', start.receivedAtMs - REMOTE_START_WINDOW_MS)
    .where('created_at_ms', '<=', start.receivedAtMs)
    .where((where) =>
      // A timed-out one may still have been carried out.
      where.or([where('status', '!=', 'completed'), where('response', 'like', '%"Accepted"%')]),
    )
    .orderBy('seq')
    .execute();
  const match = candidates.find((command) => {
    const request = parseJson<{ idTag: string; connectorId?: number }>(command.request);
    if (tagKey(request.idTag) !== tagKey(start.idTag)) return false;
    return request.connectorId === undefined || request.connectorId === start.connectorId;
  });
  return match?.id ?? null;
}

/**
 * Marks the reservation that this start uses. It is the one that it names (1.6 §4.8); a charge point that names none and
 * starts what was reserved for this tag, or for another of its parent (§5.13), has used it all the same.
 * @returns its id, null when there is none
 */
export async function useReservation(
  db: Kysely<Database>,
  start: ReportedStart,
  parentIdTag: string | null,
  txId: number,
): Promise<number | null> {
  const id = start.reservationId ?? (await reservedFor(db, start, parentIdTag));
  if (id === null) return null;
  const used = await db
    .updateTable('reservation')
    .set({ status: 'Used', tx_id: txId })
    .where('station_id', '=', start.stationId)
    .where('id', '=', id)
    .where('status', 'in', ['Pending', 'Accepted', 'Expired'])
    .returning('id')
    .executeTakeFirst();
  return used?.id ?? null;
}

/** Of the connector itself before one of any connector (0), the oldest first; valid when the session began. */
async function reservedFor(
  db: Kysely<Database>,
  start: ReportedStart,
  parentIdTag: string | null,
): Promise<number | null> {
  const candidates = await db
    .selectFrom('reservation')
    .select(['id', 'id_tag', 'parent_id_tag'])
    .where('station_id', '=', start.stationId)
    .where('connector_id', 'in', [start.connectorId, 0])
    // One that has run out here may have been used before: the start can be told late.
    .where('status', 'in', ['Accepted', 'Expired'])
    .where('created_at_ms', '<=', start.receivedAtMs)
    .where('expiry_at_ms', '>', Math.min(start.time.atMs, start.receivedAtMs))
    .orderBy('connector_id', 'desc')
    .orderBy('seq')
    .execute();
  const same = (a: string | null, b: string | null): boolean => a !== null && b !== null && tagKey(a) === tagKey(b);
  const match = candidates.find(
    (one) =>
      same(one.id_tag, start.idTag) || same(one.parent_id_tag, parentIdTag) || same(one.parent_id_tag, start.idTag),
  );
  return match?.id ?? null;
}
