import type { ConnectorRecord } from '../domain/records.js';
import type { Configuration } from '../ocpp/v16/configuration.js';
import { DEFAULT_MEASURAND } from '../ocpp/v16/measurands.js';
import type { WantedReadings } from './journal/journal.js';

/** Which measurands of a record's reading go where, by the measurand keys in force now (1.6 §3.16, errata 3.14). */
export function wantedReadings(record: ConnectorRecord, configuration: Configuration): WantedReadings {
  const list = (key: string): string[] => configuration.text(key).split(',').filter(Boolean);
  const orNull = (items: string[]): string[] | null => (items.length === 0 ? null : items);
  // Errata 3.15: with an interval set, MeterValues SHALL be sent; an empty list means the default measurand (§9.1.17).
  const orDefault = (items: string[]): string[] => (items.length === 0 ? [DEFAULT_MEASURAND] : items);

  switch (record.t) {
    case 'TransactionStarted':
    case 'TransactionEnded':
      // Errata 3.14: "the start and stop values of every measurand configured".
      return {
        meterValues: null,
        stopTransaction: orNull([...new Set([...list('StopTxnSampledData'), ...list('StopTxnAlignedData')])]),
      };
    case 'EnergyCheckpoint':
      return { meterValues: null, stopTransaction: null };
    case 'MeterSampled':
      switch (record.context) {
        case 'Sample.Clock':
          return {
            meterValues: orDefault(list('MeterValuesAlignedData')),
            stopTransaction: record.localId === null ? null : orNull(list('StopTxnAlignedData')),
          };
        case 'Trigger':
          // Sent at once by the client; the journal keeps the register and owes nothing.
          return { meterValues: null, stopTransaction: null };
        default:
          return {
            meterValues: orDefault(list('MeterValuesSampledData')),
            stopTransaction: record.localId === null ? null : orNull(list('StopTxnSampledData')),
          };
      }
  }
}
