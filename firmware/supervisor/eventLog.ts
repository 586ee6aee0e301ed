import type { EventBus } from './events.js';
import type { Log } from './log.js';

/** What tells of these has a line of its own in the log, with a hint. */
const LOGGED_ELSEWHERE = new Set(['ReaderFailed', 'ReaderWorks', 'ThreadEnded']);

/** What happens at the charge point is in its log, too: cards and why one was refused, sessions, limits, the link. */
export function logEvents(events: Pick<EventBus, 'subscribe'>, log: Pick<Log, 'info'>): void {
  events.subscribe(({ type, message, connectorId }) => {
    if (LOGGED_ELSEWHERE.has(type)) return;
    log.info(message, { event: type, ...(connectorId === undefined ? {} : { connectorId }) });
  });
}
