import { chargingSchedule } from '../translate/chargingProfile.js';
import { timestamp } from '../translate/timestamp.js';
import type { Handler } from './handler.js';

/** 1.6 §5.7: Rejected for an unknown connector; the schedule itself has no startSchedule (errata 3.57). */
export const getCompositeSchedule: Handler<'GetCompositeSchedule'> = (
  { connectorId, duration, chargingRateUnit },
  { charging },
) => {
  const composite = charging.composite(connectorId, duration, chargingRateUnit ?? null);
  if (composite === null) return { status: 'Rejected' };
  return {
    status: 'Accepted',
    connectorId,
    scheduleStart: timestamp(composite.startMs),
    chargingSchedule: chargingSchedule(composite),
  };
};
