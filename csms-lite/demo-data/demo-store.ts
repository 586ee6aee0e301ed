import type { Kysely } from 'kysely';
import { audit } from '../core/audit.js';
import { tagKey } from '../core/authorization.js';
import { generateKey } from '../core/stations/credentials.js';
import { hashPassword } from '../core/stations/passwords.js';
import { registerStation } from '../core/stations/station-service.js';
import { freeTransactionId } from '../core/transactions/record-start.js';
import type { Database } from '../store/schema.js';
import type { Store } from '../store/store.js';
import { DEMO_CONNECTORS, DEMO_STATIONS } from './network.js';
import type { DemoPlan, DemoSession } from './plan.js';

/** What stands in a database. */
export interface DemoCounts {
  stations: number;
  sessions: number;
}

/** Sessions per transaction: a server that runs on the same files waits for one at most. */
const PART = 200;
const ACTOR = 'command line';

async function count(db: Kysely<Database>, table: 'station' | 'tx', demo: 0 | 1): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((select) => select.fn.countAll().as('total'))
    .where('demo', '=', demo)
    .executeTakeFirstOrThrow();
  return Number(row.total);
}

/** Demo data (1) or what is real (0). */
export async function countData(store: Pick<Store, 'read'>, demo: 0 | 1): Promise<DemoCounts> {
  const [stations, sessions] = await Promise.all([count(store.read, 'station', demo), count(store.read, 'tx', demo)]);
  return { stations, sessions };
}

/**
 * Stores a plan, marked as demo data. Its charge points have keys that nobody knows, so none can connect as one of
 * them; its idTags are not registered, so nobody can charge with one.
 */
export async function storeDemo(store: Store, plan: DemoPlan, nowMs: number): Promise<DemoCounts> {
  const password_hash = await hashPassword(generateKey());
  await store.write(async (db) => {
    for (const { id, displayName, model } of DEMO_STATIONS) {
      await registerStation(db, id, plan.fromMs);
      await db
        .updateTable('station')
        .set({ display_name: displayName, vendor: 'Demo', model, security_profile: 1, password_hash, demo: 1 })
        .set({ ocpp_version: '1.6' })
        .where('id', '=', id)
        .execute();
    }
    await storeConnectors(db, plan);
    const details = { stations: DEMO_STATIONS.length, sessions: plan.sessions.length };
    await audit(db, { atMs: nowMs, actor: ACTOR, action: 'demo-data.create', subject: 'demo data', details });
  });
  for (let from = 0; from < plan.sessions.length; from += PART)
    await store.write(async (db) => {
      for (const session of plan.sessions.slice(from, from + PART)) await storeSession(db, session);
    });
  for (let from = 0; from < plan.statuses.length; from += PART)
    await store.write(async (db) => {
      const rows = plan.statuses
        .slice(from, from + PART)
        .map(({ stationId, connectorId, status, errorCode, atMs }) => ({
          station_id: stationId,
          connector_id: connectorId,
          status,
          error_code: errorCode,
          info: null,
          vendor_id: null,
          vendor_error_code: null,
          at_ms: atMs,
          received_at_ms: atMs,
        }));
      await db.insertInto('connector_status_log').values(rows).execute();
    });
  return await countData(store, 1);
}

/** Each connector as its last status leaves it. */
async function storeConnectors(db: Kysely<Database>, { statuses }: DemoPlan): Promise<void> {
  for (const { stationId, connectorId } of DEMO_CONNECTORS) {
    const last = statuses.findLast((one) => one.stationId === stationId && one.connectorId === connectorId);
    await db
      .insertInto('connector')
      .values({
        station_id: stationId,
        connector_id: connectorId,
        evse_id: null,
        status: last?.status ?? null,
        error_code: last?.errorCode ?? null,
        info: null,
        vendor_id: null,
        vendor_error_code: null,
        status_at_ms: last?.atMs ?? null,
        status_received_at_ms: last?.atMs ?? null,
      })
      .execute();
  }
}

/** As a StartTransaction and its StopTransaction would have left it; the messages themselves never were. */
async function storeSession(db: Kysely<Database>, session: DemoSession): Promise<void> {
  const { stationId, connectorId, idTag, startedAtMs, stoppedAtMs, meterStartWh, energyWh, stopReason } = session;
  const id = await freeTransactionId(db);
  await db
    .insertInto('tx')
    .values({
      id,
      transaction_id: id,
      station_id: stationId,
      connector_id: connectorId,
      id_tag: idTag,
      id_tag_key: tagKey(idTag),
      state: 'completed',
      authorization_status: 'Accepted',
      start_key: JSON.stringify([stationId, connectorId, tagKey(idTag), startedAtMs, meterStartWh]),
      start_message_id: null,
      started_at_ms: startedAtMs,
      start_received_at_ms: startedAtMs,
      meter_start_wh: meterStartWh,
      stopped_at_ms: stoppedAtMs,
      stop_received_at_ms: stoppedAtMs,
      meter_stop_wh: meterStartWh + energyWh,
      energy_wh: energyWh,
      stop_reason: stopReason,
      stop_id_tag: null,
      stop_confirmed: 1,
      closed_by: null,
      reservation_id: null,
      command_id: null,
      flags: '[]',
      revision: 0,
      demo: 1,
    })
    .execute();
}

/** Takes every charge point and session away that is marked, and the insights that they went into. */
export async function removeDemo(store: Store, nowMs: number): Promise<DemoCounts> {
  const removed = await countData(store, 1);
  await store.write(async (db) => {
    const stations = db.selectFrom('station').select('id').where('demo', '=', 1);
    const sessions = db.selectFrom('tx').select('id').where('demo', '=', 1);
    await db.deleteFrom('connector_status_log').where('station_id', 'in', stations).execute();
    await db.deleteFrom('connector').where('station_id', 'in', stations).execute();
    await db.deleteFrom('tx_cost').where('tx_id', 'in', sessions).execute();
    await db.deleteFrom('tx').where('demo', '=', 1).execute();
    await db.deleteFrom('station').where('demo', '=', 1).execute();
    await db.deleteFrom('insight').where('demo_row_count', '>', 0).execute();
    await audit(db, { atMs: nowMs, actor: ACTOR, action: 'demo-data.remove', subject: 'demo data', details: removed });
  });
  return removed;
}
