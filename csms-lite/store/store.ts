import type { Kysely } from 'kysely';
import { type Engine, type OpenTransaction, openSqlite, openTelemetry, telemetryFileOf } from './dialect.js';
import type { LoggedMessage } from './message-blocks.js';
import { loadMeterKinds, type MeterKind, type MeterKinds } from './meter-kinds.js';
import type { MeterEntry } from './meter-pages.js';
import { migrateToLatest, refuseNewer } from './migrate.js';
import { migrations, telemetryMigrations } from './migrations/index.js';
import type { Database } from './schema.js';
import { startTelemetry, type Telemetry } from './telemetry.js';

/**
 * The database as the rest sees it. Writes are committed in groups: everything that is handed in during one turn of
 * the event loop, by whatever station, shares one transaction and one fsync. A promise of `write` or `appendSamples`
 * resolves only after that commit is on disk, so an answer that waits for it is never ahead of the disk.
 */
export interface Store {
  /** Sees what is committed; never sees half of a group. */
  readonly read: Kysely<Database>;
  /**
   * Runs `work` in the next group. What it throws undoes its own changes only, and is thrown here.
   * `work` must only wait for queries on the `db` that it is given.
   */
  write<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /** The number of a kind of meter samples, for `sampleText`. */
  kindId(kind: MeterKind): number;
  /** Inserts meter samples, in a group of their own. Those are not part of any `write`. */
  appendSamples(entry: MeterEntry): Promise<void>;
  /** Keeps a message in the log, on disk within about 300 ms; nobody waits. @returns its id */
  log(message: Omit<LoggedMessage, 'id'>): number;
  /** Forgets up to 2000 of the oldest blocks of messages whose messages are all from before `beforeMs`. */
  trimMessages(beforeMs: number): Promise<void>;
  bytes(): number;
  /** Commits what is waiting, then closes. Idempotent. Later writes are refused. */
  close(): Promise<void>;
}

interface Work {
  run: (db: Kysely<Database>) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export interface StoreOptions {
  /** Messages of the log that could not be written; nobody waits for them. */
  onLostMessages?: (error: unknown, count: number) => void;
}

/** Opens the SQLite file and its telemetry file, and brings both to the newest schema. */
export async function openStore(file: string, options: StoreOptions = {}): Promise<Store> {
  const engine = openSqlite(file);
  try {
    // In this order: the telemetry file takes over what the sessions file had of it, then that forgets it.
    await refuseNewer(engine.writer, migrations(engine.columns), file);
    await migrateTelemetry(telemetryFileOf(file), file);
    await migrateToLatest(engine.writer, migrations(engine.columns));
    engine.attachTelemetry();
    const kinds = await loadMeterKinds(engine.reader);
    const last = await engine.reader
      .selectFrom('message_block')
      .select((select) => select.fn.max('id').as('id'))
      .executeTakeFirstOrThrow();
    const telemetry = startTelemetry({
      file: telemetryFileOf(file),
      kinds,
      lastMessageId: last.id ?? 0,
      onLost: options.onLostMessages ?? (() => {}),
    });
    return createStore(engine, telemetry, kinds);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function migrateTelemetry(file: string, sessionsFile: string): Promise<void> {
  const telemetry = openTelemetry(file);
  try {
    await refuseNewer(telemetry.writer, telemetryMigrations(telemetry.columns), file);
    telemetry.attachSessions(sessionsFile);
    await migrateToLatest(telemetry.writer, telemetryMigrations(telemetry.columns));
  } finally {
    telemetry.close();
  }
}

function createStore(engine: Engine, telemetry: Telemetry, kinds: MeterKinds): Store {
  let works: Work[] = [];
  let running: Promise<void> | null = null;
  let closed: Promise<void> | null = null;

  /** After the poll phase: every frame that this turn brought has been handed in by then. */
  const schedule = (): void => {
    running ??= new Promise<void>((resolve) => {
      setImmediate(() => {
        const group = works;
        works = [];
        void commitGroup(engine, group).then(() => {
          running = null;
          if (works.length > 0) schedule();
          resolve();
        });
      });
    });
  };

  return {
    read: engine.reader,
    async write<T>(run: (db: Kysely<Database>) => Promise<T>): Promise<T> {
      if (closed !== null) throw new Error('the database is closed');
      const value = await new Promise<unknown>((resolve, reject) => {
        works.push({ run, resolve, reject });
        schedule();
      });
      return value as T;
    },
    kindId: kinds.idOf,
    appendSamples: (entry) => telemetry.append(entry),
    log: (message) => telemetry.log(message),
    trimMessages: (beforeMs) => telemetry.trim(beforeMs),
    bytes: () => engine.bytes(),
    close() {
      closed ??= (async () => {
        while (running !== null) await running;
        await telemetry.close();
        await engine.close();
      })();
      return closed;
    },
  };
}

/** Never rejects: every work hears its own outcome. */
async function commitGroup(engine: Engine, group: readonly Work[]): Promise<void> {
  const settle: (() => void)[] = [];
  let transaction: OpenTransaction | null = null;
  try {
    transaction = await engine.begin();
    for (const work of group) settle.push(await runWork(transaction, work));
    await transaction.commit();
  } catch (error) {
    if (transaction !== null) await transaction.rollback();
    for (const work of group) work.reject(error);
    return;
  }
  for (const finish of settle) finish();
}

/** @returns what to tell the caller once the group is on disk. */
async function runWork(transaction: OpenTransaction, work: Work): Promise<() => void> {
  await transaction.savepoint();
  try {
    const value = await work.run(transaction.db);
    await transaction.release();
    return () => work.resolve(value);
  } catch (error) {
    await transaction.rollbackToSavepoint();
    return () => work.reject(error);
  }
}
