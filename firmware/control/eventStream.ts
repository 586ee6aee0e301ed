import type { ServerResponse } from 'node:http';
import type { CurrentReport } from '../anomaly/currentWatch.js';
import type { DomainEvent } from '../threads/messages.js';

/** What a reader may leave unread before lines are left out for it. */
const MAXIMUM_BACKLOG_BYTES = 256 * 1024;

type Subscribe<Line> = (listener: (line: Line) => void) => () => void;

/** GET /events. A client that reads too slowly is told how many events it missed. */
export function streamEvents(response: ServerResponse, subscribe: Subscribe<DomainEvent>): void {
  streamLines(response, subscribe, ({ at }, missed): DomainEvent => {
    const message = `${missed} events were left out because they were not read`;
    return { at, type: 'EventsMissed', message, data: { missed } };
  });
}

/** GET /current. Its times tell of gaps. */
export function streamCurrent(response: ServerResponse, subscribe: Subscribe<CurrentReport>): void {
  streamLines(response, subscribe, () => null);
}

/**
 * Writes lines of JSON for as long as the client stays. One that reads too slowly misses some; it never makes the charge
 * point wait or grow.
 * @param gap what to say before the first line after some that were left out
 */
function streamLines<Line>(
  response: ServerResponse,
  subscribe: Subscribe<Line>,
  gap: (next: Line, missed: number) => Line | null,
): void {
  let missed = 0;
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.flushHeaders();
  const unsubscribe = subscribe((line) => {
    if (response.writableLength > MAXIMUM_BACKLOG_BYTES) {
      missed += 1;
      return;
    }
    const told = missed > 0 ? gap(line, missed) : null;
    missed = 0;
    if (told !== null) response.write(`${JSON.stringify(told)}\n`);
    response.write(`${JSON.stringify(line)}\n`);
  });
  response.on('close', unsubscribe);
  response.on('error', unsubscribe);
}
