import type { CardTap, Health, MeterReading } from '@tapwatt/hal';
import type { ActiveAnomaly } from '../anomaly/currentWatch.js';
import type { ChargePointConfig } from '../config/config.js';
import type {
  Authorization,
  ConnectorRecord,
  ConnectorSnapshot,
  Fault,
  OpenTransaction,
  ReadingContext,
  StopReason,
} from '../domain/records.js';
import type { Stamp } from '../domain/stamp.js';

/**
 * Everything that crosses a thread boundary, and nothing else does. All of it is structured-cloneable data.
 *
 * The main thread is the hub: connectors and station never hold each other's ports, so that any of them can be
 * restarted alone. A message marked (station) below is forwarded by main unread.
 */

/** Live settings of a connector, from OCPP configuration keys. */
export interface ConnectorSettings {
  /** ConnectionTimeOut; 0 waits for ever. A change applies at once, counted from when the waiting began. */
  connectionTimeoutS: number;
  stopTransactionOnEvSideDisconnect: boolean;
  unlockConnectorOnEvSideDisconnect: boolean;
  /** MeterValueSampleInterval; 0 is off. */
  sampleIntervalS: number;
  /** ClockAlignedDataInterval; 0 is off. The station sends 0 for as long as the true time is unknown. */
  clockAlignedIntervalS: number;
  /** StopTransactionOnInvalidId. */
  stopTransactionOnInvalidId: boolean;
  /** MaxEnergyOnInvalidId; null when absent. */
  maxEnergyOnInvalidIdWh: number | null;
  /** Offset to add to the system clock, from the central system while nothing better set the clock. */
  clockOffsetMs: number;
}

/** Fixed properties of a connector, from the configuration file. */
export interface ConnectorTraits {
  connectorId: number;
  /** Per phase. */
  maximumCurrentMa: number;
  phases: number;
  /** False for a fixed cable: UnlockConnector answers NotSupported. */
  hasLock: boolean;
  /** False: a tap alone starts (no cable sensor in the hardware). */
  hasPlugSensor: boolean;
  /** Energy checkpoint at least this often while charging (60). */
  checkpointIntervalS: number;
}

/** What a connector thread starts from: after a boot, and after it alone was restarted. */
export interface ConnectorRestore {
  settings: ConnectorSettings;
  operative: boolean;
  /** An open transaction to take up, or null. */
  transaction: OpenTransaction | null;
  reservation: Reservation | null;
  faults: Fault[];
  pluggedIn: boolean | null;
  reading: MeterReading;
  /** Smart-charging limit now in force per phase, or null for none. */
  limitMa: number | null;
  at: Stamp;
}

export interface Reservation {
  reservationId: number;
  idTag: string;
  parentIdTag: string | null;
}

/** `workerData` of a connector thread (firmware/connector/worker.ts, `--no-addons`). It talks through `parentPort`. */
export interface ConnectorWorkerData {
  traits: ConnectorTraits;
  /** True only when hardware is simulated: the thread then obeys `chaos`. */
  bench?: boolean;
  logLevel: ChargePointConfig['log']['level'];
}

/** `workerData` of the station thread (firmware/station/worker.ts). It talks through `parentPort`. */
export interface StationWorkerData {
  config: ChargePointConfig;
}

/** What POST /chaos (bench only) makes a thread do to itself: a throw outside of any handler, `for (;;);`, `process.exit(1)`. */
export type ChaosMode = 'throw' | 'spin' | 'exit';

