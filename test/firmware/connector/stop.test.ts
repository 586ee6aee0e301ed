import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench } from './bench.js';
import { SOMEBODY, socket } from './fixtures.js';

/** How sessions end and what happens while they run: cases of the OCPP compliance test tool. */

test('TC_005_3 EV-side disconnect, stop=false: SuspendedEV without power, re-plug resumes, RemoteStop ends by Finishing', () => {
  const bench = new Bench({ ...socket, settings: { stopTransactionOnEvSideDisconnect: false } }).charge();
  bench.plugOut();
  assert.is(bench.status, 'SuspendedEV');
  assert.is(bench.snapshot.info, 'EV side disconnected');
  assert.is(bench.power.on, false);
  assert.is(bench.locked, true, '§4.10: cables always remain locked then, whatever unlock says');
  bench.pass(100).plugIn();
  assert.is(bench.status, 'Charging');
  assert.is(bench.power.on, true);
  const from = bench.statuses.length;
  bench.plugOut().stop('Remote');
  assert.equal(bench.codes(from), ['C4', 'D6', 'F1']);
  assert.equal(
    bench.ended().map((record) => record.reason),
    ['Remote'],
  );
  assert.is(bench.started().length, 1);
});

test('TC_012 remote stop: Remote, Finishing until the cable is out', () => {
  const bench = new Bench().charge().stop('Remote');
  assert.is(bench.status, 'Finishing');
  assert.is(bench.ended()[0]?.reason, 'Remote');
  bench.plugOut();
  assert.is(bench.status, 'Available');
});

test('TC_015, TC_016 hard and soft reset with a transaction: ended with their reason', () => {
  for (const reason of ['SoftReset', 'HardReset'] as const) {
    const bench = new Bench().charge().stop(reason, null);
    assert.is(bench.ended()[0]?.reason, reason);
    assert.is(bench.power.on, false);
  }
});

test('TC_037_2 refused late, StopTransactionOnInvalidId=false: SuspendedEVSE, no stop', () => {
  const bench = new Bench({ settings: { stopTransactionOnInvalidId: false } }).charge().pass(300).deauthorize();
  assert.is(bench.status, 'SuspendedEVSE');
  assert.is(bench.power.on, false);
  bench.pass(300);
  assert.is(bench.ended().length, 0);
  bench.stop();
  assert.is(bench.ended()[0]?.reason, 'Local');
});

test('TC_037_3 refused late, StopTransactionOnInvalidId=true: Charging, then Finishing, nothing between', () => {
  const bench = new Bench().charge();
  bench.powerOffAnswers = false;
  const from = bench.statuses.length;
  bench.deauthorize().pass(3);
  assert.is(bench.ended()[0]?.reason, 'DeAuthorized');
  assert.equal(bench.codes(from), ['C6']);
  assert.equal(bench.statuses.slice(from), ['Finishing']);
});

test('1.6 §4.9 a cable that is pulled while Finishing is no news: the status is not told again', () => {
  const bench = new Bench(socket).charge();
  bench.lockAnswers = 'silent';
  bench.stop('Remote');
  const told = (): number => bench.effects.filter((e) => e.t === 'snapshot' && e.snapshot.info !== null).length;
  bench.plugOut();
  assert.is(bench.status, 'Finishing', 'the lock has not answered yet');
  assert.is(told(), 0);
});

test('1.6 §9.1.14 MaxEnergyOnInvalidId: energy to drive away with, then SuspendedEVSE; also after a restart', () => {
  const settings = { stopTransactionOnInvalidId: false, maxEnergyOnInvalidIdWh: 100 };
  const bench = new Bench({ settings }).charge().deauthorize().pass(30);
  assert.is(bench.status, 'Charging');
  bench.pass(120);
  assert.is(bench.status, 'SuspendedEVSE');
  const usedWh = bench.snapshot.transaction?.energyWh ?? 0;
  assert.ok(usedWh >= 100 && usedWh <= 102, `${usedWh} Wh`);
});

test('a refusal of another transaction changes nothing', () => {
  const bench = new Bench().charge().send({ t: 'deauthorized', localId: 'another' });
  assert.is(bench.status, 'Charging');
});

test('TC_041 fault: Faulted with its code and info; cleared, the status of before', () => {
  const bench = new Bench().fault();
  assert.is(bench.status, 'Faulted');
  assert.is(bench.snapshot.errorCode, 'GroundFailure');
  assert.is(bench.snapshot.info, 'RCD tripped');
  bench.clearFault();
  assert.is(bench.status, 'Available');
  assert.is(bench.snapshot.errorCode, 'NoError');
});

test('TC_068 stopped by the same card: Local with its tag, meter read after the power was off', () => {
  const bench = new Bench().charge().pass(600);
  bench.powerOffAnswers = false;
  bench.stop();
  assert.is(bench.power.on, false);
  assert.is(bench.ended().length, 0);
  bench.energyWh += 3;
  bench.send({ t: 'power-is-off', reading: bench.reading() });
  const [ended] = bench.ended();
  assert.is(ended?.reason, 'Local');
  assert.is(ended?.idTag, SOMEBODY.idTag);
  assert.is(ended?.meterStopWh, bench.energyWh);
  assert.equal(ended?.reading, bench.reading());
});

test('main does not answer power off: after 1 s the last reading is the final one', () => {
  const bench = new Bench().charge().pass(60);
  bench.powerOffAnswers = false;
  bench.stop().pass(0.9);
  assert.is(bench.ended().length, 0);
  bench.pass(0.1);
  assert.is(bench.ended()[0]?.meterStopWh, bench.energyWh);
  assert.is(bench.status, 'Finishing');
});

test('the first reason to stop counts, and it stops once', () => {
  const bench = new Bench().charge();
  bench.powerOffAnswers = false;
  bench.stop('Remote').stop('Local').plugOut().deauthorize().pass(5);
  assert.equal(
    bench.ended().map((record) => record.reason),
    ['Remote'],
  );
});

test.run();
