import type { ServerResponse } from 'node:http';
import type { DomainEvent } from '../threads/messages.js';

/** What a reader may leave unread before events are left out for it. */
const MAXIMUM_BACKLOG_BYTES = 256 * 1024;

/**
 * Writes events as lines of JSON for as long as the client stays. A client that reads too slowly misses events, and is
 * told how many; it never makes the charge point wait or grow.
 */
export function streamEvents(
  response: ServerResponse,
  subscribe: (listener: (event: DomainEvent) => void) => () => void,
): void {
  let missed = 0;
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.flushHeaders();
  const unsubscribe = subscribe((event) => {
    if (response.writableLength > MAXIMUM_BACKLOG_BYTES) {
      missed += 1;
      return;
    }
    if (missed > 0) {
      const gap: DomainEvent = {
        at: event.at,
        type: 'EventsMissed',
        message: `${missed} events were left out because they were not read`,
        data: { missed },
      };
      response.write(`${JSON.stringify(gap)}\n`);
      missed = 0;
    }
    response.write(`${JSON.stringify(event)}\n`);
  });
  response.on('close', unsubscribe);
  response.on('error', unsubscribe);
}
