import type { Timer } from '@tapwatt/hal';
import type { ConnectorRecord, ConnectorSnapshot } from '../../domain/records.js';
import type { Stamp } from '../../domain/stamp.js';
import { type CompositeSchedule, compositeSchedule } from '../../smart-charging/composite.js';
import {
  type ClearFilter,
  clearProfiles,
  type InstallResult,
  installProfile,
  type RunningTransaction,
} from '../../smart-charging/install.js';
import type { ChargingProfile, RateUnit } from '../../smart-charging/profile.js';
import type { Core } from '../core.js';
import type { ProfileStore } from '../journal/stores.js';
import { sameTag } from '../tapRouting.js';
import { createInstalledProfiles, type KeptProfile } from './installed.js';
import { type ActiveConnector, limitsNow, profilesOf } from './limits.js';
import { profileRules } from './rules.js';

export interface ChargingOptions
  extends Pick<
    Core,
    'journal' | 'clock' | 'connectors' | 'configuration' | 'featureProfiles' | 'events' | 'stamp' | 'failed'
  > {
  /** Phase to neutral. */
  voltageV: number;
}

/** Charging profiles (1.6 §3.13): kept, and turned into the limit of each connector. */
export interface Charging {
  /** SetChargingProfile; the connector exists. */
  set(connectorId: number, profile: ChargingProfile): 'Accepted' | 'Rejected';
  /** ClearChargingProfile. */
  clear(filter: ClearFilter): 'Accepted' | 'Unknown';
  /** GetCompositeSchedule; `unit` null: that of the profiles. Null for an unknown connector or a negative duration. */
  composite(connectorId: number, durationS: number, unit: RateUnit | null): CompositeSchedule | null;
  /** Whether RemoteStartTransaction may bring this profile: null, or why not (TC_060). */
  problemOfRemote(connectorId: number, profile: ChargingProfile): string | null;
  /** The profile of a remote start whose transaction begins now or when the cable comes (§5.16.2). */
  expect(connectorId: number, idTag: string, profile: ChargingProfile): void;
  /** In force for a connector, mA per phase; null for none. */
  limitOf(connectorId: number): number | null;
  /** Takes up what a restart left behind, before connectors start. @param sameProcess only the station thread was restarted */
  start(sameProcess: boolean): void;
  /** A record is on disk and not acknowledged yet: limits that go out now arrive before the power is switched on. */
  recorded(connectorId: number, record: ConnectorRecord): void;
  snapshot(snapshot: ConnectorSnapshot, before: ConnectorSnapshot | null): void;
  /** Clock or transaction ids have changed. */
  update(): void;
  stop(): void;
}

/** Longest schedule that GetCompositeSchedule tells; what a request may cost has to end somewhere. */
const LONGEST_COMPOSITE_S = 31 * 86_400;

