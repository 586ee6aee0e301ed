import type { FromStation, StationQuery } from '../threads/messages.js';
import { describeFailure } from './failure.js';
import type { Journal, JournalTransaction } from './journal/journal.js';
import type { OwedMessage } from './journal/outbox-types.js';

/** Answers for GET /transactions and GET /queue; times are RFC 3339 UTC. */
export function answerQuery(
  journal: Pick<Journal, 'transactions' | 'outbox'>,
  requestId: string,
  query: StationQuery,
): FromStation {
  try {
    return { t: 'answer', requestId, ok: true, value: readQuery(journal, query) };
  } catch (error) {
    const { code, message, hint } = describeFailure(error);
    return { t: 'answer', requestId, ok: false, code, message, hint };
  }
}

/** What answers a query; see StationQuery. @throws JournalError */
export function readQuery(journal: Pick<Journal, 'transactions' | 'outbox'>, query: StationQuery): unknown {
  switch (query.q) {
    case 'transactions':
      return journal.transactions.list(query.limit).map(describeTransaction);
    case 'queue': {
      const { pending, oldest, deadLetters } = journal.outbox.stats();
      return {
        pending,
        oldestAt: oldest === null ? null : iso(oldest.ms),
        deadLetters,
        messages: journal.outbox.list(LISTED).map(describeMessage),
        dead: journal.outbox.deadLetters(LISTED).map((letter) => ({
          messageId: letter.id,
          action: ACTIONS[letter.kind],
          connectorId: letter.connectorId,
          localId: letter.localId,
          at: iso(letter.time.ms),
          attempts: letter.attempts,
          reason: letter.reason,
        })),
      };
    }
  }
}

/** A queue can be long; the head of it is what people look at. */
const LISTED = 100;

const ACTIONS: Record<OwedMessage['content']['t'], string> = {
  Started: 'StartTransaction',
  Metered: 'MeterValues',
  Ended: 'StopTransaction',
  Other: 'Other',
};

function describeTransaction(transaction: JournalTransaction): object {
  const { end } = transaction;
  return {
    localId: transaction.localId,
    transactionId: transaction.transactionId,
    connectorId: transaction.connectorId,
    idTag: transaction.idTag,
    startedAt: iso(transaction.startedAt.ms),
    meterStartWh: transaction.meterStartWh,
    stoppedAt: end === null ? null : iso(end.at.ms),
    meterStopWh: end?.meterStopWh ?? null,
    energyWh: (end?.meterStopWh ?? transaction.lastEnergyWh) - transaction.meterStartWh,
    reason: end?.reason ?? null,
    pendingMessages: transaction.pending,
    deauthorized: transaction.deauthorized,
  };
}

function describeMessage(message: OwedMessage): object {
  return {
    messageId: message.id,
    action: message.content.t === 'Other' ? message.content.type : ACTIONS[message.content.t],
    connectorId: message.connectorId,
    localId: message.localId,
    transactionId: message.transactionId,
    at: iso(message.time.ms),
    attempts: message.attempts,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
