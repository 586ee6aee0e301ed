import type { Db } from '../database.js';
import type { StationStateStore } from '../stores.js';

export function createStationState(db: Db): StationStateStore {
  const select = db.prepare<[string], { value: string }>('SELECT value FROM state WHERE name = ?');
  const upsert = db.prepare<[string, string]>(
    'INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare<[string]>('DELETE FROM state WHERE name = ?');
  return {
    get(name) {
      const row = select.get(name);
      return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
    },
    set(name, value) {
      const text = JSON.stringify(value);
      if (text === undefined) throw new TypeError(`state ${name}: undefined is no JSON value; use remove`);
      if (select.get(name)?.value !== text) upsert.run(name, text);
    },
    remove(name) {
      remove.run(name);
    },
  };
}
