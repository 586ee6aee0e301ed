import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { StoreError } from './errors.js';
import type { Database } from './schema.js';

/**
 * A database that a newer csms-lite has changed is left alone: what that version knows of it we do not.
 * @throws StoreError database_newer
 */
export async function refuseNewer(
  db: Kysely<Database>,
  migrations: Record<string, Migration>,
  file: string,
): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const unknown = rows.map(({ name }) => name).filter((name) => !(name in migrations));
  if (unknown.length === 0) return;
  throw new StoreError(
    'database_newer',
    `${file} was written by a newer csms-lite (it has ${unknown.join(', ')}, which this version does not know).`,
    'Start that version, or restore a backup of this one into another folder: csms-lite restore <backup> --data <folder>',
  );
}

/**
 * Brings the database to the newest schema. Nothing is done when it is there already.
 * @throws StoreError migration_failed naming the migration; the database is as it was before that migration.
 */
export async function migrateToLatest(db: Kysely<Database>, migrations: Record<string, Migration>): Promise<void> {
  // Numbers of parallel work may be used in any order: no migration depends on another one of its time.
  const provider = { getMigrations: async () => migrations };
  const { error, results } = await new Migrator({ db, provider, allowUnorderedMigrations: true }).migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'before the first migration';
  throw new StoreError(
    'migration_failed',
    `database migration failed at ${failed}: ${error instanceof Error ? error.message : String(error)}`,
    'The database is as it was before that step. Please report it; the version before still starts.',
    error,
  );
}
