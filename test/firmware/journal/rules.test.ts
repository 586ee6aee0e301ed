import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench, KEPT, POLICY, reading } from './support.js';

/** What another connection sees: committed rows only. */
function committed(bench: Bench, sql: string): unknown[] {
  const db = new Database(join(bench.directory, 'journal.db'), { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

test('rule 1: a start and the StartTransaction it owes are committed when apply returns', async () => {
  const bench = new Bench();
  await bench.open();
  assert.equal(bench.start('a'), { t: 'applied', owes: true });
  assert.equal(committed(bench, 'SELECT local_id, ended FROM transactions'), [{ local_id: 'a', ended: 0 }]);
  assert.equal(committed(bench, 'SELECT kind, local_id FROM owed'), [{ kind: 'Started', local_id: 'a' }]);
  bench.close();
});

test('rule 1: when the owed message cannot be written, neither is the state', async () => {
  const bench = new Bench();
  await bench.open();
  const saboteur = new Database(join(bench.directory, 'journal.db'));
  saboteur.exec(`CREATE TRIGGER no BEFORE INSERT ON owed BEGIN SELECT RAISE(ABORT, 'no'); END`);
  assert.throws(() => bench.start('a'), /no/);
  assert.equal(committed(bench, 'SELECT * FROM transactions'), []);
  assert.equal(committed(bench, 'SELECT * FROM progress'), []);
  saboteur.exec('DROP TRIGGER no');
  saboteur.close();
  const record = {
    t: 'TransactionStarted',
    localId: 'a',
    authorization: { idTag: 'T', parentIdTag: null, source: 'local', reservationId: null },
    meterStartWh: 5,
    reading: reading(5),
    at: bench.clock.now(),
  } as const;
  // The connector repeats the same seq, since it was not acknowledged.
  const again = { connectorId: 1, incarnation: bench.incarnation, seq: 1, record, wanted: bench.wanted };
  assert.equal(bench.journal.apply(again), { t: 'applied', owes: true });
  bench.close();
});

test('rule 1: a record is applied once per (connectorId, incarnation, seq), also over a restart', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  const record = { t: 'MeterSampled', localId: 'a', context: 'Sample.Periodic', reading: reading(1100) } as const;
  const application = {
    connectorId: 1,
    incarnation: 'life-1',
    seq: 2,
    record: { ...record, offeredMa: 0, at: bench.clock.now() },
    wanted: bench.wanted,
  };
  assert.is(bench.journal.apply(application).t, 'applied');
  assert.is(bench.journal.apply(application).t, 'duplicate');
  assert.is(bench.journal.apply({ ...application, seq: 1 }).t, 'duplicate');
  bench.close();
  await bench.open();
  assert.is(bench.journal.apply(application).t, 'duplicate');
  assert.is(bench.journal.outbox.stats().pending, 2);
  // Another life of the thread, and another connector, number from one again.
  assert.is(bench.journal.apply({ ...application, incarnation: 'life-2', seq: 1 }).t, 'applied');
  assert.is(
    bench.journal.apply({ ...application, connectorId: 2, record: { ...application.record, localId: null } }).t,
    'applied',
  );
  bench.close();
});

test('rule 2: the message id is minted once, has at most 36 characters and survives retries and restarts', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  const { id } = bench.due();
  assert.ok(id.length > 0 && id.length <= 36);
  assert.is(bench.due().id, id);
  bench.journal.outbox.failed(id, { code: 'InternalError', description: '' }, POLICY, bench.clock.monotonic);
  bench.clock.advance(60_000);
  assert.is(bench.due().id, id);
  bench.close();
  await bench.open();
  assert.is(bench.due().id, id);
  bench.close();
});

test('rule 3: what was answered leaves; a second answer to it changes nothing', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  const start = bench.deliver(42);
  assert.equal(bench.journal.outbox.nextDue(bench.clock.monotonic), { t: 'empty' });
  const again = { transactionId: 43, idTagInfo: { status: 'Accepted' as const, expiresAtMs: null, parentIdTag: null } };
  assert.equal(bench.journal.outbox.answered(start.id, again), { t: 'unknown' });
  assert.equal(bench.journal.transactions.transactionIds(), { a: 42 });
  bench.close();
});

test('rule 3: a message that is never answered stays for ever, whatever time passes', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  const { id } = bench.due();
  for (let day = 0; day < 400; day += 1) {
    bench.clock.advance(86_400_000);
    assert.is(bench.due().id, id);
    assert.is(bench.due().attempts, 0);
  }
  bench.close();
});

test('rule 4: Start before Meter before Stop; transactions in the order in which they happened', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a', 1);
  bench.start('b', 2);
  bench.meter('a', 1100, 1);
  bench.meter('b', 1200, 2);
  bench.end('a', 1300, 1);
  bench.end('b', 1400, 2);
  const seen = [];
  while (bench.journal.outbox.stats().pending > 0) {
    const message = bench.deliver(seen.length + 1);
    seen.push(`${message.content.t} ${message.localId} ${message.transactionId}`);
  }
  assert.equal(seen, ['Started a null', 'Started b null', 'Metered a 1', 'Metered b 2', 'Ended a 1', 'Ended b 2']);
  bench.close();
});

