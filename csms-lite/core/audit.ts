import type { Kysely } from 'kysely';
import type { Database } from '../store/schema.js';

/** Writes one line of the audit log, in the same transaction as the change it tells of. */
export async function audit(
  db: Kysely<Database>,
  entry: { atMs: number; actor: string; action: string; subject: string; details?: object },
): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      at_ms: entry.atMs,
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      details: JSON.stringify(entry.details ?? {}),
    })
    .execute();
}
