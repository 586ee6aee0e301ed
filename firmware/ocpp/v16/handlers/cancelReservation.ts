import type { Handler } from './handler.js';

/** 1.6 §5.1; Rejected where there is no such reservation (TC_052). */
export const cancelReservation: Handler<'CancelReservation'> = ({ reservationId }, { reservations }) => ({
  status: reservations.cancel(reservationId) ? 'Accepted' : 'Rejected',
});
