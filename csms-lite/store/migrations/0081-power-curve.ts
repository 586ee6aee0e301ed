import type { Kysely, Migration } from 'kysely';
import type { Columns } from '../dialect.js';

/** Energy of all sessions together, by five minutes: the curve on the home page. */
export function powerCurve(columns: Columns): Migration {
  return {
    async up(db: Kysely<never>): Promise<void> {
      await db.schema
        .createTable('power_bucket')
        .addColumn('from_ms', columns.bigint, (c) => c.primaryKey())
        .addColumn('energy_wh', 'double precision', (c) => c.notNull())
        .execute();
    },
  };
}
