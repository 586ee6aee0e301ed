import type { Stamp } from '../domain/stamp.js';
import { awaitsTag, awaitsUnlock, cableOut, isHeld, isSecured, mayCharge } from './facts.js';
import { after, type Rule, when } from './rule.js';
import { begin, beginStop, end, letGo, rest, setFinalReading, waitForCable } from './session.js';
import type { ConnectorState } from './state.js';

/** ConnectionTimeOut counted from `since`; null while it is 0. */
function connectionDue(state: ConnectorState, since: Stamp | null): number | null {
  const { connectionTimeoutS } = state.settings;
  return since === null || connectionTimeoutS <= 0 ? null : since.monotonicMs + connectionTimeoutS * 1000;
}

/** The way of a session. Comments give the transition of 1.6 §4.9 that becomes visible. */
export const SESSION_RULES: readonly Rule[] = [
  // B6 (errata 3.20): not Available, or the next card would start on a stranger's cable.
  after(
    'connection-timeout',
    'a cable is in, nobody identified in time: Finishing until it is out',
    (state) => (state.phase.t === 'idle' && awaitsTag(state) ? connectionDue(state, state.phase.cableSince) : null),
    (state) => ({ ...state, phase: { t: 'finishing', keptFor: null } }),
  ),
  // A2
  when(
    'authorized',
    'somebody identified and the cable is in (or there is no sensor): lock it',
    (state) => !cableOut(state) && mayCharge(state) && !awaitsUnlock(state),
    (state, phase) => ({ ...state, phase: { t: 'securing', authorization: phase.authorization } }),
  ),
  // B1
  after(
    'connection-timeout',
    'somebody identified, no cable came in time: the authorisation is given up',
    (state) => (state.phase.t === 'authorized' ? connectionDue(state, state.phase.since) : null),
    rest,
  ),
  when(
    'securing',
    'the cable was pulled before it was locked: wait for it again',
    (state) => cableOut(state),
    (state, phase, at) => waitForCable(state, phase.authorization, at),
  ),
  when(
    'securing',
    'the cable is locked: TransactionStarted goes to the journal',
    (state) => isSecured(state) && mayCharge(state),
    (state, phase, at) => begin(state, phase.authorization, at),
  ),
  // B3, B4, B5
  when(
    'starting',
    'the journal has TransactionStarted: power may flow',
    (state, phase) => state.outbox.acknowledged >= phase.seq,
    (state, phase) => ({ ...state, phase: { t: 'running', transaction: phase.transaction } }),
  ),
  when(
    ['starting', 'running'],
    'the car was unplugged and StopTransactionOnEVSideDisconnect is true: stop',
    (state) => cableOut(state) && state.settings.stopTransactionOnEvSideDisconnect,
    (state, _phase, at) => beginStop(state, 'EVDisconnected', null, at),
  ),
  after(
    'power-off-answer',
    'main does not answer power off: the last reading is the final one',
    (state) => (state.phase.t === 'stopping' && state.phase.finalReading === null ? state.phase.dueMs : null),
    (state) => setFinalReading(state, state.reading),
  ),
  // C1, C6, D1, D6, E1, E6
  when(
    'stopping',
    'the final reading is here: TransactionEnded goes to the journal',
    (_state, phase) => phase.finalReading !== null,
    (state, _phase, at) => end(state, at),
  ),
  when(
    'finishing',
    'a kept cable was unplugged at the car and UnlockConnectorOnEVSideDisconnect is true: unlock',
    (state, phase) => phase.keptFor !== null && cableOut(state) && state.settings.unlockConnectorOnEvSideDisconnect,
    letGo,
  ),
  // F1, F8
  when(
    'finishing',
    'the cable is out and nothing holds it: free for the next person',
    (state, phase) => cableOut(state) && phase.keptFor === null && !isHeld(state),
    (state, _phase, at) => rest(state, at),
  ),
];
