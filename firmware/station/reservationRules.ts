import type { ConnectorStatus } from '../domain/records.js';
import type { StoredReservation } from './journal/stores.js';

/** What of a connector matters to reservations. */
export interface Reservable {
  connectorId: number;
  /** Null while its thread has not shown itself. */
  status: ConnectorStatus | null;
  /** A cable is in. */
  pluggedIn: boolean;
  /** Somebody charges, or was let in. */
  inUse: boolean;
}

export type ReservationStatus = 'Accepted' | 'Faulted' | 'Occupied' | 'Rejected' | 'Unavailable';

/** What holds at one connector. */
export interface Hold {
  /** Those that a session here uses up: its own, else those of connector 0. */
  reservations: readonly StoredReservation[];
  /** Nobody else may begin here. */
  exclusive: boolean;
}

/** A reservation for one connector, or null. */
function ownOf(reservations: readonly StoredReservation[], connectorId: number): StoredReservation | null {
  return reservations.find((reservation) => reservation.connectorId === connectorId) ?? null;
}

function anywhere(reservations: readonly StoredReservation[]): StoredReservation[] {
  return reservations.filter(({ connectorId }) => connectorId === 0);
}

/** Nobody charges there and nobody reserved it. A cable may be in: it can be that of who reserved connector 0. */
function isFree({ connectorId, status, inUse }: Reservable, reservations: readonly StoredReservation[]): boolean {
  const isOpen = status === 'Available' || status === 'Reserved' || status === 'Preparing';
  return isOpen && !inUse && ownOf(reservations, connectorId) === null;
}

/**
 * Who a connector is kept for. A reservation of connector 0 keeps no connector in particular (§5.13), so none shows
 * Reserved; but when no more connectors are free than such reservations exist, nobody else may begin on those.
 */
export function holdOf(
  connectorId: number,
  connectors: readonly Reservable[],
  reservations: readonly StoredReservation[],
): Hold {
  const own = ownOf(reservations, connectorId);
  if (own !== null) return { reservations: [own], exclusive: true };
  const open = anywhere(reservations);
  const free = connectors.filter((connector) => isFree(connector, reservations));
  const scarce = open.length > 0 && free.length <= open.length;
  return {
    reservations: open,
    exclusive: scarce && free.some((connector) => connector.connectorId === connectorId),
  };
}

/** What ReserveNow is answered (§5.13), for a reservation that takes the place of none of `others`. */
export function judgeReservation(
  wanted: number,
  connectors: readonly Reservable[],
  others: readonly StoredReservation[],
): ReservationStatus {
  const free = connectors.filter((connector) => isFree(connector, others) && !connector.pluggedIn);
  const promised = anywhere(others).length;
  if (wanted === 0) {
    if (free.length > promised) return 'Accepted';
    const statuses = connectors.map(({ status }) => status);
    if (statuses.every((status) => status === 'Faulted')) return 'Faulted';
    if (statuses.every((status) => status === null || status === 'Unavailable' || status === 'Faulted'))
      return 'Unavailable';
    return 'Occupied';
  }
  const connector = connectors.find(({ connectorId }) => connectorId === wanted);
  if (connector === undefined) return 'Rejected';
  if (connector.status === 'Faulted') return 'Faulted';
  if (connector.status === 'Unavailable' || connector.status === null) return 'Unavailable';
  const isFreeNow = free.includes(connector);
  // What was promised to those who reserved connector 0 has to stay free.
  return isFreeNow && free.length - 1 >= promised ? 'Accepted' : 'Occupied';
}

/** Reservations that cannot be kept any more: "when the Charge Point or connector are set to Faulted or Unavailable". */
export function broken(
  connectors: readonly Reservable[],
  reservations: readonly StoredReservation[],
): StoredReservation[] {
  const isDown = ({ status }: Reservable): boolean => status === 'Faulted' || status === 'Unavailable';
  return reservations.filter(({ connectorId }) =>
    connectorId === 0
      ? connectors.every(isDown)
      : connectors.some((connector) => connector.connectorId === connectorId && isDown(connector)),
  );
}
