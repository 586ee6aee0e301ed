import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { idTagInfo } from '../authorization.js';
import { commandUpdated } from '../commands/announce.js';
import { commit } from '../commit.js';
import type { CsmsEvent } from '../events.js';
import { integer, requiredInteger, requiredText } from '../payload.js';
import { findReservation } from '../reservations/reservation-store.js';
import { readOcppTime } from '../time.js';
import { type RecordedStart, recordStart } from '../transactions/record-start.js';
import { toTransaction } from '../transactions/view.js';
import type { Handler } from './handler.js';

/** StartTransaction.req (1.6 §4.8). Always stored and always answered with an id, also when the tag is refused. */
export const startTransaction: Handler = async ({ core, stationId, messageId, receivedAtMs, payload }) => {
  const time = readOcppTime(payload.timestamp, receivedAtMs);
  if (time.readable) core.clocks.observe(stationId, time.atMs, receivedAtMs);
  const start = {
    stationId,
    messageId,
    receivedAtMs,
    connectorId: requiredInteger(payload, 'connectorId'),
    idTag: requiredText(payload, 'idTag'),
    meterStartWh: requiredInteger(payload, 'meterStart'),
    time,
    reservationId: integer(payload, 'reservationId'),
    payload,
  };
  const recorded = await commit(
    core,
    async (db, announce) => {
      const recorded = await recordStart(db, start);
      for (const event of await eventsOf(db, stationId, recorded)) announce(event);
      return recorded;
    },
    ({ row, closed, repeated }) => {
      if (closed !== null) core.sessions.update(closed);
      if (!repeated) core.sessions.update(row);
    },
  );
  return { idTagInfo: idTagInfo(recorded.verdict, recorded.tag), transactionId: recorded.row.transaction_id };
};

async function eventsOf(db: Kysely<Database>, stationId: string, recorded: RecordedStart): Promise<CsmsEvent[]> {
  const events: CsmsEvent[] = [];
  if (recorded.unknownTag !== null) events.push({ type: 'tag.unknown', tag: recorded.unknownTag });
  if (recorded.closed !== null)
    events.push({ type: 'transaction.stopped', transaction: toTransaction(recorded.closed, null) });
  if (!recorded.repeated) {
    const transaction = toTransaction(recorded.row, null);
    events.push({ type: 'transaction.started', transaction });
    if (transaction.status === 'completed') events.push({ type: 'transaction.stopped', transaction });
  }
  if (recorded.reservationUsed !== null) {
    const reservation = await findReservation(db, stationId, recorded.reservationUsed);
    if (reservation !== null) events.push({ type: 'reservation.updated', reservation });
  }
  if (recorded.commandLinked !== null) events.push(...(await commandUpdated(db, recorded.commandLinked)));
  return events;
}
