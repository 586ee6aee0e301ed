import { type ChargingProfile, type InstalledProfile, PROFILE_PURPOSES, type ProfilePurpose } from './profile.js';

/** What this charge point allows; each is an OCPP configuration key. */
export interface ProfileRules {
  /** ChargeProfileMaxStackLevel. */
  maxStackLevel: number;
  /** ChargingScheduleMaxPeriods. */
  maxPeriods: number;
  /** MaxChargingProfilesInstalled. */
  maxInstalled: number;
  /** ChargingScheduleAllowedChargingRateUnit, as units. */
  allowedUnits: readonly ('A' | 'W')[];
}

export type InstallResult =
  | { ok: true; installed: InstalledProfile[]; replaced: InstalledProfile[] }
  /** `reason` is for logs: OCPP 1.6 answers Rejected without one. */
  | { ok: false; reason: string };

/** The transaction that runs on the connector, or null. */
export type RunningTransaction = { transactionId: number | null } | null;

/**
 * Installs a profile by the rules of 1.6 §3.13 and §5.16: the same id replaces wherever it was; so does the same
 * purpose and stack level on the same connector.
 */
export function installProfile(
  installed: readonly InstalledProfile[],
  connectorId: number,
  profile: ChargingProfile,
  running: RunningTransaction,
  rules: ProfileRules,
): InstallResult {
  const reason = problem(profile, rules) ?? placeProblem(connectorId, profile, running);
  if (reason !== null) return { ok: false, reason };
  const replaces = (other: InstalledProfile): boolean =>
    other.profile.profileId === profile.profileId ||
    (other.connectorId === connectorId &&
      other.profile.purpose === profile.purpose &&
      other.profile.stackLevel === profile.stackLevel);
  const kept = installed.filter((other) => !replaces(other));
  if (kept.length >= rules.maxInstalled) {
    return { ok: false, reason: `${rules.maxInstalled} profiles are installed already (MaxChargingProfilesInstalled)` };
  }
  return { ok: true, installed: [...kept, { connectorId, profile }], replaced: installed.filter(replaces) };
}

/** What is wrong with a profile by itself, or null. */
export function problem(profile: ChargingProfile, rules: ProfileRules): string | null {
  const { schedule } = profile;
  const { periods } = schedule;
  if (profile.stackLevel < 0 || profile.stackLevel > rules.maxStackLevel) {
    return `stackLevel ${profile.stackLevel} is not in 0..${rules.maxStackLevel} (ChargeProfileMaxStackLevel)`;
  }
  if (!rules.allowedUnits.includes(schedule.unit)) {
    return `chargingRateUnit ${schedule.unit} is not allowed (ChargingScheduleAllowedChargingRateUnit)`;
  }
  if (periods.length === 0) return 'chargingSchedulePeriod is empty';
  if (periods.length > rules.maxPeriods) {
    return `${periods.length} periods are more than ${rules.maxPeriods} (ChargingScheduleMaxPeriods)`;
  }
  if (periods[0]?.startS !== 0) return 'the first period must have startPeriod 0';
  if (periods.some((period, i) => i > 0 && period.startS <= (periods[i - 1]?.startS ?? -1))) {
    return 'periods must be in ascending order of startPeriod';
  }
  if (periods.some((period) => period.limit < 0)) return 'a limit is negative';
  if (periods.some((p) => p.numberPhases !== null && (p.numberPhases < 1 || p.numberPhases > 3))) {
    return 'numberPhases must be 1, 2 or 3';
  }
  if (schedule.durationS !== null && schedule.durationS < 0) return 'duration is negative';
  if (profile.validFromMs !== null && profile.validToMs !== null && profile.validFromMs >= profile.validToMs) {
    return 'validTo is not after validFrom';
  }
  if (profile.kind === 'Recurring' && profile.recurrency === null) return 'a Recurring profile needs recurrencyKind';
  if (profile.kind === 'Recurring' && schedule.startMs === null) return 'a Recurring profile needs startSchedule';
  return null;
}

/** What is wrong with a profile on this connector now, or null. */
function placeProblem(connectorId: number, profile: ChargingProfile, running: RunningTransaction): string | null {
  switch (profile.purpose) {
    case 'ChargePointMaxProfile':
      if (connectorId !== 0) return 'ChargePointMaxProfile goes to connector 0 only (1.6 §3.13.1)';
      // A whole charge point has no start of charging to count from.
      return profile.kind === 'Relative' ? 'ChargePointMaxProfile cannot be Relative' : null;
    case 'TxDefaultProfile':
      return null;
    case 'TxProfile':
      if (connectorId === 0) return 'TxProfile needs a connector (1.6 §5.16)';
      if (running === null) return 'no transaction runs on this connector (1.6 §5.16.2)';
      if (profile.transactionId !== null && profile.transactionId !== running.transactionId) {
        return `transaction ${profile.transactionId} is not the one that runs here`;
      }
      return null;
  }
}

/** ClearChargingProfile's filter (1.6 §6.11); null members do not filter. */
export interface ClearFilter {
  profileId: number | null;
  connectorId: number | null;
  purpose: ProfilePurpose | null;
  stackLevel: number | null;
}

/**
 * Takes profiles away: an id alone decides when given; otherwise all given members must match; none given clears all.
 * @returns what stays, and what was removed (none: the answer is Unknown).
 */
export function clearProfiles(
  installed: readonly InstalledProfile[],
  filter: ClearFilter,
): { installed: InstalledProfile[]; removed: InstalledProfile[] } {
  const matches = ({ connectorId, profile }: InstalledProfile): boolean => {
    if (filter.profileId !== null) return profile.profileId === filter.profileId;
    return (
      (filter.connectorId === null || connectorId === filter.connectorId) &&
      (filter.purpose === null || profile.purpose === filter.purpose) &&
      (filter.stackLevel === null || profile.stackLevel === filter.stackLevel)
    );
  };
  return { installed: installed.filter((i) => !matches(i)), removed: installed.filter(matches) };
}

/** True for the three purposes of 1.6. */
export function isProfilePurpose(value: string): value is ProfilePurpose {
  return (PROFILE_PURPOSES as readonly string[]).includes(value);
}
