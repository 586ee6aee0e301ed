import { parseDateTime } from '@tapwatt/ocpp';

/** dateTime as OCPP writes it (1.6 §3.15): UTC with milliseconds. @param ms Unix epoch milliseconds */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** Reads a dateTime of the central system, fractions and offsets included (none is UTC); null when it is none. */
export function readTimestamp(value: unknown): number | null {
  return typeof value === 'string' ? parseDateTime(value) : null;
}
