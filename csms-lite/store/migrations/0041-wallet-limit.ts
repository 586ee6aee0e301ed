import type { Kysely, Migration } from 'kysely';
import type { Columns } from '../dialect.js';

/** When a running session was told to stop because its wallet bears no more. */
export function walletLimit({ bigint }: Columns): Migration {
  return {
    async up(db: Kysely<never>): Promise<void> {
      await db.schema.alterTable('tx_cost').addColumn('limit_reached_at_ms', bigint).execute();
    },
  };
}
