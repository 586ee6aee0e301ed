import type { Kysely, Selectable } from 'kysely';
import { parseJson } from '../store/json.js';
import type { Database } from '../store/schema.js';
import type { InsightTable } from '../store/schema-insights.js';
import type { Computed } from './compute.js';
import type { Insight, InsightName, InsightResults, Shortage } from './model.js';

type InsightRow = Selectable<InsightTable>;
/** What stands in the column `body`. */
type Body = { result: InsightResults[InsightName] } | { shortage: Shortage } | { reason: string };

export interface Run {
  fromMs: number;
  toMs: number;
  computedAtMs: number;
  requestedBy: string | null;
}

/** The row of what a model has found. */
export function toRow(computed: Computed, run: Run): InsightRow {
  const common = {
    name: computed.name,
    from_ms: run.fromMs,
    to_ms: run.toMs,
    computed_at_ms: run.computedAtMs,
    duration_ms: computed.durationMs,
    requested_by: run.requestedBy,
  };
  if ('reason' in computed) {
    const body: Body = { reason: computed.reason };
    return { ...common, status: 'failed', method: '', row_count: 0, demo_row_count: 0, body: JSON.stringify(body) };
  }
  const { outcome } = computed;
  const body: Body = outcome.status === 'ok' ? { result: outcome.result } : { shortage: outcome.shortage };
  return {
    ...common,
    status: outcome.status,
    method: outcome.method,
    row_count: outcome.rowCount,
    demo_row_count: outcome.demoRowCount,
    body: JSON.stringify(body),
  };
}

export async function saveInsights(db: Kysely<Database>, rows: readonly InsightRow[]): Promise<void> {
  for (const row of rows) {
    const { name: _name, ...columns } = row;
    await db
      .insertInto('insight')
      .values(row)
      .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
      .execute();
  }
}

export async function loadInsight<N extends InsightName>(db: Kysely<Database>, name: N): Promise<Insight<N>> {
  const row = await db.selectFrom('insight').selectAll().where('name', '=', name).executeTakeFirst();
  return (row === undefined ? { name, status: 'not-computed' } : fromRow(row)) as Insight<N>;
}

function fromRow(row: InsightRow): object {
  return {
    name: row.name,
    status: row.status,
    method: row.method,
    rowCount: row.row_count,
    demoRowCount: row.demo_row_count,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    computedAtMs: row.computed_at_ms,
    durationMs: row.duration_ms,
    requestedBy: row.requested_by,
    ...parseJson<Body>(row.body),
  };
}
