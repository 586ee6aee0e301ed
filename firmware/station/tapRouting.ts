import type { ConnectorSnapshot } from '../domain/records.js';
import type { Reservation } from '../threads/messages.js';
import type { Refusal } from './refusal.js';

/** A connector that a tap may serve. */
export interface TapCandidate {
  connectorId: number;
  snapshot: ConnectorSnapshot;
  /** Monotonic; null while no cable is known to be in. */
  pluggedSinceMs: number | null;
  /** Another card's authorisation is on its way to it. */
  claimed: boolean;
  /** Reservations that a session here could use up. */
  reservations: readonly Reservation[];
  /** Nobody else may begin here. */
  exclusive: boolean;
  /** parentIdTag of the running transaction, as far as anybody knows it. */
  transactionParentIdTag: string | null;
  /** The session that ended here while its cable is still in; null when there was none. */
  lastSession: LastSession | null;
}

export interface LastSession {
  idTag: string;
  parentIdTag: string | null;
  /** The cable is kept locked until this card comes back (errata 3.5). */
  kept: boolean;
}

export interface Tap {
  idTag: string;
  /** Undefined: not looked up yet. */
  parentIdTag: string | null | undefined;
}

/** What a tap means. */
export type TapMeaning =
  /** Start here, or wait here for the cable, once the tag is authorised. */
  | { t: 'start'; connectorId: number; reservationId: number | null }
  /** The card that started it, or one of its group: end the transaction. */
  | { t: 'stop'; connectorId: number; localId: string; sameCard: boolean }
  /** The card that waits here for the cable: give the authorisation up (§4.9 B1). */
  | { t: 'cancel'; connectorId: number }
  /** The card whose cable was kept locked after DeAuthorized: it gets it back (errata 3.5). */
  | { t: 'release'; connectorId: number }
  /** Whether it is of a group that charges here is known only once it is authorised. */
  | { t: 'look-up' }
  | { t: 'refuse'; refusal: Refusal };

/**
 * Which connector a tap means, with one reader for several connectors:
 * 1. a connector with a cable in that waits for a card (the newest cable first; a reservation for this tag before all);
 * 2. else the one this card, or one of its group, charges on: stop;
 * 3. else the one where this card waits for the cable: give up;
 * 4. else the only one that is free for a card before the cable: start or wait;
 * 5. else the one where this card's last session ended and the cable is still in: give it back, or begin again (F2);
 * 6. else a refusal that says what to do. A stranger's card never starts on a cable that is Finishing (errata 3.20).
 */
export function routeTap(tap: Tap, candidates: readonly TapCandidate[]): TapMeaning {
  const free = candidates.filter((candidate) => isOpenTo(candidate, tap));
  const waiting = newestCable(free.filter((candidate) => candidate.snapshot.waitingForTag));
  if (waiting !== undefined) return start(waiting, tap);

  const own = candidates.find((candidate) => sameTag(candidate.snapshot.transaction?.idTag, tap.idTag));
  if (own?.snapshot.transaction) return stop(own.connectorId, own.snapshot.transaction.localId, true);
  const group = candidates.find(
    ({ transactionParentIdTag, snapshot }) =>
      snapshot.transaction !== null && sameTag(transactionParentIdTag, tap.parentIdTag ?? null),
  );
  if (group?.snapshot.transaction) return stop(group.connectorId, group.snapshot.transaction.localId, false);

  const patient = candidates.find((candidate) => sameTag(candidate.snapshot.waitingIdTag, tap.idTag));
  if (patient !== undefined) return { t: 'cancel', connectorId: patient.connectorId };

  const idle = free.filter(isIdle);
  const [reserved] = idle.filter((candidate) => candidate.exclusive);
  if (reserved !== undefined) return start(reserved, tap);
  const [only, ...others] = idle;
  if (only !== undefined && others.length === 0) return start(only, tap);

  const former = free.find(({ snapshot, lastSession }) => snapshot.status === 'Finishing' && isOf(lastSession, tap));
  if (former?.lastSession?.kept) return { t: 'release', connectorId: former.connectorId };
  if (former !== undefined) return start(former, tap);

  if (tap.parentIdTag === undefined && candidates.some((candidate) => mightBelongTo(candidate)))
    return { t: 'look-up' };
  return { t: 'refuse', refusal: refusal(candidates, idle.length) };
}

function start(candidate: TapCandidate, tap: Tap): TapMeaning {
  const used = candidate.reservations.find((reservation) => isFor(reservation, tap));
  return { t: 'start', connectorId: candidate.connectorId, reservationId: used?.reservationId ?? null };
}

