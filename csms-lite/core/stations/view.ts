import type { Kysely, Selectable } from 'kysely';
import type { ConnectorTable, Database, StationTable } from '../../store/schema.js';
import type { Core } from '../core.js';
import type { CsmsEvent } from '../events.js';
import type { Connector, Station } from '../model.js';

type StationRow = Selectable<StationTable>;
type ConnectorRow = Selectable<ConnectorTable>;

export function toConnector(row: ConnectorRow, transactionId: number | null): Connector {
  return {
    connectorId: row.connector_id,
    status: row.status,
    errorCode: row.error_code,
    info: row.info,
    vendorId: row.vendor_id,
    vendorErrorCode: row.vendor_error_code,
    statusAtMs: row.status_at_ms,
    transactionId,
  };
}

/** The stations of `rows`, with connectors, running sessions and connection. Three queries whatever their number. */
export async function toStations(
  core: Core,
  rows: readonly StationRow[],
  db: Kysely<Database> = core.store.read,
): Promise<Station[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const [connectors, running, lists] = await Promise.all([
    db.selectFrom('connector').selectAll().where('station_id', 'in', ids).orderBy('connector_id').execute(),
    db
      .selectFrom('tx')
      .select(['id', 'station_id', 'connector_id'])
      .where('state', '=', 'active')
      .where('station_id', 'in', ids)
      .orderBy('seq')
      .execute(),
    db.selectFrom('local_list').selectAll().where('station_id', 'in', ids).execute(),
  ]);
  const sessionOn = new Map(running.map((tx) => [`${tx.station_id}\n${tx.connector_id}`, tx.id]));
  const versions = new Map(lists.map((list) => [list.station_id, list.version]));
  return rows.map((row) => {
    const all = connectors
      .filter((connector) => connector.station_id === row.id)
      .map((connector) => toConnector(connector, sessionOn.get(`${row.id}\n${connector.connector_id}`) ?? null));
    return toStation(core, row, all, versions.get(row.id) ?? null);
  });
}

/** null when there is no such station. `db`: a write transaction, to see what it has changed. */
export async function findStation(
  core: Core,
  id: string,
  db: Kysely<Database> = core.store.read,
): Promise<Station | null> {
  const row = await db.selectFrom('station').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  return (await toStations(core, [row], db))[0] ?? null;
}

function toStation(core: Core, row: StationRow, all: Connector[], localListVersion: number | null): Station {
  const link = core.links.get(row.id);
  return {
    id: row.id,
    displayName: row.display_name,
    siteId: row.site_id,
    admission: row.admission,
    connected: link !== null,
    ocppVersion: link?.connection.version ?? row.ocpp_version,
    securityProfile: row.security_profile,
    hasPassword: row.password_hash !== null,
    verdict: row.verdict,
    vendor: row.vendor,
    model: row.model,
    serialNumber: row.serial_number,
    firmwareVersion: row.firmware_version,
    iccid: row.iccid,
    imsi: row.imsi,
    meterType: row.meter_type,
    meterSerialNumber: row.meter_serial_number,
    demo: row.demo === 1,
    registeredAtMs: row.registered_at_ms,
    registrationStatus: row.registration_status,
    registrationIntervalS: row.registration_interval_s,
    bootStatus: row.boot_status,
    lastBootAtMs: row.last_boot_at_ms,
    lastSeenAtMs: link?.lastSeenAtMs ?? row.last_seen_at_ms,
    connectedAtMs: link?.connectedAtMs ?? null,
    remoteAddress: link?.remoteAddress ?? null,
    clockSkewMs: row.clock_skew_ms,
    localListVersion,
    connectors: all.filter((connector) => connector.connectorId > 0),
    mainStatus: all.find((connector) => connector.connectorId === 0) ?? null,
  };
}

/** Makes a connector's row if there is none: a session or a meter value can come before the first StatusNotification. */
export async function ensureConnector(db: Kysely<Database>, stationId: string, connectorId: number): Promise<void> {
  await db
    .insertInto('connector')
    .values({ ...NO_STATUS, station_id: stationId, connector_id: connectorId })
    .onConflict((conflict) => conflict.columns(['station_id', 'connector_id']).doNothing())
    .execute();
}

const NO_STATUS = {
  evse_id: null,
  status: null,
  error_code: null,
  info: null,
  vendor_id: null,
  vendor_error_code: null,
  status_at_ms: null,
  status_received_at_ms: null,
} as const;

/** A station as `db`, a write transaction, leaves it. None when it is gone. */
export async function stationUpdated(core: Core, id: string, db: Kysely<Database>): Promise<CsmsEvent[]> {
  const station = await findStation(core, id, db);
  return station === null ? [] : [{ type: 'station.updated', station }];
}
