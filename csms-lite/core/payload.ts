/**
 * Reading members of an inbound payload. With the verdict `strict` the schema has seen to them; with `warn` a number
 * may come as text, a text may be empty or too long, and a member may be missing. So handlers read through these.
 */
import { CallError } from '@tapwatt/ocpp';

export type Payload = Readonly<Record<string, unknown>>;

/** null when absent, null, or empty. Numbers are taken as their text. */
export function text(payload: Payload, name: string): string | null {
  const value = payload[name];
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** null when absent or no whole number. Decimal digits in a text count. */
export function integer(payload: Payload, name: string): number | null {
  const value = payload[name];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  return Number.isSafeInteger(Math.round(number)) ? Math.round(number) : null;
}

/** @throws CallError ProtocolError, TypeConstraintViolation, PropertyConstraintViolation (empty) */
export function requiredText(payload: Payload, name: string): string {
  const value = text(payload, name);
  if (value !== null) return value;
  if (typeof payload[name] === 'string') throw new CallError('PropertyConstraintViolation', `${name} is empty`);
  throw unusable(payload, name, 'text');
}

/** @throws CallError ProtocolError, TypeConstraintViolation */
export function requiredInteger(payload: Payload, name: string): number {
  const value = integer(payload, name);
  if (value === null) throw unusable(payload, name, 'whole number');
  return value;
}

/** The codes that the schema's own check answers with (1.6-J §4.2.3). */
function unusable(payload: Payload, name: string, expected: string): CallError {
  return payload[name] === undefined || payload[name] === null
    ? new CallError('ProtocolError', `${name} is missing`)
    : new CallError('TypeConstraintViolation', `${name} is no ${expected}`);
}

/** The objects of an array; anything else in it is left out. */
export function objects(payload: Payload, name: string): Payload[] {
  const value = payload[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
