import type { Kysely, Migration } from 'kysely';
import type { Columns } from '../dialect.js';

/** What detectors have seen in currents. */
export function anomalies(columns: Columns): Migration {
  const { identity, bigint } = columns;
  return {
    async up(db: Kysely<never>): Promise<void> {
      await identity(db.schema.createTable('anomaly'), 'id')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('connector_id', 'integer', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('detected_by', 'text', (c) => c.notNull())
        .addColumn('tx_id', 'integer')
        .addColumn('window_ms', bigint, (c) => c.notNull())
        .addColumn('figure', bigint, (c) => c.notNull())
        .addColumn('threshold', bigint, (c) => c.notNull())
        .addColumn('unit', 'text', (c) => c.notNull())
        .addColumn('current_ma', 'integer')
        .addColumn('limit_ma', 'integer')
        .addColumn('commanded', 'smallint', (c) => c.notNull())
        .addColumn('from_ms', bigint, (c) => c.notNull())
        .addColumn('detected_at_ms', bigint, (c) => c.notNull())
        .addColumn('cleared_at_ms', bigint)
        .execute();
      await db.schema.createIndex('anomaly_station').on('anomaly').columns(['station_id', 'id']).execute();
      await db.schema.createIndex('anomaly_tx').on('anomaly').column('tx_id').execute();
    },
  };
}
