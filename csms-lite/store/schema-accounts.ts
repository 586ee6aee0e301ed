/** Tables of tariffs, wallets, people, access and webhooks. The house rules of schema.ts hold. */
import type { ColumnType, Generated } from 'kysely';

type Flag = 0 | 1;
type Json = string;
type Fixed<T> = ColumnType<T, T, never>;

export interface AccountTables {
  tariff: TariffTable;
  tariff_version: TariffVersionTable;
  tariff_assignment: TariffAssignmentTable;
  tx_cost: TxCostTable;
  account: AccountTable;
  account_tag: AccountTagTable;
  wallet: WalletTable;
  wallet_entry: WalletEntryTable;
  api_token: ApiTokenTable;
  login_session: LoginSessionTable;
  webhook: WebhookTable;
  webhook_delivery: WebhookDeliveryTable;
}

export interface TariffTable {
  id: Generated<number>;
  name: string;
  created_at_ms: number;
  archived: Flag;
}

/** Append-only: a change of price is a new version. */
export interface TariffVersionTable {
  id: Generated<number>;
  tariff_id: Fixed<number>;
  version: Fixed<number>;
  valid_from_ms: Fixed<number>;
  /** TariffSnapshot without tariffId, version and name. */
  body: ColumnType<Json, Json, never>;
}

/** `site` and its id; `station` and its id; `connector`, the station's id and the connector. */
export interface TariffAssignmentTable {
  kind: Fixed<'site' | 'station' | 'connector'>;
  target: Fixed<string>;
  /** 0 unless `kind` is connector. */
  connector_id: Fixed<number>;
  tariff_id: number;
}

/** One row per session that has a price or a known user. */
export interface TxCostTable {
  tx_id: Fixed<number>;
  station_id: Fixed<string>;
  connector_id: Fixed<number>;
  account_id: number | null;
  /** The wallet that pays; null: nobody does here. */
  wallet_id: number | null;
  /** TariffSnapshot, frozen at the start. */
  tariff: ColumnType<Json, Json, never>;
  /** Cost as last computed; null until the session ended. */
  cost: Json | null;
  total_minor: number;
  /** What the wallet has paid: total_minor - paid_minor is owed. */
  paid_minor: number;
  hold_minor: number;
  /** 1 while the car may still be connected and idle time may grow. */
  idle_open: Flag;
  settled_at_ms: number | null;
  /** When it was told to stop because its wallet bears no more. */
  limit_reached_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
}

/** A person: drives, or works with csms-lite, or both. */
export interface AccountTable {
  id: Generated<number>;
  /** Unique, compared in lower case (`login_key`). */
  login: string;
  login_key: string;
  full_name: string | null;
  email: string | null;
  phone: string | null;
  /** Null: cannot sign in. */
  role: 'read' | 'operate' | 'admin' | null;
  password_hash: string | null;
  created_at_ms: number;
}

export interface AccountTagTable {
  id_tag_key: Fixed<string>;
  id_tag: string;
  account_id: number;
}

export interface WalletTable {
  id: Generated<number>;
  account_id: Fixed<number>;
  currency: Fixed<string>;
  enabled: Flag;
  floor_minor: number;
  balance_minor: number;
  held_minor: number;
}

/** Append-only. `balance_minor` and `held_minor` are what they were after it. */
export interface WalletEntryTable {
  id: Generated<number>;
  wallet_id: Fixed<number>;
  at_ms: Fixed<number>;
  kind: Fixed<'top-up' | 'adjust' | 'hold' | 'release' | 'charge' | 'refund'>;
  change_minor: Fixed<number>;
  held_change_minor: Fixed<number>;
  balance_minor: Fixed<number>;
  held_minor: Fixed<number>;
  tx_id: Fixed<number | null>;
  /** UNIQUE with wallet_id: a top-up that is sent twice is one. */
  reference: Fixed<string | null>;
  note: Fixed<string | null>;
  actor: Fixed<string>;
}

export interface ApiTokenTable {
  id: Fixed<string>;
  name: string;
  role: 'read' | 'operate' | 'admin';
  /** SHA-256 of the secret: it has 192 random bits, so nothing slower is needed. */
  secret_hash: string;
  created_at_ms: number;
  expires_at_ms: number | null;
  last_used_at_ms: number | null;
}

export interface LoginSessionTable {
  /** SHA-256 of the cookie. */
  id: Fixed<string>;
  account_id: Fixed<number>;
  created_at_ms: number;
  expires_at_ms: number;
}

export interface WebhookTable {
  id: Generated<number>;
  url: string;
  /** Needed in clear to sign. */
  secret: string;
  /** string[]: event types, `transaction.*`. */
  events: Json;
  active: Flag;
  allow_private: Flag;
  note: string | null;
  created_at_ms: number;
}

export interface WebhookDeliveryTable {
  id: Generated<number>;
  /** Sent as `webhook-id`: the same on every attempt. */
  message_id: Fixed<string>;
  webhook_id: Fixed<number>;
  event_type: Fixed<string>;
  body: Fixed<string>;
  status: 'pending' | 'delivered' | 'dead';
  attempts: number;
  next_attempt_at_ms: number | null;
  last_status: number | null;
  last_error: string | null;
  last_latency_ms: number | null;
  created_at_ms: number;
  finished_at_ms: number | null;
}
