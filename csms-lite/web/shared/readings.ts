import type { SampleView, TransactionView } from '../../api/present.js';
import { toMs } from './format.js';

/** What a session reported at one instant; null is not told. */
export interface Reading {
  atMs: number;
  powerW: number | null;
  currentMa: number | null;
  voltageMv: number | null;
  socPercent: number | null;
  temperatureMilliC: number | null;
}

type Quantity = Exclude<keyof Reading, 'atMs'>;

interface Rule {
  quantity: Quantity;
  /** Phases of one instant in one figure: as core/metering/live.ts does it. */
  join: (values: readonly number[]) => number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const most = (values: readonly number[]): number => Math.max(...values);

const RULES: Readonly<Record<string, Rule>> = {
  'Power.Active.Import': { quantity: 'powerW', join: sum },
  'Current.Import': { quantity: 'currentMa', join: most },
  Voltage: { quantity: 'voltageMv', join: (values) => Math.round(sum(values) / values.length) },
  SoC: { quantity: 'socPercent', join: (values) => most(values) / 1000 },
  Temperature: { quantity: 'temperatureMilliC', join: most },
};

/** The neutral carries no power of its own. */
const LINE_PHASES = new Set(['L1', 'L2', 'L3', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1']);

const NOTHING: Omit<Reading, 'atMs'> = {
  powerW: null,
  currentMa: null,
  voltageMv: null,
  socPercent: null,
  temperatureMilliC: null,
};

/** Readings by instant, oldest first; a value without phase is the total and wins over phases. */
export function readingsOf(samples: readonly SampleView[]): Reading[] {
  const byTime = new Map<number, Map<Quantity, { whole: number | null; phases: number[] }>>();
  for (const sample of samples) {
    const atMs = toMs(sample.at);
    const rule = RULES[sample.measurand];
    if (atMs === null || rule === undefined || sample.value === null) continue;
    const instant = byTime.get(atMs) ?? new Map<Quantity, { whole: number | null; phases: number[] }>();
    byTime.set(atMs, instant);
    const values = instant.get(rule.quantity) ?? { whole: null, phases: [] };
    instant.set(rule.quantity, values);
    if (sample.phase === undefined) values.whole = sample.value;
    else if (LINE_PHASES.has(sample.phase)) values.phases.push(sample.value);
  }
  const rules = Object.values(RULES);
  return [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([atMs, instant]) => {
      const reading: Reading = { atMs, ...NOTHING };
      for (const { quantity, join } of rules) {
        const values = instant.get(quantity);
        if (values === undefined) continue;
        if (values.whole !== null) reading[quantity] = quantity === 'socPercent' ? join([values.whole]) : values.whole;
        else if (values.phases.length > 0) reading[quantity] = join(values.phases);
      }
      return reading;
    });
}

/** What a running session reports now, as a reading; null when it has reported nothing yet. */
export function readingNow({ live }: TransactionView): Reading | null {
  const atMs = toMs(live?.at);
  if (live === null || atMs === null) return null;
  const { powerW, currentMa, voltageMv, socPercent, temperatureMilliC } = live;
  return { atMs, powerW, currentMa, voltageMv, socPercent, temperatureMilliC };
}

/** Adds a reading at the end; one that is not newer replaces nothing. At most `keep` are kept. */
export function withReading(readings: readonly Reading[], next: Reading, keep: number): readonly Reading[] {
  const newest = readings.at(-1);
  if (newest !== undefined && newest.atMs >= next.atMs) return readings;
  return [...readings, next].slice(-keep);
}

/** One curve's look: which quantity, and by what its base unit is divided. */
export interface QuantityLook {
  quantity: Quantity;
  label: string;
  unit: string;
  divisor: number;
  digits: number;
  colour: string;
}

export const QUANTITY_LOOKS: readonly QuantityLook[] = [
  { quantity: 'powerW', label: 'Power', unit: 'kW', divisor: 1000, digits: 2, colour: '--live' },
  { quantity: 'currentMa', label: 'Current', unit: 'A', divisor: 1000, digits: 1, colour: '--ready' },
  { quantity: 'voltageMv', label: 'Voltage', unit: 'V', divisor: 1000, digits: 1, colour: '--hold' },
  { quantity: 'socPercent', label: 'State of charge', unit: '%', divisor: 1, digits: 0, colour: '--accent' },
  { quantity: 'temperatureMilliC', label: 'Temperature', unit: '°C', divisor: 1000, digits: 1, colour: '--wait' },
];

/** The quantities that were ever told. */
export function toldQuantities(readings: readonly Reading[]): readonly QuantityLook[] {
  return QUANTITY_LOOKS.filter(({ quantity }) => readings.some((reading) => reading[quantity] !== null));
}
