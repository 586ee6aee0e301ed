import { type Kysely, type Migration, sql } from 'kysely';

/** How a charge point's boots are to be answered, and how the last one was; why a certificate request was refused. */
export function registration(): Migration {
  return {
    async up(db: Kysely<never>): Promise<void> {
      const { schema } = db;
      await schema
        .alterTable('station')
        .addColumn('registration_status', 'text', (column) => column.notNull().defaultTo('Accepted'))
        .execute();
      await schema.alterTable('station').addColumn('registration_interval_s', 'integer').execute();
      await schema.alterTable('station').addColumn('boot_status', 'text').execute();
      // Until now every boot was accepted.
      await sql`update station set boot_status = 'Accepted' where last_boot_at_ms is not null`.execute(db);
      await schema.alterTable('certificate_request').addColumn('reason', 'text').execute();
    },
  };
}
