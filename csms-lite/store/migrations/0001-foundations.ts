import type { Kysely, Migration } from 'kysely';
import type { Columns } from '../dialect.js';

/** Every table of the first release. Migrations are never edited after a release and never destroy data. */
export function foundations(columns: Columns): Migration {
  const { identity, bigint } = columns;
  return {
    async up(db: Kysely<never>): Promise<void> {
      const schema = db.schema;
      await schema
        .createTable('site')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('name', 'text', (c) => c.notNull())
        .execute();

      await schema
        .createTable('station')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('site_id', 'text', (c) => c.notNull())
        .addColumn('display_name', 'text')
        .addColumn('admission', 'text', (c) => c.notNull())
        .addColumn('security_profile', 'smallint', (c) => c.notNull())
        .addColumn('password_hash', 'text')
        .addColumn('verdict', 'text', (c) => c.notNull())
        .addColumn('ocpp_version', 'text')
        .addColumn('vendor', 'text')
        .addColumn('model', 'text')
        .addColumn('serial_number', 'text')
        .addColumn('firmware_version', 'text')
        .addColumn('iccid', 'text')
        .addColumn('imsi', 'text')
        .addColumn('meter_type', 'text')
        .addColumn('meter_serial_number', 'text')
        .addColumn('registered_at_ms', bigint, (c) => c.notNull())
        .addColumn('last_boot_at_ms', bigint)
        .addColumn('last_seen_at_ms', bigint)
        .addColumn('clock_skew_ms', bigint)
        .execute();

      await schema
        .createTable('connector')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('connector_id', 'integer', (c) => c.notNull())
        .addColumn('evse_id', 'integer')
        .addColumn('status', 'text')
        .addColumn('error_code', 'text')
        .addColumn('info', 'text')
        .addColumn('vendor_id', 'text')
        .addColumn('vendor_error_code', 'text')
        .addColumn('status_at_ms', bigint)
        .addColumn('status_received_at_ms', bigint)
        .addPrimaryKeyConstraint('connector_pk', ['station_id', 'connector_id'])
        .execute();

      await identity(schema.createTable('connector_status_log'), 'id')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('connector_id', 'integer', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('error_code', 'text', (c) => c.notNull())
        .addColumn('info', 'text')
        .addColumn('vendor_id', 'text')
        .addColumn('vendor_error_code', 'text')
        .addColumn('at_ms', bigint, (c) => c.notNull())
        .addColumn('received_at_ms', bigint, (c) => c.notNull())
        .execute();
      await schema
        .createIndex('connector_status_log_station')
        .on('connector_status_log')
        .columns(['station_id', 'id'])
        .execute();

      await identity(schema.createTable('tag'), 'seq')
        .addColumn('id_tag_key', 'text', (c) => c.notNull().unique())
        .addColumn('id_tag', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('expiry_at_ms', bigint)
        .addColumn('parent_id_tag', 'text')
        .addColumn('type', 'text')
        .addColumn('max_active_transactions', 'integer')
        .addColumn('note', 'text')
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .execute();

      await schema
        .createTable('unknown_tag')
        .addColumn('id_tag_key', 'text', (c) => c.primaryKey())
        .addColumn('id_tag', 'text', (c) => c.notNull())
        .addColumn('first_seen_at_ms', bigint, (c) => c.notNull())
        .addColumn('last_seen_at_ms', bigint, (c) => c.notNull())
        .addColumn('count', 'integer', (c) => c.notNull())
        .addColumn('last_station_id', 'text', (c) => c.notNull())
        .execute();

      await identity(schema.createTable('tx'), 'seq')
        .addColumn('id', 'integer', (c) => c.notNull().unique())
        .addColumn('transaction_id', 'integer', (c) => c.notNull())
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('connector_id', 'integer', (c) => c.notNull())
        .addColumn('id_tag', 'text', (c) => c.notNull())
        .addColumn('id_tag_key', 'text', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('authorization_status', 'text', (c) => c.notNull())
        .addColumn('start_key', 'text', (c) => c.notNull().unique())
        .addColumn('start_message_id', 'text')
        .addColumn('started_at_ms', bigint, (c) => c.notNull())
        .addColumn('start_received_at_ms', bigint, (c) => c.notNull())
        .addColumn('meter_start_wh', bigint, (c) => c.notNull())
        .addColumn('stopped_at_ms', bigint)
        .addColumn('stop_received_at_ms', bigint)
        .addColumn('meter_stop_wh', bigint)
        .addColumn('energy_wh', bigint)
        .addColumn('stop_reason', 'text')
        .addColumn('stop_id_tag', 'text')
        .addColumn('stop_confirmed', 'smallint', (c) => c.notNull())
        .addColumn('closed_by', 'text')
        .addColumn('reservation_id', 'integer')
        .addColumn('command_id', 'text')
        .addColumn('flags', 'text', (c) => c.notNull())
        .addColumn('revision', 'integer', (c) => c.notNull())
        .execute();
      await schema.createIndex('tx_station').on('tx').columns(['station_id', 'transaction_id']).execute();
      await schema.createIndex('tx_state').on('tx').columns(['state', 'station_id', 'connector_id']).execute();
      await schema.createIndex('tx_tag').on('tx').columns(['id_tag_key', 'state']).execute();

      await identity(schema.createTable('tx_event'), 'id')
        .addColumn('tx_id', 'integer', (c) => c.notNull())
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('received_at_ms', bigint, (c) => c.notNull())
        .addColumn('message_id', 'text', (c) => c.notNull())
        .addColumn('action', 'text', (c) => c.notNull())
        .addColumn('payload', 'text', (c) => c.notNull())
        .addColumn('effect', 'text', (c) => c.notNull())
        .execute();
      await schema.createIndex('tx_event_tx').on('tx_event').columns(['tx_id', 'id']).execute();

      await identity(schema.createTable('command'), 'seq')
        .addColumn('id', 'text', (c) => c.notNull().unique())
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('action', 'text', (c) => c.notNull())
        .addColumn('request', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('response', 'text')
        .addColumn('error', 'text')
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .addColumn('sent_at_ms', bigint)
        .addColumn('completed_at_ms', bigint)
        .addColumn('late_answer_at_ms', bigint)
        .addColumn('tx_id', 'integer')
        .addColumn('reservation_id', 'integer')
        .addColumn('actor', 'text', (c) => c.notNull())
        .execute();
      await schema.createIndex('command_station').on('command').columns(['station_id', 'seq']).execute();
      await schema.createIndex('command_status').on('command').columns(['status', 'seq']).execute();

      await identity(schema.createTable('reservation'), 'seq')
        .addColumn('id', 'integer', (c) => c.notNull())
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('connector_id', 'integer', (c) => c.notNull())
        .addColumn('id_tag', 'text', (c) => c.notNull())
        .addColumn('parent_id_tag', 'text')
        .addColumn('expiry_at_ms', bigint, (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .addColumn('tx_id', 'integer')
        .addUniqueConstraint('reservation_wire', ['id', 'station_id'])
        .execute();
      await schema.createIndex('reservation_station').on('reservation').columns(['station_id', 'status']).execute();

      await identity(schema.createTable('charging_profile'), 'seq')
        .addColumn('id', 'integer', (c) => c.notNull().unique())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('purpose', 'text', (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .execute();

      await schema
        .createTable('local_list')
        .addColumn('station_id', 'text', (c) => c.primaryKey())
        .addColumn('version', 'integer', (c) => c.notNull())
        .addColumn('updated_at_ms', bigint, (c) => c.notNull())
        .execute();

      await identity(schema.createTable('knock'), 'id')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('remote_address', 'text', (c) => c.notNull())
        .addColumn('reason', 'text', (c) => c.notNull())
        .addColumn('subprotocols', 'text', (c) => c.notNull())
        .addColumn('credentials_given', 'smallint', (c) => c.notNull())
        .addColumn('count', 'integer', (c) => c.notNull())
        .addColumn('first_seen_at_ms', bigint, (c) => c.notNull())
        .addColumn('last_seen_at_ms', bigint, (c) => c.notNull())
        .addUniqueConstraint('knock_source', ['station_id', 'remote_address', 'reason'])
        .execute();

      await identity(schema.createTable('security_event'), 'id')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('type', 'text', (c) => c.notNull())
        .addColumn('at_ms', bigint, (c) => c.notNull())
        .addColumn('received_at_ms', bigint, (c) => c.notNull())
        .addColumn('tech_info', 'text')
        .execute();

      await identity(schema.createTable('certificate_request'), 'id')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('received_at_ms', bigint, (c) => c.notNull())
        .addColumn('csr', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .execute();

      await identity(schema.createTable('file_job'), 'id')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('request_id', 'integer')
        .addColumn('command_id', 'text')
        .addColumn('location', 'text')
        .addColumn('file_name', 'text')
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .addColumn('updated_at_ms', bigint, (c) => c.notNull())
        .execute();
      await schema.createIndex('file_job_station').on('file_job').columns(['station_id', 'kind']).execute();

      await identity(schema.createTable('data_transfer'), 'id')
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('received_at_ms', bigint, (c) => c.notNull())
        .addColumn('vendor_id', 'text', (c) => c.notNull())
        .addColumn('message_id', 'text')
        .addColumn('data', 'text')
        .execute();

      await schema
        .createTable('setting')
        .addColumn('key', 'text', (c) => c.primaryKey())
        .addColumn('value', 'text', (c) => c.notNull())
        .execute();

      await identity(schema.createTable('audit'), 'id')
        .addColumn('at_ms', bigint, (c) => c.notNull())
        .addColumn('actor', 'text', (c) => c.notNull())
        .addColumn('action', 'text', (c) => c.notNull())
        .addColumn('subject', 'text', (c) => c.notNull())
        .addColumn('details', 'text', (c) => c.notNull())
        .execute();
    },
  };
}
