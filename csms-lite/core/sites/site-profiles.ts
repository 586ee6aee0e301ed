import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';

/** It cannot be told now; it is told when it has come, or has been accepted. */
const UNREACHABLE: ReadonlySet<string> = new Set(['charge_point_offline', 'charge_point_not_accepted']);

/** A session as its limit needs it. */
export interface LimitedSession {
  station_id: string;
  connector_id: number;
  transaction_id: number;
  start_received_at_ms: number;
}

/** Sends the limits of a site and remembers what each charge point took. */
export interface Sender {
  /**
   * mA that the session may draw by what its charge point accepted: its own share, or the charge point's default where
   * it began under that. Null: not known.
   */
  current(session: LimitedSession): number | null;
  /** Whether exactly this share was accepted for it. */
  applied(session: LimitedSession, limitMa: number): boolean;
  /** Whether anything of ours may be in the charge point. */
  has(stationId: string): boolean;
  /** TxProfile. @returns whether the charge point has it; one that is not connected keeps what it had */
  set(session: LimitedSession, limitMa: number): Promise<boolean>;
  /** TxDefaultProfile of the whole charge point: what a session draws that nobody has given a share yet. */
  setDefault(stationId: string, limitMa: number): Promise<boolean>;
  /** Takes our profiles away. */
  clear(stationId: string): Promise<void>;
  /** It was restarted or came back: what it has is not known. */
  forget(stationId: string): void;
}

/** Ids that people do not give to theirs: connector n has base + n, the default profile base. */
export const SITE_PROFILE_ID = 1_900_000_000;

interface Known {
  /** By profile id: limit and transaction that were accepted. */
  profiles: Map<number, string>;
  /** Highest stack level that it takes: ours goes above everybody's. */
  stackLevel: number | null;
  /** The default profile that was accepted, and when. */
  fallback: { limitMa: number; atMs: number } | null;
}

export function createSender(core: Core): Sender {
  const stations = new Map<string, Known>();
  const knownOf = (stationId: string): Known => {
    const known = stations.get(stationId) ?? { profiles: new Map(), stackLevel: null, fallback: null };
    stations.set(stationId, known);
    return known;
  };

  /** @returns the status, an error's code, or null when it is not connected */
  const command = async (stationId: string, name: string, body: object): Promise<string | null> => {
    if (core.links.get(stationId) === null) return null;
    try {
      const { response, error } = await core.command(stationId, name, body);
      return error?.code ?? String((response as { status?: unknown } | null)?.status);
    } catch (error) {
      if (error instanceof ServiceError) return UNREACHABLE.has(error.code) ? null : error.code;
      throw error;
    }
  };

  const stackLevelOf = async (stationId: string): Promise<number> => {
    const known = knownOf(stationId);
    if (known.stackLevel !== null) return known.stackLevel;
    if (core.links.get(stationId) === null) return 0;
    const key = 'ChargeProfileMaxStackLevel';
    const { response } = await core.command(stationId, 'get-configuration', { keys: [key] });
    const keys = (response as { configurationKey?: { key: string; value?: string }[] } | null)?.configurationKey ?? [];
    const value = Number(keys.find((one) => one.key === key)?.value ?? 0);
    known.stackLevel = Number.isInteger(value) && value >= 0 ? value : 0;
    return known.stackLevel;
  };

  const send = async (
    stationId: string,
    profileId: number,
    given: { connectorId: number; purpose: string; limitMa: number; transactionId?: number },
  ): Promise<boolean> => {
    const { profiles } = knownOf(stationId);
    const meaning = JSON.stringify([given.limitMa, given.transactionId]);
    if (profiles.get(profileId) === meaning) return true;
    if (core.links.get(stationId) === null) return false;
    const chargingProfile = {
      chargingProfileId: profileId,
      stackLevel: await stackLevelOf(stationId),
      chargingProfilePurpose: given.purpose,
      chargingProfileKind: 'Relative',
      chargingSchedule: {
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: given.limitMa / 1000 }],
      },
    };
    const transaction = given.transactionId === undefined ? {} : { transactionId: given.transactionId };
    const body = { connectorId: given.connectorId, chargingProfile, ...transaction };
    const status = await command(stationId, 'set-charging-profile', body);
    if (status === 'Accepted') {
      profiles.set(profileId, meaning);
      return true;
    }
    if (status !== null)
      core.log.warn(
        { chargePointId: stationId, status, ...given },
        'a charge point did not take its share of a site limit',
      );
    return false;
  };

  return {
    current(session) {
      const known = stations.get(session.station_id);
      const own = shareOf(known, session);
      if (own !== null) return own;
      const fallback = known?.fallback ?? null;
      return fallback !== null && session.start_received_at_ms >= fallback.atMs ? fallback.limitMa : null;
    },
    applied: (session, limitMa) => shareOf(stations.get(session.station_id), session) === limitMa,
    has: (stationId) => (stations.get(stationId)?.profiles.size ?? 0) > 0,
    set: ({ station_id, connector_id, transaction_id }, limitMa) =>
      send(station_id, SITE_PROFILE_ID + connector_id, {
        connectorId: connector_id,
        purpose: 'TxProfile',
        limitMa,
        transactionId: transaction_id,
      }),
    setDefault: async (stationId, limitMa) => {
      // One that is not connected is told when it comes.
      if (core.links.get(stationId) === null) return true;
      const known = knownOf(stationId);
      const before = known.profiles.get(SITE_PROFILE_ID);
      const taken = await send(stationId, SITE_PROFILE_ID, { connectorId: 0, purpose: 'TxDefaultProfile', limitMa });
      if (taken && before !== known.profiles.get(SITE_PROFILE_ID)) known.fallback = { limitMa, atMs: core.nowMs() };
      return taken;
    },
    async clear(stationId) {
      const { profiles } = knownOf(stationId);
      for (const profileId of [...profiles.keys()]) {
        const status = await command(stationId, 'clear-charging-profile', { chargingProfileId: profileId });
        if (status === 'Accepted' || status === 'Unknown') profiles.delete(profileId);
      }
    },
    forget(stationId) {
      stations.delete(stationId);
    },
  };
}

/** The share that was accepted for exactly this session. */
function shareOf(known: Known | undefined, { connector_id, transaction_id }: LimitedSession): number | null {
  const meaning = known?.profiles.get(SITE_PROFILE_ID + connector_id);
  if (meaning === undefined) return null;
  const [limitMa, transactionId] = JSON.parse(meaning) as [number, number];
  return transactionId === transaction_id ? limitMa : null;
}
