import { idTagInfo } from '../authorization.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { requiredInteger, text } from '../payload.js';
import { readOcppTime } from '../time.js';
import { type RecordedStop, type ReportedStop, recordStop } from '../transactions/record-stop.js';
import { readMeterValues, samplesText } from '../transactions/samples.js';
import { stoppedEvent } from '../transactions/view.js';
import type { Handler } from './handler.js';

/** StopTransaction.req (1.6 §4.10). Always stored, always answered the same way, however often it comes. */
export const stopTransaction: Handler = async ({ core, stationId, messageId, receivedAtMs, payload }) => {
  const time = readOcppTime(payload.timestamp, receivedAtMs);
  if (time.readable) core.clocks.observe(stationId, time.atMs, receivedAtMs);
  const stop = {
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
  };
  const recorded = await commit(
    core,
    async (db, announce) => {
      const recorded = await recordStop(db, stop);
      if (recorded.unknownTag !== null) announce({ type: 'tag.unknown', tag: recorded.unknownTag });
      if (recorded.effect !== 'repeated') announce(stoppedEvent(core, recorded.row));
      return recorded;
    },
    async (recorded) => {
      await keepTransactionData(core, stop, recorded);
      if (recorded.effect !== 'repeated') core.sessions.update(recorded.row);
    },
  );
  return recorded.verdict === null ? {} : { idTagInfo: idTagInfo(recorded.verdict.status, recorded.verdict.tag) };
};

/**
 * The samples of transactionData. A repeated stop may come because we ended between storing the stop and them: then
 * they are stored now.
 */
async function keepTransactionData(core: Core, stop: ReportedStop, { row, effect }: RecordedStop): Promise<void> {
  const [first] = stop.transactionData;
  if (first === undefined || effect === 'conflicting') return;
  if (effect === 'repeated') {
    const kept = await core.store.read
      .selectFrom('meter_reading')
      .select('at_ms')
      .where('tx_id', '=', row.id)
      .where('at_ms', '=', first.time.atMs)
      .executeTakeFirst();
    if (kept !== undefined) return;
  }
  const samples = samplesText(core.store, stop.transactionData, stop.receivedAtMs);
  await core.store.appendSamples({
    stationId: stop.stationId,
    connectorId: row.connector_id,
    txId: row.id,
    samples,
  });
}
