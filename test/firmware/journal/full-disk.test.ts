import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemble } from 'tapwatt/station/journal/assemble.js';
import { connect, create } from 'tapwatt/station/journal/database.js';
import { toJournalError } from 'tapwatt/station/journal/errors.js';
import { journalFiles } from 'tapwatt/station/journal/files.js';
import { type Journal, JournalError } from 'tapwatt/station/journal/journal.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { accepted, KEPT, reading, TestClock, temporaryDirectory } from './support.js';

/** A journal whose database SQLite lets grow to `pages` and no further: SQLITE_FULL without a small disk. */
function cramped(pages: number): {
  journal: Journal;
  clock: TestClock;
  apply(n: number, localId: string, t: 'start' | 'meter' | 'end'): void;
} {
  const files = journalFiles(temporaryDirectory());
  const clock = new TestClock();
  const db = connect(files.database);
  create(db);
  const options = { directory: files.directory, clock, bootId: 'boot', systemClockTrusted: true };
  const { journal } = assemble(db, files, options, { release: () => undefined });
  db.pragma(`max_page_count = ${pages}`);
  let seq = 0;
  return {
    journal,
    clock,
    apply(n, localId, t) {
      seq += 1;
      const common = { localId, reading: reading(n), at: clock.now() };
      const authorization = { idTag: 'T', parentIdTag: null, source: 'local', reservationId: null } as const;
      const record =
        t === 'start'
          ? ({ t: 'TransactionStarted', meterStartWh: n, authorization, ...common } as const)
          : t === 'meter'
            ? ({ t: 'MeterSampled', context: 'Sample.Periodic', offeredMa: 0, ...common } as const)
            : ({ t: 'TransactionEnded', reason: 'Local', idTag: null, meterStopWh: n, ...common } as const);
      // A seq that failed is used again, as the connector does.
      try {
        journal.apply({ connectorId: 1, incarnation: 'x', seq, record, wanted: KEPT });
      } catch (error) {
        seq -= 1;
        throw error;
      }
    },
  };
}

function kinds(journal: Journal, kind: string): number {
  return journal.outbox.list(100_000).filter((message) => message.content.t === kind).length;
}

test('full disk: sampled meter values go first, and the session can still be ended and delivered', () => {
  const { journal, apply } = cramped(110);
  apply(0, 'a', 'start');
  for (let n = 1; n <= 1000; n += 1) apply(n, 'a', 'meter');
  assert.is(journal.pressure(), 'shedding');
  const left = kinds(journal, 'Metered');
  assert.ok(left > 0 && left < 1000, `${left} left`);
  apply(1001, 'a', 'end');
  assert.is(kinds(journal, 'Started'), 1);
  assert.is(kinds(journal, 'Ended'), 1);
  const due = journal.outbox.nextDue(0);
  assert.ok(due.t === 'send' && due.message.content.t === 'Started');
  if (due.t === 'send') journal.outbox.answered(due.message.id, accepted(1));
  const stop = journal.outbox.list(100_000).at(-1);
  assert.ok(stop?.content.t === 'Ended');
  if (stop?.content.t === 'Ended') {
    const contexts = stop.content.samples.map((sample) => sample.context);
    assert.is(contexts[0], 'Transaction.Begin');
    assert.is(contexts.at(-1), 'Transaction.End');
  }
  journal.close();
});

test('full disk: with nothing left to drop a new transaction is refused with a hint, an end is still taken', () => {
  const { journal, apply } = cramped(110);
  let started = 0;
  let error: unknown = null;
  for (let n = 1; n < 5000 && error === null; n += 1) {
    try {
      apply(n, `t${n}`, 'start');
      started = n;
      apply(n, `t${n}`, 'end');
    } catch (thrown) {
      error = thrown;
    }
  }
  assert.instance(error, JournalError);
  assert.is(Reflect.get(Object(error), 'code'), 'JOURNAL_DISK_FULL');
  assert.match(String(Reflect.get(Object(error), 'hint')), 'Free space');
  assert.is(journal.pressure(), 'full');
  assert.is(kinds(journal, 'Started'), started);
  assert.is(kinds(journal, 'Ended'), started, 'each start that was taken could be ended');
  // A sample is no reason to stop the connector's records: it counts for the register.
  const before = kinds(journal, 'Metered');
  apply(90_000, `t${started}`, 'meter');
  assert.is(kinds(journal, 'Metered'), before);
  assert.equal(journal.transactions.meterFloorsWh(), { 1: 90_000 });
  journal.close();
});

const CHILD = join(fileURLToPath(new URL('.', import.meta.url)), 'full-disk-child.js');
const MOUNT = 'mount -t tmpfs -o size=6m tmpfs "$1"';
const mayMount =
  spawnSync('unshare', ['-Urm', 'sh', '-c', MOUNT, 'sh', temporaryDirectory()], { stdio: 'ignore' }).status === 0;

(mayMount ? test : test.skip)(
  'full disk: a real file system of 6 MB fills up, drains, and takes new transactions again',
  () => {
    const script = `${MOUNT} && exec "$2" "$3" "$1"`;
    const run = spawnSync(
      'unshare',
      ['-Urm', 'sh', '-c', script, 'sh', temporaryDirectory(), process.execPath, CHILD],
      {
        encoding: 'utf8',
      },
    );
    assert.is(run.status, 0, run.stderr);
    const told = JSON.parse(run.stdout) as Record<string, unknown>;
    assert.is(told.code, 'JOURNAL_DISK_FULL');
    assert.is(told.pressure, 'full');
    assert.ok(Number(told.sheddingAfter) > 100 && Number(told.sheddingAfter) < Number(told.recorded));
    assert.is(told.meters, 0, 'every sampled value went before a transaction was refused');
    // The one that runs has no stop yet; every other start that was taken has its stop.
    assert.is(Number(told.starts) - Number(told.stops), 1);
    assert.is.not(told.afterDelivery, 'full');
    assert.is(told.reopened, 'ok');
    assert.equal(told.open, ['afterwards']);
  },
);

test('errors of SQLite and of the file system become errors with a hint; others stay what they are', () => {
  const from = (code: string) => toJournalError(Object.assign(new Error('x'), { code }));
  for (const [code, expected] of [
    ['SQLITE_FULL', 'JOURNAL_DISK_FULL'],
    ['ENOSPC', 'JOURNAL_DISK_FULL'],
    ['SQLITE_IOERR_WRITE', 'JOURNAL_IO'],
    ['SQLITE_READONLY_DBMOVED', 'JOURNAL_READ_ONLY'],
    ['EROFS', 'JOURNAL_READ_ONLY'],
    ['SQLITE_CORRUPT_VTAB', 'JOURNAL_DAMAGED'],
    ['SQLITE_NOTADB', 'JOURNAL_DAMAGED'],
    ['SQLITE_BUSY_SNAPSHOT', 'JOURNAL_BUSY'],
    ['SQLITE_CONSTRAINT_NOTNULL', 'JOURNAL_INTERNAL'],
  ] as const) {
    const error = from(code);
    assert.instance(error, JournalError);
    if (error instanceof JournalError)
      assert.ok(error.code === expected && error.hint !== '', `${code}: ${error.code}`);
  }
  const other = new RangeError('mine');
  assert.is(toJournalError(other), other);
});

test.run();
