import type { Bench, BenchOptions } from './bench.js';
import { openTransaction } from './fixtures.js';

/**
 * Every cell of the status transition table of OCPP 1.6 edition 2 §4.9 (B6 from errata 3.20). Each case brings a
 * connector into the row's status, lets one thing happen, and expects that the reports pass exactly the cell named.
 */
export interface Cell {
  code: string;
  /** §4.9's own words for it, shortened. */
  says: string;
  with?: BenchOptions;
  given?: (bench: Bench) => unknown;
  happens: (bench: Bench) => unknown;
  /** What is reported when it is not the cell alone: with the reason. */
  reports?: { codes: string[]; because: string };
}

const noSensor: BenchOptions = { traits: { hasPlugSensor: false } };
const rideThrough: BenchOptions = { settings: { stopTransactionOnEvSideDisconnect: false } };
const resumed: BenchOptions = { restored: false, restore: { transaction: openTransaction(), pluggedIn: true } };

const preparing = (bench: Bench) => bench.plugIn();
const charging = (bench: Bench) => bench.charge();
const suspendedEv = (bench: Bench) => {
  bench.drawMa = 0;
  bench.charge().pass(10);
};
const suspendedEvse = (bench: Bench) => bench.charge().limit(0);
const finishing = (bench: Bench) => bench.charge().stop();
const reserved = (bench: Bench) => bench.reserve();
const unavailable = (bench: Bench) => bench.availability(false);
/** Somebody is about to start, and the journal takes its time. */
const atTheJournal = (bench: Bench) => {
  bench.journalAnswers = false;
  bench.plugIn().authorize();
};
const journalAnswers = (bench: Bench) => {
  bench.journalAnswers = true;
  bench.send({ t: 'resend' });
};
const sensorless = (bench: Bench) => bench.authorize().pass(2);
const sensorlessSuspendedEv = (bench: Bench) => {
  bench.drawMa = 0;
  bench.authorize().pass(10);
};
const sensorlessSuspendedEvse = (bench: Bench) => bench.authorize().pass(2).limit(0);
const scheduledUnavailable = (given: (bench: Bench) => unknown) => (bench: Bench) => {
  given(bench);
  bench.availability(false);
};
const faulted = (given: (bench: Bench) => unknown) => (bench: Bench) => {
  given(bench);
  bench.fault();
};