/** To a connector thread. */
export type ToConnector =
  /**
   * Answers `hello`. What happened before it is ignored: the restore must hold it. A transaction in it is taken up
   * (power at once) or, with the cable gone, ended. To a connector that was restored already, it brings settings,
   * availability, reservation and limit; the connector keeps its own transaction and repeats what is not acknowledged.
   */
  | { t: 'restore'; restore: ConnectorRestore }
  | { t: 'settings'; settings: ConnectorSettings }
  /** Plug sensor, debounced. */
  | { t: 'plug'; pluggedIn: boolean; at: Stamp }
  /** Each second, and whenever the meter moved. */
  | { t: 'reading'; reading: MeterReading; at: Stamp }
  | { t: 'fault'; fault: Fault; at: Stamp }
  | { t: 'fault-cleared'; errorCode: Fault['errorCode']; at: Stamp }
  /**
   * Main switched the power off (contactor open) and read the meter after it. Answers every `power` off, also when it
   * was off before: a stopping transaction waits 1 s for it, then ends with the last `reading`.
   */
  | { t: 'power-is-off'; reading: MeterReading; at: Stamp }
  /**
   * Main took the power away by itself: the lease ran out, or the module is silent. The connector says `power` off
   * (main ignores `power` on until it saw that, or a new `hello`), shows SuspendedEVSE, keeps the transaction and asks
   * for power again after 10 s, or at once when the last fault clears. A lasting cause comes as a `fault` besides.
   */
  | { t: 'power-lost'; reading: MeterReading; at: Stamp }
  /**
   * Answers each `lock` within 3 s; silence counts as failure. `locked` is what the lock is now. The connector raises ConnectorLockFailure by itself when
   * locking fails (until the cable is out) or the unlocking after a transaction fails (until it succeeds).
   */
  | { t: 'lock-result'; locked: boolean; ok: boolean; at: Stamp }
  /** (station) The journal has this record and everything before it. See `record` for gaps. */
  | { t: 'recorded'; seq: number }
  /**
   * (station) Somebody may charge here: start now if a cable is in, else wait for it (ConnectionTimeOut). A second one
   * while waiting replaces the first. In Finishing it starts a new transaction (1.6 §4.9 F2): send it there only when
   * the connector was named or is the only one, since `waitingForTag` is false (errata 3.20). Ignored during a
   * transaction, while Faulted and while inoperative.
   */
  | { t: 'authorize'; authorization: Authorization; at: Stamp }
  /**
   * (station) End the transaction, or give up the waiting authorisation. In Finishing: let go of a cable that stayed
   * locked after DeAuthorized (errata 3.5: when the same identifier or one of its group is presented).
   */
  | { t: 'stop'; reason: StopReason; idTag: string | null; at: Stamp }
  /**
   * (station) The central system refused the tag of the running transaction (StartTransaction.conf), now or long ago.
   * The connector decides by its settings (StopTransactionOnInvalidId, MaxEnergyOnInvalidId) whether it ends with
   * DeAuthorized or only gives no more energy. Ignored when `localId` is not its running transaction.
   */
  | { t: 'deauthorized'; localId: string; at: Stamp }
  /** (station) Inoperative during a transaction takes effect when it has ended; a waiting authorisation is given up. */
  | { t: 'availability'; operative: boolean; at: Stamp }
  /** (station) The connector only shows it. Null too when it was used up by an authorisation. */
  | { t: 'reservation'; reservation: Reservation | null; at: Stamp }
  /** (station) Smart-charging limit per phase; null for none. Below 6 A (IEC 61851-1 minimum) pauses. */
  | { t: 'limit'; limitMa: number | null; at: Stamp }
  /**
   * (station) UnlockConnector. Ends a running transaction first (reason UnlockCommand); answered by `unlock-result`
   * within 5 s. Without a lock: NotSupported, and the transaction goes on.
   */
  | { t: 'unlock'; requestId: string; at: Stamp }
  /** (station) A sample now, outside of the schedule. */
  | { t: 'sample'; context: ReadingContext; at: Stamp }
  /** The station thread was restarted: send every record that is not acknowledged, in order, and the snapshot again. */
  | { t: 'resend' }
  /** Bench only. Main sends it only when hardware is simulated. */
  | { t: 'chaos'; mode: ChaosMode }
  /** Outputs are off, the last `reading` came before this. Send what must still be recorded, then end (close the port). */
  | { t: 'shutdown' };

/** A line for main's logger; threads have no logger of their own. */
export interface LogMessage {
  t: 'log';
  level: ChargePointConfig['log']['level'];
  message: string;
  data?: Record<string, unknown>;
}

/** From a connector thread. */
export type FromConnector =
  /** The thread runs and wants its `restore`. `incarnation` is new each time the thread starts. */
  | { t: 'hello'; incarnation: string }
  /**
   * The power lease: what the output should be from now on. Sent at each change and repeated every 500 ms while on.
   * Main switches off 2 s after the last one. `power` off is sent again, and answered again, at each end of a transaction.
   */
  | { t: 'power'; on: true; limitMa: number }
  | { t: 'power'; on: false }
  | { t: 'lock'; locked: boolean }
  /** Every 500 ms: the thread is not stuck. */
  | { t: 'alive' }
  /**
   * (station) `seq` begins at 1 in each incarnation and has no gaps. Sent when made; everything not acknowledged is sent
   * again, in order, after `resend` and every 5 s. A receiver that sees a gap (seq above its last + 1) leaves the
   * record unacknowledged and waits for the repetition.
   */
  | { t: 'record'; incarnation: string; seq: number; record: ConnectorRecord }
  /**
   * (station, and main's /state) Whenever anything in it changed. The latest counts. Status changes follow the table of
   * 1.6 §4.9: where the state moves further at once, the statuses in between come as snapshots of their own.
   */
  | { t: 'snapshot'; snapshot: ConnectorSnapshot }
  /** (station) */
  | { t: 'unlock-result'; requestId: string; result: 'Unlocked' | 'UnlockFailed' | 'NotSupported' }
  | LogMessage;

