import { type Kysely, type Migration, sql } from 'kysely';
import type { Columns } from '../dialect.js';

/** Meter samples and the message log. */
export function telemetry(columns: Columns): Migration {
  const { identity, bigint } = columns;
  return {
    async up(db: Kysely<never>): Promise<void> {
      const schema = db.schema;
      await schema
        .createTable('meter_kind')
        // Numbered by us: samples of a new kind are committed together with it.
        .addColumn('id', 'integer', (c) => c.primaryKey())
        .addColumn('measurand', 'text', (c) => c.notNull())
        .addColumn('phase', 'text')
        .addColumn('location', 'text')
        .addColumn('context', 'text', (c) => c.notNull())
        .addColumn('format', 'text', (c) => c.notNull())
        .addColumn('unit', 'text', (c) => c.notNull())
        .addColumn('raw_unit', 'text')
        .execute();
      for (const name of ['meter_sample', 'meter_inbox'])
        await identity(schema.createTable(name), 'id')
          .addColumn('station_id', 'text', (c) => c.notNull())
          .addColumn('connector_id', 'integer', (c) => c.notNull())
          .addColumn('tx_id', 'integer')
          .addColumn('at_ms', bigint, (c) => c.notNull())
          .addColumn('received_at_ms', bigint, (c) => c.notNull())
          .addColumn('kind_id', 'integer', (c) => c.notNull())
          .addColumn('value', bigint)
          .addColumn('raw_value', 'text')
          .execute();
      await schema.createIndex('meter_sample_tx').on('meter_sample').columns(['tx_id', 'at_ms']).execute();
      const readings = (table: string) => sql`
        select s.id, s.station_id, s.connector_id, s.tx_id, s.at_ms, s.received_at_ms, k.measurand, k.phase, k.location,
          k.context, k.format, s.value, k.unit, coalesce(s.raw_value, cast(s.value as text)) as raw_value, k.raw_unit
        from ${sql.table(table)} s join meter_kind k on k.id = s.kind_id`;
      await sql`create view meter_reading as ${readings('meter_sample')} union all ${readings('meter_inbox')}`.execute(
        db,
      );

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
