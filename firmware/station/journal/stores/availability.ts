import type { Db } from '../database.js';
import type { AvailabilityStore } from '../stores.js';

export function createAvailabilityStore(db: Db): AvailabilityStore {
  const select = db.prepare<[number], { operative: number }>(
    'SELECT operative FROM availability WHERE connector_id = ?',
  );
  const upsert = db.prepare<[number, number]>(
    'INSERT INTO availability (connector_id, operative) VALUES (?, ?) ON CONFLICT (connector_id) DO UPDATE SET operative = excluded.operative',
  );
  const isOperative = (connectorId: number): boolean => (select.get(connectorId)?.operative ?? 1) === 1;
  return {
    isOperative,
    set(connectorId, operative) {
      if (isOperative(connectorId) !== operative) upsert.run(connectorId, operative ? 1 : 0);
    },
  };
}