function stop(connectorId: number, localId: string, sameCard: boolean): TapMeaning {
  return { t: 'stop', connectorId, localId, sameCard };
}

/** Nobody's yet, or reserved for this tag (§3.11). While the group is unknown, a reservation for a group may be meant. */
function isOpenTo({ claimed, snapshot, reservations, exclusive }: TapCandidate, tap: Tap): boolean {
  if (claimed || snapshot.transaction !== null || snapshot.waitingIdTag !== null) return false;
  return !exclusive || reservations.some((reservation) => isFor(reservation, tap));
}

/** §5.13: the idTag or the parent idTag matches. */
export function isFor(reservation: Reservation, tap: Tap): boolean {
  return sameTag(reservation.idTag, tap.idTag) || sameTag(reservation.parentIdTag, tap.parentIdTag ?? null);
}

function isOf(session: LastSession | null, tap: Tap): boolean {
  if (session === null) return false;
  return sameTag(session.idTag, tap.idTag) || sameTag(session.parentIdTag, tap.parentIdTag ?? null);
}

/** Identification before the cable: nothing is plugged in, or nobody can tell. */
function isIdle({ snapshot }: TapCandidate): boolean {
  return (snapshot.status === 'Available' || snapshot.status === 'Reserved') && snapshot.pluggedIn !== true;
}

/** Something here belongs to a group, and only the group of the tag can tell whether it is the same. */
function mightBelongTo({
  snapshot,
  transactionParentIdTag,
  reservations,
  exclusive,
  lastSession,
}: TapCandidate): boolean {
  if (snapshot.transaction !== null) return transactionParentIdTag !== null;
  if (snapshot.status === 'Finishing' && lastSession?.parentIdTag != null) return true;
  return exclusive && reservations.some((reservation) => reservation.parentIdTag !== null);
}

function newestCable(candidates: readonly TapCandidate[]): TapCandidate | undefined {
  return [...candidates].sort(
    (a, b) =>
      Number(b.exclusive) - Number(a.exclusive) ||
      (b.pluggedSinceMs ?? 0) - (a.pluggedSinceMs ?? 0) ||
      a.connectorId - b.connectorId,
  )[0];
}

/** CiString (errata 3.75): case does not matter. */
export function sameTag(a: string | null | undefined, b: string | null | undefined): boolean {
  return typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase();
}

function refusal(candidates: readonly TapCandidate[], idle: number): Refusal {
  if (candidates.length === 0)
    return {
      reason: 'NoConnector',
      message: 'no connector is ready for this card',
      hint: 'Wait until the charge point has started; `tapwatt status` shows its connectors.',
    };
  if (idle > 1)
    return {
      reason: 'Ambiguous',
      message: `${idle} connectors are free, so it is not clear which one is meant`,
      hint: 'Plug the cable in first, then hold the card to the reader again.',
    };
  const has = (...statuses: ConnectorSnapshot['status'][]) =>
    candidates.some(({ snapshot }) => statuses.includes(snapshot.status));
  if (has('Finishing'))
    return {
      reason: 'UnplugFirst',
      message: 'the cable of the last session is still in',
      hint: 'Take the cable out, plug it in again, and hold the card to the reader.',
    };
  if (
    has('Charging', 'SuspendedEV', 'SuspendedEVSE') ||
    candidates.some(({ snapshot }) => snapshot.transaction !== null)
  )
    return {
      reason: 'Busy',
      message: 'another card is charging here',
      hint: 'Use the card that started the session, or wait until it has ended.',
    };
  // One that is kept for whoever reserved connector 0 does not show it.
  if (has('Reserved') || candidates.some(({ exclusive, snapshot }) => exclusive && snapshot.waitingIdTag === null))
    return {
      reason: 'Reserved',
      message: 'it is reserved for somebody else',
      hint: 'Use the card that the reservation was made for, or another charge point.',
    };
  if (has('Preparing'))
    return {
      reason: 'Preparing',
      message: 'another card is about to charge here',
      hint: 'Wait until its cable is in or its time is over.',
    };
  if (has('Faulted'))
    return {
      reason: 'Faulted',
      message: 'the connector has a fault',
      hint: '`tapwatt status` names the fault; it has to be cleared before charging.',
    };
  return {
    reason: 'Unavailable',
    message: 'the connector is out of service',
    hint: 'The operator took it out of service; ChangeAvailability brings it back.',
  };
}
