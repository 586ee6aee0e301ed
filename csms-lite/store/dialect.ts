/**
 * The only file that knows which database this is. Today SQLite through better-sqlite3; PostgreSQL will be a second
 * `openEngine`. Everything above works on `Engine` and on Kysely.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { type CreateTableBuilder, Kysely, type SqliteStatement, sql } from 'kysely';
import type { Database } from './schema.js';
import { SharedSqliteDialect } from './sqlite-dialect.js';

/** Tables that are written row by row at the highest rate, past Kysely. */
export type BulkTable = 'meter_kind' | 'meter_group' | 'meter_page' | 'message_block';
export type BulkValue = string | number | null;
/** Values in the order of `BULK_COLUMNS[table]`. */
export type BulkRow = readonly BulkValue[];

/** What a migration must spell differently per database. */
export interface Columns {
  /** 64-bit integer. */
  bigint: 'integer' | 'bigint';
  /** Adds a primary key that the database numbers upwards. */
  identity<Table extends string>(table: CreateTableBuilder<Table>, column: string): CreateTableBuilder<Table>;
  /** An item of FROM: a row for each element of a JSON array; `jsonItem` reads it where the element is an array too. */
  jsonItems(array: string, row: string): string;
  jsonItem(row: string, index: number): string;
  jsonPosition(row: string): string;
  /** Schema under which the telemetry file's migrations find the sessions file. */
  sessions: string;
  /** Names of the tables in a schema. */
  tablesOf(db: Kysely<never>, schema: string): Promise<string[]>;
}

/** One transaction on the one writing connection. Savepoints do not nest. */
export interface OpenTransaction {
  readonly db: Kysely<Database>;
  savepoint(): Promise<void> | void;
  release(): Promise<void> | void;
  rollbackToSavepoint(): Promise<void> | void;
  commit(): Promise<void> | void;
  rollback(): Promise<void> | void;
}

export interface Engine {
  /** Sees what is committed. */
  readonly reader: Kysely<Database>;
  /** For migrations, before anything else writes. */
  readonly writer: Kysely<Database>;
  readonly columns: Columns;
  /** Makes the tables of the telemetry file readable; it must exist. */
  attachTelemetry(): void;
  /** The caller sees to it that there is one transaction at a time. */
  begin(): Promise<OpenTransaction> | OpenTransaction;
  bytes(): number;
  close(): Promise<void>;
}

export const SQLITE_COLUMNS: Columns = {
  bigint: 'integer',
  // Without AUTOINCREMENT: the highest row is never deleted where order matters, and the sequence table costs a write per row.
  identity: (table, column) => table.addColumn(column, 'integer', (c) => c.primaryKey()) as typeof table,
  jsonItems: (array, row) => `json_each(${array}) ${row}`,
  jsonItem: (row, index) => `(${row}.value ->> ${index})`,
  jsonPosition: (row) => `${row}.key`,
  sessions: 'sessions',
  tablesOf: async (db, schema) => {
    const names = sql<{ name: string }>`select name from ${sql.table(`${schema}.sqlite_master`)} where type = 'table'`;
    return (await names.execute(db)).rows.map(({ name }) => name);
  },
};

/** 'TAPW' as a big-endian integer: marks the file as ours. */
export const APPLICATION_ID = 0x54415057;

/** What the telemetry thread works with: synchronous, one transaction at a time. */
export interface TelemetryEngine {
  /** For migrations. */
  readonly writer: Kysely<Database>;
  readonly columns: Columns;
  /** Runs `work` in one transaction; what it throws undoes all of it. */
  transaction(work: () => void): void;
  /** @param values of whole rows, one after the other */
  insertRows(table: BulkTable, values: readonly BulkValue[]): void;
  /** Runs one statement without parameters. */
  run(sql: string): void;
  /** The first column of a query. */
  texts(sql: string): string[];
  /** Makes the sessions file readable as `columns.sessions`, for migrations. */
  attachSessions(file: string): void;
  close(): void;
}

/**
 * Opens (and makes) a SQLite file: WAL, synchronous=FULL (a commit that returned survives a power cut).
 * @throws Error when the file belongs to another program.
 */
export function openSqlite(file: string): Engine {
  const telemetry = telemetryFileOf(file);
  const writing = openFile(file);
  const reading = new BetterSqlite3(file);
  reading.pragma('busy_timeout = 5000');
  reading.pragma('query_only = ON');
  reading.pragma('cache_size = -16000');

  const writer = new Kysely<Database>({ dialect: new SharedSqliteDialect({ database: withStatementCache(writing) }) });
  const reader = new Kysely<Database>({ dialect: new SharedSqliteDialect({ database: withStatementCache(reading) }) });

  // Not `begin immediate`: that would take the telemetry file's write lock too, and its thread and we would wait for
  // each other. An update of no row takes this file's lock only.
  const begin = writing.prepare('begin');
  let lock: BetterSqlite3.Statement | null = null;
  const commit = writing.prepare('commit');
  const rollback = writing.prepare('rollback');
  const savepoint = writing.prepare('savepoint work');
  const release = writing.prepare('release work');
  const rollbackTo = writing.prepare('rollback to work');
  const transaction: OpenTransaction = {
    db: writer,
    savepoint: () => void savepoint.run(),
    release: () => void release.run(),
    rollbackToSavepoint: () => {
      rollbackTo.run();
      release.run();
    },
    commit: () => void commit.run(),
    // SQLite may have rolled back by itself (disk full, I/O error).
    rollback: () => void (writing.inTransaction && rollback.run()),
  };

  return {
    reader,
    writer,
    columns: SQLITE_COLUMNS,
    attachTelemetry: () => {
      for (const database of [writing, reading]) database.prepare('attach database ? as telemetry').run(telemetry);
    },
    begin: () => {
      begin.run();
      try {
        lock ??= writing.prepare('update main.station set id = id where 0');
        lock.run();
      } catch (error) {
        rollback.run();
        throw error;
      }
      return transaction;
    },
    bytes: () =>
      [file, telemetry]
        .flatMap((path) => [path, `${path}-wal`])
        .reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0),
    close: async () => {
      reading.close();
      writing.pragma('main.wal_checkpoint(TRUNCATE)');
      writing.close();
    },
  };
}

