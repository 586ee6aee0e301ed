/** Anomalies of currents. The house rules of schema.ts hold. */
import type { ColumnType, Generated } from 'kysely';

type Fixed<T> = ColumnType<T, T, never>;

export interface AnomalyTables {
  anomaly: AnomalyTable;
}

export interface AnomalyTable {
  id: Generated<number>;
  station_id: Fixed<string>;
  connector_id: Fixed<number>;
  kind: Fixed<'oscillation' | 'runaway' | 'stuck-on' | 'silence' | 'drift'>;
  detected_by: Fixed<'csms' | 'charge-point'>;
  tx_id: Fixed<number | null>;
  window_ms: number;
  figure: number;
  threshold: number;
  unit: Fixed<'mA' | 'ms' | 'turns'>;
  current_ma: number | null;
  limit_ma: number | null;
  commanded: 0 | 1;
  from_ms: number;
  detected_at_ms: Fixed<number>;
  /** Null: it is still so. */
  cleared_at_ms: number | null;
}
