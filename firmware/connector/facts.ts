import type { MeterReading } from '@tapwatt/hal';
import type { ErrorCode, Fault } from '../domain/records.js';
import { type ConnectorState, openTransaction, type PowerCommand, type Transaction } from './state.js';

/** IEC 61851-1: the smallest current that can be offered to a car. Less is a pause. */
export const MINIMUM_OFFER_MA = 6000;

/**
 * What an error code means for charging. 1.6 §4.9: with a status other than Faulted "the condition should be
 * considered a warning since charging operations are still possible".
 *
 * - `faulted`: no charging; status Faulted. A transaction is kept without power and goes on when the fault clears
 *   (I3–I5): no fault ends a transaction. The person can (card, remote stop, cable out).
 * - `paused`: §7.6 on EVCommunicationError: "should go to the SuspendedEVSE state".
 * - `warning`: cannot hurt who is charging; a reader that fails must not stop sessions begun before or remotely.
 */
const MEANING: Readonly<Record<Fault['errorCode'], 'faulted' | 'paused' | 'warning'>> = {
  ConnectorLockFailure: 'faulted',
  EVCommunicationError: 'paused',
  GroundFailure: 'faulted',
  HighTemperature: 'faulted',
  InternalError: 'faulted',
  LocalListConflict: 'warning',
  OtherError: 'faulted',
  OverCurrentFailure: 'faulted',
  OverVoltage: 'faulted',
  PowerMeterFailure: 'faulted',
  PowerSwitchFailure: 'faulted',
  ReaderFailure: 'warning',
  ResetFailure: 'warning',
  UnderVoltage: 'faulted',
  WeakSignal: 'warning',
};

/** All active faults: those that main reports, and what the connector knows of its own lock. */
export function activeFaults(state: ConnectorState): readonly Fault[] {
  if (state.lockFault === null || state.faults.some((fault) => fault.errorCode === 'ConnectorLockFailure'))
    return state.faults;
  const info = state.lockFault === 'cannot-lock' ? 'The cable could not be locked' : 'The cable could not be unlocked';
  const own: Fault = { errorCode: 'ConnectorLockFailure', info, vendorId: null, vendorErrorCode: null };
  return [...state.faults, own];
}

/** The fault that makes the connector Faulted (the oldest), or null. */
export function blockingFault(state: ConnectorState): Fault | null {
  return activeFaults(state).find((fault) => MEANING[fault.errorCode] === 'faulted') ?? null;
}

/** The fault to report besides a status other than Faulted, or null. */
export function warningFault(state: ConnectorState): Fault | null {
  return activeFaults(state).find((fault) => MEANING[fault.errorCode] !== 'faulted') ?? null;
}

function hasFault(state: ConnectorState, errorCode: ErrorCode): boolean {
  return state.faults.some((fault) => fault.errorCode === errorCode);
}

/** A sensor says that no cable is in. */
export function cableOut(state: ConnectorState): boolean {
  return state.pluggedIn === false;
}

/** Somebody may begin to charge here: operative and not Faulted. */
export function mayCharge(state: ConnectorState): boolean {
  return state.operative && blockingFault(state) === null;
}

export function isSecured(state: ConnectorState): boolean {
  return !state.traits.hasLock || state.lock.state === 'locked';
}

/** An UnlockConnector is not answered yet: the lock must not be told something else meanwhile. */
export function awaitsUnlock(state: ConnectorState): boolean {
  return state.unlocks.some((request) => request.result === null);
}

/** The lock may still hold a cable. */
export function isHeld(state: ConnectorState): boolean {
  return state.traits.hasLock && state.lock.state !== 'unlocked' && state.lock.state !== 'lock-failed';
}

/** A cable waits for somebody to identify, and the connector shows Preparing: ConnectionTimeOut runs. */
export function awaitsTag(state: ConnectorState): boolean {
  return state.phase.t === 'idle' && state.pluggedIn === true && mayCharge(state) && state.reservation === null;
}

/** Energy of the transaction so far. */
export function usedWh(transaction: Transaction): number {
  return transaction.registerWh - transaction.meterStartWh;
}

/** Why the car of an open transaction gets no power now, first reason first; null when it does. */
export type Pause = 'cable-out' | 'fault' | 'limit' | 'deauthorized' | 'ev-communication' | 'power-lost' | 'unsecured';

/** What the installation and smart charging allow per phase, in mA; below the minimum nothing. */
export function allowedMa(state: ConnectorState): number {
  const limitMa = Math.min(state.traits.maximumCurrentMa, state.limitMa ?? Number.POSITIVE_INFINITY);
  return limitMa < MINIMUM_OFFER_MA ? 0 : limitMa;
}

const PAUSES: readonly [Pause, (state: ConnectorState, transaction: Transaction) => boolean][] = [
  ['cable-out', (state) => cableOut(state)],
  ['fault', (state) => blockingFault(state) !== null],
  ['limit', (state) => allowedMa(state) === 0],
  // MaxEnergyOnInvalidId counts from the start of the transaction: energy to drive away with, which may be there already.
  [
    'deauthorized',
    (state, transaction) =>
      transaction.deauthorized && usedWh(transaction) >= (state.settings.maxEnergyOnInvalidIdWh ?? 0),
  ],
  ['ev-communication', (state) => hasFault(state, 'EVCommunicationError')],
  ['power-lost', (state) => state.powerLostMs !== null],
  ['unsecured', (state) => !isSecured(state)],
];

export function pauseOf(state: ConnectorState, transaction: Transaction): Pause | null {
  return PAUSES.find(([, holds]) => holds(state, transaction))?.[0] ?? null;
}

/** What the output should be. The one place where power is decided. */
export function wantedPower(state: ConnectorState): PowerCommand {
  const { phase } = state;
  if (phase.t !== 'running' || state.closed || pauseOf(state, phase.transaction) !== null) return { on: false };
  return { on: true, limitMa: allowedMa(state) };
}

/** Whether the lock should hold the cable; false in every phase in which a person may take it. */
export function wantedLock(state: ConnectorState): boolean {
  switch (state.phase.t) {
    case 'securing':
    case 'starting':
    case 'running':
    case 'stopping':
      return true;
    case 'finishing':
      return state.phase.keptFor !== null;
    case 'unrestored':
    case 'idle':
    case 'authorized':
      return false;
  }
}

/** Offered to the car now, in mA per phase; 0 while no power is on. */
export function offeredMa(state: ConnectorState): number {
  const power = wantedPower(state);
  return power.on ? power.limitMa : 0;
}

/** The reading, its register never below what the open transaction saw. */
export function readingNow(state: ConnectorState): MeterReading {
  const registerWh = openTransaction(state)?.registerWh ?? 0;
  return state.reading.energyWh >= registerWh ? state.reading : { ...state.reading, energyWh: registerWh };
}
