/**
 * Tables as Kysely sees them. House rules, so that SQLite and PostgreSQL can share every query: times are integer epoch
 * milliseconds, booleans are 0 and 1, JSON is text, quantities are integers in base units. `Generated` columns are
 * numbered by the database and grow with insertion.
 */
import type { ColumnType, Generated } from 'kysely';
import type { AccountTables } from './schema-accounts.js';
import type { AlarmTables } from './schema-alarms.js';
import type { AnomalyTables } from './schema-anomalies.js';
import type { FirebaseTables } from './schema-firebase.js';
import type { InsightTables } from './schema-insights.js';
import type { NetworkTables } from './schema-network.js';
import type { TelemetryTables } from './schema-telemetry.js';

type Flag = 0 | 1;
/** 1: made up by `csms-lite demo-data`. */
type DemoFlag = Generated<Flag>;
/** JSON text; `parseJson` in json.ts reads it. */
type Json = string;
/** Set once, never updated. */
type Fixed<T> = ColumnType<T, T, never>;

export interface Database
  extends AccountTables,
    AlarmTables,
    AnomalyTables,
    FirebaseTables,
    InsightTables,
    NetworkTables,
    TelemetryTables {
  site: SiteTable;
  station: StationTable;
  connector: ConnectorTable;
  connector_status_log: ConnectorStatusLogTable;
  tag: TagTable;
  unknown_tag: UnknownTagTable;
  tx: TxTable;
  tx_event: TxEventTable;
  command: CommandTable;
  reservation: ReservationTable;
  charging_profile: ChargingProfileTable;
  local_list: LocalListTable;
  knock: KnockTable;
  security_event: SecurityEventTable;
  certificate_request: CertificateRequestTable;
  file_job: FileJobTable;
  data_transfer: DataTransferTable;
  setting: SettingTable;
  audit: AuditTable;
}

export interface SiteTable {
  id: string;
  name: string;
  /** Current that its charge points may draw together, per phase; null: no limit. */
  limit_ma: number | null;
}

/** OCPP 1.6 §7.38. */
export type RegistrationStatus = 'Accepted' | 'Pending' | 'Rejected';

export interface StationTable {
  id: Fixed<string>;
  site_id: string;
  display_name: string | null;
  admission: 'accepted' | 'blocked';
  security_profile: 0 | 1 | 2 | 3;
  password_hash: string | null;
  /** Accepted by the charge point as its new AuthorizationKey, not used by it yet. */
  next_password_hash: string | null;
  verdict: 'strict' | 'warn' | 'fix';
  ocpp_version: '1.6' | '2.0.1' | null;
  vendor: string | null;
  model: string | null;
  serial_number: string | null;
  firmware_version: string | null;
  iccid: string | null;
  imsi: string | null;
  meter_type: string | null;
  meter_serial_number: string | null;
  registered_at_ms: number;
  last_boot_at_ms: number | null;
  /** How its BootNotifications are to be answered. */
  registration_status: ColumnType<RegistrationStatus, RegistrationStatus | undefined, RegistrationStatus>;
  /** The interval that goes with Pending and Rejected; null: the heartbeat interval. */
  registration_interval_s: number | null;
  /** How the last one was answered. */
  boot_status: RegistrationStatus | null;
  last_seen_at_ms: number | null;
  clock_skew_ms: number | null;
  demo: DemoFlag;
}

export interface ConnectorTable {
  station_id: Fixed<string>;
  connector_id: Fixed<number>;
  /** OCPP 2.x; null in 1.6. */
  evse_id: number | null;
  status: string | null;
  error_code: string | null;
  info: string | null;
  vendor_id: string | null;
  vendor_error_code: string | null;
  status_at_ms: number | null;
  status_received_at_ms: number | null;
}

/** Append-only. */
export interface ConnectorStatusLogTable {
  id: Generated<number>;
  station_id: string;
  connector_id: number;
  status: string;
  error_code: string;
  info: string | null;
  vendor_id: string | null;
  vendor_error_code: string | null;
  at_ms: number;
  received_at_ms: number;
}

export interface TagTable {
  seq: Generated<number>;
  /** Upper case: idTags are CiStrings. */
  id_tag_key: Fixed<string>;
  id_tag: string;
  status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid';
  expiry_at_ms: number | null;
  parent_id_tag: string | null;
  type: string | null;
  max_active_transactions: number | null;
  /** string[] of station ids; null: everywhere. */
  allowed_stations: Json | null;
  note: string | null;
  created_at_ms: number;
}

export interface UnknownTagTable {
  id_tag_key: Fixed<string>;
  id_tag: string;
  first_seen_at_ms: number;
  last_seen_at_ms: number;
  count: number;
  last_station_id: string;
}

