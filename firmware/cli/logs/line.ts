import type { Style } from '../style.js';

/** A line of the log, whoever wrote it. */
export interface LogLine {
  at: string;
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  data: Readonly<Record<string, unknown>>;
}

/** pino's numbers (10 trace … 60 fatal). */
function fromPino(level: unknown): LogLine['level'] {
  const number = typeof level === 'number' ? level : 30;
  return number >= 50 ? 'error' : number >= 40 ? 'warn' : number >= 30 ? 'info' : 'debug';
}

/** syslog's numbers (0 emergency … 7 debug), as text in journald's JSON. */
function fromSyslog(priority: unknown): LogLine['level'] {
  const number = Number(priority ?? 6);
  return number <= 3 ? 'error' : number === 4 ? 'warn' : number <= 6 ? 'info' : 'debug';
}

function parseObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // A line that only looks like JSON is shown as it is.
    return null;
  }
}

/** A line that tapwatt wrote to standard error: pino's JSON, else what stands there. */
export function ownLine(text: string, nowMs: number): LogLine {
  const object = parseObject(text);
  if (object === null) return { at: new Date(nowMs).toISOString(), level: 'info', message: text, data: {} };
  const { level, time, msg, ...data } = object;
  return {
    at: typeof time === 'string' ? time : new Date(nowMs).toISOString(),
    level: fromPino(level),
    message: typeof msg === 'string' ? msg : '',
    data,
  };
}

/** A line of `journalctl -o json`; null for what is none. MESSAGE is a list of bytes when it is no UTF-8. */
export function journaldLine(text: string): LogLine | null {
  const entry = parseObject(text);
  if (entry === null) return null;
  const atMs = Number(entry.__REALTIME_TIMESTAMP) / 1000;
  const message = Array.isArray(entry.MESSAGE)
    ? Buffer.from(entry.MESSAGE as number[]).toString('utf8')
    : String(entry.MESSAGE ?? '');
  const at = Number.isFinite(atMs) ? new Date(atMs).toISOString() : '';
  const own = ownLine(message, 0);
  if (parseObject(message) !== null) return { ...own, at };
  return { at, level: fromSyslog(entry.PRIORITY), message, data: {} };
}

/** `12:30:01.123 warn  The link broke  code=1006`, with the date where the day changes. */
export function renderLogLine(line: LogLine, style: Style, before: LogLine | null): string {
  const [day = '', time = ''] = line.at.split('T');
  const newDay = before?.at.slice(0, 10) !== day ? `${style.dim(day)}\n` : '';
  const colour = { debug: style.dim, info: (text: string) => text, warn: style.yellow, error: style.red }[line.level];
  const data = Object.entries(line.data)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const words = line.level === 'info' ? line.message : `${line.level}: ${line.message}`;
  return `${newDay}${style.dim(time.replace('Z', ''))} ${colour(words)}${data === '' ? '' : `  ${style.dim(data)}`}`;
}
