import { mergeLive } from '../metering/live.js';
import type { NormalisedSample } from '../metering/normalise.js';
import { type Limit, least } from './profile-limit.js';

/** Current and limit of one MeterValue, as far as they can be told. */
export interface CurrentReading {
  currentMa: number;
  limitMa: number | null;
}

/** Where a charge point tells neither voltage nor current. */
const NOMINAL_MV = 230_000;

/**
 * Current.Import, the highest phase. Without it Power.Active.Import stands in as the current of one phase: wrong by the
 * number of phases, right for whether it swings, whether it is more than allowed and whether there is any; a limit in A
 * then says nothing. A limit in W becomes the current that the charge point would draw with that power now, so that no
 * number of phases has to be guessed. Current.Offered is what the charge point says of the limit itself. Pure.
 * @returns null when there is neither current nor power in it
 */
export function readCurrent(samples: readonly NormalisedSample[], limit: Limit): CurrentReading | null {
  const { currentMa, powerW, voltageMv } = mergeLive(null, samples, 0, null);
  if (currentMa !== null) {
    const perWatt = powerW !== null && powerW > 0 && currentMa > 0 ? currentMa / powerW : null;
    const ofPower = limit.limitW === null || perWatt === null ? null : Math.round(limit.limitW * perWatt);
    const offered = mostOf(samples, 'Current.Offered');
    return { currentMa, limitMa: least(least(limit.limitMa, ofPower), offered) };
  }
  if (powerW === null) return null;
  const toMa = (watts: number): number => Math.round((watts * 1_000_000) / (voltageMv ?? NOMINAL_MV));
  const offeredW = mostOf(samples, 'Power.Offered');
  const limitW = least(limit.limitW, offeredW);
  return { currentMa: toMa(powerW), limitMa: limitW === null ? null : toMa(limitW) };
}

function mostOf(samples: readonly NormalisedSample[], measurand: string): number | null {
  const values = samples.flatMap((sample) =>
    sample.measurand === measurand && sample.value !== null ? [sample.value] : [],
  );
  return values.length === 0 ? null : Math.max(...values);
}
