import { createClockKeeper } from '../time/clock-keeper.js';
import { createApply } from './apply.js';
import { makeBackup } from './backups.js';
import { enterBoot } from './boots.js';
import type { Db } from './database.js';
import { toJournalError } from './errors.js';
import type { JournalFiles } from './files.js';
import type { Application, Applied, Journal, JournalOptions } from './journal.js';
import { createOutbox } from './outbox.js';
import { processIdentity } from './process-identity.js';
import { createSpace, isFull, type Space } from './space.js';
import { createAuthorizationCache } from './stores/authorization-cache.js';
import { createAvailabilityStore } from './stores/availability.js';
import { createConfigurationStore } from './stores/configuration.js';
import { createEventRing } from './stores/event-ring.js';
import { createLocalList } from './stores/local-list.js';
import { createProfileStore } from './stores/profiles.js';
import { createReservationStore } from './stores/reservations.js';
import { createSecurityLog } from './stores/security-log.js';
import { createStationState } from './stores/station-state.js';
import { createTransactions } from './transactions.js';
import { backupDue, createCheckpoints } from './upkeep.js';

const DEFAULT_CACHE_SIZE = 10_000;
const PROCESS = 'process';

/**
 * Puts the journal together on a database that was checked and brought up to date.
 * @param afterLoss a backup was restored, or nothing: what connectors were told is recorded may be missing here.
 */
export function assemble(
  db: Db,
  files: JournalFiles,
  options: JournalOptions,
  lock: { release(): void },
  afterLoss = false,
): { journal: Journal; sameProcess: boolean } {
  const space = createSpace(db, files);
  const boots = enterBoot(db, options.bootId);
  const clock = createClockKeeper({
    clock: options.clock,
    boot: boots.current,
    anchors: boots.anchors(),
    systemTrusted: options.systemClockTrusted,
    store: boots.addAnchor,
    resolve: boots.resolve,
  });
  const outbox = createOutbox(db, boots, clock, space.write);
  const transactions = createTransactions(db, boots, outbox, space.write);
  const apply = createApply(db, boots, clock, outbox, transactions);
  const progress = db.prepare<[number, string], { last_seq: number }>(
    'SELECT last_seq FROM progress WHERE connector_id = ? AND incarnation = ?',
  );
  const state = createStationState(db);
  const cache = createAuthorizationCache(db, options.authorizationCacheSize ?? DEFAULT_CACHE_SIZE);
  const events = createEventRing(db);
  const checkpoints = createCheckpoints(db, files, space, () => options.clock.monotonicMs());

  const identity = processIdentity(options.bootId);
  const sameProcess = state.get(PROCESS) === identity;
  state.set(PROCESS, identity);
  space.recover();

  let backingUp: Promise<void> | null = null;
  /** Monotonic; null before the first of this process. */
  let backedUpAtMs: number | null = null;

  function backup(): Promise<void> {
    backingUp ??= space
      .attempt(() => makeBackup(db, files))
      .then(() => {
        backedUpAtMs = options.clock.monotonicMs();
      })
      .catch((error: unknown) => {
        // Closed in the middle of it: the backup before is still whole.
        if (db.open) throw toJournalError(error);
      })
      .finally(() => {
        backingUp = null;
      });
    return backingUp;
  }

  /** On a full disk a sample counts for the register only; a start is refused; an end has room that was kept for it. */
  function commit(application: Application): Applied {
    switch (application.record.t) {
      case 'TransactionStarted':
        return space.write(() => apply(application), 'new');
      case 'MeterSampled':
        try {
          return space.write(() => apply(application), 'new');
        } catch (error) {
          if (!isFull(error) || db.inTransaction) throw error;
          const registerOnly = { ...application, wanted: { meterValues: null, stopTransaction: null } };
          return space.write(() => apply(registerOnly), 'owed');
        }
      case 'EnergyCheckpoint':
      case 'TransactionEnded':
        return space.write(() => apply(application), 'owed');
    }
  }

  function flush(): void {
    space.write(() => transactions.prune());
    try {
      space.write(() => {
        events.flush();
        cache.flush();
      }, 'new');
    } catch (error) {
      // Diagnostics and order of use can wait for room; `pressure` says that there is none.
      if (!isFull(error)) throw error;
    }
  }

  const journal: Journal = {
    apply(application) {
      const { t } = application.record;
      const applied = commit(application);
      if (applied.t === 'applied' && (t === 'TransactionStarted' || t === 'TransactionEnded')) checkpoints.soon();
      return applied;
    },
    lastSeq: (connectorId, incarnation) =>
      afterLoss ? Number.POSITIVE_INFINITY : space.attempt(() => progress.get(connectorId, incarnation)?.last_seq ?? 0),
    outbox: guard(outbox, space),
    transactions: guard(transactions, space),
    clock: guard(clock, space),
    configuration: guard(createConfigurationStore(db), space),
    authorizationCache: guard(cache, space),
    localList: guard(createLocalList(db), space),
    availability: guard(createAvailabilityStore(db), space),
    reservations: guard(createReservationStore(db), space),
    profiles: guard(createProfileStore(db), space),
    state: guard(state, space),
    events: guard(events, space),
    securityLog: guard(createSecurityLog(db, boots, clock), space),
    atomically: (work) => space.write(work),
    pressure: () => space.pressure(),
    async maintain() {
      if (!db.open) return;
      flush();
      space.attempt(() => checkpoints.whenIdle());
      space.recover();
      if (space.pressure() === 'none' && backupDue(files, backedUpAtMs, options.clock)) await backup();
    },
    backup,
    close() {
      if (!db.open) return;
      try {
        flush();
        space.attempt(() => checkpoints.now());
      } finally {
        db.close();
        lock.release();
      }
    },
  };
  return { journal, sameProcess };
}

/** Every method makes room on a full disk and throws JournalError instead of what SQLite threw. */
function guard<T extends object>(target: T, space: Space): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]): unknown =>
        space.attempt(() => Reflect.apply(value, object, parameters) as unknown);
    },
  });
}
