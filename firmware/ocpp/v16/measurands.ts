import type { MeterReading } from '@tapwatt/hal';
import type { SampledValue } from '@tapwatt/ocpp/v16';
import type { ReadingContext } from '../../domain/records.js';
import type { ChargePointFacts } from './keyDefinition.js';

/**
 * Measurands: which of them a configuration key may name (1.6 §9.1.17: "combined with the optional phase; for
 * instance Voltage.L1"), and how a meter reading becomes a sampledValue list (§7.43).
 */

interface Request {
  measurand: Measurand;
  /** As it was asked for: `L1`, `L1-N`; null for all phases or the overall value. */
  phase: string | null;
}

const MEASURANDS = [
  'Energy.Active.Import.Register',
  'Power.Active.Import',
  'Current.Import',
  'Current.Offered',
  'Voltage',
  'Temperature',
  'SoC',
] as const;
type Measurand = (typeof MEASURANDS)[number];

/** Maximum length of the four measurand lists: each measurand, and each phase of current and voltage twice over. */
export const MEASURAND_LIST_MAXIMUM = 16;

/** What MeterValues carry where a list is empty (§9.1.17 names it as default). */
export const DEFAULT_MEASURAND: string = MEASURANDS[0];

/** The normal form of a measurand in a list key, or null when this charge point cannot measure it (§3.16.4). */
export function normalMeasurand(text: string, facts: ChargePointFacts): string | null {
  const request = parse(text);
  if (request === null) return null;
  if (request.phase !== null) {
    const phases = Math.max(...facts.connectors.map((connector) => connector.phases));
    if (Number(request.phase[1]) > phases) return null;
  }
  return request.phase === null ? request.measurand : `${request.measurand}.${request.phase}`;
}

function parse(text: string): Request | null {
  for (const measurand of MEASURANDS) {
    if (text.toLowerCase() === measurand.toLowerCase()) return { measurand, phase: null };
    if (!text.toLowerCase().startsWith(`${measurand.toLowerCase()}.`)) continue;
    const phase = text.slice(measurand.length + 1).toUpperCase();
    const allowed = measurand === 'Current.Import' ? /^L[123]$/ : measurand === 'Voltage' ? /^L[123](-N)?$/ : /^(?!)/;
    return allowed.test(phase) ? { measurand, phase } : null;
  }
  return null;
}

export interface Measured {
  reading: MeterReading;
  /** Per phase; null where it is not known. */
  offeredMa: number | null;
  context: ReadingContext;
}

/**
 * The sampled values for a list such as `Energy.Active.Import.Register,Voltage.L1`. What the hardware does not know
 * at this moment (SoC, temperature, a phase this connector has not) is left out; when nothing is left, the energy
 * register stands in, because a meterValue without values is not valid (§7.33).
 */
export function sampledValues(list: string, measured: Measured): SampledValue[] {
  const values = list
    .split(',')
    .map((item) => parse(item.trim()))
    .flatMap((request) => (request === null ? [] : sample(request, measured)));
  return values.length > 0 ? values : sample({ measurand: 'Energy.Active.Import.Register', phase: null }, measured);
}

function sample({ measurand, phase }: Request, { reading, offeredMa, context }: Measured): SampledValue[] {
  const one = (value: string, unit: SampledValue['unit'], location: SampledValue['location'] = 'Outlet') => [
    { value, context, measurand, location, unit } as const satisfies SampledValue,
  ];
  switch (measurand) {
    case 'Energy.Active.Import.Register':
      return one(String(reading.energyWh), 'Wh');
    case 'Power.Active.Import':
      return one(decimal(reading.powerW, 0), 'W');
    case 'Current.Offered':
      return offeredMa === null ? [] : one(decimal(offeredMa / 1000, 3), 'A');
    case 'Temperature':
      // J errata 2.1: charge points keep the schema's first spelling, because not every central system has the new one.
      return reading.temperatureC === null ? [] : one(decimal(reading.temperatureC, 1), 'Celcius', 'Body');
    case 'SoC':
      return reading.socPercent === null ? [] : one(decimal(reading.socPercent, 0), 'Percent', 'EV');
    case 'Current.Import':
      return perPhase(
        reading.currentMa,
        phase,
        (ma) => decimal(ma / 1000, 3),
        (n) => `L${n}`,
      ).map((entry) => ({
        ...entry,
        context,
        measurand,
        location: 'Outlet',
        unit: 'A',
      }));
    case 'Voltage':
      // The meter gives phase to neutral; asked for as plain L1 it is answered as plain L1.
      return perPhase(
        reading.voltageV,
        phase,
        (v) => decimal(v, 1),
        (n) => `L${n}-N`,
      ).map((entry) => ({
        ...entry,
        context,
        measurand,
        location: 'Outlet',
        unit: 'V',
      }));
  }
}

function perPhase(
  readings: readonly number[],
  asked: string | null,
  format: (value: number) => string,
  name: (phase: number) => string,
): { value: string; phase: SampledValue['phase'] }[] {
  return readings.flatMap((value, index) => {
    if (asked !== null && Number(asked[1]) !== index + 1) return [];
    return [{ value: format(value), phase: (asked ?? name(index + 1)) as SampledValue['phase'] }];
  });
}

/** A decimal number without trailing zeros, never in exponent form. */
function decimal(value: number, digits: number): string {
  const fixed = value.toFixed(digits);
  const trimmed = fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
  return trimmed === '-0' ? '0' : trimmed;
}
