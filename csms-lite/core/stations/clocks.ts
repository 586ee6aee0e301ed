import type { Store } from '../../store/store.js';
import { estimateSkew, type SkewEstimate } from '../clock-skew.js';

/** How each charge point's clock stands against ours. Measured, kept, and never a reason to refuse anything. */
export interface StationClocks {
  /** A timestamp that the charge point wrote, and when it came. */
  observe(stationId: string, chargePointMs: number, receivedAtMs: number): void;
  /** A new connection: the clock may have been set since. */
  restart(stationId: string): void;
  /** Writes what has changed. */
  flush(): Promise<void>;
}

/** Changes below this are network and queueing, not the clock. */
const WORTH_WRITING_MS = 1000;

export function createStationClocks(store: Store): StationClocks {
  const estimates = new Map<string, SkewEstimate>();
  const written = new Map<string, number>();
  return {
    observe(stationId, chargePointMs, receivedAtMs) {
      estimates.set(stationId, estimateSkew(estimates.get(stationId) ?? null, chargePointMs, receivedAtMs));
    },
    restart(stationId) {
      estimates.delete(stationId);
    },
    async flush() {
      const changed = [...estimates].filter(([id, { skewMs }]) => {
        const before = written.get(id);
        return before === undefined || Math.abs(before - skewMs) >= WORTH_WRITING_MS;
      });
      if (changed.length === 0) return;
      await store.write(async (db) => {
        for (const [id, { skewMs }] of changed)
          await db.updateTable('station').set({ clock_skew_ms: skewMs }).where('id', '=', id).execute();
      });
      for (const [id, { skewMs }] of changed) written.set(id, skewMs);
    },
  };
}
