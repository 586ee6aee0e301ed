import { pino } from 'pino';
import type { ChargePointConfig } from '../config/config.js';

export type LogLevel = ChargePointConfig['log']['level'];

/** The process's log. Data must not hold secrets; keys that look like one are blanked all the same. */
export interface Log {
  debug(message: string, data?: Record<string, unknown>): void;
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
  setLevel(level: LogLevel): void;
}

/** syslog priorities for pino's levels (10 trace … 60 fatal), as journald reads them from a `<N>` prefix. */
const PRIORITIES: Record<number, number> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };

/**
 * A pino logger on standard error, synchronous: a line that was logged before a crash is there. Under journald
 * (JOURNAL_STREAM is set) each line begins with its syslog priority, so that `journalctl -p warning` works.
 */
export function createLog(
  level: LogLevel,
  environment: NodeJS.ProcessEnv = process.env,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Log {
  const underJournald = Boolean(environment.JOURNAL_STREAM);
  const destination = {
    [Symbol.for('pino.metadata')]: true as const,
    lastLevel: 30,
    write(line: string): void {
      write(underJournald ? `<${PRIORITIES[this.lastLevel] ?? 6}>${line}` : line);
    },
  };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: underJournald ? false : pino.stdTimeFunctions.isoTime,
      redact: { paths: ['password', '*.password', 'authorization', '*.authorization'], censor: '***' },
    },
    destination,
  );
  const at =
    (name: LogLevel) =>
    (message: string, data?: Record<string, unknown>): void =>
      logger[name](data ?? {}, message);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    setLevel(next) {
      logger.level = next;
    },
  };
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