export function createCharging(options: ChargingOptions): Charging {
  const { journal, connectors, events } = options;
  const installed = createInstalledProfiles(
    options.featureProfiles.includes('SmartCharging') ? journal.profiles : SWITCHED_OFF,
  );
  /** Starts of transactions of an earlier boot, whose stamps this boot's clock cannot read. Unix epoch milliseconds. */
  const startedBefore = new Map<string, number>();
  let limitsMa: ReadonlyMap<number, number | null> = new Map();
  const told = new Map<number, number | null>();
  let timer: Timer | null = null;

  const rules = () => profileRules(options.configuration);
  const facts = () => connectors.ids.flatMap((id) => connectors.facts(id) ?? []);
  const chargePoint = () => ({
    voltageV: options.voltageV,
    phases: Math.max(...facts().map(({ phases }) => phases)),
    maximumMa: facts().reduce((sum, { maximumMa }) => sum + maximumMa, 0),
  });

  const startedAtMs = (localId: string, at: Stamp): number =>
    startedBefore.get(localId) ?? journal.clock.resolve(at).ms;

  const running = (connectorId: number): ActiveConnector['transaction'] | null => {
    const open = journal.transactions.openOn(connectorId);
    if (open === null) return null;
    const { localId, startedAt, transactionId } = open;
    return { localId, startedAtMs: startedAtMs(localId, startedAt), transactionId };
  };

  const active = (): ActiveConnector[] =>
    facts().flatMap(({ connectorId, phases, maximumMa }) => {
      const transaction = running(connectorId);
      if (transaction === null) return [];
      const idle = connectors.snapshot(connectorId)?.status === 'SuspendedEV';
      return [{ connectorId, phases, maximumMa, transaction, idle }];
    });

  const evaluate = (): void => {
    timer?.cancel();
    timer = null;
    const nowMs = journal.clock.nowMs();
    const now = limitsNow(installed.all(), active(), chargePoint(), nowMs);
    limitsMa = now.limitsMa;
    for (const connectorId of connectors.ids) tell(connectorId);
    if (now.nextChangeMs !== null)
      timer = options.clock.after(Math.max(1, Math.ceil(now.nextChangeMs - nowMs)), guarded);
  };
  const guarded = (): void => {
    try {
      evaluate();
    } catch (error) {
      options.failed(error, 'charging limits');
    }
  };

  const tell = (connectorId: number): void => {
    const limitMa = limitsMa.get(connectorId) ?? null;
    const before = told.get(connectorId) ?? null;
    if (limitMa === before) return;
    told.set(connectorId, limitMa);
    connectors.send(connectorId, { t: 'limit', limitMa, at: options.stamp() });
    const amount = limitMa === null ? 'no limit' : `${limitMa / 1000} A per phase`;
    events.tell('Limit', `Connector ${connectorId}: ${amount} by charging profile`, { connectorId, data: { limitMa } });
  };

  const tryInstall = (connectorId: number, profile: ChargingProfile, transaction: RunningTransaction): InstallResult =>
    installProfile(installed.all(), connectorId, profile, transaction, rules());

  const bindWaiting = (connectorId: number, record: Extract<ConnectorRecord, { t: 'TransactionStarted' }>): void => {
    const { idTag, source } = record.authorization;
    const isWaiting = (entry: KeptProfile) => entry.waitsFor !== null && entry.connectorId === connectorId;
    const mine = installed.all().filter((entry) => isWaiting(entry) && sameTag(entry.waitsFor, idTag));
    if (source === 'remote')
      for (const entry of mine) installed.put({ ...entry, localId: record.localId, waitsFor: null });
    installed.removeWhere(isWaiting);
  };

  return {
    set(connectorId, profile) {
      const transaction = connectorId === 0 ? null : running(connectorId);
      const result = tryInstall(connectorId, profile, transaction);
      if (!result.ok) {
        events.tell('ProfileRefused', `Charging profile ${profile.profileId} was refused: ${result.reason}`, {
          connectorId,
          data: { profileId: profile.profileId, reason: result.reason },
        });
        return 'Rejected';
      }
      const localId = profile.purpose === 'TxProfile' ? (transaction?.localId ?? null) : null;
      installed.put({ connectorId, profile, localId, waitsFor: null });
      events.tell('ProfileInstalled', `Charging profile ${profile.profileId} (${profile.purpose}) is installed`, {
        connectorId,
        data: { profileId: profile.profileId, purpose: profile.purpose, stackLevel: profile.stackLevel },
      });
      guarded();
      return 'Accepted';
    },

    clear(filter) {
      const gone = new Set(clearProfiles(installed.all(), filter).removed.map(({ profile }) => profile.profileId));
      if (gone.size === 0) return 'Unknown';
      installed.removeWhere(({ profile }) => gone.has(profile.profileId));
      events.tell('ProfilesCleared', `${gone.size} charging profile(s) cleared`, { data: { profileIds: [...gone] } });
      guarded();
      return 'Accepted';
    },

    composite(connectorId, durationS, unit) {
      const { voltageV, phases, maximumMa } = chargePoint();
      const connector = connectors.facts(connectorId);
      if (durationS < 0 || (connectorId !== 0 && connector === null)) return null;
      const transaction = connectorId === 0 ? null : running(connectorId);
      const profiles = profilesOf(installed.all(), transaction?.localId ?? null);
      return compositeSchedule(
        profiles,
        { connectorId, voltageV, phases: connector?.phases ?? phases, transaction },
        connector?.maximumMa ?? maximumMa,
        journal.clock.nowMs(),
        Math.min(durationS, LONGEST_COMPOSITE_S),
        unit ?? commonUnit(profiles.map(({ profile }) => profile)),
      );
    },

    problemOfRemote(connectorId, profile) {
      if (profile.purpose !== 'TxProfile')
        return `a remote start takes a TxProfile, not a ${profile.purpose} (§5.16.2)`;
      if (profile.transactionId !== null) return 'the profile of a remote start names no transactionId (§5.16.2)';
      const result = tryInstall(connectorId, profile, { transactionId: null });
      return result.ok ? null : result.reason;
    },

    expect(connectorId, idTag, profile) {
      installed.removeWhere((entry) => entry.waitsFor !== null && entry.connectorId === connectorId);
      installed.put({ connectorId, profile, localId: null, waitsFor: idTag });
    },

    limitOf(connectorId) {
      const limitMa = limitsMa.get(connectorId) ?? null;
      told.set(connectorId, limitMa);
      return limitMa;
    },

    start(sameProcess) {
      const open = new Set(journal.transactions.open().map(({ localId }) => localId));
      installed.removeWhere(({ profile, localId, waitsFor }) => {
        if (profile.purpose !== 'TxProfile') return false;
        return waitsFor === null ? localId === null || !open.has(localId) : !sameProcess;
      });
      if (!sameProcess && open.size > 0)
        for (const { localId, startedAt } of journal.transactions.list(RECENT))
          if (open.has(localId)) startedBefore.set(localId, startedAt.ms);
      guarded();
    },

    recorded(connectorId, record) {
      switch (record.t) {
        case 'TransactionStarted':
          bindWaiting(connectorId, record);
          evaluate();
          return;
        case 'TransactionEnded':
          // §7.10: "A profile with this purpose SHALL cease to be valid when the transaction terminates."
          installed.removeWhere(({ localId }) => localId === record.localId);
          startedBefore.delete(record.localId);
          evaluate();
          return;
        case 'MeterSampled':
        case 'EnergyCheckpoint':
          return;
      }
    },

    snapshot(snapshot, before) {
      const { connectorId, transaction, waitingIdTag } = snapshot;
      // The remote start was given up (ConnectionTimeOut): its profile goes with it.
      if (transaction === null && waitingIdTag === null && !connectors.isClaimed(connectorId))
        installed.removeWhere((entry) => entry.waitsFor !== null && entry.connectorId === connectorId);
      if ((before?.status === 'SuspendedEV') !== (snapshot.status === 'SuspendedEV')) guarded();
    },

    update: guarded,
    stop() {
      timer?.cancel();
    },
  };
}

/** With the feature profile off nothing limits; what is installed stays in the journal. */
const SWITCHED_OFF: ProfileStore = { list: () => [], put() {}, removeWhere: () => 0 };

/** Among so many of the newest transactions are all that a restart can have left open. */
const RECENT = 200;

/** Watts where all profiles are in watts, else amperes. */
function commonUnit(profiles: readonly ChargingProfile[]): RateUnit {
  return profiles.length > 0 && profiles.every(({ schedule }) => schedule.unit === 'W') ? 'W' : 'A';
}
