import { existsSync } from 'node:fs';
import type { Db } from './database.js';
import { JournalError, toJournalError } from './errors.js';
import { type JournalFiles, removeIfThere, writeDurably } from './files.js';
import type { Pressure } from './journal.js';

/** Writing with room made on a full disk (errata 3.14: meter values may go, those of begin and end stay to the last). */
export interface Space {
  /** Runs `work` in one commit; inside of another one, in a savepoint of it. @throws JournalError */
  write<T>(work: () => T): T;
  /** Runs `work`, which commits by itself. @throws JournalError */
  attempt<T>(work: () => T): T;
  pressure(): Pressure;
  /** Puts the reserve back where there is room again. */
  recover(): void;
}

/** Freed when the disk is full, so that there is room for the deletions and for the end of what runs. */
const RESERVE_BYTES = 1024 * 1024;

/** Every second one, the oldest first: what stays still shows the course of the session. */
const THIN_OWED = `DELETE FROM owed WHERE ordinal IN (SELECT ordinal FROM
  (SELECT ordinal, row_number() OVER (ORDER BY ordinal) AS n FROM owed WHERE droppable = 1) WHERE n % 2 = 1)`;
const THIN_SAMPLES = `DELETE FROM samples WHERE id IN (SELECT id FROM
  (SELECT id, row_number() OVER (ORDER BY id) AS n FROM samples
   WHERE context NOT IN ('Transaction.Begin', 'Transaction.End')) WHERE n % 2 = 1)`;

export function createSpace(db: Db, files: JournalFiles): Space {
  const thinOwed = db.prepare(THIN_OWED);
  const thinSamples = db.prepare(THIN_SAMPLES);
  let pressure: Pressure = 'none';

  /** Gives false when nothing is left that may go. */
  function makeRoom(): boolean {
    if (existsSync(files.reserve)) {
      removeIfThere(files.reserve);
      db.pragma('wal_checkpoint(TRUNCATE)');
      return true;
    }
    try {
      const gone = db.transaction(() => thinOwed.run().changes + thinSamples.run().changes).immediate();
      db.pragma('wal_checkpoint(TRUNCATE)');
      return gone > 0;
    } catch (error) {
      // Not even a deletion fits: the caller's own error says so.
      if (isFull(error)) return false;
      throw error;
    }
  }

  function attempt<T>(work: () => T): T {
    if (!db.open)
      throw new JournalError(
        'JOURNAL_CLOSED',
        'The journal is closed.',
        'The station is shutting down; nothing to do.',
      );
    for (;;) {
      try {
        const result = work();
        return result;
      } catch (error) {
        // Inside of a commit the whole of it fails; the outermost call makes room and does it again.
        if (db.inTransaction || !isFull(error)) throw toJournalError(error);
        if (!makeRoom()) {
          pressure = 'full';
          throw toJournalError(error);
        }
        pressure = 'shedding';
      }
    }
  }

  return {
    attempt,
    write(work) {
      const run = db.transaction(work);
      if (db.inTransaction) return run();
      return attempt(() => {
        const result = run.immediate();
        if (pressure === 'full') pressure = 'shedding';
        return result;
      });
    },
    pressure: () => pressure,
    recover() {
      if (existsSync(files.reserve)) {
        if (pressure === 'shedding') pressure = 'none';
        return;
      }
      try {
        writeDurably(files.directory, files.reserve, Buffer.alloc(RESERVE_BYTES));
        pressure = 'none';
      } catch (error) {
        removeIfThere(`${files.reserve}.tmp`);
        const typed = toJournalError(error);
        if (!(typed instanceof JournalError) || typed.code !== 'JOURNAL_DISK_FULL') throw typed;
        if (pressure === 'none') pressure = 'shedding';
      }
    },
  };
}

function isFull(error: unknown): boolean {
  const typed = toJournalError(error);
  return typed instanceof JournalError && typed.code === 'JOURNAL_DISK_FULL';
}
