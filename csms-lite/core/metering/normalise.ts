/** One value of a MeterValues.req or of transactionData (OCPP 1.6 §7.43). */
export interface SampledValue {
  value: string;
  context?: string;
  format?: string;
  measurand?: string;
  phase?: string;
  location?: string;
  unit?: string;
}

export interface MeterValue {
  timestamp: string;
  sampledValue: SampledValue[];
}

/** In integer base units, the raw value beside it. */
export interface NormalisedSample {
  measurand: string;
  phase: string | null;
  location: string | null;
  context: string;
  format: string;
  /** Integer in `unit`; null when the raw value is no number (SignedData, text). */
  value: number | null;
  unit: string;
  rawValue: string;
  rawUnit: string | null;
}

/** Register that meterStart and meterStop are readings of (1.6 §7.31). */
export const ENERGY_REGISTER = 'Energy.Active.Import.Register';

interface Scale {
  unit: string;
  factor: number;
}

const SCALES: Readonly<Record<string, Scale>> = {
  Wh: { unit: 'Wh', factor: 1 },
  kWh: { unit: 'Wh', factor: 1000 },
  varh: { unit: 'varh', factor: 1 },
  kvarh: { unit: 'varh', factor: 1000 },
  W: { unit: 'W', factor: 1 },
  kW: { unit: 'W', factor: 1000 },
  VA: { unit: 'VA', factor: 1 },
  kVA: { unit: 'VA', factor: 1000 },
  var: { unit: 'var', factor: 1 },
  kvar: { unit: 'var', factor: 1000 },
  A: { unit: 'mA', factor: 1000 },
  V: { unit: 'mV', factor: 1000 },
  Celsius: { unit: 'm°C', factor: 1000 },
  // The 1.6 schemas spell it so.
  Celcius: { unit: 'm°C', factor: 1000 },
  Percent: { unit: 'm%', factor: 1000 },
};

/** What a value means without `unit`: Wh for energy (1.6 §7.43), else the measurand's natural unit. */
function defaultScale(measurand: string): Scale {
  if (measurand.startsWith('Energy.Reactive')) return { unit: 'varh', factor: 1 };
  if (measurand.startsWith('Energy.')) return { unit: 'Wh', factor: 1 };
  if (measurand.startsWith('Power.Reactive')) return { unit: 'var', factor: 1 };
  if (measurand === 'Power.Factor') return { unit: 'm', factor: 1000 };
  if (measurand.startsWith('Power.')) return { unit: 'W', factor: 1 };
  if (measurand.startsWith('Current.')) return { unit: 'mA', factor: 1000 };
  if (measurand === 'Voltage') return { unit: 'mV', factor: 1000 };
  if (measurand === 'Temperature') return { unit: 'm°C', factor: 1000 };
  if (measurand === 'SoC') return { unit: 'm%', factor: 1000 };
  if (measurand === 'Frequency') return { unit: 'mHz', factor: 1000 };
  if (measurand === 'RPM') return { unit: 'rpm', factor: 1 };
  return { unit: '', factor: 1 };
}

/** Normalises one value with the defaults of 1.6 §7.43. Never throws; what cannot be read keeps its raw text. */
export function normaliseSample(sample: SampledValue): NormalisedSample {
  const measurand = sample.measurand ?? ENERGY_REGISTER;
  const format = sample.format ?? 'Raw';
  const rawValue = typeof sample.value === 'string' ? sample.value : JSON.stringify(sample.value ?? '');
  const number = format === 'SignedData' ? Number.NaN : readNumber(rawValue);
  const scaled = toBaseUnit(number, sample.unit, measurand);
  return {
    measurand,
    phase: sample.phase ?? null,
    location: sample.location ?? null,
    context: sample.context ?? 'Sample.Periodic',
    format,
    value: scaled.value,
    unit: scaled.unit,
    rawValue,
    rawUnit: sample.unit ?? null,
  };
}

/** Some charge points write a decimal comma; some send an empty text for "nothing". */
function readNumber(text: string): number {
  const trimmed = text.trim();
  return /^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : Number.NaN;
}

function toBaseUnit(
  number: number,
  unit: string | undefined,
  measurand: string,
): { value: number | null; unit: string } {
  if (unit === 'K') return { value: integer((number - 273.15) * 1000), unit: 'm°C' };
  if (unit === 'Fahrenheit') return { value: integer(((number - 32) * 5000) / 9), unit: 'm°C' };
  const scale = (unit === undefined ? undefined : SCALES[unit]) ?? defaultScale(measurand);
  return { value: integer(number * scale.factor), unit: scale.unit };
}

function integer(number: number): number | null {
  const rounded = Math.round(number);
  // -0 is a nuisance to compare and to print.
  return Number.isSafeInteger(rounded) ? rounded + 0 : null;
}
