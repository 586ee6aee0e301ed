import { limitSteps, phasesInUse } from './limits.js';
import type { ConnectorContext, InstalledProfile, RateUnit, SchedulePeriod } from './profile.js';

export interface CompositeSchedule {
  /** The whole second at which it starts. */
  startMs: number;
  durationS: number;
  unit: RateUnit;
  periods: SchedulePeriod[];
}

/**
 * What GetCompositeSchedule answers (1.6 §5.7): the limits of the next `durationS` seconds, to the second, with
 * equal neighbours merged. Where no profile limits, the hardware does.
 *
 * @param hardwareLimitMa what the connector can carry per phase (for connector 0: all connectors together).
 * @param fromMs start; cut down to the whole second.
 */
export function compositeSchedule(
  installed: readonly InstalledProfile[],
  context: ConnectorContext,
  hardwareLimitMa: number,
  fromMs: number,
  durationS: number,
  unit: RateUnit,
): CompositeSchedule {
  const startMs = Math.floor(fromMs / 1000) * 1000;
  const periods: SchedulePeriod[] = [];
  // A duration of 0 asks for this moment.
  for (const step of limitSteps(installed, context, startMs, startMs + Math.max(durationS, 1) * 1000)) {
    // A change within a second shows from the next whole second on.
    const startS = Math.ceil((step.fromMs - startMs) / 1000);
    if (startS >= durationS && durationS > 0) break;
    const limitMa = Math.min(step.limitMa ?? hardwareLimitMa, hardwareLimitMa);
    const numberPhases = step.numberPhases;
    const period: SchedulePeriod = { startS, limit: inUnit(limitMa, unit, numberPhases, context), numberPhases };
    const last = periods.at(-1);
    if (last?.startS === startS) periods.pop();
    const before = periods.at(-1);
    if (before?.limit === period.limit && before.numberPhases === period.numberPhases) continue;
    periods.push(period);
  }
  return { startMs, durationS, unit, periods };
}

/** OCPP carries one decimal; a limit is rounded down, so that nobody draws more than was allowed. */
function inUnit(limitMa: number, unit: RateUnit, numberPhases: number | null, context: ConnectorContext): number {
  const amperes = limitMa / 1000;
  const value = unit === 'A' ? amperes : amperes * context.voltageV * phasesInUse(numberPhases, context.phases);
  // The small addend undoes what binary fractions lost, so that 11 kW → A → W is 11 kW again.
  return Math.floor(value * 10 + 1e-6) / 10;
}
