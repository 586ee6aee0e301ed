import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench, KEPT } from './support.js';

test('a power cut: every open transaction ends with PowerLoss at its last register, in the order of the queue', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a', 1, 1000);
  bench.start('b', 2, 5000);
  bench.clock.advance(60_000);
  bench.meter('a', 1700, 1);
  bench.checkpoint('b', 5400, 2);
  await bench.reboot('boot-2');
  assert.equal(bench.journal.transactions.endInterrupted(), [
    { connectorId: 1, localId: 'a', meterStopWh: 1700, reason: 'PowerLoss' },
    { connectorId: 2, localId: 'b', meterStopWh: 5400, reason: 'PowerLoss' },
  ]);
  assert.equal(bench.journal.transactions.endInterrupted(), [], 'once');
  assert.equal(bench.journal.transactions.open(), []);
  const kinds = bench.journal.outbox.list(10).map((message) => `${message.content.t} ${message.localId}`);
  assert.equal(kinds, ['Started a', 'Started b', 'Metered a', 'Ended a', 'Ended b']);
  bench.close();
});

test('a power cut right after the start: the stop has the start register and time', async () => {
  const bench = new Bench();
  await bench.open();
  const startedAt = bench.clock.wall;
  bench.start('a', 1, 1000);
  await bench.reboot('boot-2', 3_600_000);
  bench.journal.transactions.endInterrupted();
  bench.deliver(1);
  const stop = bench.due();
  assert.is(stop.time.ms, startedAt);
  assert.ok(stop.content.t === 'Ended' && stop.content.record.meterStopWh === 1000);
  bench.close();
});

test('a power cut with StopTxn data: the samples end with Transaction.End at the last register', async () => {
  const bench = new Bench();
  bench.wanted = KEPT;
  await bench.open();
  bench.start('a');
  bench.meter('a', 1100);
  bench.checkpoint('a', 1150);
  await bench.reboot('boot-2');
  bench.journal.transactions.endInterrupted();
  bench.deliver();
  bench.deliver();
  const { content } = bench.due();
  assert.ok(content.t === 'Ended');
  if (content.t === 'Ended')
    assert.equal(
      content.samples.map((sample) => [sample.context, sample.reading.energyWh]),
      [
        ['Transaction.Begin', 1000],
        ['Sample.Periodic', 1100],
        ['Transaction.End', 1150],
      ],
    );
  bench.close();
});

test('TC_015: after a hard reset on purpose the reason is HardReset, once', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.journal.transactions.expectRestart('Hard');
  await bench.reboot('boot-2');
  assert.is(bench.journal.transactions.endInterrupted()[0]?.reason, 'HardReset');
  bench.start('b');
  await bench.reboot('boot-3');
  assert.is(bench.journal.transactions.endInterrupted()[0]?.reason, 'PowerLoss');
  bench.close();
});

test('TC_014: a soft reset that did not get to stop a transaction ends it with SoftReset', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.journal.transactions.expectRestart('Soft');
  await bench.reboot('boot-2');
  assert.is(bench.journal.transactions.endInterrupted()[0]?.reason, 'SoftReset');
  bench.close();
});

test('resume: open transactions are given back whole and nothing is owed for them', async () => {
  const bench = new Bench();
  await bench.open();
  const startedAt = bench.clock.now();
  bench.start('a', 2, 1000);
  bench.deliver(31);
  bench.checkpoint('a', 1500, 2);
  bench.journal.transactions.expectRestart('Hard');
  await bench.reboot('boot-2');
  assert.equal(bench.journal.transactions.resumeInterrupted(), [
    {
      connectorId: 2,
      localId: 'a',
      authorization: { idTag: 'TAG-a', parentIdTag: null, source: 'local', reservationId: null },
      meterStartWh: 1000,
      startedAt,
      lastEnergyWh: 1500,
      transactionId: 31,
      deauthorized: false,
    },
  ]);
  assert.is(bench.journal.outbox.stats().pending, 0);
  // Resumed, charged on, and ended: one stop.
  bench.end('a', 2000, 2);
  assert.is(bench.due().transactionId, 31);
  // The marker was used up.
  bench.start('b', 1);
  await bench.reboot('boot-3');
  assert.is(bench.journal.transactions.endInterrupted()[0]?.reason, 'PowerLoss');
  bench.close();
});

