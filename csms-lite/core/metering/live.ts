import type { LiveValues } from '../model.js';
import { ENERGY_REGISTER, type NormalisedSample } from './normalise.js';

const NOTHING: Omit<LiveValues, 'atMs'> = {
  energyWh: null,
  powerW: null,
  currentMa: null,
  voltageMv: null,
  socPercent: null,
  temperatureMilliC: null,
};

const LINE_PHASES = new Set(['L1', 'L2', 'L3', 'L1-N', 'L2-N', 'L3-N']);

/**
 * Adds the values of one MeterValue to the momentary picture. A total (no phase) wins over phases; power of phases is
 * summed, current is the largest, voltage the mean. Values older than the picture change nothing.
 */
export function mergeLive(
  known: LiveValues | null,
  samples: readonly NormalisedSample[],
  atMs: number,
  energyWh: number | null,
): LiveValues {
  if (known !== null && atMs < known.atMs) return known;
  const next: LiveValues = { ...(known ?? NOTHING), atMs, energyWh: energyWh ?? known?.energyWh ?? null };
  const power = combine(samples, 'Power.Active.Import', (values) => values.reduce((sum, value) => sum + value, 0));
  const current = combine(samples, 'Current.Import', (values) => Math.max(...values));
  const voltage = combine(samples, 'Voltage', (values) =>
    Math.round(values.reduce((sum, v) => sum + v, 0) / values.length),
  );
  const soc = combine(samples, 'SoC', (values) => Math.max(...values));
  const temperature = combine(samples, 'Temperature', (values) => Math.max(...values));
  if (power !== null) next.powerW = power;
  if (current !== null) next.currentMa = current;
  if (voltage !== null) next.voltageMv = voltage;
  if (soc !== null) next.socPercent = Math.round(soc / 1000);
  if (temperature !== null) next.temperatureMilliC = temperature;
  return next;
}

function combine(
  samples: readonly NormalisedSample[],
  measurand: string,
  join: (values: number[]) => number,
): number | null {
  const phases: number[] = [];
  for (const sample of samples) {
    if (sample.measurand !== measurand || sample.value === null) continue;
    if (sample.phase === null) return sample.value;
    if (LINE_PHASES.has(sample.phase)) phases.push(sample.value);
  }
  return phases.length === 0 ? null : join(phases);
}

/** The session register's reading among the samples: the total, at the outlet where several are given. */
export function registerReading(samples: readonly NormalisedSample[]): number | null {
  let reading: number | null = null;
  for (const sample of samples) {
    if (sample.measurand !== ENERGY_REGISTER || sample.value === null || sample.phase !== null) continue;
    if (sample.location === null || sample.location === 'Outlet') return sample.value;
    reading ??= sample.value;
  }
  return reading;
}
