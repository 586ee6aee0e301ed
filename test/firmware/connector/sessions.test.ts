import type { Effect } from 'tapwatt/connector/effects.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench, SOMEBODY } from './bench.js';

/** Cases of the OCPP compliance test tool as far as they concern the connector. */

/** What was told to main, by kind, in order. */
function kinds(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.t === 'power') return [effect.on ? 'power on' : 'power off'];
    if (effect.t === 'lock') return [effect.locked ? 'lock' : 'unlock'];
    if (effect.t === 'record') return [effect.record.t];
    return [];
  });
}

const socket = { traits: { hasLock: true } };

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

test('TC_005_1 EV-side disconnect, stop=true unlock=true: power off first, EVDisconnected, Finishing, then Available', () => {
  const bench = new Bench(socket).charge().pass(300);
  const from = bench.effects.length;
  const statusesFrom = bench.statuses.length;
  bench.plugOut();
  assert.equal(kinds(bench.effects.slice(from)), ['power off', 'unlock', 'TransactionEnded']);
  assert.is(bench.ended()[0]?.reason, 'EVDisconnected');
  assert.is(bench.ended()[0]?.idTag, null);
  assert.equal(bench.codes(statusesFrom), ['C6', 'F1']);
  const finishing = bench.effects
    .slice(from)
    .flatMap((effect) => (effect.t === 'snapshot' && effect.snapshot.status === 'Finishing' ? [effect.snapshot] : []));
  assert.is(finishing[0]?.info, 'EV side disconnected');
  assert.is(finishing[0]?.errorCode, 'NoError');
  assert.is(bench.locked, false);
});

test('TC_005_2 EV-side disconnect, unlock=false: the cable stays locked until UnlockConnector', () => {
  const bench = new Bench({ ...socket, settings: { unlockConnectorOnEvSideDisconnect: false } }).charge();
  bench.plugOut().pass(120);
  assert.is(bench.ended()[0]?.reason, 'EVDisconnected');
  assert.is(bench.status, 'Finishing');
  assert.is(bench.locked, true);
  bench.send({ t: 'unlock', requestId: 'u1' });
  assert.equal(bench.unlockResults, [{ requestId: 'u1', result: 'Unlocked' }]);
  assert.is(bench.status, 'Available');
});

test('TC_005_2 … or until the same identifier is presented, not another', () => {
  const bench = new Bench({ ...socket, settings: { unlockConnectorOnEvSideDisconnect: false } }).charge().plugOut();
  bench.authorize({ idTag: 'FFFFFFFF' });
  assert.is(bench.locked, true);
  bench.authorize({ idTag: SOMEBODY.idTag.toLowerCase() });
  assert.is(bench.locked, false);
  assert.is(bench.status, 'Available');
  assert.is(bench.started().length, 1);
});

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

test('TC_017_1 unlock an idle socket: Unlocked. TC_017_2 fixed cable: NotSupported', () => {
  const withLock = new Bench(socket).send({ t: 'unlock', requestId: 'u1' });
  assert.equal(withLock.unlockResults, [{ requestId: 'u1', result: 'Unlocked' }]);
  const fixed = new Bench().send({ t: 'unlock', requestId: 'u2' });
  assert.equal(fixed.unlockResults, [{ requestId: 'u2', result: 'NotSupported' }]);
});

test('TC_018_1 unlock during a transaction: it ends first (UnlockCommand), then Unlocked, Finishing', () => {
  const bench = new Bench(socket).charge();
  const from = bench.effects.length;
  bench.send({ t: 'unlock', requestId: 'u1' });
  assert.equal(kinds(bench.effects.slice(from)), ['power off', 'unlock', 'TransactionEnded']);
  assert.is(bench.ended()[0]?.reason, 'UnlockCommand');
  assert.equal(bench.unlockResults, [{ requestId: 'u1', result: 'Unlocked' }]);
  assert.is(bench.status, 'Finishing');
});

test('TC_018_2 unlock during a transaction with a fixed cable: NotSupported, and it goes on', () => {
  const bench = new Bench().charge().send({ t: 'unlock', requestId: 'u1' });
  assert.equal(bench.unlockResults, [{ requestId: 'u1', result: 'NotSupported' }]);
  assert.is(bench.status, 'Charging');
});

test('TC_023 a tag that was not authorised never reaches the connector: the cable waits on, no transaction', () => {
  const bench = new Bench().plugIn().pass(10);
  assert.is(bench.status, 'Preparing');
  assert.is(bench.records.length, 0);
  assert.is(bench.power.on, false);
});

