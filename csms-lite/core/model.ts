/**
 * What the services answer with. Times are Unix epoch milliseconds (`…AtMs`), energy is Wh, power W, current mA,
 * voltage mV, all integers; the API writes times as RFC 3339. Enumerated words are OCPP's own.
 */
import type { OcppVersion } from '@tapwatt/ocpp';

export type * from './model-alarms.js';
export type * from './model-anomalies.js';
export type * from './model-network.js';
export type * from './model-records.js';

/** A page of a list, newest first. `total` counts every match, not the page. */
export interface Page<T> {
  items: T[];
  total: number;
}

export interface PageRequest {
  /** Default 50, at most 1000. */
  limit?: number;
  /** Default 0. */
  offset?: number;
}

export interface Connector {
  connectorId: number;
  /** OCPP 1.6 ChargePointStatus; null until the first StatusNotification (a session may come before it). */
  status: string | null;
  errorCode: string | null;
  info: string | null;
  vendorId: string | null;
  vendorErrorCode: string | null;
  /** By the charge point's clock where it gave one, else when it was received. */
  statusAtMs: number | null;
  /** The session that is running on it, or null. `Transaction.id`. */
  transactionId: number | null;
}

/** `strict`: what breaks the schema is refused. `warn`: it is served and reported. `fix`: the same, mended before. */
export type Verdict = 'strict' | 'warn' | 'fix';

/** OCPP 1.6 §7.38: how a BootNotification is answered. */
export type RegistrationStatus = 'Accepted' | 'Pending' | 'Rejected';

export interface Station {
  /** Charge point id as in the URL. */
  id: string;
  displayName: string | null;
  siteId: string;
  /** `blocked`: its connections are refused. */
  admission: 'accepted' | 'blocked';
  connected: boolean;
  ocppVersion: OcppVersion | null;
  /** 0 none, 1 Basic auth. 2 and 3 add TLS and client certificates. */
  securityProfile: 0 | 1 | 2 | 3;
  hasPassword: boolean;
  verdict: Verdict;
  vendor: string | null;
  model: string | null;
  serialNumber: string | null;
  firmwareVersion: string | null;
  iccid: string | null;
  imsi: string | null;
  meterType: string | null;
  meterSerialNumber: string | null;
  /** Made up by `csms-lite demo-data`. */
  demo: boolean;
  registeredAtMs: number;
  /** How its BootNotifications are to be answered. */
  registrationStatus: RegistrationStatus;
  /** Seconds between boots while it is Pending or Rejected; null: the heartbeat interval. */
  registrationIntervalS: number | null;
  /** How the last one was answered; null before the first. */
  bootStatus: RegistrationStatus | null;
  lastBootAtMs: number | null;
  /** Any frame or pong. */
  lastSeenAtMs: number | null;
  connectedAtMs: number | null;
  remoteAddress: string | null;
  /** Charge point clock minus ours; null until it was measured. */
  clockSkewMs: number | null;
  /** As last accepted by or read from the charge point; null when never. */
  localListVersion: number | null;
  /** Connector 0 is the charge point itself and is not in this list; its status is `mainStatus`. */
  connectors: Connector[];
  mainStatus: Connector | null;
}

export interface StationUpdate {
  displayName?: string | null;
  siteId?: string;
  /** 0: anybody may come as this charge point. 1 and 2 need a password, one is made where there is none; 3 a client certificate. */
  securityProfile?: 0 | 1 | 2 | 3;
  /** Basic-auth password. null takes it away. Stored only as a scrypt hash. */
  password?: string | null;
  admission?: Station['admission'];
  verdict?: Verdict;
  /** Takes effect with its next BootNotification (1.6 §4.2). */
  registrationStatus?: RegistrationStatus;
  /** 1 to 86400; null: the heartbeat interval. */
  registrationIntervalS?: number | null;
}

/** Remarks on a session's data; none of them loses a session. */
export type QualityFlag =
  /** The StartTransaction was answered with something other than Accepted. */
  | 'start-refused'
  /** Start or stop was reported more than 2 min after its timestamp: stored offline by the charge point, or its clock is slow. */
  | 'reported-late'
  /** A timestamp was more than 2 min in our future. */
  | 'clock-ahead'
  /** A timestamp could not be read; the time of receipt stands in. */
  | 'timestamp-unreadable'
  /** The energy register went backwards; the energy is the sum of its increases. */
  | 'register-backwards'
  /** No StopTransaction yet; the end is the best that is known and a StopTransaction will replace it. */
  | 'end-estimated'
  /** Known only from its StopTransaction (the start was lost, or belongs to another system). */
  | 'start-unknown'
  /** Two StopTransactions said different things; the first one stands, both are in the events. */
  | 'conflicting-stop'
  /** Data came after the stop. */
  | 'late-data'
  /** It was told to stop: its cost had reached what the wallet can bear. */
  | 'wallet-limit'
  /** The wallet could not bear all of the cost; the next top-up pays it. */
  | 'cost-unpaid';

