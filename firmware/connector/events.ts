import type { Stamp } from '../domain/stamp.js';
import type { ToConnector } from '../threads/messages.js';
import type { TimerName } from './effects.js';

type WithTime<T> = T extends unknown ? T & { at: Stamp } : never;

/** A message to the connector with the moment at which it counts, except `chaos`, which is for the shell alone. */
export type ConnectorMessage = WithTime<Exclude<ToConnector, { t: 'chaos' }>>;

/**
 * Everything that can happen to a connector. `timer` only says that time has passed: what is due follows from the
 * state and `at`, so a timer that comes early, late or twice does no harm.
 */
export type ConnectorEvent = ConnectorMessage | { t: 'timer'; name: TimerName; at: Stamp };

export type EventOf<T extends ConnectorEvent['t']> = Extract<ConnectorEvent, { t: T }>;
