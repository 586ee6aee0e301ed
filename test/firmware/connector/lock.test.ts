import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench } from './bench.js';
import { kinds, SOMEBODY, socket } from './fixtures.js';

/** Sockets with a lock: cases of the OCPP compliance test tool, UnlockConnector, errata 3.5. */

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

test('TC_030 UnlockFailed while a ConnectorLockFailure is reported, whatever the lock says of itself', () => {
  const fault = { errorCode: 'ConnectorLockFailure', info: null, vendorId: null, vendorErrorCode: null } as const;
  const bench = new Bench(socket).fault(fault).send({ t: 'unlock', requestId: 'u1' });
  bench.clearFault('ConnectorLockFailure').send({ t: 'unlock', requestId: 'u2' });
  assert.equal(bench.unlockResults, [
    { requestId: 'u1', result: 'UnlockFailed' },
    { requestId: 'u2', result: 'Unlocked' },
  ]);
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

test('TC_030 after UnlockFailed: the cable that is unplugged gives the lock another chance, and the connector is free', () => {
  const bench = new Bench(socket).charge();
  bench.lockAnswers = 'fails';
  bench.send({ t: 'unlock', requestId: 'u1' });
  assert.equal(bench.unlockResults, [{ requestId: 'u1', result: 'UnlockFailed' }]);
  assert.is(bench.status, 'Finishing');
  bench.lockAnswers = 'works';
  bench.plugOut();
  assert.is(bench.status, 'Available');
});

test('TC_030 … and when it fails again everybody hears of it', () => {
  const bench = new Bench(socket).charge();
  bench.lockAnswers = 'fails';
  bench.send({ t: 'unlock', requestId: 'u1' });
  bench.plugOut();
  assert.is(bench.snapshot.errorCode, 'ConnectorLockFailure');
  bench.lockAnswers = 'works';
  bench.plugIn().plugOut();
  assert.is(bench.status, 'Available');
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

test('a lock closes before TransactionStarted is written and before power', () => {
  const bench = new Bench(socket).plugIn();
  const from = bench.effects.length;
  bench.authorize();
  assert.equal(kinds(bench.effects.slice(from)), ['lock', 'TransactionStarted', 'power on']);
});

test('a fault while the cable is being locked: nothing begins before it clears', () => {
  const bench = new Bench(socket);
  bench.pass(1);
  bench.lockAnswers = 'silent';
  bench.plugIn().authorize().fault().send({ t: 'lock-result', locked: true, ok: true });
  assert.is(bench.status, 'Faulted');
  assert.is(bench.records.length, 0);
  bench.clearFault();
  assert.is(bench.status, 'Charging');
});

test('the cable is pulled while it is being locked: the authorisation waits for it again', () => {
  const bench = new Bench(socket);
  bench.pass(1);
  bench.lockAnswers = 'silent';
  bench.plugIn().authorize().plugOut();
  bench.lockAnswers = 'works';
  assert.is(bench.status, 'Preparing');
  assert.is(bench.records.length, 0);
  bench.plugIn();
  assert.is(bench.status, 'Charging');
});

test('an UnlockConnector that the lock has not answered yet is answered before anybody starts', () => {
  const bench = new Bench(socket);
  bench.pass(1);
  bench.lockAnswers = 'silent';
  bench.send({ t: 'unlock', requestId: 'u1' }).plugIn().authorize();
  assert.is(bench.records.length, 0);
  bench.lockAnswers = 'works';
  bench.send({ t: 'lock-result', locked: true, ok: false });
  assert.equal(bench.unlockResults, [{ requestId: 'u1', result: 'UnlockFailed' }]);
  assert.is(bench.status, 'Charging');
});

test('after an EV-side disconnect the socket is not Available before its lock has opened', () => {
  const bench = new Bench(socket).charge();
  bench.lockAnswers = 'silent';
  bench.plugOut();
  assert.is(bench.status, 'Finishing');
  bench.send({ t: 'lock-result', locked: false, ok: true });
  assert.is(bench.status, 'Available');
});

test.run();
