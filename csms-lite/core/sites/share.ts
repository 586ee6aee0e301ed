/** One session that draws current at a site. */
export interface Drawing {
  /** Anything that tells sessions apart. */
  key: number;
  startedAtMs: number;
}

/** Less than this a car does not charge with (IEC 61851-1, table A.8): it is 6 A or nothing. */
export const MINIMUM_MA = 6000;
/** Limits on the wire have one decimal (1.6 §7.13). */
const STEP_MA = 100;

/**
 * Shares a site's current among the sessions: equally, at least 6 A each. Where there is not enough for all, those that
 * began first get 6 A and the others nothing; what is left over goes to those that charge. Pure. Never shares out more
 * than the limit.
 * @returns mA per phase by key, in steps of 0.1 A
 */
export function shareCurrent(limitMa: number, sessions: readonly Drawing[]): Map<number, number> {
  const inOrder = sessions.toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.key - b.key);
  const served = Math.min(inOrder.length, Math.floor(Math.max(0, limitMa) / MINIMUM_MA));
  const share = served === 0 ? 0 : Math.floor(limitMa / served / STEP_MA) * STEP_MA;
  return new Map(inOrder.map(({ key }, index) => [key, index < served ? share : 0]));
}
