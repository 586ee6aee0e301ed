/** Below this a car does not charge (IEC 61851-1): a share that small is a pause. */
export const MINIMUM_CURRENT_MA = 6000;

/** A connector that would draw. */
export interface Demand {
  connectorId: number;
  /** What its own profiles and hardware allow, mA per phase. */
  limitMa: number;
}

/**
 * Shares a limit of the whole charge point (ChargePointMaxProfile) among the connectors that are charging, so that
 * their sum stays below it: equal shares, what one cannot use goes to the others. When not everybody can have 6 A,
 * the connectors that come last in `demands` pause.
 *
 * @param totalMa limit of the charge point per phase; null for none.
 * @returns mA per phase for each demand, by connectorId; 0 is a pause.
 */
export function shareCurrent(totalMa: number | null, demands: readonly Demand[]): Map<number, number> {
  const shares = new Map<number, number>();
  if (totalMa === null) {
    for (const demand of demands) shares.set(demand.connectorId, demand.limitMa);
    return shares;
  }
  const able = demands.filter((demand) => demand.limitMa >= MINIMUM_CURRENT_MA);
  const served = able.slice(0, Math.floor(totalMa / MINIMUM_CURRENT_MA));
  for (const demand of demands) shares.set(demand.connectorId, 0);
  let remainingMa = totalMa;
  let open = [...served].sort((a, b) => a.limitMa - b.limitMa);
  while (open.length > 0) {
    const [smallest, ...others] = open;
    if (smallest === undefined) break;
    const share = Math.min(smallest.limitMa, Math.floor(remainingMa / open.length));
    shares.set(smallest.connectorId, share);
    remainingMa -= share;
    open = others;
  }
  return shares;
}
