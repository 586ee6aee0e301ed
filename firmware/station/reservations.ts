import type { Timer } from '@tapwatt/hal';
import type { ConnectorRecord } from '../domain/records.js';
import type { Reservation } from '../threads/messages.js';
import type { Core } from './core.js';
import type { StoredReservation } from './journal/stores.js';
import type { Refusal } from './refusal.js';
import {
  broken,
  type Hold,
  holdOf,
  judgeReservation,
  type Reservable,
  type ReservationStatus,
} from './reservationRules.js';

export interface ReservationsOptions
  extends Pick<
    Core,
    'journal' | 'clock' | 'connectors' | 'configuration' | 'featureProfiles' | 'events' | 'stamp' | 'failed'
  > {
  /** Why nobody may begin to charge here now, or null. */
  obstacle: () => Refusal | null;
}

/** ReserveNow and CancelReservation (1.6 §3.11, §5.1, §5.13). Reservations outlive restarts. */
export interface Reservations {
  reserve(reservation: StoredReservation): ReservationStatus;
  /** False where there is none with this id. */
  cancel(reservationId: number): boolean;
  /** Whom a connector is kept for, and whose session here uses a reservation up. */
  holdOf(connectorId: number): Hold;
  /** A session that uses this reservation up is on its way to a connector: nothing else need be kept for it. */
  use(connectorId: number, reservationId: number | null): void;
  /** What a connector shows as Reserved, for its restore. */
  shownAt(connectorId: number): Reservation | null;
  /** Before connectors start: what expired or was used up while nobody looked. */
  start(): void;
  /** A record is on disk: the transaction that uses a reservation up ends it. */
  recorded(connectorId: number, record: ConnectorRecord): void;
  /** Connectors or the clock have changed. */
  update(): void;
  stop(): void;
}

/** Timers cannot be longer than 2^31 ms; a day is soon enough to look again. */
const LONGEST_WAIT_MS = 86_400_000;

