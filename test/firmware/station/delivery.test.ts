import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json } from '../../support/scripted-peer.js';
import { StationBench } from './bench.js';

/** Messages of transactions as they came, with their ids. */
function transactionMessages(bench: StationBench) {
  return bench
    .requests()
    .filter(({ action }) => ['StartTransaction', 'MeterValues', 'StopTransaction'].includes(action));
}

test('The link is cut before StartTransaction leaves: one Start, the same message id', async () => {
  const bench = await StationBench.start();
  bench.peer.dropBeforeReceiving('StartTransaction');
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.calls('StartTransaction', 1);
  await bench.queueEmpty();
  await sleep(100);
  assert.is(bench.central.calls('StartTransaction').length, 1);
  assert.is(bench.central.connections.length, 2);
  await bench.stop();
});

test('The link is cut after StartTransaction arrived, before its answer: sent again under the same id (J errata 3.1)', async () => {
  const bench = await StationBench.start();
  const first = bench.central.expectCall('StartTransaction');
  bench.connector().plugIn();
  bench.tap('A1');
  const lost = await first;
  const second = bench.central.expectCall('StartTransaction');
  lost.drop();
  const again = await second;
  assert.is(again.messageId, lost.messageId);
  assert.equal(again.payload, lost.payload);
  again.answer({ transactionId: 42, idTagInfo: { status: 'Accepted' } });
  await bench.queueEmpty();
  bench.tap('A1');
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.transactionId, 42);
  await bench.stop();
});

test('A timeout never counts as a failure; the late answer counts as the answer', async () => {
  const bench = await StationBench.start({ configuration: { TransactionMessageAttempts: '1' } });
  await bench.peer.call('ChangeConfiguration', { key: 'MessageTimeout', value: '1' });
  const first = bench.central.expectCall('StartTransaction');
  bench.connector().plugIn();
  bench.tap('A1');
  const slow = await first;
  const again = await bench.central.expectCall('StartTransaction');
  assert.is(again.messageId, slow.messageId);
  slow.answer({ transactionId: 9, idTagInfo: { status: 'Accepted' } });
  await bench.queueEmpty();
  assert.is(bench.state?.queue.deadLetters, 0);
  assert.equal(Object.values(bench.state?.transactionIds ?? {}), [9]);
  await bench.stop();
});

test('§3.7.1: CALLERROR TransactionMessageAttempts times, then a dead letter, then transactionId -1 (errata 3.18)', async () => {
  const bench = await StationBench.create({
    configuration: { TransactionMessageAttempts: '3', TransactionMessageRetryInterval: '0' },
  });
  bench.central.on('StartTransaction', (call) => {
    call.answerError('InternalError', 'database is down');
    return undefined;
  });
  await bench.startStation();
  await bench.online();
  bench.connector().plugIn();
  bench.tap('A1');
  const givenUp = await bench.event('MessageGivenUp');
  assert.is(givenUp.data?.attempts, 3);
  assert.match(givenUp.message, 'database is down');
  const starts = transactionMessages(bench);
  assert.equal(
    starts.map(({ action }) => action),
    ['StartTransaction', 'StartTransaction', 'StartTransaction'],
  );
  assert.is(new Set(starts.map(({ messageId }) => messageId)).size, 1);
  // Charging goes on, and what follows carries -1.
  assert.ok(bench.connector().isPowered);
  bench.connector().sample('Sample.Periodic', 100);
  const [meter] = await bench.calls('MeterValues', 1);
  assert.is(meter?.transactionId, -1);
  bench.tap('A1');
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.transactionId, -1);
  await eventually(() => bench.state?.queue.deadLetters === 1, 'a dead letter');
  await bench.stop();
});

test('§3.7.1: the wait before a retry is TransactionMessageRetryInterval × failures', async () => {
  const bench = await StationBench.create({ configuration: { TransactionMessageRetryInterval: '1' } });
  const at: number[] = [];
  bench.central.on('StartTransaction', (call) => {
    at.push(call.atMs);
    if (at.length < 3) call.answerError('GenericError');
    return at.length < 3 ? undefined : { transactionId: 1, idTagInfo: { status: 'Accepted' } };
  });
  await bench.startStation();
  await bench.online();
  bench.connector().plugIn();
  bench.tap('A1');
  await eventually(() => at.length === 3, 'three attempts');
  const [first = 0, second = 0, third = 0] = at;
  assert.ok(second - first >= 995, `${second - first}`);
  assert.ok(third - second >= 1995, `${third - second}`);
  // A status does not wait for a transaction message that does (§3.7).
  await bench.status(1, 'Charging');
  await bench.stop();
});

