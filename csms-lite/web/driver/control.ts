import type { Settings } from '../../core/services.js';
import type { Place } from './facts.js';

/** What a driver may do on the page now, by the operator's settings. */
export type Offer =
  | { kind: 'nothing' }
  /** `card`: the number of a card must be typed. */
  | { kind: 'start'; card: boolean }
  | { kind: 'stop'; card: boolean };

/** A session can be started while a connector says one of these. */
const STARTABLE = new Set(['Available', 'Preparing', 'Finishing', 'Reserved']);

/** `anyone` without a tag for such sessions is not set up, so it offers nothing. */
export function startMode(settings: Pick<Settings, 'driverStart' | 'driverIdTag'>): Settings['driverStart'] {
  return settings.driverStart === 'anyone' && settings.driverIdTag === '' ? 'nobody' : settings.driverStart;
}

/**
 * Pure. A session is stopped by who started it here (the browser keeps the command's id, which nobody else knows), or,
 * where cards are asked for, by who knows the number of its card.
 * @param startedHere the command id that this browser keeps; null: none
 */
export function offerOf(settings: Settings, { station, connector, running }: Place, startedHere: string | null): Offer {
  const mode = startMode(settings);
  if (mode === 'nobody' || !station.connected) return { kind: 'nothing' };
  if (running !== null) {
    if (startedHere !== null && running.commandId === startedHere) return { kind: 'stop', card: false };
    return mode === 'card' ? { kind: 'stop', card: true } : { kind: 'nothing' };
  }
  if (!STARTABLE.has(connector.status ?? '')) return { kind: 'nothing' };
  return { kind: 'start', card: mode === 'card' };
}

/** What is told after a button was pressed: by its code in the address, so that a reload says it again. */
export const NOTES: Readonly<Record<string, { text: string; fault: boolean }>> = {
  starting: { text: 'The charger begins. Plug in if you have not.', fault: false },
  stopping: { text: 'The charger stops. You can unplug in a moment.', fault: false },
  refused: { text: 'The charger refused. Is the car plugged in? Please try again.', fault: true },
  silent: { text: 'The charger did not answer. Please try again.', fault: true },
  card: { text: 'This card cannot be used here.', fault: true },
  wait: { text: 'Too many tries. Please wait a minute.', fault: true },
  changed: { text: 'Something has changed meanwhile. Please look again.', fault: true },
};
