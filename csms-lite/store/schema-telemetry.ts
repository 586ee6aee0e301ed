/** Tables of the telemetry file; the house rules of schema.ts hold. */
import type { Generated } from 'kysely';

export interface TelemetryTables {
  meter_kind: MeterKindTable;
  meter_group: MeterGroupTable;
  meter_page: MeterPageTable;
  /** View over all three: what readers use. */
  meter_reading: MeterReadingView;
  message_block: MessageBlockTable;
}

/** What a sample is of. A few hundred kinds exist; a sample names one by number, which makes it a third of the size. */
export interface MeterKindTable {
  id: number;
  measurand: string;
  phase: string | null;
  location: string | null;
  context: string;
  format: string;
  /** Of `value`. */
  unit: string;
  /** As the charge point wrote it; null when it wrote none. */
  raw_unit: string | null;
}

/** What one commit brought, until it is moved to `meter_page` (meter-pages.ts says why). */
export interface MeterGroupTable {
  id: Generated<number>;
  /** JSON array of [station, connector, tx, samples]; samples as in `meter_page`. */
  entries: string;
}

/** Append-only. Samples of one session, or of a connector without one, of some seconds. */
export interface MeterPageTable {
  id: Generated<number>;
  station_id: string;
  connector_id: number;
  tx_id: number | null;
  /** JSON array of `sampleText` (meter-pages.ts). */
  samples: string;
}

/** A sample with all that its kind says. Read only. What a charge point has sent twice is there twice. */
export interface MeterReadingView extends Omit<MeterPageTable, 'id' | 'samples'>, Omit<MeterKindTable, 'id'> {
  /** Of its page or group: not unique. */
  id: number;
  at_ms: number;
  received_at_ms: number;
  value: number | null;
  raw_value: string;
  /** Among the samples of its message, and of those beside it. */
  position: number;
}

/** Append-only; kept for the retention time. Frames of one charge point (message-blocks.ts). */
export interface MessageBlockTable {
  /** Of its last message; ids grow over all charge points. */
  id: number;
  station_id: string;
  first_id: number;
  count: number;
  /** Time of its newest message. */
  until_ms: number;
  heads: string;
  texts: string;
}
