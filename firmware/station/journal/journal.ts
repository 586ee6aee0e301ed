/**
 * The journal: what may never be lost (architecture §3). One SQLite file, one writer: the station thread.
 *
 *   const { journal, outcome, sameProcess } = await openJournal({ directory, clock, bootId, systemClockTrusted });
 *   if (!sameProcess) journal.transactions.endInterrupted();      // or resumeInterrupted()
 *   journal.apply({ connectorId, incarnation, seq, record, wanted });   // then acknowledge `seq`
 *   const due = journal.outbox.nextDue(clock.monotonicMs());      // send it; then answered() or failed()
 *
 * Everything is synchronous and durable when it returns, except where a docstring says otherwise. Every method throws
 * JournalError (code, message, hint) when the disk is full, broken or the file damaged.
 */
import type { Clock } from '@tapwatt/hal';
import type { ConnectorRecord, OpenTransaction } from '../../domain/records.js';
import type { ClockKeeper } from '../time/clock-keeper.js';
import type { ResolvedTime } from '../time/types.js';
import type { Outbox } from './outbox-types.js';
import type {
  AuthorizationCache,
  AvailabilityStore,
  ConfigurationStore,
  EventRing,
  LocalList,
  ProfileStore,
  ReservationStore,
  SecurityLog,
  StationStateStore,
} from './stores.js';

export { JournalError, type JournalErrorCode } from './errors.js';
export { openJournal } from './open.js';
export type * from './outbox-types.js';
export type * from './stores.js';

/** What to do with the reading of a record, from the configuration keys in force now. Empty lists count as null. */
export interface WantedReadings {
  /** Measurands for a MeterValues.req (MeterValuesSampledData or …AlignedData); null: send none. */
  meterValues: readonly string[] | null;
  /** Measurands to keep for StopTransaction.transactionData (StopTxnSampledData or …AlignedData); null: keep none. */
  stopTransaction: readonly string[] | null;
}

export interface Application {
  connectorId: number;
  incarnation: string;
  seq: number;
  record: ConnectorRecord;
  /**
   * MeterSampled uses both lists, TransactionStarted and TransactionEnded use `stopTransaction` (for the
   * Transaction.Begin and Transaction.End values, errata 3.14). Ignored for EnergyCheckpoint.
   */
  wanted: WantedReadings;
}

/** `duplicate`: it was applied before, acknowledge it again. `owes`: there is something new for `outbox.nextDue`. */
export type Applied = { t: 'applied'; owes: boolean } | { t: 'duplicate' };

/** A transaction for people and for `GET /transactions`. */
export interface JournalTransaction {
  localId: string;
  connectorId: number;
  /** Null when its beginning was lost with a damaged database. */
  idTag: string | null;
  /** Null until StartTransaction.conf came; -1 after StartTransaction was given up. */
  transactionId: number | null;
  startedAt: ResolvedTime;
  meterStartWh: number;
  lastEnergyWh: number;
  /** Null while it runs. */
  end: { at: ResolvedTime; meterStopWh: number; reason: string } | null;
  /** Messages of it that are still owed. */
  pending: number;
  deauthorized: boolean;
}

export interface ConnectorTransaction extends OpenTransaction {
  connectorId: number;
}

export interface Transactions {
  /** Transactions that are not ended, oldest first. */
  open(): ConnectorTransaction[];
  /** The open one of a connector, or null: for a connector thread that was restarted. */
  openOn(connectorId: number): ConnectorTransaction | null;
  /**
   * At boot with `powerLoss.openTransaction: end`, before connectors start: ends every open transaction at its last
   * journaled register and its stamp, in one commit with the StopTransaction it owes. Reason PowerLoss; HardReset or
   * SoftReset when `expectRestart` was called before the process ended. Gives what it ended.
   */
  endInterrupted(): { connectorId: number; localId: string; meterStopWh: number; reason: string }[];
  /** At boot with `resume`: forgets the restart marker, ends only what cannot be resumed (its beginning was lost), gives the rest. */
  resumeInterrupted(): ConnectorTransaction[];
  /** The process will be ended on purpose (Reset.req): transactions still open at the next start get this reason. */
  expectRestart(kind: 'Hard' | 'Soft'): void;
  /** OCPP transaction ids by localId, of open transactions that have one. */
  transactionIds(): Record<string, number>;
  /** By the id that the central system gave; null when unknown. For RemoteStopTransaction. */
  byTransactionId(transactionId: number): ConnectorTransaction | null;
  /** Newest first, running ones included. The last 1000 finished ones are kept, and all that still owe something. */
  list(limit: number): JournalTransaction[];
  /** Highest journaled register by connector, for EnergyMeter.raiseTo. */
  meterFloorsWh(): Record<number, number>;
}

