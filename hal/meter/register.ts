import type { RegisterValue } from './registerStore.js';

/** 1 mWh = 3.6 J. */
const UJ_PER_MWH = 3_600_000;
const MWH_PER_WH = 1000;

/** Adds energy. @param energyUj in µJ, not negative; fractions of a µJ are dropped. */
export function addEnergy(value: RegisterValue, energyUj: number): RegisterValue {
  const uJ = value.uJ + Math.floor(energyUj);
  return { mWh: value.mWh + Math.floor(uJ / UJ_PER_MWH), uJ: uJ % UJ_PER_MWH };
}

/** Whole Wh, rounded down. */
export function wholeWh(value: RegisterValue): number {
  return Math.floor(value.mWh / MWH_PER_WH);
}

/** A register that shows exactly `energyWh`. */
export function registerOf(energyWh: number): RegisterValue {
  return { mWh: Math.round(energyWh * MWH_PER_WH), uJ: 0 };
}

/** Whether `a` has counted less than `b`. */
export function isLess(a: RegisterValue, b: RegisterValue): boolean {
  return a.mWh < b.mWh || (a.mWh === b.mWh && a.uJ < b.uJ);
}
