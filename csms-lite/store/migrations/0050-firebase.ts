import type { Kysely, Migration } from 'kysely';
import type { Columns } from '../dialect.js';

/** What the Realtime Database has acknowledged of each charge point. */
export function firebase(columns: Columns): Migration {
  const { bigint } = columns;
  return {
    async up(db: Kysely<never>): Promise<void> {
      await db.schema
        .createTable('firebase_charger')
        .addColumn('station_id', 'text', (c) => c.primaryKey())
        .addColumn('document', 'text', (c) => c.notNull())
        .addColumn('made_at_ms', bigint, (c) => c.notNull())
        .addColumn('acknowledged_at_ms', bigint, (c) => c.notNull())
        .execute();
    },
  };
}