test('rule 4: a sample that comes after the end of its transaction owes nothing, but lifts the meter floor', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.end('a', 1300);
  assert.equal(bench.meter('a', 1301), { t: 'applied', owes: false });
  assert.equal(bench.journal.transactions.meterFloorsWh(), { 1: 1301 });
  assert.is(bench.journal.outbox.stats().pending, 2);
  bench.close();
});

test('rule 4: other messages are queued with guaranteed delivery and hold nothing else back', async () => {
  const bench = new Bench();
  await bench.open();
  const event = { type: 'SecurityEvent', body: { type: 'StartupOfTheDevice' }, chain: 'security', connectorId: null };
  const id = bench.journal.outbox.enqueue({ ...event, at: bench.clock.now() });
  const first = bench.due();
  assert.is(first.id, id);
  assert.equal(first.content, { t: 'Other', type: 'SecurityEvent', body: { type: 'StartupOfTheDevice' } });
  bench.start('a');
  const never = { attempts: null, retryIntervalS: 10 };
  for (let n = 1; n <= 20; n += 1) {
    const failed = bench.journal.outbox.failed(
      id,
      { code: 'GenericError', description: '' },
      never,
      bench.clock.monotonic,
    );
    assert.is(failed.t, 'will-retry');
    assert.is(bench.due().localId, 'a');
    bench.clock.advance(10_000 * n);
  }
  assert.is(bench.deliver().localId, 'a');
  assert.is(bench.due().id, id);
  bench.close();
});

test('rule 5: checkpoints are journaled, owe nothing, and bound what a power cut loses', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.deliver(7);
  bench.clock.advance(60_000);
  const stoppedAt = bench.clock.wall;
  assert.equal(bench.checkpoint('a', 1234), { t: 'applied', owes: false });
  assert.equal(bench.journal.outbox.nextDue(bench.clock.monotonic), { t: 'empty' });
  await bench.reboot('boot-2');
  assert.equal(bench.journal.transactions.endInterrupted(), [
    { connectorId: 1, localId: 'a', meterStopWh: 1234, reason: 'PowerLoss' },
  ]);
  const stop = bench.due();
  assert.is(stop.transactionId, 7);
  assert.is(stop.time.ms, stoppedAt);
  assert.ok(stop.content.t === 'Ended' && stop.content.interrupted);
  if (stop.content.t === 'Ended') assert.is(stop.content.record.reading.energyWh, 1234);
  bench.close();
});

test('rule 6: WAL and synchronous=FULL are in force, the file is marked and checkpointed after start and stop', async () => {
  const bench = new Bench();
  await bench.open();
  const wal = join(bench.directory, 'journal.db-wal');
  const size = async () => {
    await nextTurn();
    await nextTurn();
    return existsSync(wal) ? (await import('node:fs')).statSync(wal).size : 0;
  };
  bench.start('a');
  assert.is(await size(), 0);
  bench.checkpoint('a', 1001);
  assert.ok((await size()) > 0);
  bench.end('a', 1002);
  assert.is(await size(), 0);
  assert.equal(committed(bench, 'PRAGMA journal_mode'), [{ journal_mode: 'wal' }]);
  assert.equal(committed(bench, 'PRAGMA application_id'), [{ application_id: 0x54617057 }]);
  bench.close();
});

test('rule 6: synchronous=FULL is set after WAL (better-sqlite3 would leave NORMAL)', async () => {
  const { connect } = await import('tapwatt/station/journal/database.js');
  const bench = new Bench();
  // The default differs for a file that is in WAL mode already: look at the second opening.
  connect(join(bench.directory, 'x.db')).close();
  const db = connect(join(bench.directory, 'x.db'));
  assert.is(db.pragma('journal_mode', { simple: true }), 'wal');
  assert.is(db.pragma('synchronous', { simple: true }), 2);
  db.close();
});

test('rule 6: maintain makes a daily backup and keeps two', async () => {
  const bench = new Bench();
  await bench.open();
  const backups = () => readdirSync(join(bench.directory, 'backups')).sort();
  await bench.journal.maintain();
  assert.equal(backups(), ['journal-1.db']);
  bench.clock.advance(23 * 3_600_000);
  await bench.journal.maintain();
  assert.equal(backups(), ['journal-1.db']);
  bench.clock.advance(3_600_000);
  bench.start('a');
  await bench.journal.maintain();
  assert.equal(backups(), ['journal-1.db', 'journal-2.db']);
  const count = (name: string) => {
    const db = new Database(join(bench.directory, 'backups', name), { readonly: true });
    const n = db.prepare('SELECT count(*) AS n FROM transactions').get();
    db.close();
    return n;
  };
  assert.equal([count('journal-1.db'), count('journal-2.db')], [{ n: 1 }, { n: 0 }]);
  bench.close();
});

