import type { AlarmUnit } from '../../core/alarms/rules.js';
import { duration, type Quantity } from './format.js';

/** A figure of an alarm, or its threshold, as people read it. Pure. */
export function alarmFigure(value: number | null, unit: AlarmUnit): Quantity {
  if (value === null) return { value: '–', unit: '' };
  switch (unit) {
    case 's':
      return duration(value * 1000);
    case 'ms':
      return { value: (value / 1000).toFixed(1), unit: 's' };
    case 'd':
      return { value: String(value), unit: value === 1 ? 'day' : 'days' };
    case 'mA':
      return { value: (value / 1000).toFixed(1), unit: 'A' };
    case '%':
      return { value: String(value), unit: '%' };
    case 'waiting':
      return { value: String(value), unit: 'waiting' };
    case 'turns':
      return { value: String(value), unit: 'changes of direction' };
  }
}
