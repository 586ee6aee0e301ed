/** Time cut into hours (UTC): the grain of forecast and utilisation. */
export const HOUR_MS = 3_600_000;

/** Hours between two full hours. */
export function hoursBetween(fromMs: number, toMs: number): number {
  return Math.max(0, Math.round((toMs - fromMs) / HOUR_MS));
}

/**
 * Spreads `amount` evenly over a stretch of time and adds it to the hours that it touches; what lies outside the
 * hours is left out.
 * @param hours changed in place; `hours[0]` begins at `fromMs`
 */
export function spread(
  hours: number[],
  fromMs: number,
  stretch: { fromMs: number; toMs: number },
  amount: number,
): void {
  const lengthMs = stretch.toMs - stretch.fromMs;
  if (lengthMs <= 0) return;
  const first = Math.max(0, Math.floor((stretch.fromMs - fromMs) / HOUR_MS));
  const last = Math.min(hours.length - 1, Math.floor((stretch.toMs - 1 - fromMs) / HOUR_MS));
  for (let hour = first; hour <= last; hour += 1) {
    const beginMs = fromMs + hour * HOUR_MS;
    const insideMs = Math.min(stretch.toMs, beginMs + HOUR_MS) - Math.max(stretch.fromMs, beginMs);
    hours[hour] = (hours[hour] ?? 0) + (amount * insideMs) / lengthMs;
  }
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Where a moment stands in a week of a zone: weekday 0 is Monday.
 * @throws RangeError when the zone is no IANA name
 */
export function weekClock(timeZone: string): (atMs: number) => { weekday: number; hour: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    return {
      weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? ''),
      hour: Number(parts.get('hour')),
      minute: Number(parts.get('minute')),
    };
  };
}
