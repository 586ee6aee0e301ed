import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench } from './bench.js';
import { kinds, SOMEBODY } from './fixtures.js';

/** How sessions begin: cases of the OCPP compliance test tool and errata 3.20. */

test('TC_003 plug in first: Preparing, then power only after the journal has the transaction', () => {
  const bench = new Bench();
  bench.journalAnswers = false;
  bench.plugIn();
  assert.is(bench.status, 'Preparing');
  assert.is(bench.snapshot.waitingForTag, true);
  const from = bench.effects.length;
  bench.authorize().pass(4);
  assert.equal(kinds(bench.effects.slice(from)), ['TransactionStarted']);
  assert.is(bench.power.on, false);
  bench.journalAnswers = true;
  bench.pass(2); // repeated by itself after 5 s
  assert.equal(bench.power, { on: true, limitMa: 32_000 });
  assert.is(bench.status, 'Charging');
  assert.is(bench.started().length, 1);
  assert.is(bench.started()[0]?.meterStartWh, 1000);
});

test('TC_004_1 identification first: Preparing, the cable starts it', () => {
  const bench = new Bench().authorize();
  assert.is(bench.status, 'Preparing');
  assert.is(bench.snapshot.waitingIdTag, SOMEBODY.idTag);
  assert.is(bench.started().length, 0);
  bench.pass(30).plugIn();
  assert.is(bench.status, 'Charging');
  assert.equal(bench.started()[0]?.authorization, SOMEBODY);
});

test('TC_004_2 identification first, ConnectionTimeOut: Available, and the authorisation is gone', () => {
  const bench = new Bench().authorize().pass(59);
  assert.is(bench.status, 'Preparing');
  bench.pass(1);
  assert.is(bench.status, 'Available');
  bench.plugIn().pass(5);
  assert.is(bench.status, 'Preparing');
  assert.is(bench.records.length, 0);
});

test('ConnectionTimeOut may change while it runs, and 0 waits for ever', () => {
  const bench = new Bench().authorize().pass(30);
  bench.settings({ connectionTimeoutS: 0 }).pass(600);
  assert.is(bench.status, 'Preparing');
  bench.settings({ connectionTimeoutS: 20 });
  assert.is(bench.status, 'Available');
});

test('a second tag while waiting for the cable replaces the first and has its whole time', () => {
  const bench = new Bench().authorize().pass(50).authorize({ idTag: 'B0B0' }).pass(50).plugIn();
  assert.is(bench.started()[0]?.authorization.idTag, 'B0B0');
});

test('errata 3.20: a cable without identification times out to Finishing; it is no longer offered to the next tap', () => {
  const bench = new Bench().plugIn().pass(60);
  assert.is(bench.status, 'Finishing');
  assert.is(bench.snapshot.waitingForTag, false);
  bench.plugOut();
  assert.is(bench.status, 'Available');
  // But who is meant all the same (RemoteStart naming the connector) may start: F2.
  bench.plugIn().pass(60).authorize({ source: 'remote' });
  assert.is(bench.status, 'Charging');
});

test('TC_010 remote start, cable first; TC_011_1 remote start first', () => {
  const cableFirst = new Bench().plugIn().authorize({ source: 'remote' });
  assert.is(cableFirst.status, 'Charging');
  const remoteFirst = new Bench().authorize({ source: 'remote' });
  assert.is(remoteFirst.status, 'Preparing');
  remoteFirst.plugIn();
  assert.is(remoteFirst.status, 'Charging');
  assert.is(remoteFirst.started()[0]?.authorization.source, 'remote');
});

test('TC_011_2 remote start, ConnectionTimeOut: Available', () => {
  const bench = new Bench().authorize({ source: 'remote' }).pass(60);
  assert.is(bench.status, 'Available');
  assert.is(bench.records.length, 0);
});

test('TC_023 a tag that was not authorised never reaches the connector: the cable waits on, no transaction', () => {
  const bench = new Bench().plugIn().pass(10);
  assert.is(bench.status, 'Preparing');
  assert.is(bench.records.length, 0);
  assert.is(bench.power.on, false);
});

test('TC_032_2 power failure without backup, transaction resumed: power at once, no second start, stopped by card', () => {
  const open = new Bench().charge().pass(600);
  const transaction = open.snapshot.transaction;
  const restarted = new Bench({ restored: false });
  restarted.energyWh = open.energyWh;
  restarted.restore({
    pluggedIn: true,
    transaction: {
      localId: transaction?.localId ?? '',
      authorization: SOMEBODY,
      meterStartWh: 1000,
      startedAt: { wallMs: open.now.wallMs - 600_000, monotonicMs: 12 },
      lastEnergyWh: open.energyWh - 30,
      transactionId: 3,
      deauthorized: false,
    },
  });
  assert.is(restarted.status, 'Charging');
  assert.is(restarted.power.on, true);
  restarted.pass(60).stop();
  assert.is(restarted.started().length, 0);
  assert.is(restarted.ended()[0]?.localId, transaction?.localId);
  assert.is(restarted.ended()[0]?.meterStopWh, restarted.energyWh);
});

test('TC_034 Unavailable is taken up after a restart', () => {
  const bench = new Bench({ restore: { operative: false } });
  assert.is(bench.status, 'Unavailable');
  bench.plugIn().authorize().pass(5);
  assert.is(bench.status, 'Unavailable');
  assert.is(bench.records.length, 0);
});

test('no plug sensor: a tap alone starts, a tap stops, Available at once', () => {
  const bench = new Bench({ traits: { hasPlugSensor: false } }).authorize();
  assert.is(bench.status, 'Charging');
  assert.is(bench.snapshot.pluggedIn, null);
  bench.stop();
  assert.is(bench.status, 'Available');
});

test('the car is unplugged while the journal still writes: started and ended once each, never power', () => {
  const bench = new Bench();
  bench.journalAnswers = false;
  bench.plugIn().authorize().plugOut();
  bench.journalAnswers = true;
  bench.send({ t: 'resend' }).pass(5);
  assert.equal(
    bench.records.map((record) => record.t),
    ['TransactionStarted', 'TransactionEnded'],
  );
  assert.not(bench.effects.some((effect) => effect.t === 'power' && effect.on));
  assert.is(bench.status, 'Available');
});

test('a new transaction has a new identity, a UUID', () => {
  const bench = new Bench().charge().stop().authorize().stop().plugOut();
  const ids = bench.started().map((record) => record.localId);
  assert.is(new Set(ids).size, 2);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test.run();
