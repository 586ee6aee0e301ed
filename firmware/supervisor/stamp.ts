import type { Clock } from '@tapwatt/hal';
import type { Stamp } from '../domain/stamp.js';

/** This moment, by both clocks. */
export function stampNow(clock: Clock): Stamp {
  return { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
}
