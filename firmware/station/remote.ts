import type { Stamp } from '../domain/stamp.js';
import type { Configuration } from '../ocpp/v16/configuration.js';
import type { ChargingProfile } from '../smart-charging/profile.js';
import type { Authorization } from './authorization.js';
import type { Charging } from './charging/charging.js';
import type { ConnectorRegistry } from './connectors.js';
import type { Events } from './events.js';
import type { Journal } from './journal/journal.js';
import type { Refusal } from './refusal.js';
import type { Reservations } from './reservations.js';
import { isFor } from './tapRouting.js';

export interface RemoteOptions {
  connectors: ConnectorRegistry;
  configuration: Configuration;
  authorization: Authorization;
  reservations: Pick<Reservations, 'holdOf' | 'use'>;
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
  const couldBegin = (connectorId: number): boolean => {
    const snapshot = connectors.snapshot(connectorId);
    if (snapshot === null || connectors.isClaimed(connectorId)) return false;
    if (snapshot.transaction !== null || snapshot.waitingIdTag !== null) return false;
    return ['Available', 'Preparing', 'Finishing', 'Reserved'].includes(snapshot.status);
  };

  const isFree = (connectorId: number, idTag: string, parentIdTag: string | null): boolean => {
    const { reservations, exclusive } = options.reservations.holdOf(connectorId);
    return couldBegin(connectorId) && (!exclusive || reservations.some((it) => isFor(it, { idTag, parentIdTag })));
  };

  /** Reserved for a group, and nobody here knows whether the tag is of it: the central system is asked (§5.13). */
  const mightBeFree = (connectorId: number): boolean =>
    couldBegin(connectorId) &&
    options.reservations.holdOf(connectorId).reservations.some(({ parentIdTag }) => parentIdTag !== null);

  const choose = (idTag: string, parentIdTag: string | null): number | null => {
    const free = connectors.ids.filter((connectorId) => isFree(connectorId, idTag, parentIdTag));
    const waiting = free
      .filter((connectorId) => connectors.snapshot(connectorId)?.waitingForTag)
      .sort((a, b) => (connectors.pluggedSinceMs(b) ?? 0) - (connectors.pluggedSinceMs(a) ?? 0));
    return waiting[0] ?? free[0] ?? connectors.ids.find(mightBeFree) ?? null;
  };

  const begin = (
    connectorId: number,
    idTag: string,
    parentIdTag: string | null,
    profile: ChargingProfile | null,
  ): void => {
    const { reservations } = options.reservations.holdOf(connectorId);
    const used = reservations.find((reservation) => isFor(reservation, { idTag, parentIdTag }));
    const reservationId = used?.reservationId ?? null;
    connectors.claim(connectorId);
    options.reservations.use(connectorId, reservationId);
    if (profile !== null) options.charging.expect(connectorId, idTag, profile);
    connectors.send(connectorId, {
      t: 'authorize',
      authorization: { idTag, parentIdTag, source: 'remote', reservationId },
      at: options.stamp(),
    });
  };

  /** AuthorizeRemoteTxRequests: "as if in response to a local action". */
  const authorizeFirst = async (connectorId: number, idTag: string, profile: ChargingProfile | null): Promise<void> => {
    const verdict = await options.authorization.authorize(idTag);
    if (verdict.t === 'refused') events.refused(idTag, verdict.refusal, connectorId);
    else if (isFree(connectorId, idTag, verdict.parentIdTag)) begin(connectorId, idTag, verdict.parentIdTag, profile);
    else
      events.tell('RemoteRefused', `Remote start of ${idTag}: connector ${connectorId} is not free for it.`, {
        connectorId,
        data: { idTag },
      });
  };

  const reject = (why: string, data: Record<string, unknown>): 'Rejected' => {
    events.tell('RemoteRefused', why, { data });
    return 'Rejected';
  };

  return {
    start(idTag, wanted, profile) {
      const parentIdTag = options.authorization.parentOf(idTag);
      const connectorId = wanted ?? choose(idTag, parentIdTag);
      const isForSure = connectorId !== null && isFree(connectorId, idTag, parentIdTag);
      if (connectorId === null || !(isForSure || (parentIdTag === null && mightBeFree(connectorId))))
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
      if (!isForSure || options.configuration.boolean('AuthorizeRemoteTxRequests'))
        authorizeFirst(connectorId, idTag, profile).catch(options.failed);
      else begin(connectorId, idTag, parentIdTag, profile);
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
