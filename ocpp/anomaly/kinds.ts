/**
 * What can be wrong with a charging current, in the words that both ends use:
 *
 * - `oscillation`: it goes up and down again and again;
 * - `runaway`: it stays above its limit;
 * - `stuck-on`: it flows although nobody is charging (a welded contactor, a power module that ignores its STOP);
 * - `silence`: nobody tells it any more;
 * - `drift`: it stays away from its limit by a fixed amount, while it could follow.
 */
export const ANOMALY_KINDS = ['oscillation', 'runaway', 'stuck-on', 'silence', 'drift'] as const;
export type AnomalyKind = (typeof ANOMALY_KINDS)[number];

/** What `figure` and `threshold` are counted in. `turns`: changes of direction. */
export type AnomalyUnit = 'mA' | 'ms' | 'turns';

/** What was seen: `figure` over `windowMs` has passed `threshold`. All integers. */
export interface AnomalyFinding {
  kind: AnomalyKind;
  /** Length of the stretch that was judged, up to now. */
  windowMs: number;
  figure: number;
  threshold: number;
  unit: AnomalyUnit;
  /** The newest current; null when none is known. */
  currentMa: number | null;
  /** What it was allowed then; null when nobody has set a limit or it is not known. */
  limitMa: number | null;
  /** Of an oscillation: the limit itself went up and down with it. The source of the limit is to blame, not the hardware. */
  commanded: boolean;
}
