import type { BulkValue } from './dialect.js';

/** To the telemetry thread. Values stand one after the other in one array: an array each costs more than what is in it. */
export type TelemetryRequest =
  /** On disk before the acknowledgement. `entries` as ENTRY_VALUES of meter-pages.ts says; rows of tables the others. */
  | { kind: 'write'; id: number; kinds: BulkValue[]; entries: BulkValue[]; blocks: BulkValue[]; messages: number }
  /** Forgets messages from before this time. */
  | { kind: 'trim'; id: number; beforeMs: number }
  /** Writes everything, closes the file, ends. */
  | { kind: 'close'; id: number };

/** From the telemetry thread. */
export type TelemetryReply =
  | { kind: 'done'; id: number; error: string | null }
  /** Messages of the log that could not be written. */
  | { kind: 'lost'; messages: number; error: string };
