import type { Kysely, Migration } from 'kysely';
import type { Columns } from '../dialect.js';

/** API tokens, sign-ins, webhooks and their deliveries. */
export function access(columns: Columns): Migration {
  const { identity, bigint } = columns;
  return {
    async up(db: Kysely<never>): Promise<void> {
      const schema = db.schema;
      await schema
        .createTable('api_token')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('role', 'text', (c) => c.notNull())
        .addColumn('secret_hash', 'text', (c) => c.notNull())
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .addColumn('expires_at_ms', bigint)
        .addColumn('last_used_at_ms', bigint)
        .execute();
      await schema
        .createTable('login_session')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('account_id', 'integer', (c) => c.notNull())
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .addColumn('expires_at_ms', bigint, (c) => c.notNull())
        .execute();
      await schema.createIndex('login_session_account').on('login_session').column('account_id').execute();

      await identity(schema.createTable('webhook'), 'id')
        .addColumn('url', 'text', (c) => c.notNull())
        .addColumn('secret', 'text', (c) => c.notNull())
        .addColumn('events', 'text', (c) => c.notNull())
        .addColumn('active', 'smallint', (c) => c.notNull())
        .addColumn('allow_private', 'smallint', (c) => c.notNull())
        .addColumn('note', 'text')
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .execute();
      await identity(schema.createTable('webhook_delivery'), 'id')
        .addColumn('message_id', 'text', (c) => c.notNull().unique())
        .addColumn('webhook_id', 'integer', (c) => c.notNull())
        .addColumn('event_type', 'text', (c) => c.notNull())
        .addColumn('body', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('attempts', 'integer', (c) => c.notNull())
        .addColumn('next_attempt_at_ms', bigint)
        .addColumn('last_status', 'integer')
        .addColumn('last_error', 'text')
        .addColumn('last_latency_ms', 'integer')
        .addColumn('created_at_ms', bigint, (c) => c.notNull())
        .addColumn('finished_at_ms', bigint)
        .execute();
      await schema
        .createIndex('webhook_delivery_due')
        .on('webhook_delivery')
        .columns(['status', 'next_attempt_at_ms'])
        .execute();
      await schema.createIndex('webhook_delivery_hook').on('webhook_delivery').columns(['webhook_id', 'id']).execute();
    },
  };
}
