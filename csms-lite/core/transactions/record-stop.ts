import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { judgeTag, tagKey } from '../authorization.js';
import { forgetTxProfiles } from '../charging-profiles/assignments.js';
import { registerReading } from '../metering/live.js';
import { foldRegister, type Reading, stopRegister } from '../metering/register.js';
import type { AuthorizationStatus, QualityFlag, Tag, UnknownTag } from '../model.js';
import { findTag, rememberUnknownTag } from '../tags/tag-store.js';
import type { ReadTime } from '../time.js';
import { openBill, termsOf } from '../wallets/billing.js';
import { settle } from '../wallets/settle.js';
import { freeTransactionId, timeFlags } from './record-start.js';
import type { ReadMeterValue } from './samples.js';
import { storedReadings } from './stored-readings.js';
import { flagsOf, flagsText, type TxRow } from './view.js';

/** A StopTransaction.req, read. */
export interface ReportedStop {
  stationId: string;
  messageId: string;
  receivedAtMs: number;
  transactionId: number;
  meterStopWh: number;
  time: ReadTime;
  /** Local when the charge point gave none (1.6 §6.45). */
  reason: string;
  idTag: string | null;
  transactionData: ReadMeterValue[];
  payload: object;
}

export interface RecordedStop {
  row: TxRow;
  effect: 'stored' | 'repeated' | 'conflicting';
  /** Verdict on the stop's idTag; null when it carried none. */
  verdict: { status: AuthorizationStatus; tag: Tag | null } | null;
  unknownTag: UnknownTag | null;
}

/**
 * Stores a stop exactly once. The session is looked up by charge point and transactionId together: no charge point
 * reaches another's. A stop without a session becomes a session: what was charged is not lost because its start was.
 * Runs inside one write transaction.
 */
export async function recordStop(db: Kysely<Database>, stop: ReportedStop): Promise<RecordedStop> {
  const judged = await judge(db, stop);
  const known = await findSession(db, stop);
  const result = known === undefined ? await recover(db, stop) : await finish(db, stop, known);
  if (result.effect === 'stored') {
    result.row = await settle(db, result.row, stop.receivedAtMs);
    await forgetTxProfiles(db, stop.stationId, stop.transactionId);
  }
  await appendEvent(db, stop, result.row.id, result.effect);
  return { ...result, ...judged };
}

async function judge(db: Kysely<Database>, stop: ReportedStop): Promise<Pick<RecordedStop, 'verdict' | 'unknownTag'>> {
  if (stop.idTag === null) return { verdict: null, unknownTag: null };
  const tag = await findTag(db, stop.idTag);
  const status = judgeTag(tag, stop.receivedAtMs, null, null);
  const seen = { idTag: stop.idTag, stationId: stop.stationId, atMs: stop.receivedAtMs };
  return { verdict: { status, tag }, unknownTag: tag === null ? await rememberUnknownTag(db, seen) : null };
}

async function findSession(db: Kysely<Database>, stop: ReportedStop): Promise<TxRow | undefined> {
  const byKey = await db.selectFrom('tx').selectAll().where('start_key', '=', orphanKey(stop)).executeTakeFirst();
  if (byKey !== undefined) return byKey;
  // Ids that a charge point makes up (0, -1) say nothing about which session is meant.
  if (stop.transactionId <= 0) return undefined;
  return await db
    .selectFrom('tx')
    .selectAll()
    .where('station_id', '=', stop.stationId)
    .where('transaction_id', '=', stop.transactionId)
    .where((where) => where.or([where('id', '=', stop.transactionId), where('stop_confirmed', '=', 0)]))
    .orderBy('seq', 'desc')
    .executeTakeFirst();
}

