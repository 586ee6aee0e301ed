import type { FromStation } from '../threads/messages.js';
import { createEvents, type Events } from './events.js';
import { describeFailure } from './failure.js';
import type { Journal } from './journal/journal.js';

type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, data?: Record<string, unknown>) => void;

/** How the station makes itself heard: log lines, events for people, and whether its journal can be written. */
export interface Reporter {
  log: Log;
  events: Events;
  /** Something that nobody waits for failed. */
  failed: (error: unknown, doing?: string) => void;
  journalHealth: { readonly ok: boolean; worked: () => void; failed: (error: unknown) => void };
}

export function createReporter({
  journal,
  post,
}: {
  journal: Pick<Journal, 'clock' | 'events'>;
  post: (message: FromStation) => void;
}): Reporter {
  let journalOk = true;
  const log: Log = (level, message, data) =>
    post({ t: 'log', level, message, ...(data === undefined ? {} : { data }) });
  const failed = (error: unknown, doing = 'station'): void => {
    const { message, data } = describeFailure(error);
    log('error', `${doing}: ${message}`, data);
  };
  const events = createEvents(
    () => journal.clock.nowMs(),
    (event) => {
      post({ t: 'event', event });
      try {
        journal.events.add(event);
      } catch (error) {
        // The event has been told; only the ring for diagnostics lacks it (full disk, or closing down).
        failed(error, 'event ring');
      }
    },
  );
  const setJournalOk = (ok: boolean): void => {
    journalOk = ok;
    post({ t: 'alive', journalOk });
  };

  return {
    log,
    events,
    failed,
    journalHealth: {
      get ok() {
        return journalOk;
      },
      worked() {
        if (!journalOk) setJournalOk(true);
      },
      failed(error) {
        if (!journalOk) return;
        setJournalOk(false);
        const { code, message, hint, data } = describeFailure(error);
        log('error', message, data);
        events.tell('JournalFailed', `${message} ${hint}`, { data: { code, hint } });
      },
    },
  };
}
