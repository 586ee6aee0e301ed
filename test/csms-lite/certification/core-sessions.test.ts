/** Core profile: booting and sessions that begin at the charge point (OCTT cases for a Central System). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json } from '../../support/scripted-peer.js';
import { at, type Bench, openBench, reading } from './bench.js';

const test = suite('certification: core sessions');
let bench: Bench;

test.before(async () => {
  bench = await openBench();
  await bench.tag('VALID1', { status: 'Accepted', parentIdTag: 'GROUP1' });
  await bench.tag('VALID2', { status: 'Accepted', parentIdTag: 'GROUP1' });
  await bench.tag('BLOCKED1', { status: 'Blocked' });
  await bench.tag('EXPIRED1', { status: 'Accepted', expiryDate: '2020-01-01T00:00:00Z' });
});
test.after(() => bench.close());

test('TC_001 cold boot: accepted with time and interval, statuses shown, heartbeat answered', async () => {
  const { peer, ...station } = await bench.station(2);
  const boot = { chargePointVendor: 'Vendor', chargePointModel: 'Model', firmwareVersion: '1.2.3' };
  const answer = await peer.call('BootNotification', boot);
  assert.equal(Object.keys(answer).sort(), ['currentTime', 'interval', 'status']);
  assert.is(answer.status, 'Accepted');
  assert.ok(Math.abs(Date.parse(String(answer.currentTime)) - Date.now()) < 5000);
  assert.ok(Number(answer.interval) > 0);
  for (const connectorId of [0, 1, 2]) assert.equal(await station.status(connectorId, 'Available'), {});
  assert.ok(Math.abs(Date.parse(String((await peer.call('Heartbeat')).currentTime)) - Date.now()) < 5000);
  const shown = await station.shown();
  assert.equal(
    [shown.connected, shown.ocppVersion, shown.vendor, shown.model, shown.firmwareVersion],
    [true, '1.6', 'Vendor', 'Model', '1.2.3'],
  );
  assert.equal(
    shown.connectors.map((one: Json) => [one.connectorId, one.status, one.errorCode]),
    [
      [1, 'Available', 'NoError'],
      [2, 'Available', 'NoError'],
    ],
  );
});

test('TC_003 plug in first: Preparing, Authorize, StartTransaction, Charging, StopTransaction', async () => {
  const station = await bench.station();
  await station.status(1, 'Preparing');
  const { idTagInfo } = await station.peer.call('Authorize', { idTag: 'VALID1' });
  assert.equal(idTagInfo, { parentIdTag: 'GROUP1', status: 'Accepted' });
  const { transactionId, status } = await station.start('VALID1');
  assert.is(status, 'Accepted');
  await station.status(1, 'Charging');
  const [active] = await station.sessions('&status=active');
  assert.equal([active.transactionId, active.idTag, active.meterStart], [transactionId, 'VALID1', 1000]);
  await station.stop(transactionId, 2500, { idTag: 'VALID1', reason: 'Local' });
  const [done] = await station.sessions();
  assert.equal([done.status, done.meterStop, done.stopReason, done.energyWh], ['completed', 2500, 'Local', 1500]);
});

test('TC_004_1 identification first', async () => {
  const station = await bench.station();
  await station.peer.call('Authorize', { idTag: 'VALID1' });
  await station.status(1, 'Preparing');
  assert.is((await station.start('VALID1')).status, 'Accepted');
  await station.status(1, 'Charging');
  assert.is((await station.shown()).connectors[0].status, 'Charging');
});

test('TC_004_2 connection timeout: Preparing, Available again, no session', async () => {
  const station = await bench.station();
  await station.peer.call('Authorize', { idTag: 'VALID1' });
  await station.status(1, 'Preparing');
  await station.status(1, 'Available');
  assert.equal(await station.sessions(), []);
});

for (const [number, what] of [
  ['005_1', 'unlocked'],
  ['005_2', 'locked until UnlockConnector'],
])
  test(`TC_${number} EV side disconnected, cable ${what}`, async () => {
    const station = await bench.station();
    const { transactionId } = await station.start('VALID1');
    await station.status(1, 'SuspendedEV');
    await station.status(1, 'Finishing');
    await station.stop(transactionId, 1700, { reason: 'EVDisconnected' });
    if (number === '005_2')
      await station.command('unlock-connector', { connectorId: 1 }, 'UnlockConnector', { status: 'Unlocked' });
    await station.status(1, 'Available');
    const [session] = await station.sessions();
    assert.equal([session.status, session.stopReason], ['completed', 'EVDisconnected']);
  });

test('TC_005_3 EV side disconnected, the transaction is kept, then stopped from here', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1');
  await station.status(1, 'SuspendedEV');
  assert.is((await station.sessions('&status=active')).length, 1);
  const { wire } = await station.command('remote-stop', { transactionId }, 'RemoteStopTransaction');
  assert.equal(wire, { transactionId });
  await station.stop(transactionId, 1800, { reason: 'Remote' });
  assert.is((await station.sessions())[0].stopReason, 'Remote');
});

test('TC_007_1 cached id: StartTransaction without Authorize is judged all the same', async () => {
  const station = await bench.station();
  const { info, transactionId } = await station.start('VALID1');
  assert.equal(info, { parentIdTag: 'GROUP1', status: 'Accepted' });
  assert.ok(transactionId > 0);
});

test('TC_068 stopped with the same idTag', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1');
  const { idTagInfo } = await station.stop(transactionId, 1200, { idTag: 'VALID1' });
  assert.equal(idTagInfo, { parentIdTag: 'GROUP1', status: 'Accepted' });
  // 1.6 §6.45: Local when the charge point gives no reason.
  assert.is((await station.sessions())[0].stopReason, 'Local');
});

test('TC_069 stopped with another tag of the same parent', async () => {
  const station = await bench.station();
  const { transactionId, info } = await station.start('VALID1');
  const { idTagInfo } = await station.peer.call('Authorize', { idTag: 'VALID2' });
  assert.is((idTagInfo as Json).parentIdTag, info.parentIdTag);
  await station.stop(transactionId, 1300, { idTag: 'VALID2', reason: 'Local' });
  const [session] = await station.sessions();
  assert.equal([session.idTag, session.stopIdTag, session.status], ['VALID1', 'VALID2', 'completed']);
});

for (const [number, idTag, verdict] of [
  ['023_1', 'NOBODY-KNOWS', 'Invalid'],
  ['023_2', 'EXPIRED1', 'Expired'],
  ['023_3', 'BLOCKED1', 'Blocked'],
] as const)
  test(`TC_${number} ${verdict}: Authorize says so, a denied start leaves no active session`, async () => {
    const station = await bench.station();
    const { idTagInfo } = await station.peer.call('Authorize', { idTag });
    assert.is((idTagInfo as Json).status, verdict);
    const { status, transactionId } = await station.start(idTag);
    assert.is(status, verdict);
    assert.ok(transactionId > 0);
    assert.equal(await station.sessions('&status=active'), []);
    await station.stop(transactionId, 1000, { reason: 'DeAuthorized' });
    const sessions = await station.sessions();
    assert.equal(
      sessions.map((one) => [one.status, one.authorization, one.stopReason]),
      [['completed', verdict, 'DeAuthorized']],
    );
  });

test('TC_024 lock failure: the fault is shown, no session', async () => {
  const station = await bench.station();
  await station.status(1, 'Faulted', 'ConnectorLockFailure');
  const [connector] = (await station.shown()).connectors;
  assert.equal([connector.status, connector.errorCode], ['Faulted', 'ConnectorLockFailure']);
  assert.equal(await station.sessions(), []);
});

test('TC_041 fault behaviour: Faulted with its error code, then Available', async () => {
  const station = await bench.station();
  await station.status(1, 'Faulted', 'HighTemperature');
  assert.is((await station.shown()).connectors[0].errorCode, 'HighTemperature');
  await station.status(1, 'Available');
  assert.equal((await station.shown()).connectors[0].errorCode, 'NoError');
});

test('TC_070 sampled meter values: every measurand kept in base units', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1');
  const sampledValue = [
    { value: '1.5', unit: 'kWh', measurand: 'Energy.Active.Import.Register', context: 'Sample.Periodic' },
    { value: '7200', unit: 'W', measurand: 'Power.Active.Import', context: 'Sample.Periodic' },
    { value: '31.3', unit: 'A', measurand: 'Current.Import', phase: 'L1', context: 'Sample.Periodic' },
    { value: '55', unit: 'Percent', measurand: 'SoC', location: 'EV', context: 'Sample.Periodic' },
  ];
  const values = { connectorId: 1, transactionId, meterValue: [{ timestamp: at(0), sampledValue }] };
  assert.equal(await station.peer.call('MeterValues', values), {});
  const { items } = (await bench.api('GET', `/transactions/${transactionId}/samples`)).body;
  assert.equal(
    items.map((one: Json) => [one.measurand, one.value, one.unit, one.context, one.rawValue]),
    [
      ['Energy.Active.Import.Register', 1500, 'Wh', 'Sample.Periodic', '1.5'],
      ['Power.Active.Import', 7200, 'W', 'Sample.Periodic', '7200'],
      ['Current.Import', 31_300, 'mA', 'Sample.Periodic', '31.3'],
      ['SoC', 55_000, 'm%', 'Sample.Periodic', '55'],
    ],
  );
  assert.is((await station.sessions())[0].energyWh, 500);
});

test('TC_071 clock-aligned meter values, with and without a transaction', async () => {
  const station = await bench.station();
  assert.equal(await station.peer.call('MeterValues', reading(null, 900, { context: 'Sample.Clock' })), {});
  const { transactionId } = await station.start('VALID1');
  await station.peer.call('MeterValues', reading(transactionId, 1100, { context: 'Sample.Clock' }));
  const { items } = (await bench.api('GET', `/transactions/${transactionId}/samples`)).body;
  assert.equal(
    items.map((one: Json) => [one.value, one.context]),
    [[1100, 'Sample.Clock']],
  );
});

test.run();
