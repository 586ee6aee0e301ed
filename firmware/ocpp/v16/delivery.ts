import type { LateAnswer } from '@tapwatt/ocpp';
import type { Outbox, OwedMessage, RetryPolicy } from '../../station/journal/outbox-types.js';
import type { IdTagInfo } from '../../station/journal/stores.js';
import type { Next, Outcome, Outgoing, Source } from '../outgoing.js';
import type { StatusNotifier } from './statusNotifier.js';
import { readIdTagInfo } from './translate/idTagInfo.js';
import { transactionRequest } from './translate/transactionMessages.js';

/** What the station does with what becomes of transaction messages. */
export interface DeliveryListener {
  /** StartTransaction.conf; `transactionOpen` says whether the transaction still runs (errata 3.17). */
  started(message: OwedMessage, transactionId: number, info: IdTagInfo, transactionOpen: boolean): void;
  /** StopTransaction.conf; `info` only where the central system gave one. */
  stopped(message: OwedMessage, info: IdTagInfo | null): void;
  willRetry(message: OwedMessage, attempts: number, reason: string): void;
  givenUp(message: OwedMessage, attempts: number, reason: string): void;
  /** Any message has left the queue. */
  progressed(): void;
}

export interface DeliveryOptions {
  outbox: Outbox;
  status: StatusNotifier;
  /** TransactionMessageAttempts, TransactionMessageRetryInterval. */
  policy: () => RetryPolicy;
  monotonicMs: () => number;
  /** How long an answer to an `Other` message is awaited: not long, since sessions wait behind it. */
  otherTimeoutMs: () => number;
  /** Requests for `Other` messages (security events and what else is queued with guarantee); null when unknown. */
  other: (message: OwedMessage) => { action: string; payload: object } | null;
  listener: DeliveryListener;
}

export interface Delivery {
  readonly source: Source;
  /** Registered or connected again: what waits now is history, and present statuses go before it (§3.7, §4.9). */
  online(): void;
  /** An answer after its time was over. Gives whether it was one of ours. */
  late(answer: LateAnswer): boolean;
}

/** Times the number of attempts so far. */
const UNANSWERED_RETRY_S = 10;
const SECURITY_EVENT = 'SecurityEventNotification';

/** How many sent messages a late answer can still be matched with. */
const REMEMBERED = 64;

