import type { Stamp } from '../domain/stamp.js';
import type { ConnectorRegistry } from './connectors.js';
import type { Events } from './events.js';
import type { Journal } from './journal/journal.js';

export interface AvailabilityOptions {
  journal: Pick<Journal, 'availability' | 'atomically'>;
  connectors: ConnectorRegistry;
  events: Events;
  stamp: () => Stamp;
  /** The charge point's own status (connector 0) may be another now. */
  changed: () => void;
}

/** ChangeAvailability (1.6 §5.2): persistent, and put off while a transaction runs. */
export interface Availability {
  isOperative(connectorId: number): boolean;
  change(connectorId: number, operative: boolean): 'Accepted' | 'Scheduled' | 'Rejected';
  /** Out of service for the time of a firmware update (L01.FR.07), whatever was asked for; a restart ends it. */
  hold(on: boolean): void;
}

export function createAvailability(options: AvailabilityOptions): Availability {
  const { journal, connectors } = options;
  let held = false;
  const isOperative = (connectorId: number): boolean => !held && journal.availability.isOperative(connectorId);

  return {
    isOperative,
    hold(on) {
      if (held === on) return;
      held = on;
      for (const id of connectors.ids)
        connectors.send(id, { t: 'availability', operative: isOperative(id), at: options.stamp() });
      options.changed();
      options.events.tell('Availability', on ? 'Out of service for a firmware update' : 'The firmware update is over');
    },
    change(connectorId, operative) {
      if (connectorId !== 0 && connectors.facts(connectorId) === null) return 'Rejected';
      const affected = connectorId === 0 ? [...connectors.ids] : [connectorId];
      journal.atomically(() => {
        if (connectorId === 0) journal.availability.set(0, operative);
        for (const id of affected) journal.availability.set(id, operative);
      });
      // A connector in a session becomes Unavailable when that has ended: its machine sees to it.
      for (const id of affected)
        connectors.send(id, { t: 'availability', operative: isOperative(id), at: options.stamp() });
      options.changed();
      const scheduled = !operative && affected.some((id) => connectors.snapshot(id)?.transaction);
      const where = connectorId === 0 ? 'The charge point' : `Connector ${connectorId}`;
      const state = operative ? 'in service' : 'out of service';
      options.events.tell('Availability', `${where} is ${state}${scheduled ? ' once its session has ended' : ''}`, {
        ...(connectorId === 0 ? {} : { connectorId }),
        data: { operative, scheduled },
      });
      return scheduled ? 'Scheduled' : 'Accepted';
    },
  };
}
