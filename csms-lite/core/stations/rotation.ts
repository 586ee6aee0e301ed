/**
 * A new AuthorizationKey (security white paper A01). Its hash is kept before it is sent: when the answer is lost nobody
 * knows which of the two the charge point has, so both are right until it has used one.
 */
import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { audit } from '../audit.js';

/** About to be sent. In a write transaction. */
export async function offerPassword(db: Kysely<Database>, stationId: string, hash: string): Promise<void> {
  await db.updateTable('station').set({ next_password_hash: hash }).where('id', '=', stationId).execute();
}

/** The charge point certainly did not take it: the old one stays (A01.FR.04). */
export async function withdrawPassword(db: Kysely<Database>, stationId: string): Promise<void> {
  await db.updateTable('station').set({ next_password_hash: null }).where('id', '=', stationId).execute();
}

/** It took it, or has used it: from now on the old one is refused (A01.FR.03). */
export async function switchPassword(db: Kysely<Database>, stationId: string, nowMs: number): Promise<void> {
  const row = await db.selectFrom('station').selectAll().where('id', '=', stationId).executeTakeFirst();
  if (row === undefined || row.next_password_hash === null) return;
  const profile = row.security_profile === 0 ? 1 : row.security_profile;
  await db
    .updateTable('station')
    .set({ password_hash: row.next_password_hash, next_password_hash: null, security_profile: profile })
    .where('id', '=', stationId)
    .execute();
  await audit(db, { atMs: nowMs, actor: 'system', action: 'station.password', subject: stationId });
}
