import type { ChargingProfile as WireProfile, ChargingSchedule as WireSchedule } from '@tapwatt/ocpp/v16';
import type { CompositeSchedule } from '../../../smart-charging/composite.js';
import type { ChargingProfile } from '../../../smart-charging/profile.js';
import { readTimestamp } from './timestamp.js';

/** A ChargingProfile of the central system (1.6 §7.8, §7.13, §7.14). minChargingRate is advice for algorithms that we have not. */
export function readChargingProfile(wire: WireProfile): ChargingProfile {
  const { chargingSchedule: schedule } = wire;
  return {
    profileId: wire.chargingProfileId,
    stackLevel: wire.stackLevel,
    purpose: wire.chargingProfilePurpose,
    kind: wire.chargingProfileKind,
    recurrency: wire.recurrencyKind ?? null,
    validFromMs: readTimestamp(wire.validFrom),
    validToMs: readTimestamp(wire.validTo),
    transactionId: wire.transactionId ?? null,
    schedule: {
      durationS: schedule.duration ?? null,
      startMs: readTimestamp(schedule.startSchedule),
      unit: schedule.chargingRateUnit,
      periods: schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({
        startS: startPeriod,
        limit,
        numberPhases: numberPhases ?? null,
      })),
    },
  };
}

/** The schedule in GetCompositeSchedule.conf: "startSchedule must be omitted" (errata 3.57). */
export function chargingSchedule({ durationS, unit, periods }: CompositeSchedule): WireSchedule {
  return {
    duration: durationS,
    chargingRateUnit: unit,
    chargingSchedulePeriod: periods.map(({ startS, limit, numberPhases }) => ({
      startPeriod: startS,
      limit,
      ...(numberPhases === null ? {} : { numberPhases }),
    })),
  };
}
