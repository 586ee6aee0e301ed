import type { MeterReading } from '@tapwatt/hal';
import type { Stamp } from './stamp.js';

/** Why a transaction ended, in OCPP 1.6's spelling (§7.36). */
export type StopReason =
  | 'DeAuthorized'
  | 'EmergencyStop'
  | 'EVDisconnected'
  | 'HardReset'
  | 'Local'
  | 'Other'
  | 'PowerLoss'
  | 'Reboot'
  | 'Remote'
  | 'SoftReset'
  | 'UnlockCommand';

/** Why a sample was taken, in OCPP's spelling (1.6 §7.31). */
export type ReadingContext =
  | 'Interruption.Begin'
  | 'Interruption.End'
  | 'Other'
  | 'Sample.Clock'
  | 'Sample.Periodic'
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Trigger';

/** OCPP 1.6 §7.7. Faulted is derived from the set of active faults, not stored. */
export type ConnectorStatus =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEV'
  | 'SuspendedEVSE'
  | 'Finishing'
  | 'Reserved'
  | 'Unavailable'
  | 'Faulted';

/** OCPP 1.6 §7.6. */
export const ERROR_CODES = [
  'ConnectorLockFailure',
  'EVCommunicationError',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'NoError',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Something wrong with a connector; several may be active at once. `errorCode` identifies it. */
export interface Fault {
  errorCode: Exclude<ErrorCode, 'NoError'>;
  info: string | null;
  vendorId: string | null;
  vendorErrorCode: string | null;
}

/** Who may charge, as the station decided. */
export interface Authorization {
  idTag: string;
  /** Group; null when the tag has none. */
  parentIdTag: string | null;
  source: 'local' | 'remote';
  /** The reservation that this authorisation uses up, or null. */
  reservationId: number | null;
}

/**
 * What a connector thread wants to be on disk. The connector repeats a record until the station has acknowledged its
 * `seq`, so a station thread may die at any moment; the journal applies each (connectorId, incarnation, seq) once.
 */
export type ConnectorRecord =
  | {
      t: 'TransactionStarted';
      /** UUID minted by the connector: the transaction's identity on this side for ever. */
      localId: string;
      authorization: Authorization;
      meterStartWh: number;
      /** The Transaction.Begin sample: no MeterSampled comes besides. */
      reading: MeterReading;
      at: Stamp;
    }
  | {
      t: 'MeterSampled';
      /** Null outside of a transaction (clock-aligned or triggered). */
      localId: string | null;
      context: ReadingContext;
      /** During a transaction its register is journaled like that of an EnergyCheckpoint, which then does not come. */
      reading: MeterReading;
      /** Current offered to the car, in mA per phase. */
      offeredMa: number;
      /** Sample.Clock: exactly on the grid from 00:00:00 UTC, by the system clock plus `clockOffsetMs`. Sample.Periodic: exactly start + n × interval. */
      at: Stamp;
    }
  | {
      /** Goes into the journal only, never to the central system: bounds what a power cut can lose. */
      t: 'EnergyCheckpoint';
      localId: string;
      energyWh: number;
      at: Stamp;
    }
  | {
      t: 'TransactionEnded';
      localId: string;
      reason: StopReason;
      /** The tag that ended it; null when it was not ended by a tag. */
      idTag: string | null;
      meterStopWh: number;
      /** The Transaction.End sample, taken after the power was off: no MeterSampled comes besides. */
      reading: MeterReading;
      at: Stamp;
    };

/** A transaction that is not ended, as the journal knows it. */
export interface OpenTransaction {
  localId: string;
  authorization: Authorization;
  meterStartWh: number;
  startedAt: Stamp;
  /** Last journaled register value. */
  lastEnergyWh: number;
  /** OCPP transaction id once StartTransaction.conf brought it. */
  transactionId: number | null;
  /** True after the central system refused the tag and StopTransactionOnInvalidId is false: no more energy (1.6 §4.8). */
  deauthorized: boolean;
}

/** What a connector looks like from outside; everything in it is derived from the machine's state. */
export interface ConnectorSnapshot {
  connectorId: number;
  status: ConnectorStatus;
  errorCode: ErrorCode;
  info: string | null;
  vendorId: string | null;
  vendorErrorCode: string | null;
  /** Null where the connector has no plug sensor. */
  pluggedIn: boolean | null;
  transaction: {
    localId: string;
    idTag: string;
    parentIdTag: string | null;
    startedAt: Stamp;
    meterStartWh: number;
    /** Used in this transaction so far. */
    energyWh: number;
    currentMa: number;
    limitMa: number;
  } | null;
  /** An accepted tag waits here for the cable. */
  waitingIdTag: string | null;
  /** Ready for a card: a cable is in and nobody has identified yet. False in Finishing (errata 3.20) and while Faulted or Unavailable. */
  waitingForTag: boolean;
  /** When the status became what it is. */
  at: Stamp;
}
