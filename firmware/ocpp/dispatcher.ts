import type { Clock, Timer } from '@tapwatt/hal';
import {
  CallErrorReceived,
  CallTimeout,
  type Connection,
  ConnectionLost,
  InvalidAnswer,
  InvalidPayload,
} from '@tapwatt/ocpp';
import type { Gate, Outcome, Outgoing, Registration, Source } from './outgoing.js';

export interface DispatcherOptions {
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  /** In order of priority. */
  sources: readonly Source[];
  registration: () => Registration;
  /** MessageTimeout. */
  timeoutMs: () => number;
  /** How long an answer is awaited by which nothing hangs, while something urgent is in line. */
  yieldAfterMs: () => number;
  /** Something that no source expects: a settle that threw, an error of an unknown kind. */
  onError: (error: unknown, action: string) => void;
}

export interface Dispatcher {
  /** The connection to send on; null while there is none. */
  attach(connection: Connection | null): void;
  /** A source has something new. */
  kick(): void;
  /** Monotonic time of the last request that was sent; null before the first. */
  readonly lastSentMs: number | null;
}

/** After an outcome that could not be kept (the journal failed): not at once again. */
const PAUSE_AFTER_FAILURE_MS = 2_000;

interface InFlight {
  sentMs: number;
  yields: boolean;
  giveUp: () => void;
}

/**
 * Sends one CALL at a time (OCPP-J §4.1.1), from the first source in order that may send and has something. What may be
 * sent depends on the registration (1.6 §4.2): before Accepted or Pending nothing but BootNotification.
 *
 * §4.1.1 leaves the time-out to the sender. So that nobody stands before the reader because a notification is not
 * answered, a CALL that `yields` times out after `yieldAfterMs` once a source has something urgent.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock } = options;
  let connection: Connection | null = null;
  let inFlight: InFlight | null = null;
  let timer: Timer | null = null;
  let lastSentMs: number | null = null;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;

  const send = async (on: Connection, outgoing: Outgoing): Promise<void> => {
    let outcome: Outcome;
    const patience = new AbortController();
    const sentMs = clock.monotonicMs();
    inFlight = { sentMs, yields: outgoing.yields ?? false, giveUp: () => patience.abort() };
    lastSentMs = sentMs;
    try {
      const payload = await on.call(outgoing.action, outgoing.payload, {
        timeoutMs: outgoing.timeoutMs ?? options.timeoutMs(),
        signal: patience.signal,
        ...(outgoing.messageId === undefined ? {} : { messageId: outgoing.messageId }),
      });
      outcome = { t: 'answered', payload };
    } catch (error) {
      outcome = outcomeOf(error);
      if (!isExpected(error)) fail(error, outgoing.action);
    }
    inFlight = null;
    try {
      outgoing.settle(outcome);
    } catch (error) {
      fail(error, outgoing.action);
    }
    pump();
  };

  const fail = (error: unknown, action: string): void => {
    pausedUntilMs = clock.monotonicMs() + PAUSE_AFTER_FAILURE_MS;
    options.onError(error, action);
  };

  /** Gives when to look again at what is in flight; null for: when somebody kicks, or it has ended. */
  const hurry = ({ sentMs, yields, giveUp }: InFlight, nowMs: number): number | null => {
    const isUrgent = (source: Source): boolean =>
      isOpen(source.gate, options.registration()) && (source.isUrgent?.(nowMs) ?? false);
    if (!yields || !options.sources.some(isUrgent)) return null;
    const untilMs = sentMs + options.yieldAfterMs();
    if (nowMs < untilMs) return untilMs;
    giveUp();
    return null;
  };

  /** Sends the first thing that may be sent. Gives when to look again; null for: when somebody kicks. */
  const sendNext = (on: Connection, nowMs: number): number | null => {
    if (pausedUntilMs > nowMs) return pausedUntilMs;
    let wakeAtMs: number | null = null;
    for (const source of options.sources) {
      if (!isOpen(source.gate, options.registration())) continue;
      const next = source.next(nowMs);
      if (next.t === 'send') {
        void send(on, next.outgoing);
        // What is urgent may be in line already, behind what has to go first.
        return inFlight === null ? null : hurry(inFlight, nowMs);
      }
      if (next.t === 'wait') wakeAtMs = Math.min(wakeAtMs ?? next.untilMs, next.untilMs);
    }
    return wakeAtMs;
  };

  const pump = (): void => {
    timer?.cancel();
    timer = null;
    if (connection === null || !connection.isOpen) return;
    const nowMs = clock.monotonicMs();
    let wakeAtMs: number | null;
    try {
      wakeAtMs = inFlight === null ? sendNext(connection, nowMs) : hurry(inFlight, nowMs);
    } catch (error) {
      // A source cannot say what it has (the journal cannot be read): ask again later.
      fail(error, 'next');
      wakeAtMs = pausedUntilMs;
    }
    if (wakeAtMs !== null) timer = clock.after(Math.max(wakeAtMs - nowMs, 1), pump);
  };

  return {
    attach(next) {
      connection = next;
      pump();
    },
    kick: pump,
    get lastSentMs() {
      return lastSentMs;
    },
  };
}

function isOpen(gate: Gate, registration: Registration): boolean {
  switch (gate) {
    case 'always':
      return true;
    case 'pending':
      return registration === 'Pending' || registration === 'Accepted';
    case 'accepted':
      return registration === 'Accepted';
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof CallErrorReceived)
    return { t: 'refused', errorCode: error.errorCode, description: error.description };
  if (error instanceof InvalidAnswer)
    // It was processed; what is missing in the answer is for the receiver to judge.
    return { t: 'answered', payload: typeof error.payload === 'object' && error.payload !== null ? error.payload : {} };
  if (error instanceof InvalidPayload) return { t: 'unsendable', reason: error.message };
  return { t: 'no-answer', why: error instanceof CallTimeout ? 'timeout' : 'lost' };
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof CallErrorReceived ||
    error instanceof CallTimeout ||
    error instanceof ConnectionLost ||
    error instanceof InvalidAnswer ||
    error instanceof InvalidPayload
  );
}
