import { type Kysely, type Migration, sql } from 'kysely';
import type { Columns } from '../dialect.js';

/** Sites with a limit, password rotation, tag permissions, certificates, local lists, assigned profiles, files. */
export function network(columns: Columns): Migration {
  const { identity, bigint } = columns;
  return {
    async up(db: Kysely<never>): Promise<void> {
      const schema = db.schema;
      await schema.alterTable('site').addColumn('limit_ma', 'integer').execute();
      // Every charge point is at a site; this one was only a name so far.
      await sql`insert into site (id, name) values ('default', 'Default') on conflict (id) do nothing`.execute(db);
      await schema.alterTable('station').addColumn('next_password_hash', 'text').execute();
      await schema.alterTable('tag').addColumn('allowed_stations', 'text').execute();
      await schema.alterTable('local_list').addColumn('reported_version', 'integer').execute();
      await schema
        .alterTable('local_list')
        .addColumn('content_known', 'smallint', (c) => c.notNull().defaultTo(0))
        .execute();

      await identity(schema.createTable('certificate'), 'id')
        .addColumn('serial_number', 'text', (c) => c.notNull().unique())
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('subject', 'text', (c) => c.notNull())
        .addColumn('pem', 'text', (c) => c.notNull())
        .addColumn('not_before_ms', bigint, (c) => c.notNull())
        .addColumn('not_after_ms', bigint, (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('command_id', 'text')
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .execute();
      await schema.createIndex('certificate_station').on('certificate').columns(['station_id', 'id']).execute();

      await schema
        .createTable('local_list_entry')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('id_tag_key', 'text', (c) => c.notNull())
        .addColumn('id_tag', 'text', (c) => c.notNull())
        .addColumn('info', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('local_list_entry_pk', ['station_id', 'id_tag_key'])
        .execute();

      await schema
        .createTable('profile_assignment')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('profile_id', 'integer', (c) => c.notNull())
        .addColumn('connector_id', 'integer', (c) => c.notNull())
        .addColumn('purpose', 'text', (c) => c.notNull())
        .addColumn('stack_level', 'integer', (c) => c.notNull())
        .addColumn('transaction_id', 'integer')
        .addColumn('body', 'text', (c) => c.notNull())
        .addColumn('command_id', 'text', (c) => c.notNull())
        .addColumn('assigned_at_ms', bigint, (c) => c.notNull())
        .addPrimaryKeyConstraint('profile_assignment_pk', ['station_id', 'profile_id'])
        .execute();

      await identity(schema.createTable('firmware_file'), 'id')
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('note', 'text')
        .addColumn('size_bytes', bigint, (c) => c.notNull())
        .addColumn('sha256', 'text', (c) => c.notNull())
        .addColumn('uploaded_at_ms', bigint, (c) => c.notNull())
        .addColumn('actor', 'text', (c) => c.notNull())
        .execute();

      await identity(schema.createTable('transfer'), 'id')
        .addColumn('token_hash', 'text', (c) => c.notNull().unique())
        .addColumn('direction', 'text', (c) => c.notNull())
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('command_id', 'text', (c) => c.notNull())
        .addColumn('firmware_id', 'integer')
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .addColumn('expires_at_ms', bigint, (c) => c.notNull())
        .addColumn('received_at_ms', bigint)
        .addColumn('file_name', 'text')
        .addColumn('size_bytes', bigint)
        .addColumn('sha256', 'text')
        .addColumn('fetches', 'integer', (c) => c.notNull())
        .execute();
      await schema
        .createTable('station_quirk')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('action', 'text', (c) => c.notNull())
        .addColumn('place', 'text', (c) => c.notNull())
        .addColumn('path', 'text', (c) => c.notNull())
        .addColumn('message', 'text', (c) => c.notNull())
        .addColumn('verdict', 'text', (c) => c.notNull())
        .addColumn('count', 'integer', (c) => c.notNull())
        .addColumn('first_seen_at_ms', bigint, (c) => c.notNull())
        .addColumn('last_seen_at_ms', bigint, (c) => c.notNull())
        .addPrimaryKeyConstraint('station_quirk_pk', ['station_id', 'action', 'place', 'path', 'message'])
        .execute();
      await schema.createIndex('transfer_command').on('transfer').column('command_id').execute();
    },
  };
}
