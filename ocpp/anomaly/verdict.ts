import type { AnomalyUnit } from './kinds.js';

/** What a rule says of the newest window. `unclear`: what was said before stands. */
export interface Verdict {
  state: 'wrong' | 'right' | 'unclear';
  windowMs: number;
  /** Since when it is so, as far as the window shows. */
  fromMs: number;
  figure: number;
  threshold: number;
  unit: AnomalyUnit;
  commanded?: boolean;
}

/** Nothing can be said: no limit known, too few samples. */
export function unclear(unit: AnomalyUnit): Verdict {
  return { state: 'unclear', windowMs: 0, fromMs: 0, figure: 0, threshold: 0, unit };
}

/** There is nothing that could be wrong. */
export function right(unit: AnomalyUnit): Verdict {
  return { ...unclear(unit), state: 'right' };
}
