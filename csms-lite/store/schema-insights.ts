/** Table of insights. The house rules of schema.ts hold. */
type Json = string;

export interface InsightTables {
  insight: InsightTable;
}

/** The last result of one model; the next one replaces it. */
export interface InsightTable {
  name: string;
  status: 'ok' | 'not-enough-data' | 'failed';
  /** As people are told it: `ARIMA(1,1,1)`. */
  method: string;
  /** Rows that the model has seen, and how many of them are demo data. */
  row_count: number;
  demo_row_count: number;
  /** Window of the rows. */
  from_ms: number;
  to_ms: number;
  computed_at_ms: number;
  duration_ms: number;
  /** Who asked for it; null: the schedule. */
  requested_by: string | null;
  /** What the model found, by `insights/model.ts`. */
  body: Json;
}
