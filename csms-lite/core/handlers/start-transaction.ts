import { idTagInfo } from '../authorization.js';
import { integer, requiredInteger, requiredText } from '../payload.js';
import { findReservation } from '../reservations/reservation-store.js';
import { readOcppTime } from '../time.js';
import { recordStart } from '../transactions/record-start.js';
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
  const recorded = await core.store.write((db) => recordStart(db, start));
  if (recorded.unknownTag !== null) core.events.publish({ type: 'tag.unknown', tag: recorded.unknownTag });
  if (recorded.closed !== null) {
    core.sessions.update(recorded.closed);
    core.events.publish({ type: 'transaction.stopped', transaction: toTransaction(recorded.closed, null) });
  }
  if (!recorded.repeated) {
    core.sessions.update(recorded.row);
    const transaction = toTransaction(recorded.row, null);
    core.events.publish({ type: 'transaction.started', transaction });
    if (transaction.status === 'completed') core.events.publish({ type: 'transaction.stopped', transaction });
  }
  if (recorded.reservationUsed !== null) {
    const reservation = await findReservation(core.store.read, stationId, recorded.reservationUsed);
    if (reservation !== null) core.events.publish({ type: 'reservation.updated', reservation });
  }
  if (recorded.commandLinked !== null) await core.announceCommand(recorded.commandLinked);
  return { idTagInfo: idTagInfo(recorded.verdict, recorded.tag), transactionId: recorded.row.transaction_id };
};
