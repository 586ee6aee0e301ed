import { CallError } from '@tapwatt/ocpp';
import { readTimestamp } from '../translate/timestamp.js';
import type { Handler } from './handler.js';

/** 1.6 §5.13. */
export const reserveNow: Handler<'ReserveNow'> = (
  { connectorId, expiryDate, idTag, parentIdTag, reservationId },
  { reservations },
) => {
  const expiresAtMs = readTimestamp(expiryDate);
  if (expiresAtMs === null) throw new CallError('PropertyConstraintViolation', 'expiryDate is no dateTime');
  return {
    status: reservations.reserve({
      connectorId,
      reservationId,
      idTag,
      parentIdTag: parentIdTag === undefined || parentIdTag === '' ? null : parentIdTag,
      expiresAtMs,
    }),
  };
};
