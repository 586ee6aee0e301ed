import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { accepted, Bench, POLICY, refused } from './support.js';

const ERROR = { code: 'InternalError', description: 'database is down' };

test('1.6 §3.7.1: three attempts, waits of 60 s and 120 s, then the message is skipped', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.end('a', 1100);
  bench.deliver(5);
  const { id } = bench.due();
  const { outbox } = bench.journal;
  const from = bench.clock.monotonic;
  assert.equal(outbox.failed(id, ERROR, POLICY, from), { t: 'will-retry', attempts: 1, atMonotonicMs: from + 60_000 });
  assert.equal(outbox.nextDue(from + 59_999), { t: 'wait', untilMonotonicMs: from + 60_000 });
  assert.is(outbox.nextDue(from + 60_000).t, 'send');
  assert.equal(outbox.failed(id, ERROR, POLICY, from + 60_000), {
    t: 'will-retry',
    attempts: 2,
    atMonotonicMs: from + 180_000,
  });
  assert.equal(outbox.failed(id, ERROR, POLICY, from + 180_000), { t: 'given-up', attempts: 3 });
  assert.equal(outbox.nextDue(from + 180_000), { t: 'empty' });
  const [dead] = outbox.deadLetters(10);
  assert.is(dead?.id, id);
  assert.is(dead?.reason, 'InternalError: database is down');
  assert.is(dead?.kind, 'Ended');
  assert.equal(outbox.stats(), { pending: 0, oldest: null, deadLetters: 1 });
  bench.close();
});

test('what bills hang on goes before what was queued earlier', async () => {
  const bench = new Bench();
  await bench.open();
  const { outbox } = bench.journal;
  outbox.enqueue({ type: 'X', body: {}, chain: 'x', connectorId: null, at: bench.clock.now() });
  bench.start('a');
  bench.end('a', 1100);
  const kinds = [bench.deliver(5), bench.deliver(), bench.deliver()].map(({ content }) => content.t);
  assert.equal(kinds, ['Started', 'Ended', 'Other']);
  assert.equal(outbox.nextDue(bench.clock.monotonic), { t: 'empty' });
  bench.close();
});

test('1.6 §3.7.1: attempts of 1, and of 0, give up at the first CALLERROR', async () => {
  for (const attempts of [1, 0]) {
    const bench = new Bench();
    await bench.open();
    bench.start('a');
    const failed = bench.journal.outbox.failed(bench.due().id, ERROR, { attempts, retryIntervalS: 60 }, 0);
    assert.equal(failed, { t: 'given-up', attempts: 1 });
    bench.close();
  }
});

test('errata 3.18: after StartTransaction was given up the rest goes out with transactionId -1', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.meter('a', 1100);
  bench.end('a', 1200);
  const { outbox } = bench.journal;
  const start = bench.due();
  outbox.failed(start.id, ERROR, { attempts: 1, retryIntervalS: 60 }, bench.clock.monotonic);
  const meter = bench.deliver();
  const stop = bench.deliver();
  assert.equal([meter.content.t, meter.transactionId], ['Metered', -1]);
  assert.equal([stop.content.t, stop.transactionId], ['Ended', -1]);
  assert.is(bench.journal.transactions.list(1)[0]?.transactionId, -1);
  bench.close();
});

test('errata 3.18: a transaction whose StartTransaction was given up goes on', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.journal.outbox.failed(bench.due().id, ERROR, { attempts: 1, retryIntervalS: 60 }, 0);
  assert.is(bench.journal.transactions.openOn(1)?.localId, 'a');
  assert.is(bench.journal.transactions.openOn(1)?.deauthorized, false);
  bench.close();
});

test('a chain that waits for its retry holds back its own messages and no others', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a', 1);
  bench.meter('a', 1100, 1);
  bench.start('b', 2);
  const { outbox } = bench.journal;
  outbox.failed(bench.due().id, ERROR, POLICY, bench.clock.monotonic);
  const other = bench.deliver(9);
  assert.is(other.localId, 'b');
  assert.is(outbox.nextDue(bench.clock.monotonic).t, 'wait');
  bench.clock.advance(60_000);
  assert.equal([bench.due().content.t, bench.due().localId], ['Started', 'a']);
  bench.close();
});

