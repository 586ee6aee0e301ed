/**
 * Charging profiles as the charge point keeps them: OCPP 1.6 §7.8–7.14 with times as epoch milliseconds and
 * absent members as null. 2.0.1's profiles translate into the same shape.
 */
export interface ChargingProfile {
  profileId: number;
  /** A higher level wins over a lower one of the same purpose. */
  stackLevel: number;
  purpose: ProfilePurpose;
  kind: 'Absolute' | 'Recurring' | 'Relative';
  recurrency: 'Daily' | 'Weekly' | null;
  validFromMs: number | null;
  /** Exclusive. */
  validToMs: number | null;
  /** Of a TxProfile: the OCPP transaction it is for; null for "the one that runs". */
  transactionId: number | null;
  schedule: ChargingSchedule;
}

export const PROFILE_PURPOSES = ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'] as const;
export type ProfilePurpose = (typeof PROFILE_PURPOSES)[number];

export interface ChargingSchedule {
  /** Null: until the profile ends otherwise; the last period goes on. */
  durationS: number | null;
  /** Null: relative to the start of charging (1.6 §7.13). */
  startMs: number | null;
  unit: RateUnit;
  /** At least one; ascending; the first starts at 0. */
  periods: SchedulePeriod[];
}

export type RateUnit = 'A' | 'W';

export interface SchedulePeriod {
  startS: number;
  /** In the schedule's unit: A per phase, or W over all phases. */
  limit: number;
  /** Null: 3 (1.6 §7.14). */
  numberPhases: number | null;
}

/** A profile and the connector it was installed on; 0 is the whole charge point. */
export interface InstalledProfile {
  connectorId: number;
  profile: ChargingProfile;
}

/** What the arithmetic needs to know of a connector and of the transaction that runs there. */
export interface ConnectorContext {
  connectorId: number;
  /** Phase to neutral. */
  voltageV: number;
  /** Phases that this connector can use. */
  phases: number;
  /** Null when no transaction runs. */
  transaction: { startedAtMs: number; transactionId: number | null } | null;
}

const DAY_MS = 86_400_000;

/** Length of one recurrence in ms. */
export function recurrenceMs(recurrency: 'Daily' | 'Weekly'): number {
  return recurrency === 'Daily' ? DAY_MS : 7 * DAY_MS;
}
