import type { Clock, Timer } from '@tapwatt/hal';
import type { Stamp } from '../domain/stamp.js';
import type { ConnectorRegistry } from './connectors.js';
import type { Events } from './events.js';
import type { Journal } from './journal/journal.js';

export interface ResetOptions {
  journal: Pick<Journal, 'transactions' | 'outbox'>;
  connectors: ConnectorRegistry;
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  events: Events;
  stamp: () => Stamp;
  /** The central system can be told now. */
  isOnline: () => boolean;
  /** ResetRetries. */
  retries: () => number;
  /** Asks main to end the process. */
  restart: (why: EndOfProcess) => void;
  /** It has begun: the next process tells that it was one. */
  noted: (kind: 'Hard' | 'Soft') => void;
  failed: (error: unknown) => void;
}

/** Why all sessions end and the process after them. */
export type EndOfProcess = 'Hard' | 'Soft' | 'PowerLoss';

/** Reset (1.6 §5.14, errata 3.36): sessions end, their StopTransaction goes out if it can, then the process ends. */
export interface Reset {
  readonly isRunning: boolean;
  /** @param why for people; default: the central system asked */
  request(kind: 'Hard' | 'Soft', why?: string): { accepted: boolean; begin: () => void };
  /** The mains are gone, a back-up supply holds for some seconds: sessions end with PowerLoss and it is told (TC_032_1). */
  powerFails(): void;
  stop(): void;
}

/** How long StopTransaction may take to be answered; after it the journal keeps it for after the restart. */
const PATIENCE_MS = { Soft: 8_000, Hard: 3_000, PowerLoss: 3_000 } as const;
const REASONS = { Soft: 'SoftReset', Hard: 'HardReset', PowerLoss: 'PowerLoss' } as const;
const LOOK_EVERY_MS = 50;
/** Main ends the process within 5 s; when it has not by then, it is asked again (ResetRetries). */
const RETRY_AFTER_MS = 15_000;

export function createReset(options: ResetOptions): Reset {
  const { journal, connectors, clock } = options;
  let running = false;
  let timer: Timer | null = null;

  const askForRestart = (kind: EndOfProcess, retriesLeft: number): void => {
    options.restart(kind);
    if (retriesLeft > 0) timer = clock.after(RETRY_AFTER_MS, () => askForRestart(kind, retriesLeft - 1));
  };

  const isDone = (): boolean => {
    if (journal.transactions.open().length > 0) return false;
    return !options.isOnline() || journal.outbox.stats().pending === 0;
  };

  const lookAgain = (kind: EndOfProcess, untilMs: number): void => {
    let done = true;
    try {
      done = isDone();
    } catch (error) {
      // The journal cannot be read: the reset is the cure.
      options.failed(error);
    }
    if (done || clock.monotonicMs() >= untilMs) askForRestart(kind, options.retries());
    else timer = clock.after(LOOK_EVERY_MS, () => lookAgain(kind, untilMs));
  };

  const endSessions = (kind: EndOfProcess): void => {
    for (const connectorId of connectors.ids)
      connectors.send(connectorId, { t: 'stop', reason: REASONS[kind], idTag: null, at: options.stamp() });
    lookAgain(kind, clock.monotonicMs() + PATIENCE_MS[kind]);
  };

  return {
    get isRunning() {
      return running;
    },
    request: (kind, why = `The central system asked for a ${kind.toLowerCase()} reset`) => ({
      accepted: true,
      begin: () => {
        if (running) return;
        running = true;
        options.events.tell('Reset', why, { data: { kind } });
        options.noted(kind);
        try {
          // What does not end in time gets this reason at the next start.
          journal.transactions.expectRestart(kind);
        } catch (error) {
          options.failed(error);
        }
        endSessions(kind);
      },
    }),
    powerFails() {
      if (running) return;
      running = true;
      options.events.tell('PowerFails', 'The mains are gone: sessions end while the back-up supply holds');
      endSessions('PowerLoss');
    },
    stop() {
      timer?.cancel();
    },
  };
}