async function finish(
  db: Kysely<Database>,
  stop: ReportedStop,
  known: TxRow,
): Promise<Pick<RecordedStop, 'row' | 'effect'>> {
  if (known.stop_confirmed === 1) {
    const same =
      known.meter_stop_wh === stop.meterStopWh && (!stop.time.readable || known.stopped_at_ms === stop.time.atMs);
    if (same) return { row: known, effect: 'repeated' };
    const flags = flagsText([...flagsOf(known), 'conflicting-stop']);
    const row = await db
      .updateTable('tx')
      .set({ flags, revision: known.revision + 1 })
      .where('id', '=', known.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return { row, effect: 'conflicting' };
  }

  const readings = [...(await storedReadings(db, known.id)), ...reportedReadings(stop)];
  const register = foldRegister(known.meter_start_wh, readings);
  const { energyWh, wentBackwards } = stopRegister(register, known.meter_start_wh, stop.meterStopWh);
  const flags = new Set<QualityFlag>([...flagsOf(known), ...timeFlags(stop.time, stop.receivedAtMs)]);
  flags.delete('end-estimated');
  if (wentBackwards) flags.add('register-backwards');
  const row = await db
    .updateTable('tx')
    .set({
      state: 'completed',
      stopped_at_ms: stop.time.atMs,
      stop_received_at_ms: stop.receivedAtMs,
      meter_stop_wh: stop.meterStopWh,
      energy_wh: energyWh,
      stop_reason: stop.reason,
      stop_id_tag: stop.idTag,
      stop_confirmed: 1,
      closed_by: null,
      flags: flagsText(flags),
      revision: known.state === 'completed' ? known.revision + 1 : known.revision,
    })
    .where('id', '=', known.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, effect: 'stored' };
}

/** The same orphan stop is the same session, whatever message id it comes under. */
function orphanKey(stop: ReportedStop): string {
  const written = stop.time.readable
    ? stop.time.atMs
    : JSON.stringify((stop.payload as { timestamp?: unknown }).timestamp);
  return JSON.stringify(['stop', stop.stationId, stop.transactionId, written, stop.meterStopWh]);
}

/** A session that is known by its stop only. Its start is the earliest thing that transactionData tells. */
async function recover(db: Kysely<Database>, stop: ReportedStop): Promise<Pick<RecordedStop, 'row' | 'effect'>> {
  const connectorId = await onlyConnector(db, stop.stationId);
  const readings = reportedReadings(stop).sort((a, b) => a.atMs - b.atMs);
  const meterStartWh = readings[0]?.wh ?? stop.meterStopWh;
  const register = foldRegister(meterStartWh, readings);
  const { energyWh, wentBackwards } = stopRegister(register, meterStartWh, stop.meterStopWh);
  const flags: QualityFlag[] = ['start-unknown', ...timeFlags(stop.time, stop.receivedAtMs)];
  if (wentBackwards) flags.push('register-backwards');
  const row = await db
    .insertInto('tx')
    .values({
      id: await freeTransactionId(db),
      transaction_id: stop.transactionId,
      station_id: stop.stationId,
      connector_id: connectorId,
      id_tag: stop.idTag ?? '',
      id_tag_key: tagKey(stop.idTag ?? ''),
      state: 'completed',
      authorization_status: 'Accepted',
      start_key: orphanKey(stop),
      start_message_id: null,
      started_at_ms: Math.min(stop.time.atMs, readings[0]?.atMs ?? stop.time.atMs),
      start_received_at_ms: stop.receivedAtMs,
      meter_start_wh: meterStartWh,
      stopped_at_ms: stop.time.atMs,
      stop_received_at_ms: stop.receivedAtMs,
      meter_stop_wh: stop.meterStopWh,
      energy_wh: energyWh,
      stop_reason: stop.reason,
      stop_id_tag: stop.idTag,
      stop_confirmed: 1,
      closed_by: null,
      reservation_id: null,
      command_id: null,
      flags: flagsText(flags),
      revision: 0,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const start = { ...stop, connectorId, idTag: row.id_tag, startedAtMs: row.started_at_ms };
  await openBill(db, row, await termsOf(db, start), stop.receivedAtMs);
  return { row, effect: 'stored' };
}

/** StopTransaction.req names no connector. 0, "not known", unless the charge point has exactly one. */
async function onlyConnector(db: Kysely<Database>, stationId: string): Promise<number> {
  const connectors = await db
    .selectFrom('connector')
    .select('connector_id')
    .where('station_id', '=', stationId)
    .where('connector_id', '>', 0)
    .execute();
  return connectors.length === 1 ? (connectors[0]?.connector_id ?? 0) : 0;
}

function reportedReadings(stop: ReportedStop): Reading[] {
  return stop.transactionData.flatMap(({ time, samples }) => {
    const wh = registerReading(samples);
    return wh === null ? [] : [{ wh, atMs: time.atMs }];
  });
}

async function appendEvent(
  db: Kysely<Database>,
  stop: ReportedStop,
  txId: number,
  effect: RecordedStop['effect'],
): Promise<void> {
  await db
    .insertInto('tx_event')
    .values({
      tx_id: txId,
      station_id: stop.stationId,
      received_at_ms: stop.receivedAtMs,
      message_id: stop.messageId,
      action: 'StopTransaction',
      payload: JSON.stringify(stop.payload),
      effect,
    })
    .execute();
}
