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

/** Marks the reservation that this start names (1.6 §4.8) as used. @returns its id, null when there is none */
export async function useReservation(db: Kysely<Database>, start: ReportedStart, txId: number): Promise<number | null> {
  if (start.reservationId === null) return null;
  const used = await db
    .updateTable('reservation')
    .set({ status: 'Used', tx_id: txId })
    .where('station_id', '=', start.stationId)
    .where('id', '=', start.reservationId)
    .where('status', 'in', ['Pending', 'Accepted', 'Expired'])
    .returning('id')
    .executeTakeFirst();
  return used?.id ?? null;
}
