import type { Kysely, Selectable } from 'kysely';
import { parseNullableJson } from '../../store/json.js';
import type { Database, TagTable, UnknownTagTable } from '../../store/schema.js';
import { tagKey } from '../authorization.js';
import type { Tag, UnknownTag } from '../model.js';

export function toTag(row: Selectable<TagTable>): Tag {
  return {
    idTag: row.id_tag,
    status: row.status,
    expiryDateMs: row.expiry_at_ms,
    parentIdTag: row.parent_id_tag,
    type: row.type,
    maxActiveTransactions: row.max_active_transactions,
    allowedStations: parseNullableJson<string[]>(row.allowed_stations),
    note: row.note,
    createdAtMs: row.created_at_ms,
  };
}

export function toUnknownTag(row: Selectable<UnknownTagTable>): UnknownTag {
  return {
    idTag: row.id_tag,
    firstSeenAtMs: row.first_seen_at_ms,
    lastSeenAtMs: row.last_seen_at_ms,
    count: row.count,
    lastChargePointId: row.last_station_id,
  };
}

/** null when the tag is not known. */
export async function findTag(db: Kysely<Database>, idTag: string): Promise<Tag | null> {
  const row = await db.selectFrom('tag').selectAll().where('id_tag_key', '=', tagKey(idTag)).executeTakeFirst();
  return row === undefined ? null : toTag(row);
}

/** Counts one more showing of a tag that nobody knows. */
export async function rememberUnknownTag(
  db: Kysely<Database>,
  seen: { idTag: string; stationId: string; atMs: number },
): Promise<UnknownTag> {
  const row = await db
    .insertInto('unknown_tag')
    .values({
      id_tag_key: tagKey(seen.idTag),
      id_tag: seen.idTag,
      first_seen_at_ms: seen.atMs,
      last_seen_at_ms: seen.atMs,
      count: 1,
      last_station_id: seen.stationId,
    })
    .onConflict((conflict) =>
      conflict.column('id_tag_key').doUpdateSet((set) => ({
        last_seen_at_ms: seen.atMs,
        count: set('unknown_tag.count', '+', 1),
        last_station_id: seen.stationId,
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return toUnknownTag(row);
}
