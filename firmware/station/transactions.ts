import type { ConnectorRecord } from '../domain/records.js';
import type { Stamp } from '../domain/stamp.js';
import type { TriggeredSample } from '../ocpp/v16/client.js';
import type { Configuration } from '../ocpp/v16/configuration.js';
import type { DeliveryListener } from '../ocpp/v16/delivery.js';
import type { Authorization } from './authorization.js';
import type { ConnectorRegistry } from './connectors.js';
import type { Events } from './events.js';
import type { Journal } from './journal/journal.js';
import type { OwedMessage } from './journal/outbox-types.js';

export interface TransactionsOptions {
  journal: Pick<Journal, 'transactions'>;
  configuration: Configuration;
  connectors: ConnectorRegistry;
  authorization: Authorization;
  events: Events;
  stamp: () => Stamp;
  /** The outbox has something new. */
  kick: () => void;
  sendTriggered: (sample: TriggeredSample) => void;
  /** /state shows something else now. */
  changed: () => void;
}

/** What records and the central system's answers mean for transactions. */
export interface Transactions extends DeliveryListener {
  recorded(connectorId: number, record: ConnectorRecord, owes: boolean): void;
}

export function createTransactions(options: TransactionsOptions): Transactions {
  const { connectors, authorization, events } = options;

  const ended = (connectorId: number, record: Extract<ConnectorRecord, { t: 'TransactionEnded' }>): void => {
    const transaction = connectors.snapshot(connectorId)?.transaction;
    if (transaction?.localId === record.localId)
      connectors.sessionEnded(connectorId, {
        idTag: transaction.idTag,
        parentIdTag: transaction.parentIdTag,
        kept: record.reason === 'DeAuthorized',
      });
    events.tell(
      'TransactionEnded',
      `Connector ${connectorId}: the session ended (${record.reason}), meter ${record.meterStopWh} Wh`,
      { connectorId, data: { localId: record.localId, reason: record.reason, meterStopWh: record.meterStopWh } },
    );
  };

  const triggered = (connectorId: number, record: Extract<ConnectorRecord, { t: 'MeterSampled' }>): void => {
    const ids = options.journal.transactions.transactionIds();
    options.sendTriggered({
      connectorId,
      transactionId: record.localId === null ? null : (ids[record.localId] ?? null),
      reading: record.reading,
      offeredMa: record.offeredMa,
      context: record.context,
      at: record.at,
    });
  };

  return {
    recorded(connectorId, record, owes) {
      switch (record.t) {
        case 'TransactionStarted':
          events.tell(
            'TransactionStarted',
            `Connector ${connectorId}: ${record.authorization.idTag} charges, meter ${record.meterStartWh} Wh`,
            {
              connectorId,
              data: {
                localId: record.localId,
                idTag: record.authorization.idTag,
                meterStartWh: record.meterStartWh,
              },
            },
          );
          break;
        case 'TransactionEnded':
          ended(connectorId, record);
          break;
        case 'MeterSampled':
          if (record.context === 'Trigger') triggered(connectorId, record);
          break;
        case 'EnergyCheckpoint':
          return;
      }
      if (owes) {
        options.kick();
        options.changed();
      }
    },

    started(message, transactionId, info, transactionOpen) {
      if (message.content.t !== 'Started') return;
      const { record } = message.content;
      const { idTag } = record.authorization;
      authorization.learn(idTag, info);
      options.changed();
      const connectorId = message.connectorId ?? undefined;
      const about = { ...(connectorId === undefined ? {} : { connectorId }), data: { transactionId, idTag } };
      if (info.status === 'Accepted') {
        events.tell('TransactionAccepted', `The central system has the session of ${idTag} as ${transactionId}`, about);
        return;
      }
      const ends = options.configuration.boolean('StopTransactionOnInvalidId');
      const consequence = !transactionOpen ? 'it had ended already' : ends ? 'it is ended' : 'its energy is cut';
      events.tell(
        'TransactionRefused',
        `The central system refused ${idTag} (${info.status}) for session ${transactionId}: ${consequence}`,
        about,
      );
      // §3.5.4, errata 3.17: the connector follows StopTransactionOnInvalidId and MaxEnergyOnInvalidId.
      if (transactionOpen && connectorId !== undefined)
        connectors.send(connectorId, { t: 'deauthorized', localId: record.localId, at: options.stamp() });
    },

    stopped(message, info) {
      if (message.content.t === 'Ended' && info !== null && message.content.record.idTag !== null)
        authorization.learn(message.content.record.idTag, info);
    },

    willRetry(message, attempts, reason) {
      events.tell('MessageFailed', `${nameOf(message)} failed ${attempts} time(s): ${reason}. It is sent again.`, {
        data: { messageId: message.id, attempts, reason },
      });
    },

    givenUp(message, attempts, reason) {
      const rest = message.content.t === 'Started' ? ' What follows of this session carries transactionId -1.' : '';
      const hint =
        'It is kept as a dead letter: `tapwatt queue` lists it. See the log of the central system for what it refuses.';
      events.tell(
        'MessageGivenUp',
        `${nameOf(message)} was given up after ${attempts} failure(s): ${reason}.${rest} ${hint}`,
        { data: { messageId: message.id, attempts, reason, hint } },
      );
    },

    progressed: options.changed,
  };
}

function nameOf(message: OwedMessage): string {
  switch (message.content.t) {
    case 'Started':
      return 'StartTransaction';
    case 'Metered':
      return 'MeterValues';
    case 'Ended':
      return 'StopTransaction';
    case 'Other':
      return message.content.type;
  }
}