export const CELLS: readonly Cell[] = [
  { code: 'A2', says: 'usage is initiated: plug', happens: (b) => b.plugIn() },
  { code: 'A2', says: 'usage is initiated: idTag', happens: (b) => b.authorize() },
  {
    code: 'A3',
    says: 'possible in a charge point without authorization means',
    with: noSensor,
    happens: (b) => b.authorize(),
    reports: { codes: ['A2', 'B3'], because: 'power waits for the journal, and is Preparing while it waits' },
  },
  {
    code: 'A4',
    says: 'similar to A3 but the EV does not start charging',
    with: noSensor,
    given: (b) => {
      b.drawMa = 0;
    },
    happens: (b) => b.authorize().pass(10),
    reports: { codes: ['A2', 'B3', 'C4'], because: 'the contactor closes first (§7.7 Charging)' },
  },
  {
    code: 'A5',
    says: 'similar to A3 but the EVSE does not allow charging',
    with: { ...noSensor, restore: { limitMa: 0 } },
    happens: (b) => b.authorize(),
    reports: { codes: ['A2', 'B5'], because: 'power waits for the journal' },
  },
  { code: 'A7', says: 'ReserveNow', happens: reserved },
  { code: 'A8', says: 'ChangeAvailability to Unavailable', happens: unavailable },
  { code: 'A9', says: 'fault', happens: (b) => b.fault() },

  { code: 'B1', says: 'plug removed', given: preparing, happens: (b) => b.plugOut() },
  { code: 'B1', says: 'second presentation of idTag', given: (b) => b.authorize(), happens: (b) => b.stop() },
  { code: 'B1', says: 'ConnectionTimeOut after idTag', given: (b) => b.authorize(), happens: (b) => b.pass(60) },
  { code: 'B3', says: 'all prerequisites met', given: preparing, happens: (b) => b.authorize() },
  {
    code: 'B4',
    says: 'all prerequisites met but the EV does not start',
    with: rideThrough,
    given: (b) => {
      atTheJournal(b);
      b.plugOut();
    },
    happens: journalAnswers,
  },
  {
    code: 'B5',
    says: 'all prerequisites met but the EVSE does not allow charging',
    with: { restore: { limitMa: 0 } },
    given: preparing,
    happens: (b) => b.authorize(),
  },
  { code: 'B6', says: 'idTag not presented within ConnectionTimeOut', given: preparing, happens: (b) => b.pass(60) },
  { code: 'B9', says: 'fault', given: preparing, happens: (b) => b.fault() },

  {
    code: 'C1',
    says: 'session ends, no user action required',
    with: noSensor,
    given: sensorless,
    happens: (b) => b.stop(),
  },
  {
    code: 'C4',
    says: 'charging stops upon EV request',
    given: charging,
    happens: (b) => {
      b.drawMa = 0;
      b.pass(10);
    },
  },
  { code: 'C5', says: 'smart charging restriction', given: charging, happens: (b) => b.limit(0) },
  {
    code: 'C5',
    says: 'invalidated by StartTransaction.conf',
    with: { settings: { stopTransactionOnInvalidId: false } },
    given: charging,
    happens: (b) => b.deauthorize(),
  },
  { code: 'C6', says: 'stopped by the user', given: charging, happens: (b) => b.stop() },
  { code: 'C6', says: 'RemoteStopTransaction', given: charging, happens: (b) => b.stop('Remote') },
  {
    code: 'C8',
    says: 'session ends, scheduled to become Unavailable',
    with: noSensor,
    given: scheduledUnavailable(sensorless),
    happens: (b) => b.stop(),
  },
  { code: 'C9', says: 'fault', given: charging, happens: (b) => b.fault() },

  {
    code: 'D1',
    says: 'session ends, no user action required',
    with: noSensor,
    given: sensorlessSuspendedEv,
    happens: (b) => b.stop(),
  },
  {
    code: 'D3',
    says: 'charging resumes upon request of the EV',
    given: suspendedEv,
    happens: (b) => {
      b.drawMa = 16_000;
      b.pass(2);
    },
  },
  { code: 'D5', says: 'suspended by EVSE', given: suspendedEv, happens: (b) => b.limit(0) },
  { code: 'D6', says: 'stopped, user action required', given: suspendedEv, happens: (b) => b.stop() },
  {
    code: 'D8',
    says: 'session ends, scheduled to become Unavailable',
    with: noSensor,
    given: scheduledUnavailable(sensorlessSuspendedEv),
    happens: (b) => b.stop(),
  },
  { code: 'D9', says: 'fault', given: suspendedEv, happens: (b) => b.fault() },

  {
    code: 'E1',
    says: 'session ends, no user action required',
    with: noSensor,
    given: sensorlessSuspendedEvse,
    happens: (b) => b.stop(),
  },
  { code: 'E3', says: 'the EVSE restriction is lifted', given: suspendedEvse, happens: (b) => b.limit(null) },
  {
    code: 'E4',
    says: 'the restriction is lifted but the EV does not start charging',
    given: (b) => {
      suspendedEv(b);
      b.limit(0);
    },
    happens: (b) => b.limit(16_000).pass(3),
  },
  { code: 'E6', says: 'stopped, user action required', given: suspendedEvse, happens: (b) => b.stop() },
  {
    code: 'E8',
    says: 'session ends, scheduled to become Unavailable',
    with: noSensor,
    given: scheduledUnavailable(sensorlessSuspendedEvse),
    happens: (b) => b.stop(),
  },
  { code: 'E9', says: 'fault', given: suspendedEvse, happens: (b) => b.fault() },

  { code: 'F1', says: 'all user actions completed', given: finishing, happens: (b) => b.plugOut() },
  {
    code: 'F2',
    says: 'user restarts: presents idTag again, creating a new transaction',
    given: (b) => {
      finishing(b);
      b.journalAnswers = false;
    },
    happens: (b) => b.authorize(),
  },
  { code: 'F8', says: 'becomes Unavailable', given: finishing, happens: unavailable },
  { code: 'F9', says: 'fault', given: finishing, happens: (b) => b.fault() },

  { code: 'G1', says: 'reservation expires or is cancelled', given: reserved, happens: (b) => b.reserve(null) },
  {
    code: 'G2',
    says: 'reservation identity is presented',
    given: reserved,
    happens: (b) => b.authorize({ reservationId: 7 }),
  },
  {
    code: 'G8',
    says: 'reservation ends and the connector becomes Unavailable',
    given: reserved,
    happens: (b) => b.availability(false).reserve(null),
  },
  { code: 'G9', says: 'fault', given: reserved, happens: (b) => b.fault() },

  { code: 'H1', says: 'ChangeAvailability to Available', given: unavailable, happens: (b) => b.availability(true) },
  {
    code: 'H2',
    says: 'set Available after a user had interacted',
    given: (b) => b.availability(false).plugIn(),
    happens: (b) => b.availability(true),
  },
  {
    code: 'H3',
    says: 'Available and no user action is required: an open transaction is taken up',
    with: resumed,
    happens: (b) => b.restore(),
  },
  {
    code: 'H4',
    says: 'similar to H3 but the EV does not start charging',
    with: { ...resumed, ...rideThrough },
    happens: (b) => b.restore({ pluggedIn: false }),
  },
  {
    code: 'H5',
    says: 'similar to H3 but the EVSE does not allow charging',
    with: resumed,
    happens: (b) => b.restore({ limitMa: 0 }),
  },
  { code: 'H9', says: 'fault', given: unavailable, happens: (b) => b.fault() },

  { code: 'I1', says: 'back to Available', given: faulted(() => undefined), happens: (b) => b.clearFault() },
  { code: 'I2', says: 'back to Preparing', given: faulted(preparing), happens: (b) => b.clearFault() },
  { code: 'I3', says: 'back to Charging', given: faulted(charging), happens: (b) => b.clearFault() },
  { code: 'I4', says: 'back to SuspendedEV', given: faulted(suspendedEv), happens: (b) => b.clearFault() },
  { code: 'I5', says: 'back to SuspendedEVSE', given: faulted(suspendedEvse), happens: (b) => b.clearFault() },
  { code: 'I6', says: 'back to Finishing', given: faulted(finishing), happens: (b) => b.clearFault() },
  { code: 'I7', says: 'back to Reserved', given: faulted(reserved), happens: (b) => b.clearFault() },
  { code: 'I8', says: 'back to Unavailable', given: faulted(unavailable), happens: (b) => b.clearFault() },
];
