import type { Clock, Timer } from '@tapwatt/hal';
import type { LinkState } from '../ocpp/link.js';
import type { V16Client } from '../ocpp/v16/client.js';
import type { StationState } from '../threads/messages.js';
import type { Journal } from './journal/journal.js';

export interface StateOptions {
  clock: Pick<Clock, 'after'>;
  read: () => StationState;
  post: (state: StationState) => void;
  failed: (error: unknown) => void;
}

/** Tells main what GET /state says of this side, whenever it is something else. */
export interface StatePusher {
  changed(): void;
  stop(): void;
}

/** Changes come in bunches. */
const GATHER_MS = 50;

export function createStatePusher(options: StateOptions): StatePusher {
  let timer: Timer | null = null;
  let last = '';

  const push = (): void => {
    timer = null;
    try {
      const state = options.read();
      const text = JSON.stringify(state);
      if (text === last) return;
      last = text;
      options.post(state);
    } catch (error) {
      options.failed(error);
    }
  };

  return {
    changed() {
      timer ??= options.clock.after(GATHER_MS, push);
    },
    stop() {
      timer?.cancel();
    },
  };
}

/** What GET /state says of the station's side, now. */
export function readState(from: {
  csmsUrl: string;
  link: LinkState;
  client: Pick<V16Client, 'registration'>;
  journal: Pick<Journal, 'outbox' | 'clock' | 'transactions'>;
}): StationState {
  const { link, journal } = from;
  const { pending, oldest, deadLetters } = journal.outbox.stats();
  return {
    csms: {
      connected: link.t === 'open',
      url: from.csmsUrl,
      ocppVersion: link.t === 'open' ? link.connection.version : null,
      registration: from.client.registration,
    },
    clock: { trusted: journal.clock.known },
    queue: { pending, oldestAt: oldest === null ? null : new Date(oldest.ms).toISOString(), deadLetters },
    transactionIds: journal.transactions.transactionIds(),
  };
}
