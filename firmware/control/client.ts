import { request } from 'node:http';
import { createInterface } from 'node:readline';
import type { CurrentReport } from '../anomaly/currentWatch.js';
import type { DomainEvent } from '../threads/messages.js';
import { ControlError } from './errors.js';

/** Nobody answers on the socket. Commands end with status 69 (EX_UNAVAILABLE), or 77 (EX_NOPERM) for EACCES. */
export class NotReachable extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'NotReachable';
    this.code = code;
    this.hint = hint;
  }
}

const TIMEOUT_MS = 15_000;

/**
 * One request to a running charge point.
 * @throws NotReachable nobody there. @throws ControlError it refused.
 */
export function ask(socketPath: string, method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const outgoing = request(
      {
        socketPath,
        method,
        path,
        timeout: TIMEOUT_MS,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), connection: 'close' },
      },
      (incoming) => {
        let received = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          received += chunk;
        });
        incoming.on('error', (error) => reject(notReachable(error, socketPath)));
        incoming.on('end', () => {
          try {
            resolve(interpret(incoming.statusCode ?? 500, received));
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    outgoing.on('error', (error) => reject(notReachable(error, socketPath)));
    outgoing.end(text);
  });
}

/** Follows GET /events until the connection or `signal` ends it. */
export function followEvents(
  socketPath: string,
  onEvent: (event: DomainEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  return followLines(socketPath, '/events', onEvent, signal);
}

/** Follows GET /current: the last minute, then each report, until the connection or `signal` ends it. */
export function followCurrent(
  socketPath: string,
  onReport: (report: CurrentReport) => void,
  signal: AbortSignal,
): Promise<void> {
  return followLines(socketPath, '/current', onReport, signal);
}

/** @throws NotReachable nobody there. @throws ControlError it refused. */
function followLines<Line>(
  socketPath: string,
  path: string,
  onLine: (line: Line) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method: 'GET', path, signal }, (incoming) => {
      const status = incoming.statusCode ?? 500;
      const lines = createInterface({ input: incoming });
      lines.on('line', (line) => {
        if (status < 300) onLine(JSON.parse(line) as Line);
        else reject(refusalIn(status, line));
      });
      // readline passes the stream's errors on; both mean that the charge point has ended.
      lines.on('error', () => resolve());
      incoming.on('error', () => resolve());
      incoming.on('close', () => resolve());
    });
    outgoing.on('error', (error) => {
      if (signal.aborted) resolve();
      else reject(notReachable(error, socketPath));
    });
    outgoing.end();
  });
}

function interpret(status: number, text: string): unknown {
  if (status < 300) return text === '' ? {} : JSON.parse(text);
  throw refusalIn(status, text);
}

/** What a refusal says of itself. */
function refusalIn(status: number, text: string): ControlError {
  const body: unknown = text === '' ? {} : JSON.parse(text);
  const { error } = body as { error?: { code?: string; message?: string; hint?: string } };
  return new ControlError(status, error?.code ?? `HTTP ${status}`, error?.message ?? text, error?.hint ?? '');
}

function notReachable(error: Error, socketPath: string): NotReachable {
  const code = (error as NodeJS.ErrnoException).code ?? 'NoAnswer';
  switch (code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return new NotReachable(
        code,
        `no charge point answers on ${socketPath}`,
        'start it (sudo systemctl start tapwatt, or tapwatt run), or name its socket with --socket',
      );
    case 'EACCES':
    case 'EPERM':
      return new NotReachable(
        code,
        `you may not open ${socketPath}`,
        `join its group: sudo usermod -aG tapwatt $USER, then log in again; or use sudo`,
      );
    default:
      return new NotReachable(code, `the charge point on ${socketPath} ended the connection (${code})`, 'see its log');
  }
}
