/**
 * Numbers and times as people read them. Shared by the browser and by server-rendered pages; pure, so that tests
 * need no browser. Times come out in the viewer's zone unless one is given.
 */
export interface Quantity {
  value: string;
  unit: string;
}

const NOTHING: Quantity = { value: '–', unit: '' };

/** Power: W below 1 kW, else kW with one decimal. */
export function power(powerW: number | null | undefined): Quantity {
  if (powerW === null || powerW === undefined || !Number.isFinite(powerW)) return NOTHING;
  if (Math.abs(powerW) < 950) return { value: Math.round(powerW).toString(), unit: 'W' };
  return { value: (powerW / 1000).toFixed(1), unit: 'kW' };
}

/** Energy in kWh: two decimals below 100, then one. */
export function energy(energyWh: number | null | undefined): Quantity {
  if (energyWh === null || energyWh === undefined || !Number.isFinite(energyWh)) return NOTHING;
  const kWh = energyWh / 1000;
  return { value: kWh.toFixed(Math.abs(kWh) < 100 ? 2 : 1), unit: 'kWh' };
}

/** `42 s`, `7:05 min`, `2:07 h`. */
export function duration(durationMs: number | null | undefined): Quantity {
  if (durationMs === null || durationMs === undefined || !Number.isFinite(durationMs)) return NOTHING;
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return { value: seconds.toString(), unit: 's' };
  if (seconds < 3600) return { value: `${Math.floor(seconds / 60)}:${two(seconds % 60)}`, unit: 'min' };
  return { value: `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}`, unit: 'h' };
}

/** How long ago, in words: `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`. */
export function ago(atMs: number | null | undefined, nowMs: number): string {
  if (atMs === null || atMs === undefined || !Number.isFinite(atMs)) return 'never';
  const seconds = Math.floor((nowMs - atMs) / 1000);
  if (seconds < 3) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

function two(value: number): string {
  return value.toString().padStart(2, '0');
}

/** `14:03:09` */
export function clock(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
}

/** `21 Nov 14:03`; with the year when it is not this year's. */
export function dayAndTime(atMs: number, nowMs: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const year = new Intl.DateTimeFormat('en-GB', { year: 'numeric', ...zone });
  const sameYear = year.format(atMs) === year.format(nowMs);
  const day = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    ...zone,
  }).format(atMs);
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...zone }).format(atMs);
  return `${day}, ${time}`;
}

/** Epoch milliseconds of an RFC 3339 text, or null. */
export function toMs(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const value = Date.parse(text);
  return Number.isNaN(value) ? null : value;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Sizes of files, in powers of 1000. */
export function bytes(count: number | null | undefined): Quantity {
  if (count === null || count === undefined || !Number.isFinite(count)) return NOTHING;
  let value = count;
  let step = 0;
  while (value >= 1000 && step < BYTE_UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  return { value: step === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1), unit: BYTE_UNITS[step] ?? 'B' };
}
