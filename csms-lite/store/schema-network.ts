/** Tables of sites, certificates, files, local lists and assigned charging profiles. The house rules of schema.ts hold. */
import type { ColumnType, Generated } from 'kysely';

type Json = string;
type Fixed<T> = ColumnType<T, T, never>;

export interface NetworkTables {
  certificate: CertificateTable;
  local_list_entry: LocalListEntryTable;
  profile_assignment: ProfileAssignmentTable;
  firmware_file: FirmwareFileTable;
  transfer: TransferTable;
  station_quirk: StationQuirkTable;
}

/** Charge point certificates that the local authority has issued. */
export interface CertificateTable {
  id: Generated<number>;
  /** Hexadecimal, lower case; UNIQUE. */
  serial_number: Fixed<string>;
  station_id: Fixed<string>;
  subject: Fixed<string>;
  pem: Fixed<string>;
  not_before_ms: Fixed<number>;
  not_after_ms: Fixed<number>;
  /** What the charge point said to CertificateSigned; Issued before it did. */
  status: 'Issued' | 'Accepted' | 'Rejected' | 'Failed';
  command_id: string | null;
  created_at_ms: Fixed<number>;
}

/** What a charge point's local list holds, as it accepted it. */
export interface LocalListEntryTable {
  station_id: Fixed<string>;
  id_tag_key: Fixed<string>;
  id_tag: string;
  /** IdTagInfo as sent. */
  info: Json;
}

/** Charging profiles that a charge point has, as it accepted them. */
export interface ProfileAssignmentTable {
  station_id: Fixed<string>;
  profile_id: Fixed<number>;
  connector_id: number;
  purpose: string;
  stack_level: number;
  /** transactionId of a TxProfile. */
  transaction_id: number | null;
  /** csChargingProfiles as sent. */
  body: Json;
  command_id: string;
  assigned_at_ms: number;
}

export interface FirmwareFileTable {
  id: Generated<number>;
  name: string;
  note: string | null;
  size_bytes: number;
  sha256: string;
  uploaded_at_ms: number;
  actor: string;
}

/** One URL that a charge point may use: to put a log there, or to fetch a firmware file. */
export interface TransferTable {
  id: Generated<number>;
  /** SHA-256 of the secret in the URL; UNIQUE. The secret itself is not kept. */
  token_hash: Fixed<string>;
  direction: Fixed<'upload' | 'download'>;
  station_id: Fixed<string>;
  command_id: Fixed<string>;
  firmware_id: Fixed<number | null>;
  created_at_ms: Fixed<number>;
  expires_at_ms: number;
  /** Of an upload: when it was complete. A download may be repeated until it expires (retries of 1.6 §5.19). */
  received_at_ms: number | null;
  file_name: string | null;
  size_bytes: number | null;
  sha256: string | null;
  /** How often it was fetched. */
  fetches: number;
}

/** Ways in which charge points break OCPP, counted. */
export interface StationQuirkTable {
  station_id: Fixed<string>;
  action: Fixed<string>;
  place: Fixed<'call' | 'result' | 'connection'>;
  path: Fixed<string>;
  message: Fixed<string>;
  verdict: 'strict' | 'warn' | 'fix';
  count: number;
  first_seen_at_ms: number;
  last_seen_at_ms: number;
}
