import { parseJson } from '../store/json.js';
import type { Store } from '../store/store.js';
import type { ChargerDocument } from './document.js';

/** What the Realtime Database has acknowledged. */
export interface KeptDocument {
  chargePointId: string;
  document: ChargerDocument;
  /** When it was made: what happened from then on is not in it. */
  madeAtMs: number;
  acknowledgedAtMs: number;
}

/** Remembers across restarts what the Realtime Database holds. */
export interface FirebaseBook {
  all(): Promise<KeptDocument[]>;
  keep(kept: KeptDocument): Promise<void>;
  forget(chargePointId: string): Promise<void>;
}

export function createFirebaseBook(store: Store): FirebaseBook {
  return {
    async all() {
      const rows = await store.read.selectFrom('firebase_charger').selectAll().execute();
      return rows.map((row) => ({
        chargePointId: row.station_id,
        document: parseJson<ChargerDocument>(row.document),
        madeAtMs: row.made_at_ms,
        acknowledgedAtMs: row.acknowledged_at_ms,
      }));
    },
    async keep({ chargePointId, document, madeAtMs, acknowledgedAtMs }) {
      const values = {
        document: JSON.stringify(document),
        made_at_ms: madeAtMs,
        acknowledged_at_ms: acknowledgedAtMs,
      };
      await store.write((db) =>
        db
          .insertInto('firebase_charger')
          .values({ station_id: chargePointId, ...values })
          .onConflict((conflict) => conflict.column('station_id').doUpdateSet(values))
          .execute(),
      );
    },
    async forget(chargePointId) {
      await store.write((db) => db.deleteFrom('firebase_charger').where('station_id', '=', chargePointId).execute());
    },
  };
}
