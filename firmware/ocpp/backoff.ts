/** How long to wait before connecting again (configuration csms.reconnect). */
export interface ReconnectPolicy {
  minimumS: number;
  maximumS: number;
  /** Up to so much is added by chance, so that a thousand charge points do not come back in the same second. */
  randomS: number;
}

/**
 * Exponential back-off: minimum × 2^failures, at most maximum, plus a random part that is drawn anew each time.
 * @param failures failed attempts in a row; 0 and 1 wait the minimum
 * @param chance in [0, 1)
 */
export function backoffMs(policy: ReconnectPolicy, failures: number, chance: number): number {
  const doublings = Math.min(Math.max(failures - 1, 0), 30);
  const waitS = Math.min(policy.minimumS * 2 ** doublings, Math.max(policy.maximumS, policy.minimumS));
  return Math.round((waitS + policy.randomS * chance) * 1000);
}
