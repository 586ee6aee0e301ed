import type { Kysely, Migration } from 'kysely';

/** A file job knows the file that came of it. */
export function jobFiles(): Migration {
  return {
    async up(db: Kysely<never>): Promise<void> {
      await db.schema.alterTable('file_job').addColumn('upload_id', 'integer').execute();
    },
  };
}
