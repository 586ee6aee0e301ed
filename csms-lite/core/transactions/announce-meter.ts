import type { EventStream } from '../events.js';
import type { Session } from './session-index.js';
import { toTransaction } from './view.js';

const INTERVAL_MS = 500;

/** Announces meter values at most every 500 ms per session; the last ones are always announced. */
export function createMeterAnnouncer(events: EventStream): { announce(session: Session): void; close(): void } {
  const waiting = new Set<Session>();
  let timer: NodeJS.Timeout | null = null;
  const publish = (): void => {
    timer = null;
    for (const session of waiting) {
      const running = { energyWh: session.register.energyWh, live: session.live };
      events.publish({ type: 'transaction.metered', transaction: toTransaction(session.row, running) });
    }
    waiting.clear();
  };
  return {
    announce(session) {
      waiting.add(session);
      timer ??= setTimeout(publish, INTERVAL_MS);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
