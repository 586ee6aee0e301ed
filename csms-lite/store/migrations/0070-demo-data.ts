import type { Kysely, Migration } from 'kysely';

/** Charge points and sessions that `csms-lite demo-data` has made up are marked as such. */
export function demoData(): Migration {
  return {
    async up(db: Kysely<never>): Promise<void> {
      for (const table of ['station', 'tx'])
        await db.schema
          .alterTable(table)
          .addColumn('demo', 'smallint', (c) => c.notNull().defaultTo(0))
          .execute();
    },
  };
}
