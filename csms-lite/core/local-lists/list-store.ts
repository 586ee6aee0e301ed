import type { Kysely } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { Database } from '../../store/schema.js';
import { tagKey } from '../authorization.js';

/** AuthorizationData (1.6 §7.1): without idTagInfo it takes the tag off a list. */
export interface ListEntry {
  idTag: string;
  idTagInfo?: object;
}

export interface StoredList {
  /** As last accepted by, or read from, the charge point; 0 when nothing is known. */
  version: number;
  reportedVersion: number | null;
  /** Whether `entries` is what the charge point has. */
  contentKnown: boolean;
  /** By key of the tag. */
  entries: ReadonlyMap<string, Required<ListEntry>>;
  updatedAtMs: number | null;
}

export async function findList(db: Kysely<Database>, stationId: string): Promise<StoredList> {
  const row = await db.selectFrom('local_list').selectAll().where('station_id', '=', stationId).executeTakeFirst();
  const rows = await db.selectFrom('local_list_entry').selectAll().where('station_id', '=', stationId).execute();
  const entries = new Map(
    rows.map((one) => [one.id_tag_key, { idTag: one.id_tag, idTagInfo: parseJson<object>(one.info) }]),
  );
  return {
    version: row?.version ?? 0,
    reportedVersion: row?.reported_version ?? null,
    contentKnown: row?.content_known === 1,
    entries,
    updatedAtMs: row?.updated_at_ms ?? null,
  };
}

/** The charge point accepted SendLocalList: its list is what we sent, or what it had with our changes. */
export async function noteAccepted(
  db: Kysely<Database>,
  stationId: string,
  sent: { listVersion: number; updateType: string; entries: readonly ListEntry[] },
  nowMs: number,
): Promise<void> {
  const full = sent.updateType === 'Full';
  const known = full || (await findList(db, stationId)).contentKnown;
  if (full || !known) await forgetEntries(db, stationId);
  if (known)
    for (const { idTag, idTagInfo } of sent.entries) {
      const key = tagKey(idTag);
      if (idTagInfo === undefined) {
        await db
          .deleteFrom('local_list_entry')
          .where('station_id', '=', stationId)
          .where('id_tag_key', '=', key)
          .execute();
        continue;
      }
      const values = { id_tag: idTag, info: JSON.stringify(idTagInfo) };
      await db
        .insertInto('local_list_entry')
        .values({ ...values, station_id: stationId, id_tag_key: key })
        .onConflict((conflict) => conflict.columns(['station_id', 'id_tag_key']).doUpdateSet(values))
        .execute();
    }
  await put(db, stationId, { version: sent.listVersion, content_known: known ? 1 : 0, updated_at_ms: nowMs });
}

/**
 * The charge point said which version it has. Another one than we know of: somebody else changed the list, or it was
 * lost, and its content is not known any more. 0 is an empty list, -1 no list at all (1.6 §6.18).
 */
export async function noteReported(
  db: Kysely<Database>,
  stationId: string,
  version: number,
  nowMs: number,
): Promise<void> {
  const known = await findList(db, stationId);
  const same = known.version === version && known.contentKnown;
  if (!same) await forgetEntries(db, stationId);
  await put(db, stationId, {
    version: Math.max(0, version),
    reported_version: version,
    content_known: same || version === 0 ? 1 : 0,
    updated_at_ms: nowMs,
  });
}

async function forgetEntries(db: Kysely<Database>, stationId: string): Promise<void> {
  await db.deleteFrom('local_list_entry').where('station_id', '=', stationId).execute();
}

async function put(
  db: Kysely<Database>,
  stationId: string,
  values: { version: number; content_known: 0 | 1; updated_at_ms: number; reported_version?: number },
): Promise<void> {
  await db
    .insertInto('local_list')
    .values({ ...values, station_id: stationId })
    .onConflict((conflict) => conflict.column('station_id').doUpdateSet(values))
    .execute();
}
