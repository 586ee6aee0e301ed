import type { Kysely, Selectable } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { ChargingProfileTable, Database } from '../../store/schema.js';
import type { ChargingProfile } from '../model.js';

export function toProfile(row: Selectable<ChargingProfileTable>): ChargingProfile {
  const body = parseJson<Omit<ChargingProfile, 'id' | 'name'>>(row.body);
  return { id: row.id, name: row.name, ...body };
}

/** null when there is none. */
export async function findProfile(db: Kysely<Database>, id: number): Promise<ChargingProfile | null> {
  const row = await db.selectFrom('charging_profile').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toProfile(row);
}