export function createReservations(options: ReservationsOptions): Reservations {
  const { journal, connectors, events } = options;
  const isOn = options.featureProfiles.includes('Reservation');
  const told = new Map<number, Reservation | null>();
  /** Reservation by connector where its holder was let in and the transaction has not begun. */
  const inUse = new Map<number, number>();
  let all: readonly StoredReservation[] = [];
  let timer: Timer | null = null;

  const reload = (): void => {
    all = isOn ? journal.reservations.list() : [];
  };

  const reservable = (): Reservable[] =>
    connectors.ids.map((connectorId) => {
      const snapshot = connectors.snapshot(connectorId);
      const hasSession = snapshot !== null && (snapshot.transaction !== null || snapshot.waitingIdTag !== null);
      return {
        connectorId,
        status: snapshot?.status ?? null,
        pluggedIn: snapshot?.pluggedIn === true,
        inUse: hasSession || connectors.isClaimed(connectorId),
      };
    });

  const holdAt = (connectorId: number): Hold => {
    const used = [...inUse].flatMap(([at, reservationId]) => (at === connectorId ? [] : [reservationId]));
    const waiting = all.filter(({ reservationId }) => !used.includes(reservationId));
    return holdOf(connectorId, reservable(), waiting);
  };

  const shownAt = (connectorId: number): Reservation | null => {
    const own = all.find((reservation) => reservation.connectorId === connectorId);
    if (own === undefined) return null;
    const { reservationId, idTag, parentIdTag } = own;
    return { reservationId, idTag, parentIdTag };
  };

  const show = (): void => {
    for (const connectorId of connectors.ids) {
      const shown = shownAt(connectorId);
      if ((told.get(connectorId) ?? null)?.reservationId === shown?.reservationId) continue;
      told.set(connectorId, shown);
      connectors.send(connectorId, { t: 'reservation', reservation: shown, at: options.stamp() });
    }
  };

  const end = (reservation: StoredReservation, why: string): void => {
    journal.reservations.remove(reservation.reservationId);
    const { reservationId, connectorId, idTag } = reservation;
    events.tell('ReservationEnded', `Reservation ${reservationId} for ${idTag} has ended: ${why}`, {
      ...(connectorId === 0 ? {} : { connectorId }),
      data: { reservationId, idTag },
    });
  };

  const forgetUnused = (): void => {
    for (const connectorId of inUse.keys()) {
      const snapshot = connectors.snapshot(connectorId);
      const goesOn = snapshot?.transaction != null || snapshot?.waitingIdTag != null;
      if (!goesOn && !connectors.isClaimed(connectorId)) inUse.delete(connectorId);
    }
  };

  const update = (): void => {
    timer?.cancel();
    timer = null;
    forgetUnused();
    const nowMs = journal.clock.nowMs();
    const before = all;
    for (const reservation of all.filter(({ expiresAtMs }) => expiresAtMs <= nowMs)) end(reservation, 'it expired');
    if (all.length > 0) reload();
    for (const reservation of broken(reservable(), all)) end(reservation, 'the connector is out of order');
    if (before.length > 0) reload();
    show();
    const nextMs = Math.min(...all.map(({ expiresAtMs }) => expiresAtMs));
    if (Number.isFinite(nextMs))
      timer = options.clock.after(Math.min(Math.max(1, Math.ceil(nextMs - nowMs)), LONGEST_WAIT_MS), guarded);
  };
  const guarded = (): void => {
    try {
      update();
    } catch (error) {
      options.failed(error, 'reservations');
    }
  };

  const judge = (reservation: StoredReservation): ReservationStatus => {
    if (reservation.connectorId === 0 && !options.configuration.boolean('ReserveConnectorZeroSupported'))
      return 'Rejected';
    if (reservation.expiresAtMs <= journal.clock.nowMs() || options.obstacle() !== null) return 'Rejected';
    // "If the reservationId in the request matches a reservation …, then the Charge Point SHALL replace that reservation".
    const others = all.filter(({ reservationId }) => reservationId !== reservation.reservationId);
    return judgeReservation(reservation.connectorId, reservable(), others);
  };

  return {
    reserve(reservation) {
      const status = judge(reservation);
      const { reservationId, connectorId, idTag, expiresAtMs } = reservation;
      const where = connectorId === 0 ? 'A connector' : `Connector ${connectorId}`;
      const about = { ...(connectorId === 0 ? {} : { connectorId }), data: { reservationId, idTag, status } };
      if (status !== 'Accepted') {
        events.tell('ReservationRefused', `${where} could not be reserved for ${idTag}: ${status}`, about);
        return status;
      }
      journal.reservations.put(reservation);
      reload();
      const until = new Date(expiresAtMs).toISOString();
      events.tell('Reserved', `${where} is reserved for ${idTag} until ${until}`, about);
      guarded();
      return 'Accepted';
    },

    cancel(reservationId) {
      const reservation = all.find((other) => other.reservationId === reservationId);
      if (reservation === undefined) return false;
      end(reservation, 'the central system cancelled it');
      reload();
      guarded();
      return true;
    },

    holdOf: holdAt,

    use(connectorId, reservationId) {
      if (reservationId !== null) inUse.set(connectorId, reservationId);
    },

    shownAt(connectorId) {
      const shown = shownAt(connectorId);
      told.set(connectorId, shown);
      return shown;
    },

    start() {
      reload();
      // A power cut between StartTransaction and the end of its reservation.
      for (const { authorization } of journal.transactions.open())
        for (const reservation of all)
          if (reservation.reservationId === authorization.reservationId) end(reservation, 'it was used');
      reload();
      guarded();
    },

    recorded(connectorId, record) {
      if (record.t !== 'TransactionStarted') return;
      inUse.delete(connectorId);
      const used = all.find(({ reservationId }) => reservationId === record.authorization.reservationId);
      if (used === undefined) return;
      end(used, 'it was used');
      reload();
      update();
    },

    update: guarded,
    stop() {
      timer?.cancel();
    },
  };
}
