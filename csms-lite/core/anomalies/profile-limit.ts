/** What the charging profiles of a charge point allow, from the profiles that it has accepted. Pure. */

/** ChargingProfile (1.6 §7.8) as it was accepted. */
export interface AcceptedProfile {
  /** 0: the whole charge point. */
  connectorId: number;
  transactionId: number | null;
  stackLevel: number;
  purpose: string;
  kind: string;
  recurrency: string | null;
  validFromMs: number | null;
  validToMs: number | null;
  startMs: number | null;
  durationS: number | null;
  unit: 'A' | 'W';
  /** By startPeriod, seconds. */
  periods: readonly { startS: number; limit: number }[];
}

export interface Limit {
  /** mA per phase. */
  limitMa: number | null;
  limitW: number | null;
}

const DAY_MS = 86_400_000;
const NO_LIMIT: Limit = { limitMa: null, limitW: null };

/** Reads csChargingProfiles; null when it is none. */
export function readProfile(
  connectorId: number,
  transactionId: number | null,
  profile: Record<string, unknown>,
): AcceptedProfile | null {
  const schedule = profile.chargingSchedule as Record<string, unknown> | undefined;
  const periods = schedule?.chargingSchedulePeriod;
  if (schedule === undefined || !Array.isArray(periods)) return null;
  return {
    connectorId,
    transactionId,
    stackLevel: Number(profile.stackLevel),
    purpose: String(profile.chargingProfilePurpose),
    kind: String(profile.chargingProfileKind),
    recurrency: typeof profile.recurrencyKind === 'string' ? profile.recurrencyKind : null,
    validFromMs: readTime(profile.validFrom),
    validToMs: readTime(profile.validTo),
    startMs: readTime(schedule.startSchedule),
    durationS: typeof schedule.duration === 'number' ? schedule.duration : null,
    unit: schedule.chargingRateUnit === 'W' ? 'W' : 'A',
    periods: periods
      .map((period: { startPeriod?: unknown; limit?: unknown }) => ({
        startS: Number(period.startPeriod),
        limit: Number(period.limit),
      }))
      .sort((a, b) => a.startS - b.startS),
  };
}

/**
 * The limit at `atMs`: the highest stack level in force, a TxProfile before a TxDefaultProfile, a connector's own before
 * that of all, and never more than the ChargePointMaxProfile (1.6 §3.13).
 */
export function limitInForce(
  profiles: readonly AcceptedProfile[],
  session: { connectorId: number; transactionId: number; startedAtMs: number } | null,
  connectorId: number,
  atMs: number,
): Limit {
  const best = (fits: (profile: AcceptedProfile) => boolean): Limit | null => {
    let found: { level: number; limit: Limit } | null = null;
    for (const profile of profiles) {
      if (!fits(profile) || (found !== null && profile.stackLevel <= found.level)) continue;
      const limit = limitOf(profile, session?.startedAtMs ?? null, atMs);
      if (limit !== null) found = { level: profile.stackLevel, limit };
    }
    return found?.limit ?? null;
  };
  const isOwn = (profile: AcceptedProfile): boolean => profile.connectorId === connectorId;
  const ofSession =
    best(
      (profile) =>
        profile.purpose === 'TxProfile' &&
        session !== null &&
        isOwn(profile) &&
        (profile.transactionId === null || profile.transactionId === session.transactionId),
    ) ??
    best((profile) => profile.purpose === 'TxDefaultProfile' && isOwn(profile)) ??
    best((profile) => profile.purpose === 'TxDefaultProfile' && profile.connectorId === 0);
  const most = best((profile) => profile.purpose === 'ChargePointMaxProfile');
  return {
    limitMa: least(ofSession?.limitMa ?? null, most?.limitMa ?? null),
    limitW: least(ofSession?.limitW ?? null, most?.limitW ?? null),
  };
}

export function least(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function limitOf(profile: AcceptedProfile, startedAtMs: number | null, atMs: number): Limit | null {
  const { validFromMs, validToMs, durationS } = profile;
  if ((validFromMs !== null && atMs < validFromMs) || (validToMs !== null && atMs >= validToMs)) return null;
  const startMs = scheduleStart(profile, startedAtMs, atMs);
  if (startMs === null || atMs < startMs) return null;
  const offsetS = (atMs - startMs) / 1000;
  if (durationS !== null && offsetS >= durationS) return null;
  const period = profile.periods.findLast(({ startS }) => startS <= offsetS);
  if (period === undefined) return null;
  return profile.unit === 'A'
    ? { ...NO_LIMIT, limitMa: Math.round(period.limit * 1000) }
    : { ...NO_LIMIT, limitW: Math.round(period.limit) };
}

/** Relative counts from the start of the session; an absolute schedule without a start does, too (§7.12). */
function scheduleStart(profile: AcceptedProfile, startedAtMs: number | null, atMs: number): number | null {
  const { kind, startMs } = profile;
  if (kind === 'Relative' || startMs === null) return startedAtMs;
  if (kind !== 'Recurring') return startMs;
  const everyMs = profile.recurrency === 'Weekly' ? 7 * DAY_MS : DAY_MS;
  return startMs + Math.floor((atMs - startMs) / everyMs) * everyMs;
}

function readTime(text: unknown): number | null {
  const atMs = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}
