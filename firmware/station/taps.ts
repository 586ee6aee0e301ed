import type { Stamp } from '../domain/stamp.js';
import type { Authorization, Verdict } from './authorization.js';
import type { ConnectorRegistry } from './connectors.js';
import type { Events } from './events.js';
import type { Refusal } from './refusal.js';
import type { Reservations } from './reservations.js';
import { routeTap, sameTag, type TapCandidate, type TapMeaning } from './tapRouting.js';

export interface TapsOptions {
  connectors: ConnectorRegistry;
  authorization: Authorization;
  reservations: Pick<Reservations, 'holdOf' | 'use'>;
  /** Why nobody may begin to charge here now, or null. */
  obstacle: () => Refusal | null;
  events: Events;
  stamp: () => Stamp;
  indicate: (signal: 'accepted' | 'refused' | 'waiting', connectorId: number | null) => void;
}

/** Cards on the reader. */
export interface Taps {
  /** Resolves when the tap has had its effect. @param connectorIds which connectors it may serve; null for all */
  tap(idTag: string, connectorIds: readonly number[] | null, at: Stamp): Promise<void>;
}

export function createTaps(options: TapsOptions): Taps {
  const { connectors, authorization, events } = options;
  /** Cards whose authorisation is being asked for. */
  const pending = new Set<string>();

  const candidates = (connectorIds: readonly number[] | null): TapCandidate[] =>
    connectors.ids.flatMap((connectorId) => {
      const snapshot = connectors.snapshot(connectorId);
      const facts = connectors.facts(connectorId);
      if (snapshot === null || facts === null || connectorIds?.includes(connectorId) === false) return [];
      const { transaction } = snapshot;
      return [
        {
          connectorId,
          snapshot,
          pluggedSinceMs: connectors.pluggedSinceMs(connectorId),
          claimed: connectors.isClaimed(connectorId),
          ...options.reservations.holdOf(connectorId),
          // A remote start may have begun before anybody said what group the tag is of; the answer to it did.
          transactionParentIdTag:
            transaction === null ? null : (transaction.parentIdTag ?? authorization.parentOf(transaction.idTag)),
          lastSession: connectors.lastSession(connectorId),
        },
      ];
    });

  const refuse = (idTag: string, refusal: Refusal, connectorId?: number): void => {
    events.refused(idTag, refusal, connectorId);
    options.indicate('refused', connectorId ?? null);
  };

  /** What needs no authorisation (§4.1: the card that started need not be asked for when it stops). */
  const perform = (idTag: string, meaning: Exclude<TapMeaning, { t: 'start' | 'look-up' | 'refuse' }>): void => {
    const { connectorId } = meaning;
    connectors.send(connectorId, { t: 'stop', reason: 'Local', idTag, at: options.stamp() });
    options.indicate('accepted', connectorId);
    const sentence = {
      stop: `Connector ${connectorId}: card ${idTag} ends the session`,
      cancel: `Connector ${connectorId}: card ${idTag} does not wait for the cable any more`,
      release: `Connector ${connectorId}: card ${idTag} gets its cable back`,
    }[meaning.t];
    events.tell('CardAccepted', sentence, { connectorId, data: { idTag } });
  };

  const begin = (
    idTag: string,
    meaning: Extract<TapMeaning, { t: 'start' }>,
    verdict: Extract<Verdict, { t: 'accepted' }>,
  ): void => {
    const { connectorId, reservationId } = meaning;
    connectors.claim(connectorId);
    options.reservations.use(connectorId, reservationId);
    connectors.send(connectorId, {
      t: 'authorize',
      authorization: { idTag, parentIdTag: verdict.parentIdTag, source: 'local', reservationId },
      at: options.stamp(),
    });
    options.indicate('accepted', connectorId);
    const waits = connectors.snapshot(connectorId)?.pluggedIn === false;
    events.tell(
      'CardAccepted',
      `Connector ${connectorId}: card ${idTag} may charge (${BY[verdict.by]})${waits ? '; plug in the cable' : ''}`,
      { connectorId, data: { idTag, by: verdict.by } },
    );
  };

  const afterVerdict = (idTag: string, connectorIds: readonly number[] | null, verdict: Verdict): void => {
    if (verdict.t === 'refused') {
      refuse(idTag, verdict.refusal);
      return;
    }
    // Things may have moved while the central system was asked.
    const meaning = routeTap({ idTag, parentIdTag: verdict.parentIdTag }, candidates(connectorIds));
    switch (meaning.t) {
      case 'start': {
        const obstacle = options.obstacle();
        if (obstacle !== null) refuse(idTag, obstacle, meaning.connectorId);
        else begin(idTag, meaning, verdict);
        return;
      }
      case 'refuse':
        refuse(idTag, meaning.refusal);
        return;
      case 'look-up':
        throw new Error('the group of an authorised tag is known');
      default:
        perform(idTag, meaning);
    }
  };

  return {
    async tap(idTag, connectorIds) {
      if ([...pending].some((other) => sameTag(other, idTag))) return;
      const meaning = routeTap({ idTag, parentIdTag: undefined }, candidates(connectorIds));
      switch (meaning.t) {
        case 'refuse':
          refuse(idTag, meaning.refusal);
          return;
        case 'stop':
        case 'cancel':
        case 'release':
          perform(idTag, meaning);
          return;
        case 'start':
        case 'look-up':
          options.indicate('waiting', meaning.t === 'start' ? meaning.connectorId : null);
          pending.add(idTag);
          try {
            afterVerdict(idTag, connectorIds, await authorization.authorize(idTag));
          } finally {
            pending.delete(idTag);
          }
      }
    },
  };
}

const BY: Record<Extract<Verdict, { t: 'accepted' }>['by'], string> = {
  'central-system': 'the central system says so',
  list: 'by the local list',
  cache: 'by the authorization cache',
  offline: 'offline: unknown cards are allowed',
};