test('a retry wait holds over a restart of the process and ends with a reboot (monotonic time starts anew)', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.journal.outbox.failed(bench.due().id, ERROR, POLICY, bench.clock.monotonic);
  bench.close();
  await bench.open();
  assert.is(bench.journal.outbox.nextDue(bench.clock.monotonic).t, 'wait');
  await bench.reboot('boot-2');
  assert.is(bench.due().attempts, 1);
  bench.close();
});

test('retryNow forgets the waits, not the failures', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.journal.outbox.failed(bench.due().id, ERROR, POLICY, bench.clock.monotonic);
  bench.journal.outbox.retryNow();
  assert.is(bench.due().attempts, 1);
  bench.close();
});

test('StartTransaction.conf binds transactionId and idTagInfo in the commit that removes the message', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  assert.equal(bench.journal.outbox.answered(bench.due().id, accepted(4711)), {
    t: 'answered',
    kind: 'Started',
    connectorId: 1,
    localId: 'a',
    transactionOpen: true,
  });
  bench.close();
  await bench.open();
  assert.equal(bench.journal.transactions.transactionIds(), { a: 4711 });
  assert.is(bench.journal.transactions.byTransactionId(4711)?.localId, 'a');
  assert.is(bench.journal.transactions.byTransactionId(4712), null);
  assert.is(bench.journal.transactions.open()[0]?.deauthorized, false);
  bench.close();
});

test('errata 3.17: a refused tag marks the open transaction deauthorized, over a restart; an ended one is reported as not open', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a', 1);
  bench.start('b', 2);
  bench.end('b', 1001, 2);
  const first = bench.journal.outbox.answered(bench.due().id, refused(1));
  assert.ok(first.t === 'answered' && first.transactionOpen);
  const second = bench.journal.outbox.answered(bench.due().id, refused(2));
  assert.ok(second.t === 'answered' && !second.transactionOpen);
  bench.close();
  await bench.open();
  assert.is(bench.journal.transactions.openOn(1)?.deauthorized, true);
  bench.close();
});

test('an answer to StartTransaction without a transactionId is a defect that is told, and loses nothing', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  const { id } = bench.due();
  assert.throws(
    () => bench.journal.outbox.answered(id, null),
    (error: unknown) => error instanceof Error && Reflect.get(error, 'code') === 'START_ANSWER_MISSING',
  );
  assert.is(bench.due().id, id);
  bench.close();
});

test('a dead letter can be put back in its place, or discarded', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  bench.meter('a', 1100);
  const { outbox } = bench.journal;
  const start = bench.due();
  outbox.failed(start.id, ERROR, { attempts: 1, retryIntervalS: 60 }, 0);
  assert.is(bench.due().content.t, 'Metered');
  assert.is(outbox.retryDeadLetter(start.id), true);
  assert.is(outbox.retryDeadLetter(start.id), false);
  assert.equal([bench.due().id, bench.due().ordinal, bench.due().attempts], [start.id, start.ordinal, 0]);
  bench.deliver(55);
  assert.is(bench.due().transactionId, 55);
  outbox.failed(bench.due().id, ERROR, { attempts: 1, retryIntervalS: 60 }, 0);
  const [dead] = outbox.deadLetters(1);
  assert.is(outbox.discardDeadLetter(dead?.id ?? ''), true);
  assert.is(outbox.stats().deadLetters, 0);
  bench.close();
});

test('stats and list show the queue without handing it out', async () => {
  const bench = new Bench();
  await bench.open();
  bench.start('a');
  const startedAt = bench.clock.wall;
  bench.clock.advance(5000);
  bench.meter('a', 1100);
  const stats = bench.journal.outbox.stats();
  assert.equal(stats, { pending: 2, oldest: { ms: startedAt, basis: 'clock' }, deadLetters: 0 });
  assert.equal(
    bench.journal.outbox.list(10).map((message) => message.content.t),
    ['Started', 'Metered'],
  );
  bench.close();
});

test.run();
