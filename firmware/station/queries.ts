import type { Configuration } from '../ocpp/v16/configuration.js';
import type { FromStation, StationQuery } from '../threads/messages.js';
import { describeFailure } from './failure.js';
import type { IdTagInfo, Journal, JournalTransaction } from './journal/journal.js';
import type { OwedMessage } from './journal/outbox-types.js';

/** Answers for GET /transactions and GET /queue; times are RFC 3339 UTC. */
export function answerQuery(sources: QuerySources, requestId: string, query: StationQuery): FromStation {
  try {
    return { t: 'answer', requestId, ok: true, value: answer(sources, query) };
  } catch (error) {
    const { code, message, hint } = describeFailure(error);
    return { t: 'answer', requestId, ok: false, code, message, hint };
  }
}

/** What answers a query; see StationQuery. @throws JournalError */
export function readQuery(
  journal: Pick<Journal, 'transactions' | 'outbox'>,
  query: Extract<StationQuery, { q: 'transactions' | 'queue' }>,
): unknown {
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

function answer(sources: QuerySources, query: StationQuery): unknown {
  const { journal, configuration } = sources;
  switch (query.q) {
    case 'transactions':
    case 'queue':
      return readQuery(journal, query);
    case 'queue-retry':
      return retryDead(sources, query.messageId);
    case 'tags':
      return {
        version: journal.localList.version(),
        tags: journal.localList.all().map(({ idTag, info }) => ({ idTag, ...describeTag(info) })),
      };
    case 'tag-set': {
      const { idTag, status } = query;
      if (status === null && journal.localList.get(idTag) === null)
        throw new QueryRefused('UnknownTag', `${idTag} is not on the local list`, 'tapwatt tag list shows what is');
      const info = status === null ? null : { status, expiresAtMs: null, parentIdTag: null };
      // The version is the central system's: a list changed here is still the one that it sent.
      journal.localList.update(journal.localList.version(), [{ idTag, info }]);
      return { ok: true, enabled: configuration.boolean('LocalAuthListEnabled') };
    }
    case 'keys':
      return configuration.readable();
    case 'key-set': {
      const { status, reason, after } = configuration.change(query.key, query.value);
      if (status === 'Rejected' || status === 'NotSupported')
        throw new QueryRefused(
          status,
          reason ?? `${query.key}: ${status}`,
          'tapwatt ocpp key list shows what there is',
        );
      after?.();
      return { status };
    }
  }
}

/** What the answers are made from. */
export interface QuerySources {
  journal: Pick<Journal, 'transactions' | 'outbox' | 'localList'>;
  configuration: Pick<Configuration, 'readable' | 'change' | 'boolean'>;
  /** Something can be sent. */
  kick(): void;
}

/** A change that cannot be; a person asked for it. */
class QueryRefused extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

function retryDead({ journal, kick }: QuerySources, messageId: string | null): { retried: number } {
  const ids = messageId === null ? journal.outbox.deadLetters(MOST_RETRIED).map(({ id }) => id) : [messageId];
  const retried = ids.filter((id) => journal.outbox.retryDeadLetter(id)).length;
  if (messageId !== null && retried === 0)
    throw new QueryRefused(
      'UnknownMessage',
      `no message ${messageId} was given up`,
      'tapwatt queue dead-letters lists them',
    );
  if (retried > 0) {
    journal.outbox.retryNow();
    kick();
  }
  return { retried };
}

const MOST_RETRIED = 10_000;

function describeTag(info: IdTagInfo): object {
  const { status, expiresAtMs, parentIdTag } = info;
  return { status, expiryDate: expiresAtMs === null ? null : iso(expiresAtMs), parentIdTag };
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
