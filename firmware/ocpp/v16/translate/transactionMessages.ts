import type {
  MeterValue,
  MeterValuesRequest,
  StartTransactionRequest,
  StopTransactionRequest,
} from '@tapwatt/ocpp/v16';
import type { OwedContent, OwedMessage, StoredSample } from '../../../station/journal/outbox-types.js';
import { sampledValues } from '../measurands.js';
import { timestamp } from './timestamp.js';

/**
 * Transaction messages, made from domain records at the moment of sending: only then is the transactionId known (1.6
 * §4.8), and only then has a charge point without a clock of its own learned the time.
 */

export type TransactionRequest =
  | { action: 'StartTransaction'; payload: StartTransactionRequest }
  | { action: 'MeterValues'; payload: MeterValuesRequest }
  | { action: 'StopTransaction'; payload: StopTransactionRequest };

/** What belongs to no transaction kind of message (security events) is for other modules: null. */
export function transactionRequest(message: OwedMessage): TransactionRequest | null {
  const { content } = message;
  switch (content.t) {
    case 'Started':
      return { action: 'StartTransaction', payload: startTransaction(message, content) };
    case 'Metered':
      return { action: 'MeterValues', payload: meterValues(message, content) };
    case 'Ended':
      return { action: 'StopTransaction', payload: stopTransaction(message, content) };
    case 'Other':
      return null;
  }
}

function startTransaction(
  message: OwedMessage,
  { record }: Extract<OwedContent, { t: 'Started' }>,
): StartTransactionRequest {
  const { reservationId } = record.authorization;
  return {
    connectorId: connectorOf(message),
    idTag: record.authorization.idTag,
    meterStart: record.meterStartWh,
    ...(reservationId === null ? {} : { reservationId }),
    timestamp: timestamp(message.time.ms),
  };
}

function meterValues(
  message: OwedMessage,
  { record, measurands }: Extract<OwedContent, { t: 'Metered' }>,
): MeterValuesRequest {
  return {
    connectorId: connectorOf(message),
    // Errata 3.16: only of the transaction that ran when the sample was taken; outside of one there is none.
    ...(record.localId === null ? {} : { transactionId: boundId(message) }),
    meterValue: [
      {
        timestamp: timestamp(message.time.ms),
        sampledValue: sampledValues(measurands.join(','), {
          reading: record.reading,
          offeredMa: record.offeredMa,
          context: record.context,
        }),
      },
    ],
  };
}

function stopTransaction(
  message: OwedMessage,
  { record, samples }: Extract<OwedContent, { t: 'Ended' }>,
): StopTransactionRequest {
  return {
    ...(record.idTag === null ? {} : { idTag: record.idTag }),
    meterStop: record.meterStopWh,
    timestamp: timestamp(message.time.ms),
    transactionId: boundId(message),
    reason: record.reason,
    ...(samples.length === 0 ? {} : { transactionData: thinned(samples).map(transactionDatum) }),
  };
}

/**
 * StopTransactionMaxMeterValues (errata 3.91): a session of days would make a message that no central system takes.
 * What is left is spread evenly; "the Start and Stop meter values SHALL never be dropped".
 */
export const STOP_TRANSACTION_MAX_METER_VALUES = 250;

function thinned(samples: readonly StoredSample[]): StoredSample[] {
  const most = STOP_TRANSACTION_MAX_METER_VALUES;
  if (samples.length <= most) return [...samples];
  const step = (samples.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, n) => samples[Math.round(n * step)]).filter((sample) => sample !== undefined);
}

function transactionDatum(sample: StoredSample): MeterValue {
  return {
    timestamp: timestamp(sample.time.ms),
    sampledValue: sampledValues(sample.measurands.join(','), sample),
  };
}

/** Errata 3.18: -1 where the central system never gave an id. */
function boundId(message: OwedMessage): number {
  return message.transactionId ?? -1;
}

function connectorOf(message: OwedMessage): number {
  if (message.connectorId === null) throw new Error(`${message.content.t} ${message.id} names no connector`);
  return message.connectorId;
}
