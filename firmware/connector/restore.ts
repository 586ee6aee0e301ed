import type { EventOf } from './events.js';
import { rest, takeUp } from './session.js';
import type { ConnectorState } from './state.js';

/** What a thread that has just started takes up: what the station knows, and what main sees at the hardware. */
export function restore(state: ConnectorState, { restore: given, at }: EventOf<'restore'>): ConnectorState {
  const { settings, operative, reservation, limitMa, faults, reading } = given;
  const here: ConnectorState = {
    ...state,
    settings,
    operative,
    reservation,
    limitMa,
    faults,
    reading,
    pluggedIn: state.traits.hasPlugSensor ? given.pluggedIn === true : null,
  };
  return given.transaction === null ? rest(here, at) : takeUp(here, given.transaction, at);
}
