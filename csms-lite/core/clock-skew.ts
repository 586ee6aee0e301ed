/** What the timestamps of one connection say about the charge point's clock. */
export interface SkewEstimate {
  /** Charge point clock minus ours. */
  skewMs: number;
}

/**
 * A message is never received before it was written, but may be hours late (stored offline). So the largest
 * `timestamp - receivedAt` of a connection is the best estimate: late ones are smaller and cannot pull it down.
 */
export function estimateSkew(known: SkewEstimate | null, chargePointMs: number, receivedAtMs: number): SkewEstimate {
  const skewMs = chargePointMs - receivedAtMs;
  return known === null || skewMs > known.skewMs ? { skewMs } : known;
}

/** A skew that readings of one connection agree on. */
export interface SteadySkew {
  skewMs: number;
  /** First and last receipt of what agrees. */
  firstAtMs: number;
  lastAtMs: number;
}

/** Network and whole seconds on the wire. */
const AGREEMENT_MS = 5_000;
const STEADY_MS = 30_000;

/** Messages that were stored offline are each late by another time: only what is said at once agrees with itself. */
export function followSkew(known: SteadySkew | null, chargePointMs: number, receivedAtMs: number): SteadySkew {
  const skewMs = chargePointMs - receivedAtMs;
  if (known === null || skewMs > known.skewMs + AGREEMENT_MS)
    return { skewMs, firstAtMs: receivedAtMs, lastAtMs: receivedAtMs };
  if (skewMs < known.skewMs - AGREEMENT_MS) return known;
  return { ...known, skewMs: Math.max(known.skewMs, skewMs), lastAtMs: receivedAtMs };
}

/** A clock that is fast shows at once: nothing comes before it was written. A slow one looks like lateness for a while. */
export function isSteady({ skewMs, firstAtMs, lastAtMs }: SteadySkew): boolean {
  return skewMs >= 0 || lastAtMs - firstAtMs >= STEADY_MS;
}