for (const lockAnswers of ['fails', 'silent'] as const)
  test(`TC_024 the lock ${lockAnswers}: Faulted with ConnectorLockFailure, no transaction, until the cable is out`, () => {
    const bench = new Bench(socket);
    bench.pass(5);
    bench.lockAnswers = lockAnswers;
    bench.plugIn().authorize().pass(4);
    assert.is(bench.status, 'Faulted');
    assert.is(bench.snapshot.errorCode, 'ConnectorLockFailure');
    assert.is(bench.records.length, 0);
    assert.is(bench.power.on, false);
    bench.lockAnswers = 'works';
    bench.plugOut();
    assert.is(bench.status, 'Available');
    bench.charge();
    assert.is(bench.status, 'Charging');
  });

test('TC_030 UnlockFailed: the lock refuses or does not answer', () => {
  for (const lockAnswers of ['fails', 'silent'] as const) {
    const bench = new Bench(socket).charge();
    bench.lockAnswers = lockAnswers;
    bench.send({ t: 'unlock', requestId: 'u1' }).pass(5);
    assert.equal(bench.unlockResults, [{ requestId: 'u1', result: 'UnlockFailed' }]);
    assert.is(bench.ended()[0]?.reason, 'UnlockCommand');
  }
});

test('a cable that cannot be unlocked after a transaction: ConnectorLockFailure until UnlockConnector succeeds', () => {
  const bench = new Bench(socket).charge();
  bench.lockAnswers = 'fails';
  bench.stop();
  assert.is(bench.snapshot.errorCode, 'ConnectorLockFailure');
  assert.is(bench.status, 'Faulted');
  bench.lockAnswers = 'works';
  bench.send({ t: 'unlock', requestId: 'u1' });
  assert.equal(bench.unlockResults, [{ requestId: 'u1', result: 'Unlocked' }]);
  assert.is(bench.status, 'Finishing');
});

test('two UnlockConnector at once are both answered', () => {
  const bench = new Bench(socket).charge();
  bench.lockAnswers = 'silent';
  bench.send({ t: 'unlock', requestId: 'u1' }).send({ t: 'unlock', requestId: 'u2' });
  bench.send({ t: 'lock-result', locked: false, ok: true });
  assert.equal(
    bench.unlockResults.map(({ requestId, result }) => `${requestId} ${result}`),
    ['u1 Unlocked', 'u2 Unlocked'],
  );
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

test('TC_037_2 refused late, StopTransactionOnInvalidId=false: SuspendedEVSE, no stop', () => {
  const bench = new Bench({ settings: { stopTransactionOnInvalidId: false } }).charge().pass(300).deauthorize();
  assert.is(bench.status, 'SuspendedEVSE');
  assert.is(bench.power.on, false);
  bench.pass(300);
  assert.is(bench.ended().length, 0);
  bench.stop();
  assert.is(bench.ended()[0]?.reason, 'Local');
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

test('TC_037_3 refused, StopTransactionOnInvalidId=true: DeAuthorized, Finishing, cable locked for the same identifier', () => {
  const bench = new Bench(socket).charge().deauthorize();
  assert.is(bench.ended()[0]?.reason, 'DeAuthorized');
  assert.is(bench.ended()[0]?.idTag, null);
  assert.is(bench.status, 'Finishing');
  assert.is(bench.power.on, false);
  assert.is(bench.locked, true, 'errata 3.5');
  bench.stop('Local');
  assert.is(bench.locked, false);
  assert.is(bench.ended().length, 1);
  bench.plugOut();
  assert.is(bench.status, 'Available');
});

test('§9.1.33 the kept cable is unlocked when it is unplugged at the car', () => {
  const bench = new Bench(socket).charge().deauthorize().plugOut();
  assert.is(bench.locked, false);
  assert.is(bench.status, 'Available');
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

test('no plug sensor: a tap alone starts, a tap stops, Available at once', () => {
  const bench = new Bench({ traits: { hasPlugSensor: false } }).authorize();
  assert.is(bench.status, 'Charging');
  assert.is(bench.snapshot.pluggedIn, null);
  bench.stop();
  assert.is(bench.status, 'Available');
});

test('a lock closes before TransactionStarted is written and before power', () => {
  const bench = new Bench(socket).plugIn();
  const from = bench.effects.length;
  bench.authorize();
  assert.equal(kinds(bench.effects.slice(from)), ['lock', 'TransactionStarted', 'power on']);
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
