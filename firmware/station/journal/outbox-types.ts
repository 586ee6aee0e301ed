import type { ConnectorRecord, ReadingContext } from '../../domain/records.js';
import type { ResolvedTime } from '../time/types.js';
import type { IdTagInfo } from './stores.js';

type Reading = Extract<ConnectorRecord, { t: 'MeterSampled' }>['reading'];

/** One sample for StopTransaction.req transactionData. */
export interface StoredSample {
  context: ReadingContext;
  reading: Reading;
  /** Current offered to the car in mA per phase; null where it was not known. */
  offeredMa: number | null;
  /** The measurands that were configured when the sample was taken. */
  measurands: string[];
  time: ResolvedTime;
}

/** What an owed message tells, in domain words. The OCPP client translates it when it sends it. */
export type OwedContent =
  | { t: 'Started'; record: Extract<ConnectorRecord, { t: 'TransactionStarted' }> }
  | {
      t: 'Metered';
      record: Extract<ConnectorRecord, { t: 'MeterSampled' }>;
      /** Configured when the sample was taken. */
      measurands: string[];
    }
  | {
      t: 'Ended';
      record: Extract<ConnectorRecord, { t: 'TransactionEnded' }>;
      /** In time order, Transaction.Begin first and Transaction.End last; empty when no StopTxn… data was wanted. */
      samples: StoredSample[];
      /** True when the journal ended it at boot: the reading has an energy register and nothing else. */
      interrupted: boolean;
    }
  /** Anything else with guaranteed delivery (security events). `body` is JSON that the enqueuer understands. */
  | { t: 'Other'; type: string; body: unknown };

/** A message that is owed to the central system. */
export interface OwedMessage {
  /** OCPP-J message id, at most 36 characters; the same on every retry (J errata 3.1). */
  id: string;
  /** Global order of what is queued and of the dead letters. */
  ordinal: number;
  /** Null for `Other` messages that belong to no connector. */
  connectorId: number | null;
  /** Null outside of a transaction. */
  localId: string | null;
  /**
   * What to write as transactionId in MeterValues and StopTransaction: the bound id, or -1 once StartTransaction was
   * given up (errata 3.18). Null for the StartTransaction itself and for messages outside of a transaction.
   */
  transactionId: number | null;
  /** Failures (CALLERROR) so far. */
  attempts: number;
  /** When it happened. Stays the same on every retry once the message was handed out for sending. */
  time: ResolvedTime;
  content: OwedContent;
}

/** What to do next with the queue. */
export type Due =
  | { t: 'send'; message: OwedMessage }
  /** Every chain waits for its retry time; the first is due at `untilMonotonicMs`. */
  | { t: 'wait'; untilMonotonicMs: number }
  | { t: 'empty' };

/** TransactionMessageAttempts and TransactionMessageRetryInterval. `attempts` null: never given up (security events). */
export interface RetryPolicy {
  attempts: number | null;
  retryIntervalS: number;
}

/** What the journal did with an answer. */
export type Answered =
  /** No such message: it was answered before. Nothing changed. */
  | { t: 'unknown' }
  | {
      t: 'answered';
      kind: OwedContent['t'];
      connectorId: number | null;
      localId: string | null;
      /** The transaction is still running (errata 3.17 applies to those only). False outside of a transaction. */
      transactionOpen: boolean;
    };

export type Failed =
  | { t: 'unknown' }
  | { t: 'will-retry'; attempts: number; atMonotonicMs: number }
  | { t: 'given-up'; attempts: number };

export interface DeadLetter {
  id: string;
  ordinal: number;
  connectorId: number | null;
  localId: string | null;
  kind: OwedContent['t'];
  attempts: number;
  /** Error code and description of the last CALLERROR. */
  reason: string;
  /** When it happened, as known now. */
  time: ResolvedTime;
  content: unknown;
}

export interface QueueStats {
  pending: number;
  /** Of the oldest message that waits; null when none does. */
  oldest: ResolvedTime | null;
  deadLetters: number;
}

/**
 * The queue of messages owed to the central system. A message leaves it only when it was answered or given up by the
 * rule of 1.6 §3.7.1. A timeout or a lost link is no event here: ask `nextDue` again and send the same message again.
 */
export interface Outbox {
  /**
   * The message to send now: the oldest of those whose chain does not wait for a retry, transaction messages and meter
   * values before others. A chain is a transaction (Start,
   * Meter…, Stop in that order), the meter values of a connector outside of transactions, or what `enqueue` was given.
   * Call it only when the message can be sent: what it hands out keeps its timestamp from then on.
   */
  nextDue(nowMonotonicMs: number): Due;
  /**
   * CALLRESULT. For a StartTransaction give `start`: transactionId and idTagInfo are bound in the commit that removes
   * the message; a status other than Accepted marks the transaction deauthorized. @throws JournalError START_ANSWER_MISSING when `start` is null for a StartTransaction.
   */
  answered(id: string, start: { transactionId: number; idTagInfo: IdTagInfo } | null): Answered;
  /** CALLERROR. Given up after `policy.attempts` of them; the wait before a retry is retryIntervalS × failures so far. */
  failed(id: string, error: { code: string; description: string }, policy: RetryPolicy, nowMonotonicMs: number): Failed;
  /** Queues a message that belongs to no transaction, with guaranteed delivery. Gives its message id. */
  enqueue(message: { type: string; body: unknown; chain: string; connectorId: number | null; at: StampLike }): string;
  /** Forgets retry times: everything may be sent at once (after a registration, or by hand). */
  retryNow(): void;
  stats(): QueueStats;
  /** Oldest first, without handing anything out. */
  list(limit: number): OwedMessage[];
  deadLetters(limit: number): DeadLetter[];
  /** Puts a dead letter back in its old place with its old id and no failures. False when there is none. */
  retryDeadLetter(id: string): boolean;
  /** Forgets a dead letter for good. False when there is none. */
  discardDeadLetter(id: string): boolean;
}

type StampLike = { wallMs: number; monotonicMs: number };
