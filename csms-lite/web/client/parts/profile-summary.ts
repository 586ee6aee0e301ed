import { duration } from '../../shared/format.js';

interface Schedule {
  chargingRateUnit: 'A' | 'W';
  duration?: number;
  startSchedule?: string;
  minChargingRate?: number;
  /** Absent: it was stored without a schedule. */
  chargingSchedulePeriod?: readonly { startPeriod: number; limit: number; numberPhases?: number }[];
}

/** As `GET /charging-profiles` shows it. */
export interface StoredProfile {
  id: number;
  name: string;
  stackLevel: number;
  chargingProfilePurpose: string;
  chargingProfileKind: string;
  recurrencyKind?: string;
  validFrom?: string;
  validTo?: string;
  chargingSchedule: Schedule;
}

const PURPOSES: Record<string, string> = {
  ChargePointMaxProfile: 'Limit of the whole station',
  TxDefaultProfile: 'For every session',
  TxProfile: 'For one session',
};

function after(seconds: number): string {
  const { value, unit } = duration(seconds * 1000);
  return seconds === 0 ? 'at once' : `after ${value} ${unit}`;
}

/** A profile in a sentence. */
export function summaryOf(profile: StoredProfile): string {
  const { chargingRateUnit: unit, chargingSchedulePeriod: periods = [] } = profile.chargingSchedule;
  const steps = periods.map(({ startPeriod, limit }) => `${limit} ${unit} ${after(startPeriod)}`);
  const kind = profile.recurrencyKind ?? profile.chargingProfileKind;
  return `${PURPOSES[profile.chargingProfilePurpose] ?? profile.chargingProfilePurpose}, ${kind}, stack level ${profile.stackLevel}: ${steps.join(', ')}.`;
}