export interface TxTable {
  /** Order of first report. */
  seq: Generated<number>;
  /** Resource id, and the OCPP transactionId that StartTransaction.conf gives: unique, at most 2^31 - 1, not guessable. */
  id: Fixed<number>;
  /** On the wire: `id`, or what the charge point made up. Only ever looked up together with station_id. */
  transaction_id: number;
  station_id: Fixed<string>;
  connector_id: number;
  id_tag: string;
  id_tag_key: string;
  state: 'active' | 'completed';
  authorization_status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx';
  /** UNIQUE: what makes a repeated StartTransaction (or orphan StopTransaction) the same session. */
  start_key: Fixed<string>;
  start_message_id: string | null;
  started_at_ms: number;
  start_received_at_ms: number;
  meter_start_wh: number;
  stopped_at_ms: number | null;
  stop_received_at_ms: number | null;
  meter_stop_wh: number | null;
  energy_wh: number | null;
  stop_reason: string | null;
  stop_id_tag: string | null;
  /** 1 when a StopTransaction ended it; 0 while active or when we closed it. */
  stop_confirmed: Flag;
  closed_by: 'administrator' | 'next-start' | 'after-boot' | null;
  reservation_id: number | null;
  command_id: string | null;
  /** string[] */
  flags: Json;
  revision: number;
  demo: DemoFlag;
}

/** Append-only: every StartTransaction and StopTransaction as it came. */
export interface TxEventTable {
  id: Generated<number>;
  tx_id: number;
  station_id: string;
  received_at_ms: number;
  message_id: string;
  action: 'StartTransaction' | 'StopTransaction';
  payload: Json;
  effect: 'stored' | 'repeated' | 'conflicting';
}

export interface CommandTable {
  seq: Generated<number>;
  id: Fixed<string>;
  station_id: Fixed<string>;
  name: string;
  action: string;
  request: Json;
  status: 'pending' | 'completed' | 'failed';
  response: Json | null;
  error: Json | null;
  created_at_ms: number;
  sent_at_ms: number | null;
  completed_at_ms: number | null;
  late_answer_at_ms: number | null;
  tx_id: number | null;
  reservation_id: number | null;
  actor: string;
}

export interface ReservationTable {
  seq: Generated<number>;
  /** The reservationId on the wire; UNIQUE with station_id. */
  id: Fixed<number>;
  station_id: Fixed<string>;
  connector_id: number;
  id_tag: string;
  parent_id_tag: string | null;
  expiry_at_ms: number;
  status: string;
  created_at_ms: number;
  tx_id: number | null;
}

export interface ChargingProfileTable {
  seq: Generated<number>;
  id: Fixed<number>;
  name: string;
  purpose: string;
  /** OCPP ChargingProfile without chargingProfileId and transactionId. */
  body: Json;
}

export interface LocalListTable {
  station_id: Fixed<string>;
  /** As last accepted by, or read from, the charge point. */
  version: number;
  /** As last read from it (GetLocalListVersion); null: never. */
  reported_version: number | null;
  /** 1: `local_list_entry` is what the charge point has at `version`. */
  content_known: Flag;
  updated_at_ms: number;
}

export interface KnockTable {
  id: Generated<number>;
  station_id: string;
  remote_address: string;
  reason: string;
  subprotocols: Json;
  credentials_given: Flag;
  count: number;
  first_seen_at_ms: number;
  last_seen_at_ms: number;
}

export interface SecurityEventTable {
  id: Generated<number>;
  station_id: string;
  type: string;
  at_ms: number;
  received_at_ms: number;
  tech_info: string | null;
}

export interface CertificateRequestTable {
  id: Generated<number>;
  station_id: string;
  received_at_ms: number;
  csr: string;
  status: 'Accepted' | 'Rejected';
  /** Of a Rejected one. */
  reason: string | null;
}

export interface FileJobTable {
  id: Generated<number>;
  station_id: string;
  kind: 'firmware' | 'signed-firmware' | 'diagnostics' | 'log';
  request_id: number | null;
  command_id: string | null;
  location: string | null;
  file_name: string | null;
  upload_id: number | null;
  status: string;
  created_at_ms: number;
  updated_at_ms: number;
}

/** What charge points sent by DataTransfer. */
export interface DataTransferTable {
  id: Generated<number>;
  station_id: string;
  received_at_ms: number;
  vendor_id: string;
  message_id: string | null;
  data: string | null;
}

export interface SettingTable {
  key: string;
  value: Json;
}

/** Append-only. */
export interface AuditTable {
  id: Generated<number>;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  details: Json;
}