export interface Transaction {
  /** CSMS resource id: an integer. */
  id: number;
  /** On the wire. The same as `id` unless the charge point made it up (`start-unknown`). */
  transactionId: number;
  chargePointId: string;
  connectorId: number;
  idTag: string;
  status: 'active' | 'completed';
  startedAtMs: number;
  startReceivedAtMs: number;
  stoppedAtMs: number | null;
  stopReceivedAtMs: number | null;
  /** OCPP spelling; Local when the charge point gave none; null while active. */
  stopReason: string | null;
  /** The tag of the StopTransaction, when it carried one. */
  stopIdTag: string | null;
  meterStart: number;
  meterStop: number | null;
  /** Never negative. While active: by the last register reading. */
  energyWh: number;
  /** Verdict that the StartTransaction was answered with. */
  authorization: AuthorizationStatus;
  reservationId: number | null;
  /** The remote-start command that caused it. */
  commandId: string | null;
  /** Who ended it here, when no StopTransaction did. */
  closedBy: 'administrator' | 'next-start' | 'after-boot' | null;
  qualityFlags: QualityFlag[];
  /** Made up by `csms-lite demo-data`. */
  demo: boolean;
  /** Increased by every change after the first completion. */
  revision: number;
  /** Last momentary values; null when never reported. */
  live: LiveValues | null;
}

export interface LiveValues {
  atMs: number;
  energyWh: number | null;
  powerW: number | null;
  /** Of the phase that carries most. */
  currentMa: number | null;
  voltageMv: number | null;
  socPercent: number | null;
  temperatureMilliC: number | null;
}

export interface MeterSample {
  atMs: number;
  receivedAtMs: number;
  measurand: string;
  phase: string | null;
  location: string | null;
  context: string;
  format: string;
  /** Integer in `unit`; null when the raw value is no number (SignedData). */
  value: number | null;
  /** Base unit: Wh, W, mA, mV, varh, var, VA, m°C, m%, mHz, rpm, m (power factor in thousandths). */
  unit: string;
  rawValue: string;
  rawUnit: string | null;
}

/** What a charge point said about a session, as it was on the wire; nothing is left out. */
export interface TransactionEvent {
  id: number;
  receivedAtMs: number;
  messageId: string;
  action: 'StartTransaction' | 'StopTransaction';
  payload: object;
  /** `repeated`: the same again. `conflicting`: a second, different stop. */
  effect: 'stored' | 'repeated' | 'conflicting';
}

export type AuthorizationStatus = 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx';
export type TagStatus = 'Accepted' | 'Blocked' | 'Expired' | 'Invalid';

/** idTags are compared without case (OCPP 1.6 §7.28: CiString). */
export interface Tag {
  idTag: string;
  status: TagStatus;
  expiryDateMs: number | null;
  parentIdTag: string | null;
  /** OCPP 2.x idToken type; null is any. */
  type: string | null;
  /** How many sessions at once; null is any number. */
  maxActiveTransactions: number | null;
  /** Ids of the charge points where it may charge; null is everywhere. */
  allowedStations: string[] | null;
  note: string | null;
  createdAtMs: number;
}

export interface TagUpdate {
  /** Default Accepted. */
  status?: TagStatus;
  expiryDateMs?: number | null;
  parentIdTag?: string | null;
  type?: string | null;
  maxActiveTransactions?: number | null;
  allowedStations?: string[] | null;
  note?: string | null;
}

export interface UnknownTag {
  idTag: string;
  firstSeenAtMs: number;
  lastSeenAtMs: number;
  count: number;
  lastChargePointId: string;
}

export interface CommandError {
  /** A CALLERROR's code, or Timeout, ConnectionLost, ChargePointOffline, Interrupted (csms-lite was restarted). */
  code: string;
  description: string;
  details?: object;
}

export interface Command {
  id: string;
  chargePointId: string;
  /** As in the route: `remote-start`. */
  name: string;
  /** As on the wire: `RemoteStartTransaction`. */
  action: string;
  /** The CALL's payload. */
  request: object;
  status: 'pending' | 'completed' | 'failed';
  /** The CALLRESULT's payload; also set, beside `error`, when the answer came after the timeout. */
  response: object | null;
  error: CommandError | null;
  createdAtMs: number;
  sentAtMs: number | null;
  completedAtMs: number | null;
  /** Set when an answer came after the command had failed by timeout. */
  lateAnswerAtMs: number | null;
  /** remote-start: `Transaction.id` of the session that it caused. */
  transactionId: number | null;
  /** reserve-now, cancel-reservation. */
  reservationId: number | null;
}

export type ReservationStatus =
  | 'Pending'
  | 'Accepted'
  | 'Rejected'
  | 'Occupied'
  | 'Faulted'
  | 'Unavailable'
  | 'Cancelled'
  | 'Used'
  | 'Expired';

export interface Reservation {
  /** IS the reservationId on the wire. */
  id: number;
  chargePointId: string;
  connectorId: number;
  idTag: string;
  parentIdTag: string | null;
  expiryDateMs: number;
  status: ReservationStatus;
  createdAtMs: number;
  /** The session that used it, `Transaction.id`. */
  transactionId: number | null;
}
