import type { Kysely, Migration } from 'kysely';
import type { Columns } from '../dialect.js';

/** The last result of each model of insights. */
export function insights({ bigint }: Columns): Migration {
  return {
    async up(db: Kysely<never>): Promise<void> {
      await db.schema
        .createTable('insight')
        .addColumn('name', 'text', (c) => c.primaryKey())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('method', 'text', (c) => c.notNull())
        .addColumn('row_count', 'integer', (c) => c.notNull())
        .addColumn('demo_row_count', 'integer', (c) => c.notNull())
        .addColumn('from_ms', bigint, (c) => c.notNull())
        .addColumn('to_ms', bigint, (c) => c.notNull())
        .addColumn('computed_at_ms', bigint, (c) => c.notNull())
        .addColumn('duration_ms', 'integer', (c) => c.notNull())
        .addColumn('requested_by', 'text')
        .addColumn('body', 'text', (c) => c.notNull())
        .execute();
    },
  };
}
