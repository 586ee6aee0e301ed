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
