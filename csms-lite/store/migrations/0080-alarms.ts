import type { Kysely, Migration } from 'kysely';
import type { Columns } from '../dialect.js';

/** Alarms, changed rules, and the outbox of mails about them. */
export function alarms(columns: Columns): Migration {
  const { identity, bigint } = columns;
  return {
    async up(db: Kysely<never>): Promise<void> {
      const schema = db.schema;
      await identity(schema.createTable('alarm'), 'id')
        .addColumn('rule', 'text', (c) => c.notNull())
        .addColumn('subject', 'text', (c) => c.notNull())
        .addColumn('station_id', 'text')
        .addColumn('connector_id', 'integer')
        .addColumn('what', 'text', (c) => c.notNull())
        .addColumn('figure', 'double precision', (c) => c.notNull())
        .addColumn('threshold', 'double precision', (c) => c.notNull())
        .addColumn('unit', 'text', (c) => c.notNull())
        .addColumn('since_ms', bigint, (c) => c.notNull())
        .addColumn('raised_at_ms', bigint, (c) => c.notNull())
        .addColumn('cleared_at_ms', bigint)
        .addColumn('acknowledged_at_ms', bigint)
        .addColumn('acknowledged_by', 'text')
        .addColumn('note', 'text')
        .execute();
      // At most one open alarm for each rule and subject, whatever happens.
      await schema
        .createIndex('alarm_open')
        .on('alarm')
        .columns(['rule', 'subject'])
        .unique()
        .where('cleared_at_ms' as never, 'is', null)
        .execute();
      await schema.createIndex('alarm_station').on('alarm').columns(['station_id', 'id']).execute();

      await schema
        .createTable('alarm_rule')
        .addColumn('rule', 'text', (c) => c.primaryKey())
        .addColumn('enabled', 'smallint', (c) => c.notNull())
        .addColumn('threshold', 'double precision')
        .execute();

      await identity(schema.createTable('alarm_notice'), 'id')
        .addColumn('alarm_id', 'integer', (c) => c.notNull())
        .addColumn('change', 'text', (c) => c.notNull())
        .addColumn('at_ms', bigint, (c) => c.notNull())
        .addColumn('mail_id', 'integer')
        .execute();
      await schema.createIndex('alarm_notice_mail').on('alarm_notice').columns(['mail_id', 'id']).execute();

      await identity(schema.createTable('alarm_mail'), 'id')
        .addColumn('message_id', 'text', (c) => c.notNull().unique())
        .addColumn('subject', 'text', (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('attempts', 'integer', (c) => c.notNull())
        .addColumn('next_attempt_at_ms', bigint)
        .addColumn('last_error', 'text')
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .addColumn('finished_at_ms', bigint)
        .execute();
      await schema.createIndex('alarm_mail_due').on('alarm_mail').columns(['status', 'next_attempt_at_ms']).execute();
    },
  };
}
