import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { assemble } from './assemble.js';
import { makeBackup, restoreNewest } from './backups.js';
import { type Assessment, assess, connect, create, type Db, migrate, userVersion } from './database.js';
import { JournalError, toJournalError } from './errors.js';
import {
  copyAside,
  type JournalFiles,
  journalFiles,
  type Marker,
  moveAside,
  readMarker,
  removeIfThere,
  sizeOf,
  writeMarker,
} from './files.js';
import type { JournalOptions, OpenedJournal, OpenOutcome } from './journal.js';
import { lockDirectory } from './lock.js';
import { LATEST_VERSION } from './migrations.js';
import { inspectWal } from './wal-inspection.js';

/**
 * Opens the journal of a state directory: checks it, restores it where it is damaged, brings its schema up to date.
 * Nothing is ever deleted: what is damaged is moved into a `corrupt-…` directory.
 *
 * @throws JournalError JOURNAL_BUSY (another process has it), JOURNAL_TOO_NEW (written by a later tapwatt; nothing was
 *   touched), JOURNAL_MIGRATION, JOURNAL_DISK_FULL, JOURNAL_IO, JOURNAL_READ_ONLY.
 */
export async function openJournal(options: JournalOptions): Promise<OpenedJournal> {
  const files = journalFiles(options.directory);
  try {
    mkdirSync(files.directory, { recursive: true });
    const lock = lockDirectory(files);
    try {
      return await openLocked(files, options, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw toJournalError(error);
  }
}

async function openLocked(
  files: JournalFiles,
  options: JournalOptions,
  lock: { release(): void },
): Promise<OpenedJournal> {
  const marker = readMarker(files);
  const findings: OpenOutcome['findings'] = [];
  const keptLog = keepDamagedLog(files, options, findings);
  const found = examine(files);
  const prepared = prepare(files, found, marker, options);
  const db = roomFor(files, () => connect(files.database));
  try {
    const uuid = await bringUpToDate(db, files);
    if (marker.t === 'unreadable' || (marker.t === 'present' && marker.uuid !== uuid && prepared.t === 'ok'))
      findings.push({
        code: 'INSTANCE_CHANGED',
        message: 'instance.json did not name this database; it was written anew.',
        hint: 'Expected after files were copied by hand. Otherwise check the disk (dmesg).',
      });
    if (marker.t !== 'present' || marker.uuid !== uuid) writeMarker(files, uuid);
    const outcome: OpenOutcome = { ...prepared, keptIn: prepared.keptIn ?? keptLog, findings };
    const afterLoss = outcome.t === 'restored' || outcome.t === 'started-empty-after-loss';
    const { journal, sameProcess } = roomFor(files, () => assemble(db, files, options, lock, afterLoss));
    return { journal, outcome, sameProcess };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A log that is damaged in its middle is kept before SQLite drops it; gives the directory. */
function keepDamagedLog(
  files: JournalFiles,
  options: JournalOptions,
  findings: OpenOutcome['findings'],
): string | null {
  if (sizeOf(files.database) === 0) return null;
  if (!existsSync(files.wal)) {
    // SQLite removes both or none of the two.
    if (existsSync(files.sharedMemory))
      findings.push({
        code: 'LOG_MISSING',
        message: 'The write-ahead log journal.db-wal was removed: the latest records may be lost.',
        hint: 'Never delete files of the state directory by hand. Compare the last sessions with the central system.',
      });
    return null;
  }
  const state = inspectWal(readFileSync(files.wal));
  if (state.t !== 'damaged') return null;
  const keptIn = copyAside(files, options.clock.wallMs());
  findings.push({
    code: 'LOG_DAMAGED',
    message: `The write-ahead log is damaged in its middle: about ${state.lostCommits} of the latest records are lost. It is kept in ${keptIn}.`,
    hint: 'The disk or SD card returns wrong data: see dmesg, replace it. Compare the last sessions with the central system.',
  });
  return keptIn;
}

function examine(files: JournalFiles): Assessment {
  // SQLite deletes the log of an empty file: it must not even be opened.
  return sizeOf(files.database) === 0 ? { t: 'empty' } : roomFor(files, () => assess(files.database));
}

type Prepared = Omit<OpenOutcome, 'findings'>;

/** Makes the database file one that can be opened: the good one, the restored one, or none. */
function prepare(files: JournalFiles, found: Assessment, marker: Marker, options: JournalOptions): Prepared {
  switch (found.t) {
    case 'good':
      return { t: 'ok', sentence: 'The journal is in order.', hint: '', keptIn: null };
    case 'too-new':
      throw new JournalError(
        'JOURNAL_TOO_NEW',
        `The journal was written by a later tapwatt (schema ${found.version}, this one knows ${LATEST_VERSION}).`,
        'Install that tapwatt version or a later one. Nothing was changed.',
      );
    case 'empty':
      if (marker.t === 'none' && sizeOf(files.wal) === 0)
        return { t: 'fresh', sentence: 'A new journal was made.', hint: '', keptIn: null };
      return restore(files, 'it is empty or missing, although there was a journal here', options);
    case 'damaged':
      return restore(files, found.reason, options);
  }
}

function restore(files: JournalFiles, reason: string, options: JournalOptions): Prepared {
  const keptIn = moveAside(files, options.clock.wallMs());
  const backup = restoreNewest(files);
  const disk = 'Check the disk or SD card (dmesg) and replace it when it shows errors.';
  if (backup === null)
    return {
      t: 'started-empty-after-loss',
      sentence: `The journal was damaged (${reason}) and there is no good backup: a new one was started. The damaged files are in ${keptIn}.`,
      hint: `${disk} Sessions that were not delivered are lost unless they can be read from those files.`,
      keptIn,
    };
  return {
    t: 'restored',
    sentence: `The journal was damaged (${reason}); the backup ${backup} was restored. The damaged files are in ${keptIn}.`,
    hint: `${disk} Sessions since that backup may be missing or be sent twice: compare with the central system.`,
    keptIn,
  };
}

/** Creates or migrates; gives the database's uuid. A backup is made before a migration. */
async function bringUpToDate(db: Db, files: JournalFiles): Promise<string> {
  const version = userVersion(db);
  if (version === 0) return roomFor(files, () => create(db));
  if (version < LATEST_VERSION) {
    await makeBackup(db, files);
    roomFor(files, () => migrate(db));
  }
  const row = db.prepare<[], { uuid: string }>('SELECT uuid FROM journal WHERE id = 1').get();
  if (row === undefined) throw new JournalError('JOURNAL_DAMAGED', 'The sentinel row is missing.', 'Restart tapwatt.');
  return row.uuid;
}

/** On a full disk gives the reserve up and tries once more, so that the charge point starts and can end what ran. */
function roomFor<T>(files: JournalFiles, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const typed = toJournalError(error);
    const full = typed instanceof JournalError && (typed.code === 'JOURNAL_DISK_FULL' || typed.code === 'JOURNAL_IO');
    if (!full || !existsSync(files.reserve)) throw error;
    removeIfThere(files.reserve);
    return work();
  }
}
