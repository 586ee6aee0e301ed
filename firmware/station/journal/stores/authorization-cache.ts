import type { Db } from '../database.js';
import type { AuthorizationCache, IdTagInfo } from '../stores.js';
import { type IdTagRow, sameInfo, toInfo } from './id-tag-rows.js';

export interface FlushableCache extends AuthorizationCache {
  /** Writes which entries were used lately. A use alone is not worth an fsync: it is written with the next change or here. */
  flush(): void;
}

/** Bounded by `capacity`; the least recently used entry makes room. */
export function createAuthorizationCache(db: Db, capacity: number): FlushableCache {
  const select = db.prepare<[string], IdTagRow>(
    'SELECT status, expires_ms, parent FROM authorization_cache WHERE id_tag = ?',
  );
  const upsert = db.prepare<[string, string, number | null, string | null, number]>(
    `INSERT INTO authorization_cache (id_tag, status, expires_ms, parent, used) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id_tag) DO UPDATE SET status = excluded.status, expires_ms = excluded.expires_ms,
       parent = excluded.parent, used = excluded.used`,
  );
  const touch = db.prepare<[number, string]>('UPDATE authorization_cache SET used = ? WHERE id_tag = ?');
  const remove = db.prepare<[string]>('DELETE FROM authorization_cache WHERE id_tag = ?');
  const clear = db.prepare('DELETE FROM authorization_cache');
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM authorization_cache');
  const evict = db.prepare<[number]>(
    'DELETE FROM authorization_cache WHERE id_tag IN (SELECT id_tag FROM authorization_cache ORDER BY used LIMIT ?)',
  );
  let size = count.get()?.n ?? 0;
  // A counter and not a time: the clock may jump.
  let uses =
    db.prepare<[], { used: number | null }>('SELECT max(used) AS used FROM authorization_cache').get()?.used ?? 0;
  const used = new Map<string, number>();

  function writeUses(): void {
    for (const [idTag, at] of used) touch.run(at, idTag);
    used.clear();
  }

  return {
    get(idTag) {
      const info = toInfo(select.get(idTag));
      if (info !== null) used.set(idTag.toUpperCase(), ++uses);
      return info;
    },
    put(idTag, info: IdTagInfo) {
      const before = toInfo(select.get(idTag));
      uses += 1;
      if (sameInfo(before, info)) {
        used.set(idTag.toUpperCase(), uses);
        return;
      }
      db.transaction(() => {
        writeUses();
        upsert.run(idTag, info.status, info.expiresAtMs, info.parentIdTag, uses);
        const over = (count.get()?.n ?? 0) - capacity;
        if (over > 0) evict.run(over);
      }).immediate();
      size = count.get()?.n ?? size;
    },
    remove(idTag) {
      used.delete(idTag.toUpperCase());
      remove.run(idTag);
      size = count.get()?.n ?? size;
    },
    clear() {
      used.clear();
      clear.run();
      size = 0;
    },
    size: () => size,
    flush() {
      if (used.size > 0) db.transaction(writeUses).immediate();
    },
  };
}
