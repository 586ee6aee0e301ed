import type { Stamp } from '../domain/stamp.js';
import { rest } from './session.js';
import type { ConnectorState, LockState, UnlockResult } from './state.js';

/** What the lock was last told: true is locked, null means tell it again. */
export function commandedLock(state: ConnectorState): boolean | null {
  switch (state.lock.state) {
    case 'unknown':
      return null;
    case 'locking':
    case 'locked':
    case 'lock-failed':
      return true;
    case 'unlocking':
    case 'unlocked':
    case 'unlock-failed':
      return false;
  }
}

/** The lock has done what it was told last. An answer to an earlier command only answers UnlockConnector. */
export function lockSucceeded(state: ConnectorState, locked: boolean, at: Stamp): ConnectorState {
  // While main reports the lock as broken, its feedback proves nothing.
  const isBroken = state.faults.some((fault) => fault.errorCode === 'ConnectorLockFailure');
  const answered = locked ? state : answerUnlocks(state, isBroken ? 'UnlockFailed' : 'Unlocked');
  if (commandedLock(state) !== locked) return answered;
  // A failure to lock shows until the cable is out, so that a person sees it; without a sensor nobody can tell.
  const cured = locked || state.lockFault === 'cannot-unlock' || !state.traits.hasPlugSensor;
  return {
    ...withLock(answered, locked ? 'locked' : 'unlocked', at),
    lockFault: cured ? null : state.lockFault,
  };
}

/**
 * The lock did not do what it was told last. Locking: no transaction begins (TC_024), a running one gets no power.
 * Unlocking: whoever sent UnlockConnector hears it (TC_030); otherwise somebody has to know that a cable is stuck.
 */
export function lockFailed(state: ConnectorState, at: Stamp): ConnectorState {
  if (commandedLock(state) === true) {
    const failed: ConnectorState = { ...withLock(state, 'lock-failed', at), lockFault: 'cannot-lock' };
    return failed.phase.t === 'securing' ? rest(failed, at) : failed;
  }
  const failed = withLock(state, 'unlock-failed', at);
  if (state.unlocks.some((request) => request.asked)) return answerUnlocks(failed, 'UnlockFailed');
  return { ...failed, lockFault: state.lockFault ?? 'cannot-unlock' };
}

/** What the connector held against its lock is forgotten; it is told anew what to do. */
export function retryLock(state: ConnectorState, at: Stamp): ConnectorState {
  const failed = state.lock.state === 'lock-failed' || state.lock.state === 'unlock-failed';
  return { ...(failed ? withLock(state, 'unknown', at) : state), lockFault: null };
}

/**
 * The cable has gone from the car: a bolt that did not open is told again to open, or nobody could use this connector
 * before the next UnlockConnector. What is reported of it stays until it has opened.
 */
export function retryUnlock(state: ConnectorState, at: Stamp): ConnectorState {
  return state.lock.state === 'unlock-failed' ? withLock(state, 'unknown', at) : state;
}

export function withLock(state: ConnectorState, lock: LockState, at: Stamp): ConnectorState {
  return { ...state, lock: { state: lock, sinceMs: at.monotonicMs } };
}

function answerUnlocks(state: ConnectorState, result: UnlockResult): ConnectorState {
  return {
    ...state,
    unlocks: state.unlocks.map((request) =>
      request.asked && request.result === null ? { ...request, result } : request,
    ),
  };
}
