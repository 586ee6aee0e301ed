/**
 * Amounts in minor units (cents) as people read and type them; `exponent` is the number of digits after the point.
 * Texts, never floating point.
 */
export function amountText(minor: number, exponent: number): string {
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const sign = minor < 0 ? '−' : '';
  return exponent === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** `12.34 EUR` */
export function money(minor: number, currency: string, exponent: number): string {
  return `${amountText(minor, exponent)} ${currency}`;
}

/** Minor units of a typed amount (`12`, `12.3`, `-0,50`); null when it is none or finer than the currency. */
export function readAmount(text: string, exponent: number): number | null {
  const match = /^([-−+]?)(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim());
  if (match === null) return null;
  const [, sign = '', whole = '0', fraction = ''] = match;
  if (fraction.length > exponent) return null;
  const minor = Number(`${whole}${fraction.padEnd(exponent, '0')}`);
  return sign === '-' || sign === '−' ? -minor : minor;
}
