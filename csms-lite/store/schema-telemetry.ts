/** Tables of the telemetry file; the house rules of schema.ts hold. */
import type { Generated } from 'kysely';

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

/**
 * Append-only. Samples come into `meter_inbox`, which has no index, and are moved to `meter_sample` in large groups
 * (meter-inbox.ts says why).
 */
export interface MeterSampleTable {
  id: Generated<number>;
  station_id: string;
  connector_id: number;
  tx_id: number | null;
  at_ms: number;
  received_at_ms: number;
  kind_id: number;
  value: number | null;
  /** null when it is `value` in digits. */
  raw_value: string | null;
}

/** A sample with all that its kind says. Read only. */
export interface MeterReadingView
  extends Omit<MeterSampleTable, 'id' | 'kind_id' | 'raw_value'>,
    Omit<MeterKindTable, 'id'> {
  /** Unique per table only. */
  id: number;
  raw_value: string;
}

/** Append-only; written in bulk; kept for the retention time. */
export interface OcppMessageTable {
  id: Generated<number>;
  station_id: string;
  direction: 'in' | 'out';
  at_ms: number;
  kind: 'CALL' | 'CALLRESULT' | 'CALLERROR' | 'INVALID';
  message_id: string | null;
  action: string | null;
  latency_ms: number | null;
  text: string;
}
