import type { SampleView, TransactionView } from '../../../api/present.js';
import { energy, toMs } from '../../shared/format.js';
import type { Curve } from '../parts/chart.js';

export interface ChartData {
  times: number[];
  curves: Curve[];
  label: string;
}

const ENERGY = 'Energy.Active.Import.Register';
const POWER = 'Power.Active.Import';

/** Value by time; phases told one by one are added up, a sample without phase stands for itself. */
function byTime(samples: readonly SampleView[], measurand: string): Map<number, number> {
  const values = new Map<number, number>();
  const whole = new Set<number>();
  for (const sample of samples) {
    const atMs = toMs(sample.at);
    if (sample.measurand !== measurand || sample.value === null || atMs === null) continue;
    if (sample.phase === undefined) {
      values.set(atMs, sample.value);
      whole.add(atMs);
    } else if (!whole.has(atMs)) {
      values.set(atMs, (values.get(atMs) ?? 0) + sample.value);
    }
  }
  return values;
}

/** Energy since the start (kWh) and power (kW) over time; null with fewer than two points in time. */
export function curvesOf(session: TransactionView, samples: readonly SampleView[]): ChartData | null {
  const registers = byTime(samples, ENERGY);
  const powers = byTime(samples, POWER);
  const startMs = toMs(session.startedAt);
  const stopMs = toMs(session.stoppedAt);
  if (startMs !== null) registers.set(startMs, session.meterStart);
  if (stopMs !== null && session.meterStop !== undefined) registers.set(stopMs, session.meterStop);
  const times = [...new Set([...registers.keys(), ...powers.keys()])].sort((a, b) => a - b);
  if (times.length < 2) return null;
  const curves: Curve[] = [
    {
      label: 'Energy',
      unit: 'kWh',
      colour: '--accent',
      filled: true,
      digits: 3,
      values: times.map((time) => {
        const register = registers.get(time);
        return register === undefined ? null : (register - session.meterStart) / 1000;
      }),
    },
  ];
  if (powers.size > 0) {
    curves.push({
      label: 'Power',
      unit: 'kW',
      colour: '--ready',
      right: true,
      digits: 2,
      values: times.map((time) => {
        const powerW = powers.get(time);
        return powerW === undefined ? null : powerW / 1000;
      }),
    });
  }
  const { value, unit } = energy(session.energyWh);
  return {
    times: times.map((time) => time / 1000),
    curves,
    label: `Curve of energy${powers.size > 0 ? ' and power' : ''} over ${times.length} points in time, ending at ${value} ${unit}`,
  };
}
