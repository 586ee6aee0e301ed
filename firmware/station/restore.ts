import type { FromStation } from '../threads/messages.js';
import type { Availability } from './availability.js';
import type { Charging } from './charging/charging.js';
import type { Core } from './core.js';
import type { Reservations } from './reservations.js';
import type { SettingsPusher } from './settings.js';

export interface RestoreOptions extends Pick<Core, 'journal' | 'connectors' | 'stamp'> {
  settings: Pick<SettingsPusher, 'current'>;
  availability: Pick<Availability, 'isOperative'>;
  reservations: Pick<Reservations, 'shownAt'>;
  charging: Pick<Charging, 'limitOf'>;
  post: (message: FromStation) => void;
}

/** Answers a connector thread that is new: what the station knows of its connector. */
export function createRestore(options: RestoreOptions): (connectorId: number, incarnation: string) => void {
  const { journal, connectors, stamp } = options;
  return (connectorId, incarnation) => {
    const transaction = journal.transactions.openOn(connectorId);
    options.post({
      t: 'restore',
      connectorId,
      incarnation,
      settings: options.settings.current(),
      operative: options.availability.isOperative(connectorId),
      transaction,
      reservation: options.reservations.shownAt(connectorId),
      limitMa: options.charging.limitOf(connectorId),
    });
    // The refusal may have come while its thread was away (errata 3.17).
    if (transaction?.deauthorized === true)
      connectors.send(connectorId, { t: 'deauthorized', localId: transaction.localId, at: stamp() });
  };
}
