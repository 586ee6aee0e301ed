import type { AnomalyFinding, AnomalyKind, AnomalyUnit } from './kinds.js';

const WHAT: Record<AnomalyKind, string> = {
  oscillation: 'current oscillates',
  runaway: 'current above its limit',
  'stuck-on': 'current without a session',
  silence: 'no report of the current',
  drift: 'current is off its limit',
};

/** `current oscillates`. */
export function anomalyName(kind: AnomalyKind): string {
  return WHAT[kind];
}

/** `8 turns over 60 s (threshold 6 turns)`. At most 50 characters, as StatusNotification.info takes (1.6 §6.47). */
export function anomalyFigures(finding: Pick<AnomalyFinding, 'figure' | 'threshold' | 'unit' | 'windowMs'>): string {
  const { figure, threshold, unit, windowMs } = finding;
  const most = `(threshold ${quantity(threshold, unit)})`;
  if (unit === 'ms') return `${quantity(figure, unit)} ${most}`;
  return `${quantity(figure, unit)} over ${quantity(windowMs, 'ms')} ${most}`;
}

function quantity(value: number, unit: AnomalyUnit): string {
  switch (unit) {
    case 'mA':
      return `${(value / 1000).toFixed(1)} A`;
    case 'ms':
      return `${value < 10_000 ? (value / 1000).toFixed(1) : Math.round(value / 1000)} s`;
    case 'turns':
      return `${value} turns`;
  }
}
