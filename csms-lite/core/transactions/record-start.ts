import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { judgeTag, tagKey } from '../authorization.js';
import type { AuthorizationStatus, QualityFlag, Tag, UnknownTag } from '../model.js';
import { ensureConnector } from '../stations/view.js';
import { findTag, rememberUnknownTag } from '../tags/tag-store.js';
import { CLOCK_TOLERANCE_MS, type ReadTime } from '../time.js';
import { judgeTerms, openBill, termsOf } from '../wallets/billing.js';
import { closeProvisionally } from './close.js';
import { linkRemoteStart, useReservation } from './link-start.js';
import { flagsText, type TxRow } from './view.js';

/** A StartTransaction.req, read. */
export interface ReportedStart {
  stationId: string;
  messageId: string;
  receivedAtMs: number;
  connectorId: number;
  idTag: string;
  meterStartWh: number;
  time: ReadTime;
  reservationId: number | null;
  /** As it came. */
  payload: object;
}

export interface RecordedStart {
  row: TxRow;
  tag: Tag | null;
  verdict: AuthorizationStatus;
  repeated: boolean;
  unknownTag: UnknownTag | null;
  /** A session on the same connector that this one proves to be over. */
  closed: TxRow | null;
  reservationUsed: number | null;
  commandLinked: string | null;
}

/**
 * Stores a start exactly once. The same session is recognised by charge point, connector, tag, time and register
 * (the UNIQUE start key), or by its message id while it still runs: a charge point whose clock was set between two
 * attempts repeats the message with another time. Runs inside one write transaction.
 */
export async function recordStart(db: Kysely<Database>, start: ReportedStart): Promise<RecordedStart> {
  const tag = await findTag(db, start.idTag);
  const unknownTag =
    tag === null
      ? await rememberUnknownTag(db, { idTag: start.idTag, stationId: start.stationId, atMs: start.receivedAtMs })
      : null;
  const known = await findRepeated(db, start);
  if (known !== undefined) {
    await appendEvent(db, start, known.id, 'repeated');
    return {
      row: known,
      tag,
      verdict: known.authorization_status,
      repeated: true,
      unknownTag,
      closed: null,
      reservationUsed: null,
      commandLinked: null,
    };
  }

  const judged = judgeTag(tag, start.receivedAtMs, await countActiveElsewhere(db, start), start.stationId);
  const closed = await closePredecessor(db, start);
  // After the predecessor was closed: what it held can be spent again.
  const terms = await termsOf(db, { ...start, startedAtMs: start.time.atMs });
  const verdict = judgeTerms(judged, terms);
  await ensureConnector(db, start.stationId, start.connectorId);
  const commandLinked = verdict === 'Accepted' ? await linkRemoteStart(db, start) : null;
  const row = await insert(db, start, verdict, commandLinked);
  await openBill(db, row, terms, start.receivedAtMs);
  const parentIdTag = tag?.parentIdTag ?? null;
  const reservationUsed = verdict === 'Accepted' ? await useReservation(db, start, parentIdTag, row.id) : null;
  if (commandLinked !== null)
    await db.updateTable('command').set({ tx_id: row.id }).where('id', '=', commandLinked).execute();
  await appendEvent(db, start, row.id, 'stored');
  return { row, tag, verdict, repeated: false, unknownTag, closed, reservationUsed, commandLinked };
}

/** Charge point, connector, tag, charge point's time, register. An unreadable time counts as it was written. */
function startKey(start: ReportedStart): string {
  const written = start.time.readable
    ? start.time.atMs
    : JSON.stringify((start.payload as { timestamp?: unknown }).timestamp);
  return JSON.stringify([start.stationId, start.connectorId, tagKey(start.idTag), written, start.meterStartWh]);
}

async function findRepeated(db: Kysely<Database>, start: ReportedStart): Promise<TxRow | undefined> {
  const sameKey = await db.selectFrom('tx').selectAll().where('start_key', '=', startKey(start)).executeTakeFirst();
  if (sameKey !== undefined) return sameKey;
  return await db
    .selectFrom('tx')
    .selectAll()
    .where('station_id', '=', start.stationId)
    .where('state', '=', 'active')
    .where('connector_id', '=', start.connectorId)
    .where('start_message_id', '=', start.messageId)
    .where('id_tag_key', '=', tagKey(start.idTag))
    .where('meter_start_wh', '=', start.meterStartWh)
    .executeTakeFirst();
}

