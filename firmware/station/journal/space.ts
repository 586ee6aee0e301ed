import { existsSync } from 'node:fs';
import type { Db } from './database.js';
import { JournalError, toJournalError } from './errors.js';
import { type JournalFiles, removeIfThere, writeDurably } from './files.js';
import type { Pressure } from './journal.js';

/**
 * How much a write matters when the disk is full. `new`: it adds what need not be (a start, a periodic sample,
 * diagnostics); refused while there is room only for the rest. `owed`: it ends, answers or removes something.
 */
export type Importance = 'new' | 'owed';

/** Writing with room made on a full disk (errata 3.14: meter values may go, those of begin and end stay to the last). */
export interface Space {
  /** Runs `work` in one commit; inside of another one, in a savepoint of it. @throws JournalError */
  write<T>(work: () => T, importance?: Importance): T;
  /** Runs `work`, which commits by itself. @throws JournalError */
  attempt<T>(work: () => T, importance?: Importance): T;
  /** Moves the log into the database. While the disk is full the log keeps its blocks, as room for the next writes. */
  checkpoint(): void;
  pressure(): Pressure;
  /** Puts the reserve back where there is room again. */
  recover(): void;
}

/** Given up when the disk is full: as much as the log ever takes, so that deletions and ends can be written. */
const RESERVE_BYTES = 2 * 1024 * 1024;
/** While the disk is full the database does not grow, except by this much for what ends and removes. */
const GROWTH_PAGES = 32;
const GROWTHS = 8;
/** SQLite's own limit. */
const UNLIMITED_PAGES = 4294967294;
/** With this many free pages inside of the database new transactions are taken again, full disk or not. */
const ENOUGH_PAGES = 128;

/**
 * Three of four in the next stretch, the oldest first: what stays shows the course of the session, and the pages get
 * empty enough for SQLite to merge them. A stretch at a time, because deleting needs room in the log as well.
 */
const STRETCH = 200;
const NEXT_OWED = `SELECT ordinal AS key FROM owed WHERE droppable = 1 AND ordinal > ? ORDER BY ordinal LIMIT ${STRETCH}`;
const NEXT_SAMPLES = `SELECT id AS key FROM samples WHERE id > ?
  AND context NOT IN ('Transaction.Begin', 'Transaction.End') ORDER BY id LIMIT ${STRETCH}`;

export function createSpace(db: Db, files: JournalFiles): Space {
  const thinners = [
    createThinner(db, NEXT_OWED, 'DELETE FROM owed WHERE ordinal = ?'),
    createThinner(db, NEXT_SAMPLES, 'DELETE FROM samples WHERE id = ?'),
  ];
  let pressure: Pressure = 'none';
  let growths = 0;

  function checkpoint(): void {
    db.pragma(pressure === 'none' ? 'wal_checkpoint(TRUNCATE)' : 'wal_checkpoint(RESTART)');
  }

  /** Lends the reserve's room to the log, ends the database's growth, and drops some sampled meter values. */
  function shed(): number {
    removeIfThere(files.reserve);
    try {
      checkpoint();
      limitPages(Number(db.pragma('page_count', { simple: true })));
      const gone = db.transaction(() => thinners.reduce((sum, thin) => sum + thin(), 0)).immediate();
      checkpoint();
      return gone;
    } catch (error) {
      // Not even a deletion fits: the caller's own error says so.
      if (isFull(error)) return 0;
      throw error;
    }
  }

  function freePages(): number {
    return Number(db.pragma('freelist_count', { simple: true }));
  }

  function limitPages(pages: number): void {
    db.pragma(`max_page_count = ${pages}`);
  }

  /** Gives false when there is no room for a write of this importance. */
  function makeRoom(importance: Importance): boolean {
    pressure = 'shedding';
    if (shed() > 0) return true;
    if (importance === 'new' || growths >= GROWTHS) return false;
    growths += 1;
    limitPages(Number(db.pragma('page_count', { simple: true })) + GROWTH_PAGES);
    return true;
  }

  /** False when there is no room for it. */
  function makeReserve(): boolean {
    if (existsSync(files.reserve)) return true;
    try {
      writeDurably(files.directory, files.reserve, Buffer.alloc(RESERVE_BYTES));
      return true;
    } catch (error) {
      removeIfThere(`${files.reserve}.tmp`);
      if (isFull(error)) return false;
      throw toJournalError(error);
    }
  }

  function attempt<T>(work: () => T, importance: Importance = 'owed'): T {
    if (!db.open)
      throw new JournalError(
        'JOURNAL_CLOSED',
        'The journal is closed.',
        'The station is shutting down; nothing to do.',
      );
    for (;;) {
      // What was put aside for ends and removals is for them.
      if (importance === 'new' && growths > 0 && freePages() < ENOUGH_PAGES) {
        pressure = 'full';
        throw toJournalError(Object.assign(new Error('kept for running sessions'), { code: 'SQLITE_FULL' }));
      }
      try {
        return work();
      } catch (error) {
        // Inside of a commit the whole of it fails; the outermost call makes room and does it again.
        if (db.inTransaction || !isFull(error)) throw toJournalError(error);
        if (!makeRoom(importance)) {
          pressure = 'full';
          throw toJournalError(error);
        }
      }
    }
  }

  return {
    attempt,
    write(work, importance) {
      const run = db.transaction(work);
      return db.inTransaction ? run() : attempt(() => run.immediate(), importance);
    },
    checkpoint,
    pressure: () => pressure,
    recover() {
      if (makeReserve()) {
        if (pressure !== 'none') limitPages(UNLIMITED_PAGES);
        pressure = 'none';
        growths = 0;
        return;
      }
      const enough = freePages() >= ENOUGH_PAGES;
      if (pressure === 'none' || enough) pressure = 'shedding';
      if (enough) growths = 0;
    },
  };
}

/** Gives a function that thins the next stretch, from the start again after the last, and says how many rows went. */
function createThinner(db: Db, select: string, remove: string): () => number {
  const next = db.prepare<[number], { key: number }>(select);
  const removeOne = db.prepare<[number]>(remove);
  let from = 0;
  return () => {
    let rows = next.all(from);
    if (rows.length === 0 && from > 0) rows = next.all(0);
    const going = rows.filter((_row, index) => index % 4 !== 3);
    for (const row of going) removeOne.run(row.key);
    from = rows.at(-1)?.key ?? 0;
    return going.length;
  };
}

/** Whether it is the full disk that speaks. */
export function isFull(error: unknown): boolean {
  const typed = toJournalError(error);
  return typed instanceof JournalError && typed.code === 'JOURNAL_DISK_FULL';
}