/** To the station thread. */
export type ToStation =
  | { t: 'connector'; connectorId: number; message: FromConnector }
  /** A connector thread (re)started: answer with `restore`. Main adds what the hardware says. */
  | { t: 'restore-wanted'; connectorId: number; incarnation: string; at: Stamp }
  /** `connectorIds` limits what the tap may serve (bench). `idTag` may be longer than a UID. */
  | { t: 'tap'; idTag: string; connectorIds: number[] | null; at: Stamp }
  | { t: 'reader-health'; health: Health }
  /** What is wrong with a connector's current now, all of it; at each change, and when the station thread is new. */
  | { t: 'anomalies'; connectorId: number; active: ActiveAnomaly[]; at: Stamp }
  | { t: 'query'; requestId: string; query: StationQuery }
  /** Bench only. Main sends it only when hardware is simulated. */
  | { t: 'chaos'; mode: ChaosMode }
  /** The mains are gone, a back-up supply holds: end all sessions, tell it, then answer with `restart`. */
  | { t: 'power-fails' }
  /** Close everything: outputs are already off. Answer with `closed`. */
  | { t: 'shutdown'; reason: 'signal' | 'reset'; at: Stamp };

/** Questions and small changes from the control socket that only the station thread can answer. */
export type StationQuery =
  | { q: 'transactions'; limit: number }
  | { q: 'queue' }
  /** Sends again what was given up: one message, or all. */
  | { q: 'queue-retry'; messageId: string | null }
  /** The local authorization list. */
  | { q: 'tags' }
  /** `status` null takes the tag off the list. */
  | { q: 'tag-set'; idTag: string; status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | null }
  /** OCPP configuration keys. */
  | { q: 'keys' }
  | { q: 'key-set'; key: string; value: string };

/** How the indicator signals, from OCPP configuration keys. */
export interface LightSettings {
  /** BlinkRepeat. */
  blinkRepeat: number;
  /** LightIntensity, 0 to 100. */
  intensityPercent: number;
}

/** What GET /state says of the station's side. */
export interface StationState {
  csms: {
    connected: boolean;
    url: string;
    ocppVersion: string | null;
    registration: 'none' | 'Accepted' | 'Pending' | 'Rejected';
  };
  clock: { trusted: boolean };
  queue: { pending: number; oldestAt: string | null; deadLetters: number };
  /** OCPP transaction ids by localId, for open transactions that have one. */
  transactionIds: Record<string, number>;
}

/** A line of GET /events: what a person following along wants to know. Times are RFC 3339 UTC. */
export interface DomainEvent {
  at: string;
  type: string;
  connectorId?: number;
  /** One sentence for people. */
  message: string;
  data?: Record<string, unknown>;
}

/** From the station thread. */
export type FromStation =
  /** The journal is open, checked and writable; connectors may start. `meterFloorsWh` by connectorId: see EnergyMeter.raiseTo. */
  | { t: 'ready'; meterFloorsWh: Record<number, number> }
  /** Every 500 ms: the thread is not stuck. `journalOk` false: the last write to the journal failed. */
  | { t: 'alive'; journalOk?: boolean }
  | { t: 'to-connector'; connectorId: number; message: ToConnector }
  /** The station's part of a restore; main completes it with faults, plug, reading and sends it on. */
  | {
      t: 'restore';
      connectorId: number;
      incarnation: string;
      settings: ConnectorSettings;
      operative: boolean;
      transaction: OpenTransaction | null;
      reservation: Reservation | null;
      limitMa: number | null;
    }
  | { t: 'state'; state: StationState }
  | { t: 'event'; event: DomainEvent }
  | { t: 'answer'; requestId: string; ok: true; value: unknown }
  | { t: 'answer'; requestId: string; ok: false; code: string; message: string; hint: string }
  /** Accepted Reset, and what had to happen before it has happened: end the process with status 0. */
  | { t: 'restart'; kind: 'Soft' | 'Hard' | 'PowerLoss' }
  /** Blink, light: for the indicator. */
  | { t: 'indicate'; signal: 'accepted' | 'refused' | 'waiting'; connectorId: number | null }
  /** At the start, and whenever it changed. */
  | { t: 'light'; settings: LightSettings }
  | LogMessage
  | { t: 'closed' };

export type { CardTap };
