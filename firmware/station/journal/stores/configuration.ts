import type { Db } from '../database.js';
import type { ConfigurationStore } from '../stores.js';

interface Row {
  key: string;
  value: string;
}

const INITIALISED = 'configuration.initialised';

export function createConfigurationStore(db: Db): ConfigurationStore {
  const select = db.prepare<[string], Row>('SELECT key, value FROM configuration WHERE key = ?');
  const selectAll = db.prepare<[], Row>('SELECT key, value FROM configuration ORDER BY key');
  const upsert = db.prepare<[string, string]>(
    'INSERT INTO configuration (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare<[string]>('DELETE FROM configuration WHERE key = ?');
  const initialised = db.prepare<[string]>('SELECT 1 FROM state WHERE name = ?');
  const markInitialised = db.prepare<[string]>(`INSERT INTO state (name, value) VALUES (?, 'true')`);

  return {
    get: (key) => select.get(key)?.value ?? null,
    all: () => new Map(selectAll.all().map((row) => [row.key, row.value])),
    set(key, value) {
      if (select.get(key)?.value !== value) upsert.run(key, value);
    },
    remove(key) {
      remove.run(key);
    },
    applyInitial: (values) =>
      db
        .transaction(() => {
          if (initialised.get(INITIALISED) !== undefined) return false;
          markInitialised.run(INITIALISED);
          // A key that is there was set by the central system: it wins.
          for (const [key, value] of Object.entries(values)) if (select.get(key) === undefined) upsert.run(key, value);
          return true;
        })
        .immediate(),
  };
}