/**
 * Sends owed transaction messages and statuses in the order in which things happened. A message leaves the journal when
 * it was answered, or given up after TransactionMessageAttempts CALLERRORs (1.6 §3.7.1, J errata 3.3); timeouts and lost
 * links never count.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { outbox, status, listener } = options;
  /** Messages that were owed when the connection came up and have not left since. */
  let backlog = 0;
  const sent = new Map<string, OwedMessage>();

  const remember = (message: OwedMessage): void => {
    sent.delete(message.id);
    sent.set(message.id, message);
    for (const id of sent.keys()) {
      if (sent.size <= REMEMBERED) break;
      sent.delete(id);
    }
  };

  const left = (message: OwedMessage): void => {
    sent.delete(message.id);
    backlog = Math.max(0, backlog - 1);
    listener.progressed();
  };

  const answered = (message: OwedMessage, payload: object): void => {
    const info = readIdTagInfo(payload);
    if (message.content.t === 'Started') {
      const transactionId: unknown = Reflect.get(payload, 'transactionId');
      if (typeof transactionId !== 'number' || !Number.isInteger(transactionId) || info === null) {
        failed(message, 'InvalidAnswer', 'The answer has no transactionId or no idTagInfo.', options.policy());
        return;
      }
      const kept = outbox.answered(message.id, { transactionId, idTagInfo: info });
      if (kept.t === 'answered') listener.started(message, transactionId, info, kept.transactionOpen);
    } else {
      const kept = outbox.answered(message.id, null);
      if (kept.t === 'answered' && message.content.t === 'Ended') listener.stopped(message, info);
    }
    left(message);
  };

  const failed = (message: OwedMessage, code: string, description: string, policy: RetryPolicy): void => {
    const kept = outbox.failed(message.id, { code, description }, policy, options.monotonicMs());
    const reason = description === '' ? code : `${code}: ${description}`;
    if (kept.t === 'will-retry') listener.willRetry(message, kept.attempts, reason);
    if (kept.t === 'given-up') {
      listener.givenUp(message, kept.attempts, reason);
      left(message);
    }
  };

  /** Security events are never given up (A04.FR.02). */
  const forEver = (): RetryPolicy => ({ ...options.policy(), attempts: null });

  /** `Other` messages belong to no transaction, so §3.7.1 does not count for them. */
  const otherRefused = (message: OwedMessage, type: string, code: string, description: string): void => {
    // A central system without the white paper, or a status that does not get better by repeating.
    if (type !== SECURITY_EVENT || code === 'NotImplemented' || code === 'NotSupported') answered(message, {});
    else failed(message, code, description, forEver());
  };

  const settle = (message: OwedMessage, outcome: Outcome): void => {
    switch (outcome.t) {
      case 'answered':
        answered(message, outcome.payload);
        return;
      case 'refused':
        if (message.content.t === 'Other')
          otherRefused(message, message.content.type, outcome.errorCode, outcome.description);
        else failed(message, outcome.errorCode, outcome.description, options.policy());
        return;
      case 'unsendable':
        // It will never fit the schema: keep it as a dead letter, do not block what comes after it.
        failed(message, 'Unsendable', outcome.reason, { attempts: 1, retryIntervalS: 0 });
        return;
      case 'no-answer':
        // Nobody answers it: it waits its turn again, and what is behind it goes first.
        if (message.content.t === 'Other' && outcome.why === 'timeout')
          failed(message, 'Timeout', 'There was no answer.', { attempts: null, retryIntervalS: UNANSWERED_RETRY_S });
        return;
    }
  };

  const outgoing = (message: OwedMessage): Outgoing | null => {
    const request = transactionRequest(message) ?? options.other(message);
    if (request === null) {
      failed(message, 'Unsendable', 'No part of this program knows this kind of message.', {
        attempts: 1,
        retryIntervalS: 0,
      });
      return null;
    }
    remember(message);
    return {
      ...request,
      messageId: message.id,
      ...(message.content.t === 'Other' ? { timeoutMs: options.otherTimeoutMs(), yields: true } : {}),
      settle: (outcome) => settle(message, outcome),
    };
  };

  /** The status comes first when it is older, or when the message is history. */
  const statusFirst = (message: OwedMessage): boolean => {
    const head = status.head();
    if (head === null) return false;
    if (backlog > 0 || message.content.t === 'Other') return true;
    return head.at.monotonicMs < message.content.record.at.monotonicMs;
  };

  const next = (nowMs: number): Next => {
    for (;;) {
      const due = outbox.nextDue(nowMs);
      if (due.t === 'send' && !statusFirst(due.message)) {
        const request = outgoing(due.message);
        if (request === null) continue;
        return { t: 'send', outgoing: request };
      }
      const report = status.take();
      if (report !== null) return { t: 'send', outgoing: report };
      if (due.t === 'wait') return { t: 'wait', untilMs: due.untilMonotonicMs };
      return { t: 'empty' };
    }
  };

  const isUrgent = (nowMs: number): boolean => {
    const due = outbox.nextDue(nowMs);
    return due.t === 'send' && due.message.content.t !== 'Other';
  };

  return {
    source: { name: 'delivery', gate: 'accepted', next, isUrgent },
    online() {
      backlog = outbox.stats().pending;
    },
    late({ messageId, answer }) {
      const message = sent.get(messageId);
      if (message === undefined) return false;
      settle(
        message,
        answer.kind === 'result'
          ? { t: 'answered', payload: answer.payload }
          : { t: 'refused', errorCode: answer.errorCode, description: answer.description },
      );
      return true;
    },
  };
}
