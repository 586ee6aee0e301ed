import { type Kysely, type Migration, Migrator } from 'kysely';
import type { Database } from './schema.js';

/**
 * Brings the database to the newest schema. Nothing is done when it is there already.
 * @throws Error naming the migration that failed; the database is as it was before that migration.
 */
export async function migrateToLatest(db: Kysely<Database>, migrations: Record<string, Migration>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'before the first migration';
  throw new Error(`database migration failed at ${failed}: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}
