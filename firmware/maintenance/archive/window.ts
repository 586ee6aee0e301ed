/** The stretch of time that a log is asked for; null is open. Unix epoch milliseconds, both ends included. */
export interface Window {
  fromMs: number | null;
  toMs: number | null;
}

export function isWithin(window: Window, atMs: number): boolean {
  return (window.fromMs === null || atMs >= window.fromMs) && (window.toMs === null || atMs <= window.toMs);
}

/** `20250131T235959Z`: a time that every file system takes. */
export function fileTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
}

/** Charge point ids may hold what file names may not. */
export function fileWord(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 64);
}

/** Newline-delimited JSON. */
export function ndjson(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
