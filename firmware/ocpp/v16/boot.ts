import type { Clock } from '@tapwatt/hal';
import type { ChargePointConfig } from '../../config/config.js';
import type { Outcome, Registration, Source } from '../outgoing.js';
import { bootNotification } from './translate/bootNotification.js';
import { readTimestamp } from './translate/timestamp.js';

/** What a registration answer said, for whom it concerns. */
export interface BootAnswer {
  status: Exclude<Registration, 'none'>;
  /** Unix epoch milliseconds; null when it could not be read. */
  currentTimeMs: number | null;
  intervalS: number;
}

export interface BootOptions {
  identity: ChargePointConfig['identity'];
  clock: Pick<Clock, 'monotonicMs'>;
  random: () => number;
  onAnswer: (answer: BootAnswer) => void;
  /** It could not be registered; it is tried again in `retryS`. */
  onFailure: (reason: string, retryS: number) => void;
}

export interface Boot {
  readonly registration: Registration;
  readonly source: Source;
  /** A connection was made: a retry that waits only for its own back-off goes at once; a `Rejected` interval is kept. */
  connected(): void;
  /**
   * TriggerMessage(BootNotification), also once Accepted. Errata 3.35 recommends to reject it then, since nobody said what
   * an answer of Pending or Rejected would mean; here it means what it means at boot. The certification list (TC_054) and
   * central systems that were restarted count on it.
   */
  trigger(): void;
}

/** Own waiting times where the central system names none (1.6 §4.2), doubled each time. */
const OWN_MINIMUM_S = 5;
const OWN_MAXIMUM_S = 300;

/** Registration with the central system (1.6 §4.2): BootNotification until Accepted, once per start of the process. */
export function createBoot(options: BootOptions): Boot {
  const { clock } = options;
  let registration: Registration = 'none';
  let triggered = false;
  let nextAtMs = Number.NEGATIVE_INFINITY;
  /** The central system named the waiting time, so that a new connection does not shorten it. */
  let told = false;
  let failures = 0;

  const waitOwn = (): number => {
    const waitS = Math.min(OWN_MINIMUM_S * 2 ** Math.min(failures, 10), OWN_MAXIMUM_S) * (1 + options.random() / 4);
    failures += 1;
    nextAtMs = clock.monotonicMs() + waitS * 1000;
    told = false;
    return waitS;
  };

  const answered = (payload: object): void => {
    const answer = readAnswer(payload);
    if (answer === null) {
      options.onFailure('The answer to BootNotification has no status.', waitOwn());
      return;
    }
    registration = answer.status;
    if (answer.status === 'Accepted') {
      failures = 0;
    } else if (answer.intervalS > 0) {
      failures = 0;
      nextAtMs = clock.monotonicMs() + answer.intervalS * 1000;
      told = true;
    } else waitOwn();
    options.onAnswer(answer);
  };

  const settle = (outcome: Outcome): void => {
    switch (outcome.t) {
      case 'answered':
        answered(outcome.payload);
        return;
      case 'refused':
        options.onFailure(`BootNotification was refused: ${outcome.errorCode} ${outcome.description}`, waitOwn());
        return;
      case 'unsendable':
        options.onFailure(outcome.reason, waitOwn());
        return;
      case 'no-answer':
        // A lost link: the link's own back-off paces the next attempt.
        if (outcome.why === 'timeout') options.onFailure('BootNotification was not answered.', waitOwn());
        else nextAtMs = Number.NEGATIVE_INFINITY;
        return;
    }
  };

  return {
    get registration() {
      return registration;
    },
    source: {
      name: 'boot',
      gate: 'always',
      next: (nowMs) => {
        if (!triggered) {
          if (registration === 'Accepted') return { t: 'empty' };
          if (nowMs < nextAtMs) return { t: 'wait', untilMs: nextAtMs };
        }
        triggered = false;
        return {
          t: 'send',
          outgoing: { action: 'BootNotification', payload: bootNotification(options.identity), settle },
        };
      },
    },
    connected() {
      if (!told) nextAtMs = Number.NEGATIVE_INFINITY;
    },
    trigger() {
      triggered = true;
    },
  };
}

function readAnswer(payload: object): BootAnswer | null {
  const status: unknown = Reflect.get(payload, 'status');
  if (status !== 'Accepted' && status !== 'Pending' && status !== 'Rejected') return null;
  const interval: unknown = Reflect.get(payload, 'interval');
  return {
    status,
    currentTimeMs: readTimestamp(Reflect.get(payload, 'currentTime')),
    intervalS: typeof interval === 'number' && Number.isFinite(interval) ? Math.max(0, Math.floor(interval)) : 0,
  };
}
