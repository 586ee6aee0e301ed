import { currentLimit } from '../../smart-charging/limits.js';
import type { ConnectorContext, InstalledProfile } from '../../smart-charging/profile.js';
import { MINIMUM_CURRENT_MA, shareCurrent } from '../../smart-charging/share.js';
import type { KeptProfile } from './installed.js';

/** A connector on which a transaction runs. */
export interface ActiveConnector {
  connectorId: number;
  phases: number;
  /** Of the hardware, per phase. */
  maximumMa: number;
  transaction: { localId: string; startedAtMs: number; transactionId: number | null };
  /** The car takes nothing (SuspendedEV): others may have what it leaves. */
  idle: boolean;
}

export interface Limits {
  /** mA per phase by connectorId; null where nothing limits but the hardware. Connectors without a transaction are not in it. */
  limitsMa: ReadonlyMap<number, number | null>;
  /** When a profile says something else next; null: not within a day. */
  nextChangeMs: number | null;
}

/** Profiles that concern a connector with this transaction (null: none): TxProfiles of others are not among them. */
export function profilesOf(kept: readonly KeptProfile[], localId: string | null): InstalledProfile[] {
  return kept.filter(
    (entry) => entry.profile.purpose !== 'TxProfile' || (localId !== null && entry.localId === localId),
  );
}

/**
 * The limits in force now (1.6 §3.13.3). ChargePointMaxProfile is "the limit for all connectors combined": it is shared
 * among those with a transaction, the oldest first. A car that takes nothing keeps the minimum, so that it can wake up.
 */
export function limitsNow(
  kept: readonly KeptProfile[],
  active: readonly ActiveConnector[],
  chargePoint: { voltageV: number; phases: number },
  nowMs: number,
): Limits {
  const { voltageV } = chargePoint;
  const changes: number[] = [];
  const limitOf = (profiles: readonly InstalledProfile[], context: ConnectorContext): number | null => {
    const { limitMa, nextChangeMs } = currentLimit(profiles, context, nowMs);
    if (nextChangeMs !== null) changes.push(nextChangeMs);
    return limitMa;
  };

  const totalMa =
    active.length === 0
      ? null
      : limitOf(profilesOf(kept, null), { connectorId: 0, voltageV, phases: chargePoint.phases, transaction: null });
  const ordered = [...active].sort((a, b) => a.transaction.startedAtMs - b.transaction.startedAtMs);
  const own = new Map(
    ordered.map(({ connectorId, phases, transaction }) => {
      const profiles = profilesOf(kept, transaction.localId).filter(
        ({ profile }) => profile.purpose !== 'ChargePointMaxProfile',
      );
      return [connectorId, limitOf(profiles, { connectorId, voltageV, phases, transaction })];
    }),
  );
  const shares = shareCurrent(
    totalMa,
    ordered.map(({ connectorId, maximumMa, idle }) => {
      const limitMa = Math.min(own.get(connectorId) ?? maximumMa, maximumMa);
      return { connectorId, limitMa: idle && totalMa !== null ? Math.min(limitMa, MINIMUM_CURRENT_MA) : limitMa };
    }),
  );
  const limitsMa = new Map(
    ordered.map(({ connectorId }) => {
      const limited = totalMa !== null || (own.get(connectorId) ?? null) !== null;
      // From watts there may be fractions: rounded down, but not below a whole number that binary arithmetic missed.
      return [connectorId, limited ? Math.floor((shares.get(connectorId) ?? 0) + 1e-6) : null];
    }),
  );
  return { limitsMa, nextChangeMs: changes.length === 0 ? null : Math.min(...changes) };
}
