import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { StationBench } from './bench.js';

function bootAnswer(status: string, interval: number) {
  return { status, interval, currentTime: new Date().toISOString() };
}

test('TC_001: Rejected: silence until the interval is over; then Accepted, statuses 0 and all', async () => {
  const bench = await StationBench.create({ connectors: [{}, {}] });
  const first = bench.central.expectCall('BootNotification');
  await bench.startStation();
  const boot = await first;
  assert.is(boot.payload.chargePointVendor, 'Tapwatt');
  const second = bench.central.expectCall('BootNotification');
  boot.answer(bootAnswer('Rejected', 1));
  await eventually(() => bench.state?.csms.registration === 'Rejected', 'Rejected');
  // Not even an answer (§4.2).
  let answered = false;
  const asked = bench.peer.call('GetConfiguration', {}).then(
    () => 'result',
    (error: Error) => error.message,
  );
  void asked.then(() => {
    answered = true;
  });
  bench.connector(1).plugIn();
  await sleep(300);
  assert.is(answered, false);
  assert.equal(bench.actions(), ['BootNotification']);
  const again = await second;
  assert.ok(again.atMs - boot.atMs >= 995);
  assert.is.not(again.messageId, boot.messageId);
  again.answer(bootAnswer('Accepted', 300));
  await bench.online();
  assert.equal(
    bench.central
      .calls('StatusNotification')
      .slice(0, 3)
      .map(({ connectorId, status }) => [connectorId, status]),
    [
      [0, 'Available'],
      [1, 'Preparing'],
      [2, 'Available'],
    ],
  );
  assert.match(await asked, 'GenericError');
  assert.is(bench.central.connections.length, 1);
  await bench.stop();
});

test('TC_002: Pending: requests are answered, nothing is sent but what is triggered, no remote start', async () => {
  const bench = await StationBench.create();
  const first = bench.central.expectCall('BootNotification');
  await bench.startStation();
  const boot = await first;
  const second = bench.central.expectCall('BootNotification');
  boot.answer(bootAnswer('Pending', 1));
  await eventually(() => bench.state?.csms.registration === 'Pending', 'Pending');
  const { peer } = bench;
  const all = await peer.call('GetConfiguration', {});
  assert.ok(Array.isArray(all.configurationKey) && all.configurationKey.length > 20);
  assert.equal(await peer.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '30' }), {
    status: 'Accepted',
  });
  assert.equal(await peer.call('RemoteStartTransaction', { idTag: 'A1', connectorId: 1 }), { status: 'Rejected' });
  assert.equal(await peer.call('RemoteStopTransaction', { transactionId: 1 }), { status: 'Rejected' });
  assert.equal(bench.actions(), ['BootNotification']);
  assert.equal(await peer.call('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 }), {
    status: 'Accepted',
  });
  await bench.calls('StatusNotification', 1);
  assert.equal(await peer.call('TriggerMessage', { requestedMessage: 'Heartbeat' }), { status: 'Accepted' });
  await bench.calls('Heartbeat', 1);
  assert.equal(bench.actions(), ['BootNotification', 'StatusNotification', 'Heartbeat']);
  // A card is handled by the offline rules: Authorize may not be sent.
  bench.connector().plugIn();
  bench.tap('A1');
  assert.is((await bench.event('CardRefused')).data?.reason, 'OfflineUnknown');
  const again = await second;
  assert.ok(again.atMs - boot.atMs >= 995);
  again.answer(bootAnswer('Accepted', 300));
  await bench.online();
  await bench.stop();
});

test('Pending: TriggerMessage(BootNotification) sends it before the interval is over, and also once Accepted', async () => {
  const bench = await StationBench.create();
  const first = bench.central.expectCall('BootNotification');
  await bench.startStation();
  const second = bench.central.expectCall('BootNotification');
  (await first).answer(bootAnswer('Pending', 3600));
  await eventually(() => bench.state?.csms.registration === 'Pending', 'Pending');
  const trigger = { requestedMessage: 'BootNotification' };
  assert.equal(await bench.peer.call('TriggerMessage', trigger), { status: 'Accepted' });
  (await second).answer(bootAnswer('Accepted', 300));
  await bench.online();
  assert.equal(await bench.peer.call('TriggerMessage', trigger), { status: 'Accepted' });
  await bench.calls('BootNotification', 3);
  await bench.stop();
});

