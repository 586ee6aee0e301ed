import { idTagInfo } from '../authorization.js';
import { requiredInteger, text } from '../payload.js';
import { readOcppTime } from '../time.js';
import { recordStop } from '../transactions/record-stop.js';
import { readMeterValues } from '../transactions/samples.js';
import { toTransaction } from '../transactions/view.js';
import type { Handler } from './handler.js';

/** StopTransaction.req (1.6 §4.10). Always stored, always answered the same way, however often it comes. */
export const stopTransaction: Handler = async ({ core, stationId, messageId, receivedAtMs, payload }) => {
  const time = readOcppTime(payload.timestamp, receivedAtMs);
  if (time.readable) core.clocks.observe(stationId, time.atMs, receivedAtMs);
  const recorded = await core.store.write((db) =>
    recordStop(db, {
      stationId,
      messageId,
      receivedAtMs,
      transactionId: requiredInteger(payload, 'transactionId'),
      meterStopWh: requiredInteger(payload, 'meterStop'),
      time,
      reason: text(payload, 'reason') ?? 'Local',
      idTag: text(payload, 'idTag'),
      transactionData: readMeterValues(payload, 'transactionData', receivedAtMs),
      payload,
    }),
  );
  if (recorded.unknownTag !== null) core.events.publish({ type: 'tag.unknown', tag: recorded.unknownTag });
  if (recorded.effect !== 'repeated') {
    const session = core.sessions.update(recorded.row);
    const transaction = toTransaction(recorded.row, { energyWh: session.register.energyWh, live: session.live });
    core.events.publish({ type: 'transaction.stopped', transaction });
  }
  return recorded.verdict === null ? {} : { idTagInfo: idTagInfo(recorded.verdict.status, recorded.verdict.tag) };
};
