/**
 * Money. Amounts are integers in the currency's minor unit (cents); prices are integers in micros, millionths of the
 * major unit, because a kWh may cost 27.45 cents. Both are exact; the one place that rounds is `divideRounded`.
 */

/** Digits after the point, where they are not 2 (ISO 4217). */
const EXPONENTS: Readonly<Record<string, number>> = {
  BHD: 3,
  CLP: 0,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  VND: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

const MICRO_DIGITS = 6;

/** How many digits after the point amounts of this currency have. */
export function exponentOf(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

export function isCurrency(text: string): boolean {
  return /^[A-Z]{3}$/.test(text);
}

/** How many micros one minor unit is. */
export function microsPerMinor(currency: string): number {
  return 10 ** (MICRO_DIGITS - exponentOf(currency));
}

/**
 * `numerator / denominator` to the nearest whole number; what lies exactly between goes away from zero. Every amount
 * of money that is not whole by nature has gone through here exactly once.
 * @throws RangeError unless the denominator is positive
 */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('the denominator must be positive');
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}

/**
 * Reads a decimal number exactly: `"0.2745"` with 6 digits is 274500. Null when it is none, or finer than `digits`.
 * Never goes through a floating-point number.
 */
export function readDecimal(text: string, digits: number): number | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,12}))?$/.exec(text.trim());
  if (match === null) return null;
  const [, sign, whole = '0', fraction = ''] = match;
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > digits) return null;
  const value = Number(`${whole}${kept.padEnd(digits, '0')}`);
  if (!Number.isSafeInteger(value)) return null;
  return sign === '-' && value !== 0 ? -value : value;
}

/** 274500 with 6 digits and at least 2 of them shown: `0.2745`. */
export function writeDecimal(value: number, digits: number, shown = digits): string {
  const text = String(Math.abs(value)).padStart(digits + 1, '0');
  const whole = digits === 0 ? text : text.slice(0, -digits);
  let fraction = digits === 0 ? '' : text.slice(-digits);
  while (fraction.length > shown && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return `${value < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** An amount as people write it: 1234 EUR is `12.34`. */
export function amountText(minor: number, currency: string): string {
  const digits = exponentOf(currency);
  return writeDecimal(minor, digits);
}

/** A price as people write it: 274500 micros EUR is `0.2745`. */
export function priceText(micros: number, currency: string): string {
  return writeDecimal(micros, MICRO_DIGITS, exponentOf(currency));
}

/** Null when the text is no price, or finer than a millionth. */
export function readPrice(text: string): number | null {
  return readDecimal(text, MICRO_DIGITS);
}
