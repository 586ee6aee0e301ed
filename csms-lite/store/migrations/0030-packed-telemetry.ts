import { type Kysely, type Migration, sql } from 'kysely';
import type { Columns } from '../dialect.js';

/**
 * Meter samples and messages are packed: a row takes all samples of a session, or all frames of a charge point, that one
 * moment brought. What was stored row by row is taken over. `meter_reading` stays what readers use.
 */
export function packedTelemetry({ identity, bigint, jsonItems, jsonItem, jsonPosition }: Columns): Migration {
  const integer = (row: string, index: number): string => `cast(${jsonItem(row, index)} as ${bigint})`;
  /** Of a row `s` of samples, in the order of PackedSample in meter-pages.ts. */
  const sample = `${integer('s', 0)} as at_ms, ${integer('s', 1)} as received_at_ms, k.measurand, k.phase, k.location,
    k.context, k.format, ${integer('s', 3)} as value, k.unit,
    coalesce(${jsonItem('s', 4)}, cast(${integer('s', 3)} as text)) as raw_value, k.raw_unit,
    ${jsonPosition('s')} as position`;
  const kind = `join meter_kind k on k.id = ${integer('s', 2)}`;
  return {
    async up(db: Kysely<never>): Promise<void> {
      const { schema } = db;
      await identity(schema.createTable('meter_group'), 'id')
        .addColumn('entries', 'text', (c) => c.notNull())
        .execute();
      await identity(schema.createTable('meter_page'), 'id')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('connector_id', 'integer', (c) => c.notNull())
        .addColumn('tx_id', 'integer')
        .addColumn('samples', 'text', (c) => c.notNull())
        .execute();
      await schema
        .createIndex('meter_page_tx')
        .on('meter_page')
        .column('tx_id')
        .where('tx_id', 'is not', null)
        .execute();
      await sql
        .raw(`insert into meter_page (station_id, connector_id, tx_id, samples)
          select station_id, connector_id, tx_id,
            json_group_array(json_array(at_ms, received_at_ms, kind_id, value, raw_value))
          from (select * from meter_sample union all select * from meter_inbox order by received_at_ms, id)
          group by tx_id, station_id, connector_id, id / 500`)
        .execute(db);
      await schema.dropView('meter_reading').execute();
      await schema.dropTable('meter_sample').execute();
      await schema.dropTable('meter_inbox').execute();
      await sql
        .raw(`create view meter_reading as
          select p.id, p.station_id, p.connector_id, p.tx_id, ${sample}
          from meter_page p, ${jsonItems('p.samples', 's')} ${kind}
          union all
          select g.id, ${jsonItem('e', 0)}, ${integer('e', 1)}, ${integer('e', 2)}, ${sample}
          from meter_group g, ${jsonItems('g.entries', 'e')}, ${jsonItems(jsonItem('e', 3), 's')} ${kind}`)
        .execute(db);

      await schema
        .createTable('message_block')
        .addColumn('id', 'integer', (c) => c.primaryKey())
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('first_id', 'integer', (c) => c.notNull())
        .addColumn('count', 'integer', (c) => c.notNull())
        .addColumn('until_ms', bigint, (c) => c.notNull())
        .addColumn('heads', 'text', (c) => c.notNull())
        .addColumn('texts', 'text', (c) => c.notNull())
        .execute();
      await schema
        .createIndex('message_block_station')
        .on('message_block')
        .columns(['station_id', 'id', 'count'])
        .execute();
      await sql
        .raw(`insert into message_block (id, station_id, first_id, count, until_ms, heads, texts)
          select id, station_id, id, 1, at_ms,
            json_array(json_array(id, direction, at_ms, kind, message_id, action, latency_ms, length(text))), text
          from ocpp_message order by id`)
        .execute(db);
      await schema.dropTable('ocpp_message').execute();
    },
  };
}
