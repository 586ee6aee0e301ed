import { type Kysely, type Migration, sql } from 'kysely';
import type { Columns } from '../dialect.js';

/** Tariffs, people and wallets. */
export function accounts(columns: Columns): Migration {
  const { identity, bigint } = columns;
  return {
    async up(db: Kysely<never>): Promise<void> {
      const schema = db.schema;
      await identity(schema.createTable('tariff'), 'id')
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .addColumn('archived', 'smallint', (c) => c.notNull())
        .execute();
      await identity(schema.createTable('tariff_version'), 'id')
        .addColumn('tariff_id', 'integer', (c) => c.notNull())
        .addColumn('version', 'integer', (c) => c.notNull())
        .addColumn('valid_from_ms', bigint, (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .addUniqueConstraint('tariff_version_number', ['tariff_id', 'version'])
        .execute();
      await schema
        .createTable('tariff_assignment')
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('target', 'text', (c) => c.notNull())
        .addColumn('connector_id', 'integer', (c) => c.notNull())
        .addColumn('tariff_id', 'integer', (c) => c.notNull())
        .addPrimaryKeyConstraint('tariff_assignment_pk', ['kind', 'target', 'connector_id'])
        .execute();

      await identity(schema.createTable('account'), 'id')
        .addColumn('login', 'text', (c) => c.notNull())
        .addColumn('login_key', 'text', (c) => c.notNull().unique())
        .addColumn('full_name', 'text')
        .addColumn('email', 'text')
        .addColumn('phone', 'text')
        .addColumn('role', 'text')
        .addColumn('password_hash', 'text')
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .execute();
      await schema
        .createTable('account_tag')
        .addColumn('id_tag_key', 'text', (c) => c.primaryKey())
        .addColumn('id_tag', 'text', (c) => c.notNull())
        .addColumn('account_id', 'integer', (c) => c.notNull())
        .execute();
      await schema.createIndex('account_tag_account').on('account_tag').column('account_id').execute();

      await identity(schema.createTable('wallet'), 'id')
        .addColumn('account_id', 'integer', (c) => c.notNull().unique())
        .addColumn('currency', 'text', (c) => c.notNull())
        .addColumn('enabled', 'smallint', (c) => c.notNull())
        .addColumn('floor_minor', bigint, (c) => c.notNull())
        .addColumn('balance_minor', bigint, (c) => c.notNull())
        .addColumn('held_minor', bigint, (c) => c.notNull())
        // The last guard: whatever the code does, no wallet goes below its floor.
        .addCheckConstraint('wallet_floor', sql`balance_minor - held_minor >= floor_minor`)
        .addCheckConstraint('wallet_held', sql`held_minor >= 0`)
        .execute();
      await identity(schema.createTable('wallet_entry'), 'id')
        .addColumn('wallet_id', 'integer', (c) => c.notNull())
        .addColumn('at_ms', bigint, (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('change_minor', bigint, (c) => c.notNull())
        .addColumn('held_change_minor', bigint, (c) => c.notNull())
        .addColumn('balance_minor', bigint, (c) => c.notNull())
        .addColumn('held_minor', bigint, (c) => c.notNull())
        .addColumn('tx_id', 'integer')
        .addColumn('reference', 'text')
        .addColumn('note', 'text')
        .addColumn('actor', 'text', (c) => c.notNull())
        .addUniqueConstraint('wallet_entry_reference', ['wallet_id', 'reference'])
        .execute();
      await schema.createIndex('wallet_entry_wallet').on('wallet_entry').columns(['wallet_id', 'id']).execute();

      await schema
        .createTable('tx_cost')
        .addColumn('tx_id', 'integer', (c) => c.primaryKey())
        .addColumn('station_id', 'text', (c) => c.notNull())
        .addColumn('connector_id', 'integer', (c) => c.notNull())
        .addColumn('account_id', 'integer')
        .addColumn('wallet_id', 'integer')
        .addColumn('tariff', 'text', (c) => c.notNull())
        .addColumn('cost', 'text')
        .addColumn('total_minor', bigint, (c) => c.notNull())
        .addColumn('paid_minor', bigint, (c) => c.notNull())
        .addColumn('hold_minor', bigint, (c) => c.notNull())
        .addColumn('idle_open', 'smallint', (c) => c.notNull())
        .addColumn('settled_at_ms', bigint)
        .execute();
      await schema
        .createIndex('tx_cost_idle')
        .on('tx_cost')
        .columns(['idle_open', 'station_id', 'connector_id'])
        .execute();
      await schema.createIndex('tx_cost_wallet').on('tx_cost').columns(['wallet_id', 'tx_id']).execute();
      await schema.createIndex('tx_connector').on('tx').columns(['station_id', 'connector_id', 'seq']).execute();
      // Idle time is read per connector and session.
      await schema
        .createIndex('connector_status_log_connector')
        .on('connector_status_log')
        .columns(['station_id', 'connector_id', 'at_ms'])
        .execute();
    },
  };
}