test('rule 7: what was journaled before the time was known is re-timed when it is sent', async () => {
  const bench = new Bench();
  bench.trusted = false;
  bench.clock.wall = 5000; // 1970
  await bench.open();
  bench.start('a');
  bench.clock.advance(600_000);
  const trueNow = Date.UTC(2026, 5, 1, 12);
  assert.is(bench.journal.clock.known, false);
  assert.is(bench.journal.clock.learn(trueNow, bench.clock.now()), true);
  const message = bench.due();
  assert.equal(message.time, { ms: trueNow - 600_000, basis: 'rebased' });
  // A later heartbeat that differs by a little, or a lot, does not change what was sent once.
  bench.clock.advance(60_000);
  bench.journal.clock.learn(trueNow + 60_000 + 30_000, bench.clock.now());
  assert.equal(bench.due().time, message.time);
  bench.close();
});

test('rule 7: of an earlier boot that never knew the time, order and durations are kept and the basis says assumed', async () => {
  const bench = new Bench();
  bench.trusted = false;
  bench.clock.wall = 5000;
  await bench.open();
  bench.start('a');
  bench.clock.advance(600_000);
  bench.end('a', 1500);
  await bench.reboot('boot-2');
  const trueNow = Date.UTC(2026, 5, 1, 12);
  bench.clock.advance(10_000);
  bench.journal.clock.learn(trueNow, bench.clock.now());
  const start = bench.deliver(1);
  const stop = bench.due();
  assert.is(start.time.basis, 'assumed');
  assert.is(stop.time.basis, 'assumed');
  assert.is(stop.time.ms - start.time.ms, 600_000);
  assert.is(stop.time.ms, trueNow - 10_500, 'it ended when this boot began, 10.5 s ago');
  // Handed out once, it stays, although the row of the Start has gone and another boot has come.
  await bench.reboot('boot-3', 3_600_000);
  bench.journal.clock.learn(trueNow + 7_200_000, bench.clock.now());
  assert.equal(bench.due().time, stop.time);
  bench.close();
});

test('rule 7: what was handed out before anything was known of the time keeps its timestamp on every retry', async () => {
  const bench = new Bench();
  bench.trusted = false;
  bench.clock.wall = 5000;
  await bench.open();
  bench.start('a');
  const first = bench.due();
  assert.is(first.time.basis, 'unknown');
  bench.clock.advance(1000);
  bench.journal.clock.learn(Date.UTC(2026, 5, 1, 12), bench.clock.now());
  assert.equal(bench.due().time, first.time);
  bench.close();
  await bench.open();
  assert.equal(bench.due().time, first.time);
  bench.close();
});

test('errata 3.14: samples for transactionData have Begin first and End last, once each, and their own measurands', async () => {
  const bench = new Bench();
  bench.wanted = KEPT;
  await bench.open();
  bench.start('a');
  bench.meter('a', 1000, 1, 'Transaction.Begin');
  bench.meter('a', 1100);
  bench.meter('a', 1200, 1, 'Sample.Clock');
  bench.end('a', 1300);
  for (let n = 0; n < 4; n += 1) bench.deliver();
  const { content } = bench.due();
  assert.ok(content.t === 'Ended');
  if (content.t !== 'Ended') return;
  assert.equal(
    content.samples.map((sample) => [sample.context, sample.reading.energyWh]),
    [
      ['Transaction.Begin', 1000],
      ['Sample.Periodic', 1100],
      ['Sample.Clock', 1200],
      ['Transaction.End', 1300],
    ],
  );
  assert.equal(content.samples[1]?.measurands, ['Energy.Active.Import.Register', 'Power.Active.Import']);
  bench.deliver();
  assert.equal(committed(bench, 'SELECT * FROM samples'), []);
  bench.close();
});

test('errata 3.14.5: without StopTxn lists nothing is kept', async () => {
  const bench = new Bench();
  bench.wanted = { meterValues: null, stopTransaction: [] };
  await bench.open();
  bench.start('a');
  assert.equal(bench.meter('a', 1100), { t: 'applied', owes: false });
  bench.end('a', 1300);
  bench.deliver();
  const { content } = bench.due();
  assert.ok(content.t === 'Ended' && content.samples.length === 0);
  bench.close();
});

test('outside of a transaction: a clock-aligned value has no transactionId and a chain of its own', async () => {
  const bench = new Bench();
  await bench.open();
  bench.meter(null, 900, 2, 'Sample.Clock');
  const message = bench.deliver();
  assert.is(message.localId, null);
  assert.is(message.transactionId, null);
  assert.is(message.connectorId, 2);
  assert.equal(bench.journal.transactions.meterFloorsWh(), { 2: 900 });
  bench.close();
});

test('atomically: all of it or nothing', async () => {
  const bench = new Bench();
  await bench.open();
  assert.throws(
    () =>
      bench.journal.atomically(() => {
        bench.start('a');
        bench.journal.configuration.set('HeartbeatInterval', '30');
        throw new Error('on second thoughts');
      }),
    /second thoughts/,
  );
  assert.is(bench.journal.configuration.get('HeartbeatInterval'), null);
  assert.equal(bench.journal.transactions.open(), []);
  bench.close();
});

test.run();
