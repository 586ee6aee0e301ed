/** Energy that flowed, by equal stretches of time. Pure but for its own memory; times are epoch milliseconds. */
export const BUCKET_MS = 5 * 60_000;

export interface PowerPoint {
  /** When the stretch began. */
  atMs: number;
  /** Its mean; null: csms-lite was not running, nobody knows. */
  powerW: number | null;
}

export interface PowerCurve {
  /** Energy that flowed evenly between two readings; what is older than `keepMs` is left out. */
  add(fromMs: number, toMs: number, energyWh: number, nowMs: number): void;
  /** This stretch is known, also when nothing flowed. */
  know(nowMs: number): void;
  /** What has changed since the last call, to be kept. */
  takeChanged(): { fromMs: number; energyWh: number }[];
  /** Means of the stretches from `sinceMs` to now; of the one that is not over, of its part. */
  points(sinceMs: number, nowMs: number): PowerPoint[];
}

function bucketOf(atMs: number): number {
  return Math.floor(atMs / BUCKET_MS) * BUCKET_MS;
}

export function createPowerCurve(kept: readonly { fromMs: number; energyWh: number }[], keepMs: number): PowerCurve {
  const buckets = new Map(kept.map(({ fromMs, energyWh }) => [fromMs, energyWh]));
  const changed = new Set<number>();
  const put = (fromMs: number, energyWh: number): void => {
    buckets.set(fromMs, (buckets.get(fromMs) ?? 0) + energyWh);
    changed.add(fromMs);
  };
  return {
    add(fromMs, toMs, energyWh, nowMs) {
      if (energyWh <= 0 || toMs > nowMs + BUCKET_MS) return;
      if (toMs <= fromMs) {
        if (toMs > nowMs - keepMs) put(bucketOf(toMs), energyWh);
        return;
      }
      const perMs = energyWh / (toMs - fromMs);
      for (let at = Math.max(fromMs, nowMs - keepMs); at < toMs; ) {
        const end = Math.min(toMs, bucketOf(at) + BUCKET_MS);
        put(bucketOf(at), perMs * (end - at));
        at = end;
      }
    },
    know(nowMs) {
      put(bucketOf(nowMs), 0);
      for (const fromMs of buckets.keys()) if (fromMs < nowMs - keepMs) buckets.delete(fromMs);
    },
    takeChanged() {
      const list = [...changed].map((fromMs) => ({ fromMs, energyWh: buckets.get(fromMs) ?? 0 }));
      changed.clear();
      return list;
    },
    points(sinceMs, nowMs) {
      const points: PowerPoint[] = [];
      for (let fromMs = bucketOf(sinceMs); fromMs <= nowMs; fromMs += BUCKET_MS) {
        const energyWh = buckets.get(fromMs);
        const lengthMs = Math.min(BUCKET_MS, nowMs - fromMs);
        // A stretch that has hardly begun has no mean worth showing.
        if (lengthMs < 20_000 && fromMs > bucketOf(sinceMs)) break;
        points.push({
          atMs: fromMs,
          powerW: energyWh === undefined ? null : Math.round((energyWh * 3_600_000) / Math.max(1, lengthMs)),
        });
      }
      return points;
    },
  };
}
