import { type Kysely, type Migration, sql } from 'kysely';
import type { Columns } from '../dialect.js';

/** Meter samples and the message log. */
export function telemetry(columns: Columns): Migration {
  const { identity, bigint } = columns;
  return {
    async up(db: Kysely<never>): Promise<void> {
      const schema = db.schema;
      for (const name of ['meter_sample', 'meter_inbox'])
        await identity(schema.createTable(name), 'id')
          .addColumn('station_id', 'text', (c) => c.notNull())
          .addColumn('connector_id', 'integer', (c) => c.notNull())
          .addColumn('tx_id', 'integer')
          .addColumn('at_ms', bigint, (c) => c.notNull())
          .addColumn('received_at_ms', bigint, (c) => c.notNull())
          .addColumn('measurand', 'text', (c) => c.notNull())
          .addColumn('phase', 'text')
          .addColumn('location', 'text')
          .addColumn('context', 'text', (c) => c.notNull())
          .addColumn('format', 'text', (c) => c.notNull())
          .addColumn('value', bigint)
          .addColumn('unit', 'text', (c) => c.notNull())
          .addColumn('raw_value', 'text', (c) => c.notNull())
          .addColumn('raw_unit', 'text')
          .execute();
      await schema.createIndex('meter_sample_tx').on('meter_sample').columns(['tx_id', 'at_ms']).execute();
      await sql`create view meter_reading as
        select * from meter_sample union all select * from meter_inbox`.execute(db);

      await identity(schema.createTable('ocpp_message'), 'id')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('direction', 'text', (c) => c.notNull())
        .addColumn('at_ms', bigint, (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('message_id', 'text')
        .addColumn('action', 'text')
        .addColumn('latency_ms', 'integer')
        .addColumn('text', 'text', (c) => c.notNull())
        .execute();
      await schema.createIndex('ocpp_message_station').on('ocpp_message').columns(['station_id', 'id']).execute();
    },
  };
}
