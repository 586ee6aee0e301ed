import type { EventOf } from './events.js';
import { sendAllAgain } from './outbox.js';
import { rest, takeUp } from './session.js';
import type { ConnectorState } from './state.js';

/**
 * `restore`: what a thread that has just started takes up. To one that runs already it means that the station was
 * restarted: it brings what the station knows, and gets again what it may have missed. Cable, meter and transaction
 * are better known here.
 */
export function restore(state: ConnectorState, { restore: given, at }: EventOf<'restore'>): ConnectorState {
  const { settings, operative, reservation, limitMa } = given;
  const known: ConnectorState = { ...state, settings, operative, reservation, limitMa };
  if (state.phase.t !== 'unrestored')
    return { ...known, outbox: sendAllAgain(state.outbox), told: { ...state.told, snapshot: null } };
  const here: ConnectorState = {
    ...known,
    faults: given.faults,
    pluggedIn: state.traits.hasPlugSensor ? given.pluggedIn === true : null,
    reading: given.reading,
  };
  return given.transaction === null ? rest(here, at) : takeUp(here, given.transaction, at);
}
