import type { Store } from '../../store/store.js';
import type { Page, PageRequest, Quirk } from '../model.js';
import { pageOf } from '../paging.js';

export interface QuirkService {
  /** Last seen first. What was seen in the last seconds is in it. */
  list(filter?: PageRequest & { chargePointId?: string }): Promise<Page<Quirk>>;
}

export type SeenQuirk = Pick<Quirk, 'chargePointId' | 'action' | 'where' | 'path' | 'message' | 'verdict'>;

export interface QuirkBook extends QuirkService {
  /** Counts one; written with the next `flush`. A charge point may break the schema with every message. */
  note(seen: SeenQuirk, atMs: number): void;
  flush(): Promise<void>;
}

/** Different quirks that are counted per flush: a charge point must not fill the memory with inventions. */
const KEPT = 1000;

export function createQuirkBook(store: Store): QuirkBook {
  let noted = new Map<string, Quirk>();

  const flush = async (): Promise<void> => {
    if (noted.size === 0) return;
    const batch = noted;
    noted = new Map();
    await store.write(async (db) => {
      for (const quirk of batch.values())
        await db
          .insertInto('station_quirk')
          .values({
            station_id: quirk.chargePointId,
            action: quirk.action,
            place: quirk.where,
            path: quirk.path,
            message: quirk.message,
            verdict: quirk.verdict,
            count: quirk.count,
            first_seen_at_ms: quirk.firstSeenAtMs,
            last_seen_at_ms: quirk.lastSeenAtMs,
          })
          .onConflict((conflict) =>
            conflict.columns(['station_id', 'action', 'place', 'path', 'message']).doUpdateSet((set) => ({
              verdict: quirk.verdict,
              count: set('station_quirk.count', '+', quirk.count),
              last_seen_at_ms: quirk.lastSeenAtMs,
            })),
          )
          .execute();
    });
  };

  return {
    note({ chargePointId, where, verdict, ...seen }, atMs) {
      // Positions in lists and long values are no different quirks.
      const action = seen.action.slice(0, 50);
      const path = seen.path.replace(/\/\d+(?=\/|$)/g, '/*').slice(0, 200);
      const message = seen.message.slice(0, 200);
      const key = JSON.stringify([chargePointId, action, where, path, message]);
      const known = noted.get(key);
      if (known !== undefined) {
        known.count += 1;
        known.lastSeenAtMs = atMs;
        known.verdict = verdict;
      } else if (noted.size < KEPT) {
        const times = { firstSeenAtMs: atMs, lastSeenAtMs: atMs };
        noted.set(key, { chargePointId, action, where, path, message, verdict, count: 1, ...times });
      }
    },
    flush,
    async list(filter) {
      await flush();
      const { limit, offset } = pageOf(filter);
      let query = store.read.selectFrom('station_quirk');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('last_seen_at_ms', 'desc').orderBy('path').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      const items = rows.map((row) => ({
        chargePointId: row.station_id,
        action: row.action,
        where: row.place,
        path: row.path,
        message: row.message,
        verdict: row.verdict,
        count: row.count,
        firstSeenAtMs: row.first_seen_at_ms,
        lastSeenAtMs: row.last_seen_at_ms,
      }));
      return { items, total: Number(count.total) };
    },
  };
}
