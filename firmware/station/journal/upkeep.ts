import { existsSync, statSync } from 'node:fs';
import type { Clock } from '@tapwatt/hal';
import type { Db } from './database.js';
import { type JournalFiles, sizeOf } from './files.js';
import type { Space } from './space.js';

const IDLE_CHECKPOINT_MS = 5 * 60_000;
const BACKUP_MS = 24 * 3_600_000;

/** Moves the log into the database, which bounds what a damaged log can take along (rule 6). */
export interface Checkpoints {
  /** After what the thread is doing now: an acknowledgement shall not wait for it. */
  soon(): void;
  now(): void;
  /** When none was made for five minutes. @throws what the last `soon` threw. */
  whenIdle(): void;
}

export function createCheckpoints(db: Db, files: JournalFiles, space: Space, monotonicMs: () => number): Checkpoints {
  let planned = false;
  let lastMs = monotonicMs();
  let failure: unknown = null;

  function now(): void {
    space.checkpoint();
    lastMs = monotonicMs();
  }

  return {
    now,
    soon() {
      if (planned) return;
      planned = true;
      setImmediate(() => {
        planned = false;
        if (!db.open) return;
        try {
          now();
        } catch (error) {
          // Nothing is lost, the log is whole: told by the next maintain.
          failure = error;
        }
      });
    },
    whenIdle() {
      if (failure !== null) {
        const error = failure;
        failure = null;
        throw error;
      }
      if (monotonicMs() - lastMs >= IDLE_CHECKPOINT_MS && sizeOf(files.wal) > 0) now();
    },
  };
}

/** Daily: by the monotonic clock within a process, by the age of the file across restarts. */
export function backupDue(
  files: JournalFiles,
  lastInProcessMs: number | null,
  clock: Pick<Clock, 'wallMs' | 'monotonicMs'>,
): boolean {
  if (lastInProcessMs !== null) return clock.monotonicMs() - lastInProcessMs >= BACKUP_MS;
  const [newest] = files.backups;
  if (!existsSync(newest)) return true;
  // An age below zero is a clock that went back: better one backup more.
  const ageMs = clock.wallMs() - statSync(newest).mtimeMs;
  return ageMs < -60_000 || ageMs >= BACKUP_MS;
}
