import type { BulkTable, BulkValue } from './dialect.js';

/** To the telemetry thread. Rows stand one after the other in one array: an array each costs more than what is in it. */
export type TelemetryRequest =
  /** `urgent` rows and the kinds they name are on disk before the acknowledgement; `later` rows within some 200 ms. */
  | { kind: 'rows'; id: number; kinds: BulkValue[]; urgent: BulkValue[]; later: BulkValue[] }
  /** Forgets messages from before this time. */
  | { kind: 'trim'; id: number; beforeMs: number }
  /** Writes everything, closes the file, ends. */
  | { kind: 'close'; id: number };

/** From the telemetry thread. */
export type TelemetryReply =
  | { kind: 'done'; id: number; error: string | null }
  | { kind: 'lost'; rows: number; error: string };

export const KIND_TABLE = 'meter_kind' satisfies BulkTable;
export const URGENT_TABLE = 'meter_inbox' satisfies BulkTable;
export const LATER_TABLE = 'ocpp_message' satisfies BulkTable;