async function countActiveElsewhere(db: Kysely<Database>, start: ReportedStart): Promise<number> {
  const running = await db
    .selectFrom('tx')
    .select(['station_id', 'connector_id'])
    .where('id_tag_key', '=', tagKey(start.idTag))
    .where('state', '=', 'active')
    .execute();
  // What still counts as running on this very connector ends with this start.
  return running.filter((tx) => tx.station_id !== start.stationId || tx.connector_id !== start.connectorId).length;
}

/** A connector has at most one transaction: what began before this one on it is over, even if its stop never came. */
async function closePredecessor(db: Kysely<Database>, start: ReportedStart): Promise<TxRow | null> {
  const running = await db
    .selectFrom('tx')
    .selectAll()
    .where('state', '=', 'active')
    .where('station_id', '=', start.stationId)
    .where('connector_id', '=', start.connectorId)
    .where('started_at_ms', '<=', start.time.atMs)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  if (running === undefined) return null;
  return await closeProvisionally(db, running, {
    closedBy: 'next-start',
    reason: 'Other',
    atMs: start.receivedAtMs,
    notAfterMs: start.time.atMs,
    notAboveWh: start.meterStartWh,
  });
}

async function insert(
  db: Kysely<Database>,
  start: ReportedStart,
  verdict: AuthorizationStatus,
  commandId: string | null,
): Promise<TxRow> {
  const refused = verdict !== 'Accepted';
  const id = await freeTransactionId(db);
  return await db
    .insertInto('tx')
    .values({
      id,
      transaction_id: id,
      station_id: start.stationId,
      connector_id: start.connectorId,
      id_tag: start.idTag,
      id_tag_key: tagKey(start.idTag),
      // A refused start leaves no active session; a StopTransaction can still bring what was charged all the same.
      state: refused ? 'completed' : 'active',
      authorization_status: verdict,
      start_key: startKey(start),
      start_message_id: start.messageId,
      started_at_ms: start.time.atMs,
      start_received_at_ms: start.receivedAtMs,
      meter_start_wh: start.meterStartWh,
      stopped_at_ms: refused ? start.time.atMs : null,
      stop_received_at_ms: null,
      meter_stop_wh: refused ? start.meterStartWh : null,
      energy_wh: refused ? 0 : null,
      stop_reason: refused ? 'DeAuthorized' : null,
      stop_id_tag: null,
      stop_confirmed: 0,
      closed_by: null,
      reservation_id: start.reservationId,
      command_id: commandId,
      flags: flagsText([
        ...timeFlags(start.time, start.receivedAtMs),
        ...(refused ? (['start-refused'] as const) : []),
      ]),
      revision: 0,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What a reported time is worth. Never a reason to refuse it. */
export function timeFlags(time: ReadTime, receivedAtMs: number): QualityFlag[] {
  if (!time.readable) return ['timestamp-unreadable'];
  if (time.atMs - receivedAtMs > CLOCK_TOLERANCE_MS) return ['clock-ahead'];
  if (receivedAtMs - time.atMs > CLOCK_TOLERANCE_MS) return ['reported-late'];
  return [];
}

/**
 * Random, so that nobody can guess another's (CVE-2026-28230 class of faults), unique over all stations, at most
 * 2^31 - 1 because the schema's integer is a 32-bit one in most charge points.
 */
export async function freeTransactionId(db: Kysely<Database>): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const id = randomInt(1, 2 ** 31);
    if ((await db.selectFrom('tx').select('id').where('id', '=', id).executeTakeFirst()) === undefined) return id;
  }
  throw new Error('no free transactionId was found in 50 attempts');
}

async function appendEvent(
  db: Kysely<Database>,
  start: ReportedStart,
  txId: number,
  effect: 'stored' | 'repeated',
): Promise<void> {
  await db
    .insertInto('tx_event')
    .values({
      tx_id: txId,
      station_id: start.stationId,
      received_at_ms: start.receivedAtMs,
      message_id: start.messageId,
      action: 'StartTransaction',
      payload: JSON.stringify(start.payload),
      effect,
    })
    .execute();
}
