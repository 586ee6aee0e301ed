import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { ENERGY_REGISTER } from '../metering/normalise.js';
import type { Reading } from '../metering/register.js';

/** The register readings of a session that are on disk, oldest first. */
export async function storedReadings(db: Kysely<Database>, txId: number): Promise<Reading[]> {
  const rows = await db
    .selectFrom('meter_reading')
    .select(['at_ms', 'value'])
    .where('tx_id', '=', txId)
    .where('measurand', '=', ENERGY_REGISTER)
    .where('phase', 'is', null)
    .where((where) => where.or([where('location', 'is', null), where('location', '=', 'Outlet')]))
    .where('value', 'is not', null)
    .orderBy('at_ms')
    .orderBy('received_at_ms')
    .execute();
  return rows.flatMap(({ at_ms, value }) => (value === null ? [] : [{ wh: value, atMs: at_ms }]));
}
