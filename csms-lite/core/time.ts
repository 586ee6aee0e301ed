/** A charge point's timestamp, read as well as it can be. */
export interface ReadTime {
  atMs: number;
  /** False: the text was no time; `atMs` is the time of receipt. */
  readable: boolean;
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|z|[+-]\d{2}:?\d{2})?$/;

/** What nearly every charge point writes. */
const USUAL = /^(?:19[7-9]|[2-9]\d\d)\d-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/;

/**
 * Reads a dateTime of OCPP 1.6 (§3.13: UTC recommended). Without an offset it is taken as UTC, as many charge points mean it.
 * @returns the time of receipt, `readable: false`, for anything else.
 */
export function readOcppTime(text: unknown, receivedAtMs: number): ReadTime {
  if (typeof text === 'string') {
    if (USUAL.test(text)) {
      const atMs = Date.parse(text);
      if (Number.isFinite(atMs)) return { atMs, readable: true };
    }
    const match = RFC3339.exec(text.trim());
    if (match !== null) {
      const [, year, month, day, hour, minute, second, fraction = '', offset = 'Z'] = match;
      const zone = /^[+-]\d{4}$/.test(offset) ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase();
      // Date.parse takes any number of digits, but only three count.
      const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${zone}`);
      if (Number.isFinite(atMs) && atMs >= 0) return { atMs, readable: true };
    }
  }
  return { atMs: receivedAtMs, readable: false };
}

/** RFC 3339 in UTC, as OCPP wants it. */
export function ocppTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** More than this between a charge point's clock and ours is remarked on. */
export const CLOCK_TOLERANCE_MS = 120_000;