test('TC_036: connection lost in a session: it goes on, queued MeterValues follow, no BootNotification (J §5.4)', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  await bench.central.vanish();
  for (let n = 0; n < 3; n += 1) bench.connector().sample('Sample.Periodic', 10);
  assert.ok(bench.connector().isPowered);
  await bench.central.listen();
  const meters = await bench.calls('MeterValues', 3);
  assert.equal(
    meters.map((payload) => energyOf(payload)),
    ['1010', '1020', '1030'],
  );
  assert.equal(
    meters.map(({ transactionId }) => transactionId),
    [1, 1, 1],
  );
  assert.is(bench.central.calls('BootNotification').length, 1);
  await bench.stop();
});

test('TC_037_1: offline start with a cached tag; StartTransaction after the reconnect', async () => {
  const bench = await offlineAfterOneSession();
  bench.connector().plugIn();
  bench.tap('A1');
  await eventually(() => bench.connector().isPowered, 'power');
  await bench.central.listen();
  await bench.calls('StartTransaction', 2);
  await bench.status(1, 'Charging');
  await bench.stop();
});

test('TC_037_2: offline start, refused later, StopTransactionOnInvalidId false: energy cut, session stays', async () => {
  const bench = await offlineAfterOneSession({ StopTransactionOnInvalidId: 'false' });
  bench.central.on('StartTransaction', { transactionId: 50, idTagInfo: { status: 'Invalid' } });
  bench.connector().plugIn();
  bench.tap('A1');
  await eventually(() => bench.connector().isPowered, 'power');
  await bench.central.listen();
  await bench.status(1, 'SuspendedEVSE');
  await bench.queueEmpty();
  assert.is(bench.central.calls('StopTransaction').length, 1, 'only the one of the session before');
  await bench.stop();
});

test('TC_037_3: offline start, refused later, StopTransactionOnInvalidId true: Stop DeAuthorized', async () => {
  const bench = await offlineAfterOneSession({ StopTransactionOnInvalidId: 'true' });
  bench.central.on('StartTransaction', { transactionId: 50, idTagInfo: { status: 'Blocked' } });
  bench.connector().plugIn();
  bench.tap('A1');
  await eventually(() => bench.connector().isPowered, 'power');
  await bench.central.listen();
  const stops = await bench.calls('StopTransaction', 2);
  assert.is(stops[1]?.reason, 'DeAuthorized');
  assert.is(stops[1]?.transactionId, 50);
  await bench.status(1, 'Finishing');
  await bench.stop();
});

test('TC_038: stopped offline; StopTransaction after the reconnect, status Finishing', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  await bench.central.vanish();
  bench.tap('A1');
  await eventually(() => bench.connector().transaction === null, 'the end');
  await bench.central.listen();
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.reason, 'Local');
  await bench.status(1, 'Finishing');
  await bench.stop();
});

test('TC_039: a whole session offline: Start, MeterValues, Stop in order; only the present status (§4.9)', async () => {
  const bench = await offlineAfterOneSession();
  const before = bench.statuses(1).length;
  const connector = bench.connector();
  connector.plugIn();
  bench.tap('A1');
  await eventually(() => connector.isPowered, 'power');
  connector.sample('Sample.Periodic', 20);
  bench.tap('A1');
  await eventually(() => connector.transaction === null, 'the end');
  await bench.central.listen();
  await bench.calls('StopTransaction', 2);
  await bench.queueEmpty();
  await bench.status(1, 'Finishing');
  assert.equal(bench.statuses(1).slice(before), ['Finishing']);
  assert.equal(
    transactionMessages(bench)
      .slice(-3)
      .map(({ action }) => action),
    ['StartTransaction', 'MeterValues', 'StopTransaction'],
  );
  assert.equal(
    transactionMessages(bench)
      .slice(-2)
      .map(({ payload }) => payload.transactionId),
    [2, 2],
  );
  await bench.stop();
});

test('Nothing changed while offline: no StatusNotification and no BootNotification after the reconnect', async () => {
  const bench = await StationBench.start();
  const statuses = bench.central.calls('StatusNotification').length;
  await bench.central.vanish();
  await bench.central.listen();
  await eventually(() => bench.central.connections.length === 2 && bench.state?.csms.connected, 'reconnected');
  await sleep(150);
  assert.is(bench.central.calls('StatusNotification').length, statuses);
  assert.is(bench.central.calls('BootNotification').length, 1);
  await bench.stop();
});