/** What `openJournal` found. `sentence` is for people; `hint` says what to do, empty when nothing is. */
export type OpenOutcome = {
  /**
   * `fresh`: a new state directory. `ok`: the database was good. `restored`: it was damaged, moved to `keptIn`, and the
   * newest good backup taken. `started-empty-after-loss`: there was no good backup.
   */
  t: 'fresh' | 'ok' | 'restored' | 'started-empty-after-loss';
  sentence: string;
  hint: string;
  /** Directory that holds the damaged files, or null. */
  keptIn: string | null;
  /** Smaller things worth a warning, such as a missing or damaged write-ahead log. Each `{ code, message, hint }`. */
  findings: { code: string; message: string; hint: string }[];
};

/** How the disk is. `shedding`: full once, sampled meter values were dropped to make room. `full`: refuse new transactions. */
export type Pressure = 'none' | 'shedding' | 'full';

export interface JournalOptions {
  /** State directory; made when missing. Holds journal.db, instance.json, backups and corrupt-… directories. */
  directory: string;
  clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  /** /proc/sys/kernel/random/boot_id: see `readBootId` in ../time/boot-id.js. */
  bootId: string;
  /** Whether the system clock may be believed now; change it with `journal.clock.systemClockTrusted`. */
  systemClockTrusted: boolean;
  /** Entries in the authorization cache; 10,000 when left out. */
  authorizationCacheSize?: number;
}

export interface Journal {
  /**
   * Commits a record and the message it owes, once per (connectorId, incarnation, seq). Acknowledge `seq` after it returns.
   * On a full disk: a sample lifts the register and owes nothing, a start throws JOURNAL_DISK_FULL (ask `pressure` before
   * authorizing), an end has room that was kept for it.
   */
  apply(application: Application): Applied;
  /**
   * The last seq applied in this life of a connector thread, 0 when none: what is above it plus one is a gap. Infinity
   * when a damaged journal was replaced at opening: what lies between may have been acknowledged and lost, so waiting for
   * it would be waiting for ever.
   */
  lastSeq(connectorId: number, incarnation: string): number;
  readonly outbox: Outbox;
  readonly transactions: Transactions;
  /** True time, and what to add to the system clock. */
  readonly clock: ClockKeeper;
  readonly configuration: ConfigurationStore;
  readonly authorizationCache: AuthorizationCache;
  readonly localList: LocalList;
  readonly availability: AvailabilityStore;
  readonly reservations: ReservationStore;
  readonly profiles: ProfileStore;
  readonly state: StationStateStore;
  readonly events: EventRing;
  readonly securityLog: SecurityLog;
  /** Runs `work` (synchronous) in one commit: all of its journal calls or none. Nests. */
  atomically<T>(work: () => T): T;
  pressure(): Pressure;
  /** Call about once a minute: writes grouped events, checkpoints an idle database, makes the daily backup. */
  maintain(): Promise<void>;
  /** Makes a backup now and rotates the two. */
  backup(): Promise<void>;
  /** Flushes, checkpoints and closes. Twice does no harm. */
  close(): void;
}

export interface OpenedJournal {
  journal: Journal;
  outcome: OpenOutcome;
  /**
   * True when this very process had it open last: only the station thread was restarted, connectors go on charging, and
   * open transactions were not interrupted (do not call `endInterrupted`).
   */
  sameProcess: boolean;
}
