import type { Kysely } from 'kysely';
import { type BulkRow, type BulkTable, type Engine, type OpenTransaction, openSqlite } from './dialect.js';
import { moveInbox, trackInbox } from './meter-inbox.js';
import { migrateToLatest } from './migrate.js';
import type { Database } from './schema.js';

/**
 * The database as the rest sees it. Writes are committed in groups: everything that is handed in during one turn of
 * the event loop, by whatever station, shares one transaction and one fsync. A promise of `write` or `append`
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
  /** Inserts rows in the next group. */
  append(table: BulkTable, rows: readonly BulkRow[]): Promise<void>;
  /** Inserts rows with some later group, within about 200 ms; nobody waits. For logs. */
  appendLater(table: BulkTable, row: BulkRow): void;
  bytes(): number;
  /** Commits what is waiting, then closes. Idempotent. Later writes are refused. */
  close(): Promise<void>;
}

interface Work {
  run: (db: Kysely<Database>) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

interface Append {
  table: BulkTable;
  rows: readonly BulkRow[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

const LATER_MS = 200;
const LATER_ROWS = 4000;

export interface StoreOptions {
  /** Rows of `appendLater` that could not be written; nobody waits for them. */
  onLostRows?: (error: unknown, count: number) => void;
}

/** Opens the SQLite file and brings it to the newest schema. */
export async function openStore(file: string, options: StoreOptions = {}): Promise<Store> {
  const engine = openSqlite(file);
  try {
    await migrateToLatest(engine.writer, engine.columns);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return createStore(engine, options);
}

function createStore(engine: Engine, options: StoreOptions): Store {
  let works: Work[] = [];
  let appends: Append[] = [];
  let later: { table: BulkTable; row: BulkRow }[] = [];
  let laterDue = false;
  const inbox = trackInbox(() => schedule());
  let scheduled = false;
  let running: Promise<void> | null = null;
  let laterTimer: NodeJS.Timeout | null = null;
  let closed: Promise<void> | null = null;

  const isEmpty = (): boolean => works.length === 0 && appends.length === 0 && later.length === 0;

  /** After the poll phase: every frame that this turn brought has been handed in by then. */
  const schedule = (): void => {
    if (scheduled || running !== null) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      running = drain().finally(() => {
        running = null;
        if (works.length > 0 || appends.length > 0 || laterDue) schedule();
      });
    });
  };

  /** Rows that nobody waits for go in large groups: each group touches one index page per charge point. */
  const writeLater = (): void => {
    laterDue = true;
    schedule();
  };

  const drain = async (): Promise<void> => {
    if (isEmpty() && !inbox.isDue()) {
      laterDue = false;
      return;
    }
    const group = { works, appends, later, moveInbox: inbox.isDue() };
    works = [];
    appends = [];
    if (!laterDue) group.later = [];
    else {
      later = [];
      laterDue = false;
      if (laterTimer !== null) clearTimeout(laterTimer);
      laterTimer = null;
    }
    await commitGroup(engine, group, options);
    if (group.moveInbox) inbox.moved();
    for (const { table, rows } of group.appends) if (table === 'meter_inbox') inbox.added(rows.length);
  };

  const guard = (): void => {
    if (closed !== null) throw new Error('the database is closed');
  };

  return {
    read: engine.reader,
    async write<T>(run: (db: Kysely<Database>) => Promise<T>): Promise<T> {
      guard();
      const value = await new Promise<unknown>((resolve, reject) => {
        works.push({ run, resolve, reject });
        schedule();
      });
      return value as T;
    },
    async append(table, rows) {
      guard();
      if (rows.length === 0) return;
      await new Promise<void>((resolve, reject) => {
        appends.push({ table, rows, resolve, reject });
        schedule();
      });
    },
    appendLater(table, row) {
      if (closed !== null) return;
      later.push({ table, row });
      if (later.length >= LATER_ROWS) writeLater();
      else laterTimer ??= setTimeout(writeLater, LATER_MS);
    },
    bytes: () => engine.bytes(),
    close() {
      closed ??= (async () => {
        inbox.stop();
        if (laterTimer !== null) clearTimeout(laterTimer);
        while (running !== null || !isEmpty()) {
          laterDue = true;
          await (running ?? drain());
        }
        await engine.close();
      })();
      return closed;
    },
  };
}

interface Group {
  works: readonly Work[];
  appends: readonly Append[];
  later: readonly { table: BulkTable; row: BulkRow }[];
  moveInbox: boolean;
}

/** All rows of a table together: they go in with few statements. */
function byTable(group: Group): Map<BulkTable, BulkRow[]> {
  const tables = new Map<BulkTable, BulkRow[]>();
  const rowsOf = (table: BulkTable): BulkRow[] => {
    const known = tables.get(table);
    if (known !== undefined) return known;
    const rows: BulkRow[] = [];
    tables.set(table, rows);
    return rows;
  };
  for (const { table, rows } of group.appends) rowsOf(table).push(...rows);
  for (const { table, row } of group.later) rowsOf(table).push(row);
  return tables;
}

async function commitGroup(engine: Engine, group: Group, options: StoreOptions): Promise<void> {
  const settle: (() => void)[] = [];
  let transaction: OpenTransaction | null = null;
  try {
    transaction = await engine.begin();
    for (const [table, rows] of byTable(group)) await transaction.insertRows(table, rows);
    if (group.moveInbox) await moveInbox(transaction.db);
    for (const work of group.works) settle.push(await runWork(transaction, work));
    await transaction.commit();
  } catch (error) {
    if (transaction !== null) await transaction.rollback();
    for (const work of group.works) work.reject(error);
    for (const append of group.appends) append.reject(error);
    if (group.later.length > 0) options.onLostRows?.(error, group.later.length);
    return;
  }
  for (const append of group.appends) append.resolve();
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
