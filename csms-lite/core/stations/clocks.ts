import type { Store } from '../../store/store.js';
import { estimateSkew, followSkew, isSteady, type SkewEstimate, type SteadySkew } from '../clock-skew.js';

/** How each charge point's clock stands against ours. Measured, kept, and never a reason to refuse anything. */
export interface StationClocks {
  /** A timestamp that the charge point wrote, and when it came. */
  observe(stationId: string, chargePointMs: number, receivedAtMs: number): void;
  /** Charge point clock minus ours as this connection proves it, ms; null: nothing is proven yet. */
  proven(stationId: string): number | null;
  /** A new connection: the clock may have been set since. */
  restart(stationId: string): void;
  /** Writes what has changed. */
  flush(): Promise<void>;
}

/** Changes below this are network and queueing, not the clock. */
const WORTH_WRITING_MS = 1000;

export function createStationClocks(store: Store): StationClocks {
  const estimates = new Map<string, SkewEstimate>();
  const steady = new Map<string, SteadySkew>();
  const written = new Map<string, number>();
  return {
    observe(stationId, chargePointMs, receivedAtMs) {
      estimates.set(stationId, estimateSkew(estimates.get(stationId) ?? null, chargePointMs, receivedAtMs));
      steady.set(stationId, followSkew(steady.get(stationId) ?? null, chargePointMs, receivedAtMs));
    },
    proven(stationId) {
      const one = steady.get(stationId);
      return one !== undefined && isSteady(one) ? one.skewMs : null;
    },
    restart(stationId) {
      estimates.delete(stationId);
      steady.delete(stationId);
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