/** For a thread that only reads the sessions file: it can neither write nor hold up those who do. */
export function openReader(file: string): { db: Kysely<Database>; close(): Promise<void> } {
  const reading = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
  reading.pragma('busy_timeout = 5000');
  const db = new Kysely<Database>({ dialect: new SharedSqliteDialect({ database: withStatementCache(reading) }) });
  return { db, close: () => db.destroy() };
}

/**
 * Meter samples and the message log stand in a file of their own, written by a thread of its own: SQLite has one
 * writer per file, and sessions must not wait for telemetry. Readers attach it; table names are unique over both.
 */
export function telemetryFileOf(file: string): string {
  return /\.[^./]+$/.test(file) ? file.replace(/(\.[^./]+)$/, '.telemetry$1') : `${file}.telemetry`;
}

/** @throws Error when the file belongs to another program */
export function openTelemetry(file: string): TelemetryEngine {
  const database = openFile(file);
  return {
    writer: new Kysely<Database>({ dialect: new SharedSqliteDialect({ database: withStatementCache(database) }) }),
    columns: SQLITE_COLUMNS,
    transaction: (work) => database.transaction(work).immediate(),
    insertRows: bulkInserter(database),
    run: (statement) => void database.prepare(statement).run(),
    texts: (query) => database.prepare<[], string>(query).pluck().all(),
    attachSessions: (sessionsFile) => void database.prepare('attach database ? as sessions').run(sessionsFile),
    close: () => {
      database.pragma('wal_checkpoint(TRUNCATE)');
      database.close();
    },
  };
}

function openFile(file: string): BetterSqlite3.Database {
  mkdirSync(dirname(file), { recursive: true });
  const database = new BetterSqlite3(file);
  try {
    const applicationId = database.pragma('application_id', { simple: true });
    if (applicationId !== 0 && applicationId !== APPLICATION_ID)
      throw new Error(`${file} is a SQLite file of another program (application_id ${String(applicationId)})`);
    database.pragma('busy_timeout = 5000');
    database.pragma('journal_mode = WAL');
    // After journal_mode, explicitly: better-sqlite3 is compiled with NORMAL as the WAL default, which loses commits.
    database.pragma('synchronous = FULL');
    database.pragma('cache_size = -16000');
    database.pragma('temp_store = MEMORY');
    // 16 MB of log between checkpoints: pages that are written again and again are copied back once.
    database.pragma('wal_autocheckpoint = 4000');
    if (applicationId === 0) database.pragma(`application_id = ${APPLICATION_ID}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Statements are prepared once per text: preparing costs more than running. */
function withStatementCache(database: BetterSqlite3.Database): {
  close(): void;
  prepare(sql: string): SqliteStatement;
} {
  const cache = new Map<string, SqliteStatement>();
  return {
    close: () => void database.close(),
    prepare(sql) {
      const known = cache.get(sql);
      if (known !== undefined) return known;
      // Schema statements run once and go stale with the schema.
      const statement = database.prepare(sql) as unknown as SqliteStatement;
      if (/^(select|insert|update|delete|with)/i.test(sql)) {
        if (cache.size >= 500) cache.clear();
        cache.set(sql, statement);
      }
      return statement;
    },
  };
}

export const BULK_COLUMNS: Record<BulkTable, readonly string[]> = {
  meter_kind: ['id', 'measurand', 'phase', 'location', 'context', 'format', 'unit', 'raw_unit'],
  meter_group: ['entries'],
  meter_page: ['station_id', 'connector_id', 'tx_id', 'samples'],
  message_block: ['id', 'station_id', 'first_id', 'count', 'until_ms', 'heads', 'texts'],
};

/** Rows that one statement takes: a call costs more than a row. */
const ROWS_PER_STATEMENT = 16;

function bulkInserter(database: BetterSqlite3.Database): (table: BulkTable, values: readonly BulkValue[]) => void {
  const statements = new Map<string, BetterSqlite3.Statement>();
  const statementFor = (table: BulkTable, rows: number): BetterSqlite3.Statement => {
    const key = `${table} ${rows}`;
    const known = statements.get(key);
    if (known !== undefined) return known;
    const columns = BULK_COLUMNS[table];
    const row = `(${columns.map(() => '?').join(', ')})`;
    const values = Array.from({ length: rows }, () => row).join(', ');
    // A kind can be sent twice: when the commit that brought it failed for another reason.
    const twice = table === 'meter_kind' ? ' on conflict (id) do nothing' : '';
    const statement = database.prepare(`insert into ${table} (${columns.join(', ')}) values ${values}${twice}`);
    statements.set(key, statement);
    return statement;
  };
  return (table, values) => {
    const width = BULK_COLUMNS[table].length;
    const step = ROWS_PER_STATEMENT * width;
    let from = 0;
    for (; from + step <= values.length; from += step)
      statementFor(table, ROWS_PER_STATEMENT).run(values.slice(from, from + step));
    for (; from < values.length; from += width) statementFor(table, 1).run(values.slice(from, from + width));
  };
}