test('meter floors: the highest register of each connector, over restarts, and never lower', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a', 1, 1000);
  bench.checkpoint('a', 1900, 1);
  bench.checkpoint('a', 1800, 1);
  bench.meter(null, 50, 2, 'Sample.Clock');
  await bench.reboot('boot-2');
  assert.equal(bench.journal.transactions.meterFloorsWh(), { 1: 1900, 2: 50 });
  assert.is(bench.journal.transactions.endInterrupted()[0]?.meterStopWh, 1900);
  bench.close();
});

test('records of a transaction whose beginning was lost are not lost too: transactionId -1 (errata 3.18)', async () => {
  const bench = new Bench();
  await bench.open();
  assert.is(bench.meter('gone', 1500).t, 'applied');
  assert.is(bench.end('gone', 1600).t, 'applied');
  const meter = bench.deliver();
  const stop = bench.deliver();
  assert.equal([meter.transactionId, stop.transactionId], [-1, -1]);
  assert.is(bench.journal.transactions.list(1)[0]?.idTag, null);
  bench.close();
});

test('a transaction whose beginning was lost cannot be resumed: it is ended', async () => {
  const bench = new Bench();
  await bench.open();
  bench.checkpoint('gone', 1500);
  await bench.reboot('boot-2');
  assert.equal(bench.journal.transactions.resumeInterrupted(), []);
  const stop = bench.due();
  assert.ok(stop.content.t === 'Ended' && stop.content.record.meterStopWh === 1500);
  bench.close();
});

test('one open transaction per connector: a start where one is open ends that one first', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a', 1, 1000);
  bench.checkpoint('a', 1100);
  bench.start('b', 1, 1100);
  assert.equal(
    bench.journal.transactions.open().map((transaction) => transaction.localId),
    ['b'],
  );
  const kinds = bench.journal.outbox.list(10).map((message) => `${message.content.t} ${message.localId}`);
  assert.equal(kinds, ['Started a', 'Ended a', 'Started b']);
  bench.close();
});

test('a second end of the same transaction is no second stop', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.end('a', 1100);
  assert.is(bench.end('a', 1200).t, 'duplicate');
  assert.is(bench.journal.outbox.stats().pending, 2);
  assert.is(bench.journal.transactions.list(1)[0]?.end?.meterStopWh, 1100);
  bench.close();
});

test('list: newest first, with what is still owed; finished ones beyond a thousand go when they owe nothing', async () => {
  const bench = new Bench();
  await bench.open();
  bench.journal.atomically(() => {
    for (let n = 0; n < 1010; n += 1) {
      bench.start(`t${n}`, 1, n);
      bench.end(`t${n}`, n + 1);
    }
  });
  bench.journal.atomically(() => {
    // All but the very first are delivered: its Start is held up.
    const first = bench.due();
    bench.journal.outbox.failed(
      first.id,
      { code: 'x', description: '' },
      { attempts: 9, retryIntervalS: 60 },
      bench.clock.monotonic,
    );
    while (bench.journal.outbox.stats().pending > 2) bench.deliver(1);
  });
  await bench.journal.maintain();
  const all = bench.journal.transactions.list(5000);
  assert.is(all.length, 1001);
  assert.is(all[0]?.localId, 't1009');
  assert.equal([all.at(-1)?.localId, all.at(-1)?.pending], ['t0', 2]);
  assert.is(bench.journal.transactions.list(3).length, 3);
  bench.close();
});

test.run();