test('A triggered BootNotification that is answered Pending (errata 3.35): sessions go on, nothing is told, until it is Accepted', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  const triggered = bench.central.expectCall('BootNotification');
  await bench.peer.call('TriggerMessage', { requestedMessage: 'BootNotification' });
  const again = bench.central.expectCall('BootNotification');
  (await triggered).answer(bootAnswer('Pending', 1));
  await eventually(() => bench.state?.csms.registration === 'Pending', 'Pending');
  const told = bench.central.calls('MeterValues').length;
  bench.connector().sample('Sample.Periodic', 100);
  await eventually(() => bench.state?.queue.pending === 1, 'the sample waits');
  assert.is(bench.central.calls('MeterValues').length, told);
  assert.ok(bench.connector().isPowered);
  (await again).answer(bootAnswer('Accepted', 300));
  await bench.calls('MeterValues', told + 1);
  await bench.queueEmpty();
  await bench.stop();
});

test('The answer to TriggerMessage goes before what it triggers (§5.17)', async () => {
  const bench = await StationBench.start();
  await bench.peer.call('TriggerMessage', { requestedMessage: 'Heartbeat' }, { messageId: 'trigger-1' });
  await bench.calls('Heartbeat', 1);
  const inbound = bench.peer.frames.filter(({ direction }) => direction === 'in').map(({ text }) => text);
  const answer = inbound.findIndex((text) => text.startsWith('[3,"trigger-1"'));
  const heartbeat = inbound.findIndex((text) => text.includes('"Heartbeat"'));
  assert.ok(answer >= 0 && answer < heartbeat);
  await bench.stop();
});

test('Rejected with interval 0, CALLERROR, no status: the charge point waits on its own', async () => {
  const bench = await StationBench.create();
  const first = bench.central.expectCall('BootNotification');
  await bench.startStation();
  (await first).answerError('InternalError');
  const failed = await bench.event('RegistrationFailed');
  assert.match(failed.message, 'InternalError');
  await sleep(200);
  assert.is(bench.central.calls('BootNotification').length, 1);
  // A new connection does not have to wait for that.
  bench.peer.drop();
  const again = await bench.central.expectCall('BootNotification');
  again.answer(bootAnswer('Accepted', 300));
  await bench.online();
  await bench.stop();
});

test('A Rejected interval is kept over a new connection', async () => {
  const bench = await StationBench.create();
  const first = bench.central.expectCall('BootNotification');
  await bench.startStation();
  (await first).answer(bootAnswer('Rejected', 600));
  await eventually(() => bench.state?.csms.registration === 'Rejected', 'Rejected');
  bench.peer.drop();
  await eventually(() => bench.central.connections.length === 2 && bench.state?.csms.connected, 'reconnected');
  await sleep(150);
  assert.is(bench.central.calls('BootNotification').length, 1);
  await bench.stop();
});

test('§4.2, §4.6: the boot answer sets HeartbeatInterval; heartbeats only in silence', async () => {
  const bench = await StationBench.create();
  bench.central.on('BootNotification', () => bootAnswer('Accepted', 1));
  await bench.startStation();
  await bench.online();
  assert.equal(await bench.peer.call('GetConfiguration', { key: ['heartbeatinterval'] }), {
    configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '1' }],
  });
  const lastSent = bench.peer.frames.filter(({ text }) => text.startsWith('[2,')).at(-1)?.atMs ?? 0;
  const heartbeat = await bench.central.expectCall('Heartbeat');
  assert.ok(heartbeat.atMs - lastSent >= 800, `${heartbeat.atMs - lastSent}`);
  await bench.stop();
});

test('§4.2: queued messages of an earlier run wait for Accepted', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  await bench.central.vanish();
  bench.connector().sample('Sample.Periodic', 100);
  await bench.powerCut();
  const boot = bench.central.expectCall('BootNotification');
  await bench.central.listen();
  const call = await boot;
  await sleep(100);
  assert.is(bench.central.calls('MeterValues').length, 0);
  call.answer(bootAnswer('Accepted', 300));
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.reason, 'PowerLoss');
  assert.is(stop?.meterStop, 1100);
  assert.is(stop?.transactionId, 1);
  assert.is(bench.central.calls('MeterValues').length, 1);
  await bench.stop();
});

test.run();
