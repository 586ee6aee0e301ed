import type { Db } from '../database.js';
import type { IdTagInfo, LocalList } from '../stores.js';
import { type IdTagRow, toInfo } from './id-tag-rows.js';

const VERSION = 'localList.version';

export function createLocalList(db: Db): LocalList {
  const select = db.prepare<[string], IdTagRow>('SELECT status, expires_ms, parent FROM local_list WHERE id_tag = ?');
  const selectAll = db.prepare<[], IdTagRow & { id_tag: string }>(
    'SELECT id_tag, status, expires_ms, parent FROM local_list ORDER BY id_tag',
  );
  const upsert = db.prepare<[string, string, number | null, string | null]>(
    `INSERT INTO local_list (id_tag, status, expires_ms, parent) VALUES (?, ?, ?, ?)
     ON CONFLICT (id_tag) DO UPDATE SET status = excluded.status, expires_ms = excluded.expires_ms, parent = excluded.parent`,
  );
  const remove = db.prepare<[string]>('DELETE FROM local_list WHERE id_tag = ?');
  const clear = db.prepare('DELETE FROM local_list');
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM local_list');
  const version = db.prepare<[string], { value: string }>('SELECT value FROM state WHERE name = ?');
  const setVersion = db.prepare<[string, string]>(
    'INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );

  function put(idTag: string, info: IdTagInfo): void {
    upsert.run(idTag, info.status, info.expiresAtMs, info.parentIdTag);
  }

  return {
    version: () => Number(version.get(VERSION)?.value ?? 0),
    get: (idTag) => toInfo(select.get(idTag)),
    all: () =>
      selectAll.all().map((row) => ({
        idTag: row.id_tag,
        info: { status: row.status, expiresAtMs: row.expires_ms, parentIdTag: row.parent },
      })),
    size: () => count.get()?.n ?? 0,
    replace(newVersion, entries) {
      db.transaction(() => {
        clear.run();
        for (const entry of entries) put(entry.idTag, entry.info);
        setVersion.run(VERSION, String(newVersion));
      }).immediate();
    },
    update(newVersion, changes) {
      db.transaction(() => {
        for (const change of changes) {
          if (change.info === null) remove.run(change.idTag);
          else put(change.idTag, change.info);
        }
        setVersion.run(VERSION, String(newVersion));
      }).immediate();
    },
  };
}