test('Offline an unknown card is refused with the reason; AllowOfflineTxForUnknownId lets it charge', async () => {
  const bench = await StationBench.start();
  await bench.peer.call('ChangeConfiguration', { key: 'AllowOfflineTxForUnknownId', value: 'false' });
  await bench.central.vanish();
  await eventually(() => bench.state?.csms.connected === false, 'offline');
  bench.connector().plugIn();
  bench.tap('NEW');
  assert.is((await bench.event('CardRefused')).data?.reason, 'OfflineUnknown');
  await bench.stop();
});

test('StopTxnSampledData: Transaction.Begin, samples and Transaction.End in transactionData (errata 3.14)', async () => {
  const bench = await StationBench.start({
    configuration: {
      StopTxnSampledData: 'Energy.Active.Import.Register,Current.Import',
      StopTxnAlignedData: 'Energy.Active.Import.Register',
      MeterValuesSampledData: 'Power.Active.Import',
    },
  });
  const connector = bench.connector();
  connector.plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  connector.sample('Sample.Periodic', 100);
  connector.sample('Sample.Clock', 100);
  const [sampled, aligned] = await bench.calls('MeterValues', 2);
  assert.equal(measurandsOf(sampled), ['Power.Active.Import']);
  assert.equal(measurandsOf(aligned), ['Energy.Active.Import.Register']);
  bench.tap('A1');
  const [stop] = await bench.calls('StopTransaction', 1);
  const data = stop?.transactionData as { sampledValue: { context: string; value: string; measurand: string }[] }[];
  assert.equal(
    data.map(({ sampledValue }) => [sampledValue[0]?.context, sampledValue[0]?.value, sampledValue.length]),
    [
      ['Transaction.Begin', '1000', 2],
      ['Sample.Periodic', '1100', 2],
      ['Sample.Clock', '1200', 1],
      ['Transaction.End', '1200', 2],
    ],
  );
  await bench.stop();
});

test('MeterValues outside of a session carry no transactionId (errata 3.16)', async () => {
  const bench = await StationBench.start();
  bench.connector().sample('Sample.Clock');
  const [meter] = await bench.calls('MeterValues', 1);
  assert.is(meter?.transactionId, undefined);
  await bench.stop();
});

test('A central system that never answers StatusNotification does not hold up sessions', async () => {
  const bench = await StationBench.create({ configuration: { MessageTimeout: '60' } });
  bench.central.on('StatusNotification', () => undefined);
  await bench.startStation();
  bench.connector().plugIn();
  await bench.calls('StatusNotification', 1);
  bench.tap('A1');
  await eventually(() => bench.connector().isPowered, 'power');
  await eventually(() => bench.central.calls('StartTransaction').length === 1, 'StartTransaction');
  await bench.stop();
});

test('What was not acknowledged is told again after a reconnect', async () => {
  const bench = await StationBench.start();
  const lost = bench.central.expectCall('StatusNotification');
  bench.connector().plugIn();
  (await lost).drop();
  const again = await bench.central.expectCall('StatusNotification');
  assert.is(again.payload.status, 'Preparing');
  await bench.stop();
});

/** A1 is in the cache, nothing is owed, the central system is gone. */
async function offlineAfterOneSession(configuration: Record<string, string> = {}): Promise<StationBench> {
  const bench = await StationBench.start({ configuration });
  const connector = bench.connector();
  connector.plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  bench.tap('A1');
  await bench.status(1, 'Finishing');
  connector.plugOut();
  await bench.status(1, 'Available');
  await bench.queueEmpty();
  await bench.central.vanish();
  await eventually(() => bench.state?.csms.connected === false, 'offline');
  return bench;
}

function sampledValuesOf(payload: Json | undefined): { value: string; measurand: string }[] {
  const [first] = (payload?.meterValue ?? []) as { sampledValue: { value: string; measurand: string }[] }[];
  return first?.sampledValue ?? [];
}

function energyOf(payload: Json): string | undefined {
  return sampledValuesOf(payload)[0]?.value;
}

function measurandsOf(payload: Json | undefined): string[] {
  return sampledValuesOf(payload).map(({ measurand }) => measurand);
}

test.run();
