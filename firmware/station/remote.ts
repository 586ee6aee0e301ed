import type { Stamp } from '../domain/stamp.js';
import type { Configuration } from '../ocpp/v16/configuration.js';
import type { ChargingProfile } from '../smart-charging/profile.js';
import type { Reservation } from '../threads/messages.js';
import type { Authorization } from './authorization.js';
import type { Charging } from './charging/charging.js';
import type { ConnectorRegistry } from './connectors.js';
import type { Events } from './events.js';
import type { Journal } from './journal/journal.js';
import type { Refusal } from './refusal.js';
import { sameTag } from './tapRouting.js';

export interface RemoteOptions {
  connectors: ConnectorRegistry;
  configuration: Configuration;
  authorization: Authorization;
  reservationOf: (connectorId: number) => Reservation | null;
  charging: Pick<Charging, 'problemOfRemote' | 'expect'>;
  journal: Pick<Journal, 'transactions'>;
  /** Why nobody may begin to charge here now, or null. */
  obstacle: () => Refusal | null;
  events: Events;
  stamp: () => Stamp;
  /** Something that was done in the background failed. */
  failed: (error: unknown) => void;
}

/** RemoteStart- and RemoteStopTransaction (1.6 §5.11, §5.12). */
export interface Remote {
  /** @param wanted null: the newest cable that waits, else a free connector */
  start(idTag: string, wanted: number | null, profile: ChargingProfile | null): 'Accepted' | 'Rejected';
  stop(transactionId: number): 'Accepted' | 'Rejected';
}

export function createRemote(options: RemoteOptions): Remote {
  const { connectors, events } = options;

  /** Whether a session may begin there; a cable that is Finishing may be used again (F2): the operator says which one. */
  const isFree = (connectorId: number, idTag: string): boolean => {
    const snapshot = connectors.snapshot(connectorId);
    if (snapshot === null || connectors.isClaimed(connectorId)) return false;
    if (snapshot.transaction !== null || snapshot.waitingIdTag !== null) return false;
    if (!['Available', 'Preparing', 'Finishing', 'Reserved'].includes(snapshot.status)) return false;
    const reservation = options.reservationOf(connectorId);
    if (reservation === null) return true;
    const parentIdTag = options.authorization.parentOf(idTag);
    return sameTag(reservation.idTag, idTag) || sameTag(reservation.parentIdTag, parentIdTag);
  };

  const choose = (idTag: string): number | null => {
    const free = connectors.ids.filter((connectorId) => isFree(connectorId, idTag));
    const waiting = free
      .filter((connectorId) => connectors.snapshot(connectorId)?.waitingForTag)
      .sort((a, b) => (connectors.pluggedSinceMs(b) ?? 0) - (connectors.pluggedSinceMs(a) ?? 0));
    return waiting[0] ?? free[0] ?? null;
  };

  const begin = (
    connectorId: number,
    idTag: string,
    parentIdTag: string | null,
    profile: ChargingProfile | null,
  ): void => {
    const reservation = options.reservationOf(connectorId);
    connectors.claim(connectorId);
    if (profile !== null) options.charging.expect(connectorId, idTag, profile);
    connectors.send(connectorId, {
      t: 'authorize',
      authorization: { idTag, parentIdTag, source: 'remote', reservationId: reservation?.reservationId ?? null },
      at: options.stamp(),
    });
  };

  /** AuthorizeRemoteTxRequests: "as if in response to a local action". */
  const authorizeFirst = async (connectorId: number, idTag: string, profile: ChargingProfile | null): Promise<void> => {
    const verdict = await options.authorization.authorize(idTag);
    if (verdict.t === 'refused') events.refused(idTag, verdict.refusal, connectorId);
    else if (isFree(connectorId, idTag)) begin(connectorId, idTag, verdict.parentIdTag, profile);
  };

  const reject = (why: string, data: Record<string, unknown>): 'Rejected' => {
    events.tell('RemoteRefused', why, { data });
    return 'Rejected';
  };

  return {
    start(idTag, wanted, profile) {
      const connectorId = wanted ?? choose(idTag);
      if (connectorId === null || !isFree(connectorId, idTag))
        return reject(
          `Remote start of ${idTag} was refused: ${connectorId === null ? 'no connector is free' : `connector ${connectorId} is not free`}.`,
          { idTag, connectorId },
        );
      const problem = profile === null ? null : options.charging.problemOfRemote(connectorId, profile);
      if (problem !== null) return reject(`Remote start of ${idTag} was refused: ${problem}.`, { idTag, connectorId });
      const obstacle = options.obstacle();
      if (obstacle !== null)
        return reject(`Remote start of ${idTag} was refused: ${obstacle.message}. ${obstacle.hint}`, { idTag });
      events.tell('RemoteStart', `Connector ${connectorId}: the central system starts a session for ${idTag}`, {
        connectorId,
        data: { idTag },
      });
      if (options.configuration.boolean('AuthorizeRemoteTxRequests'))
        authorizeFirst(connectorId, idTag, profile).catch(options.failed);
      else begin(connectorId, idTag, options.authorization.parentOf(idTag), profile);
      return 'Accepted';
    },

    stop(transactionId) {
      const transaction = options.journal.transactions.byTransactionId(transactionId);
      if (transaction === null)
        return reject(`Remote stop of session ${transactionId} was refused: it does not run here.`, { transactionId });
      events.tell('RemoteStop', `Connector ${transaction.connectorId}: the central system ends the session`, {
        connectorId: transaction.connectorId,
        data: { transactionId },
      });
      connectors.send(transaction.connectorId, { t: 'stop', reason: 'Remote', idTag: null, at: options.stamp() });
      return 'Accepted';
    },
  };
}
