/** Current and limit of a connector at one instant, as the detectors see it. */
export interface CurrentPoint {
  chargePointId: string;
  connectorId: number;
  /** By the charge point's clock. */
  atMs: number;
  /** The highest phase. */
  currentMa: number;
  /** Null: none is known. */
  limitMa: number | null;
}

/** Live curves of the station page: in memory, for whoever looks. */
export interface CurrentService {
  /** What is kept of a charge point, oldest first. */
  recent(chargePointId: string): CurrentPoint[];
  /** Calls `listener` for every later point of any charge point. @returns how to stop */
  watch(listener: (point: CurrentPoint) => void): () => void;
}

export interface CurrentTrace extends CurrentService {
  add(point: CurrentPoint): void;
  forget(chargePointId: string): void;
}

/** Of each connector: four minutes of a report each second. */
const KEPT = 240;

export function createCurrentTrace(): CurrentTrace {
  /** By charge point and connector. */
  const points = new Map<string, Map<number, CurrentPoint[]>>();
  const listeners = new Set<(point: CurrentPoint) => void>();
  return {
    add(point) {
      const connectors = points.get(point.chargePointId) ?? new Map<number, CurrentPoint[]>();
      points.set(point.chargePointId, connectors);
      const kept = connectors.get(point.connectorId) ?? [];
      connectors.set(point.connectorId, kept);
      kept.push(point);
      if (kept.length > KEPT) kept.shift();
      for (const listener of [...listeners]) listener(point);
    },
    forget: (chargePointId) => void points.delete(chargePointId),
    recent: (chargePointId) => [...(points.get(chargePointId)?.values() ?? [])].flat().sort((a, b) => a.atMs - b.atMs),
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
