/**
 * Time stamps as other ends write them. 1.6 §3.15 asks for ISO 8601 and obliges receivers to handle fractions and
 * offsets, so the whole of ISO 8601's extended format is taken:
 *
 * - `Z`, `+02:00`, `+0200`, `+02`, or no zone at all (many chargers; ISO 8601 calls it local time, and the only local
 *   time both ends share is UTC: it is read as UTC);
 * - any number of fraction digits, after `.` or `,`; seconds may be missing; `24:00:00`; a leap second;
 * - lower-case `t` and `z` (RFC 3339 allows them).
 *
 * Not taken: a blank instead of `T`, dates without time, days that no calendar has. What we send ourselves is held to
 * RFC 3339 (see validation.ts).
 */
const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,30}))?)?(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?$/;

/** What nearly every charge point writes. Date.parse reads it, and no day of it is missing in any month. */
const USUAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** Whether `parseDateTime` can read it. */
export function isDateTime(text: string): boolean {
  return USUAL.test(text) || parseDateTime(text) !== null;
}

/**
 * Milliseconds since the Unix epoch, fractions below a millisecond cut off; null when it is not a time stamp.
 * A leap second is read as the second before it.
 */
export function parseDateTime(text: string): number | null {
  if (USUAL.test(text)) return Date.parse(text);
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  const second = Number(match[6] ?? 0);
  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetMinutes = Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0);
  if (!isTimeOfDay(hour, minute, second, millisecond)) return null;
  if (Number(match[10] ?? 0) > 23 || Number(match[11] ?? 0) > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const local = date.getTime() + ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000 + millisecond;
  return local - (match[9] === '-' ? -1 : 1) * offsetMinutes * 60_000;
}

function isTimeOfDay(hour: number, minute: number, second: number, millisecond: number): boolean {
  if (hour === 24) return minute === 0 && second === 0 && millisecond === 0;
  return hour <= 23 && minute <= 59 && second <= 60;
}
