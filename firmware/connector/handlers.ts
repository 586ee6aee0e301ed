import type { ConnectorEvent, EventOf } from './events.js';
import { blockingFault, mayCharge, usedWh } from './facts.js';
import { lockFailed, lockSucceeded, retryLock, retryUnlock } from './lock.js';
import { acknowledge, sendAllAgain } from './outbox.js';
import { restore } from './restore.js';
import { beginStop, checkpoint, end, letGo, rest, sample, setFinalReading, waitForCable } from './session.js';
import { type ConnectorState, changeTransaction, openTransaction } from './state.js';
import { IDLE_BELOW_MA } from './upkeep-rules.js';

type Handlers = { readonly [T in ConnectorEvent['t']]: (state: ConnectorState, event: EventOf<T>) => ConnectorState };

/**
 * What each event changes at once: facts, and the wishes of people and of the central system. What follows from the
 * changed facts is the business of the rules.
 */
const HANDLERS: Handlers = {
  restore(state, event) {
    if (state.phase.t === 'unrestored') return restore(state, event);
    // The station was restarted: it brings what it knows and gets again what it may have missed. Cable, faults, meter
    // and transaction are better known here.
    const { restore: given, at } = event;
    const { settings, operative, reservation, limitMa } = given;
    return [
      { t: 'settings', settings, at } as const,
      { t: 'availability', operative, at } as const,
      { t: 'reservation', reservation, at } as const,
      { t: 'limit', limitMa, at } as const,
      { t: 'resend', at } as const,
    ].reduce<ConnectorState>((current, part) => handle(current, part), state);
  },

  timer: (state) => state,

  settings(state, { settings, at }) {
    const changed: ConnectorState = { ...state, settings };
    const sameGrid = settings.clockAlignedIntervalS === state.settings.clockAlignedIntervalS;
    const samePeriod = settings.sampleIntervalS === state.settings.sampleIntervalS;
    const regridded = sameGrid ? changed : { ...changed, gridMs: null };
    // The new period counts from the start of the transaction too; what it would have taken before now is not owed.
    return samePeriod ? regridded : changeTransaction(regridded, { sampledMs: at.monotonicMs });
  },

  plug(state, { pluggedIn, at }) {
    if (!state.traits.hasPlugSensor || pluggedIn === state.pluggedIn) return state;
    const changed: ConnectorState = { ...state, pluggedIn };
    const { phase } = changed;
    const waiting = phase.t === 'idle' ? rest(changed, at) : changed;
    // A person has acted: what was held against the lock or the car gets another chance.
    const retried = pluggedIn || state.lockFault === 'cannot-lock' ? retryLock(waiting, at) : retryUnlock(waiting, at);
    return pluggedIn ? changeTransaction(retried, { evIdle: false }) : retried;
  },

  reading(state, { reading, at }) {
    const known: ConnectorState = { ...state, reading };
    const transaction = openTransaction(known);
    if (transaction === null) return known;
    const registerWh = Math.max(transaction.registerWh, reading.energyWh);
    const draws = Math.max(0, ...reading.currentMa) >= IDLE_BELOW_MA;
    return changeTransaction(
      known,
      draws ? { registerWh, evIdle: false, evIdleFromMs: at.monotonicMs } : { registerWh },
    );
  },

  fault(state, { fault }) {
    const others = state.faults.filter((known) => known.errorCode !== fault.errorCode);
    return { ...state, faults: [...others, fault] };
  },

  'fault-cleared'(state, { errorCode, at }) {
    const faults = state.faults.filter((known) => known.errorCode !== errorCode);
    const cleared: ConnectorState = { ...state, faults };
    const retried = errorCode === 'ConnectorLockFailure' ? retryLock(cleared, at) : cleared;
    if (blockingFault(state) === null || blockingFault(retried) !== null) return retried;
    // Power is asked for again at once, and whoever waited has the whole time again.
    const free: ConnectorState = { ...retried, powerLostMs: null };
    return free.phase.t === 'idle' ? rest(free, at) : free;
  },

  'power-is-off'(state, { reading, at }) {
    return setFinalReading(HANDLERS.reading(state, { t: 'reading', reading, at }), reading);
  },

  'power-lost'(state, { reading, at }) {
    const known = setFinalReading(HANDLERS.reading(state, { t: 'reading', reading, at }), reading);
    if (known.phase.t !== 'running') return known;
    // Told off, so that main and we agree again.
    return { ...known, powerLostMs: at.monotonicMs, told: { ...known.told, power: null } };
  },

  'lock-result'(state, { locked, ok, at }) {
    if (!state.traits.hasLock) return state;
    if (ok) return lockSucceeded(state, locked, at);
    return state.lock.state === 'locking' || state.lock.state === 'unlocking' ? lockFailed(state, at) : state;
  },

  recorded: (state, { seq, at }) => ({ ...state, outbox: acknowledge(state.outbox, seq, at.monotonicMs) }),

  resend: (state) => ({
    ...state,
    outbox: sendAllAgain(state.outbox),
    told: { ...state.told, repeatSnapshot: true },
  }),

  authorize(state, { authorization, at }) {
    if (!mayCharge(state)) return state;
    const { phase } = state;
    switch (phase.t) {
      case 'idle':
      case 'authorized':
        return waitForCable(state, authorization, at);
      case 'finishing':
        if (phase.keptFor === null) return waitForCable(state, authorization, at);
        return sameHolder(phase.keptFor, authorization) ? letGo(state) : state;
      case 'unrestored':
      case 'securing':
      case 'starting':
      case 'running':
      case 'stopping':
        return state;
    }
  },

  stop(state, { reason, idTag, at }) {
    switch (state.phase.t) {
      case 'starting':
      case 'running':
        return beginStop(state, reason, idTag, at);
      case 'authorized':
      case 'securing':
        return rest(state, at);
      case 'finishing':
        return letGo(state);
      case 'unrestored':
      case 'idle':
      case 'stopping':
        return state;
    }
  },

  deauthorized(state, { localId, at }) {
    if (openTransaction(state)?.localId !== localId) return state;
    const refused = changeTransaction(state, { deauthorized: true });
    return state.settings.stopTransactionOnInvalidId ? beginStop(refused, 'DeAuthorized', null, at) : refused;
  },

  availability(state, { operative, at }) {
    const changed: ConnectorState = { ...state, operative };
    if (operative === state.operative) return changed;
    const { phase } = changed;
    if (!operative) return phase.t === 'authorized' || phase.t === 'securing' ? rest(changed, at) : changed;
    // H2: a cable that is still in counts as just put in.
    return phase.t === 'idle' || (phase.t === 'finishing' && phase.keptFor === null) ? rest(changed, at) : changed;
  },

  reservation(state, { reservation, at }) {
    const changed: ConnectorState = { ...state, reservation };
    return changed.phase.t === 'idle' && state.reservation !== null && reservation === null
      ? rest(changed, at)
      : changed;
  },

  limit: (state, { limitMa }) => ({ ...state, limitMa }),

  unlock(state, { requestId, at }) {
    const result = state.traits.hasLock ? null : 'NotSupported';
    const noted: ConnectorState = { ...state, unlocks: [...state.unlocks, { requestId, asked: false, result }] };
    if (result !== null) return noted;
    const { phase } = noted;
    if (phase.t === 'securing') return rest(noted, at);
    return letGo(beginStop(noted, 'UnlockCommand', null, at));
  },

  sample: (state, { context, at }) => sample(state, context, at),

  shutdown(state, { at }) {
    // Outputs are off and the last reading is in: what is being stopped ends now, what runs is left to the next boot.
    const ended = end(setFinalReading(state, state.reading), at);
    const transaction = openTransaction(ended);
    const owes = transaction !== null && transaction.registerWh > transaction.journaled.energyWh;
    return { ...(owes && usedWh(transaction) > 0 ? checkpoint(ended, at) : ended), closed: true };
  },
};

/** Applies what the event itself says. */
export function handle<T extends ConnectorEvent['t']>(state: ConnectorState, event: EventOf<T>): ConnectorState {
  const handler = HANDLERS[event.t as T] as (state: ConnectorState, event: EventOf<T>) => ConnectorState;
  return handler(state, event);
}

function sameHolder(
  kept: { idTag: string; parentIdTag: string | null },
  shown: { idTag: string; parentIdTag: string | null },
): boolean {
  // idTags are case-insensitive (1.6 §7.28: CiString20).
  if (kept.idTag.toLowerCase() === shown.idTag.toLowerCase()) return true;
  return kept.parentIdTag !== null && kept.parentIdTag.toLowerCase() === shown.parentIdTag?.toLowerCase();
}
