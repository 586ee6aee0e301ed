/** Remote control, configuration, reset, unlock and triggers (OCTT cases for a Central System). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json } from '../../support/scripted-peer.js';
import { type Bench, openBench, type Station } from './bench.js';

const test = suite('certification: remote control');
let bench: Bench;

test.before(async () => {
  bench = await openBench();
  await bench.tag('VALID1');
});
test.after(() => bench.close());

async function remoteSession(station: Station, first: 'cable' | 'remote'): Promise<void> {
  if (first === 'cable') await station.status(1, 'Preparing');
  const body = { idTag: 'VALID1', connectorId: 1 };
  const { wire, command } = await station.command('remote-start', body, 'RemoteStartTransaction');
  assert.equal(wire, { connectorId: 1, idTag: 'VALID1' });
  if (first === 'remote') await station.status(1, 'Preparing');
  await station.peer.call('Authorize', { idTag: 'VALID1' });
  const { transactionId, status } = await station.start('VALID1');
  assert.is(status, 'Accepted');
  await station.status(1, 'Charging');
  // The remote start leads to the session that it caused.
  const later = (await bench.api('GET', `/commands/${command.id}`)).body;
  assert.is(later.transactionId, transactionId);
  assert.is((await station.sessions())[0].commandId, command.id);
}

test('TC_010 remote start, cable plugged in first', async () => remoteSession(await bench.station(), 'cable'));

test('TC_011_1 remote start first', async () => remoteSession(await bench.station(), 'remote'));

test('TC_011_2 remote start, then connection timeout: no session', async () => {
  const station = await bench.station();
  const { wire, command } = await station.command('remote-start', { idTag: 'VALID1' }, 'RemoteStartTransaction');
  assert.equal(wire, { idTag: 'VALID1' });
  await station.status(1, 'Preparing');
  await station.status(1, 'Available');
  assert.equal(await station.sessions(), []);
  assert.is((await bench.api('GET', `/commands/${command.id}`)).body.transactionId, null);
});

test('TC_012 remote stop', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1');
  const { wire } = await station.command('remote-stop', { transactionId }, 'RemoteStopTransaction');
  assert.equal(wire, { transactionId });
  await station.stop(transactionId, 1999, { reason: 'Remote' });
  await station.status(1, 'Finishing');
  assert.equal(
    (await station.sessions()).map((one) => [one.status, one.stopReason]),
    [['completed', 'Remote']],
  );
});

for (const [number, type, reason] of [
  ['013', 'Hard', null],
  ['014', 'Soft', null],
  ['015', 'Hard', 'HardReset'],
  ['016', 'Soft', 'SoftReset'],
] as const)
  test(`TC_${number} ${type} reset ${reason === null ? 'without a transaction' : 'in a transaction'}`, async () => {
    const station = await bench.station();
    const started = reason === null ? null : await station.start('VALID1');
    const { wire } = await station.command('reset', { type }, 'Reset');
    assert.equal(wire, { type });
    if (started !== null && reason !== null) await station.stop(started.transactionId, 1100, { reason });
    await station.reconnect();
    const boot = await station.peer.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    assert.is(boot.status, 'Accepted');
    await station.status(1, 'Available');
    assert.is((await station.shown()).connectors[0].status, 'Available');
    if (reason !== null) assert.is((await station.sessions())[0].stopReason, reason);
  });

for (const [number, what, status] of [
  ['017_1', 'no session, socket', 'Unlocked'],
  ['017_2', 'no session, fixed cable', 'NotSupported'],
  ['030', 'failure', 'UnlockFailed'],
] as const)
  test(`TC_${number} unlock connector: ${what}`, async () => {
    const station = await bench.station();
    const answer = { status };
    const { wire } = await station.command('unlock-connector', { connectorId: 1 }, 'UnlockConnector', answer);
    assert.equal(wire, { connectorId: 1 });
  });

test('TC_018_1 unlock connector in a session', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1');
  await station.command('unlock-connector', { connectorId: 1 }, 'UnlockConnector', { status: 'Unlocked' });
  await station.stop(transactionId, 1500, { reason: 'UnlockCommand' });
  assert.is((await station.sessions())[0].stopReason, 'UnlockCommand');
});

test('TC_018_2 unlock connector in a session, fixed cable: the session goes on', async () => {
  const station = await bench.station();
  await station.start('VALID1');
  await station.command('unlock-connector', { connectorId: 1 }, 'UnlockConnector', { status: 'NotSupported' });
  assert.is((await station.sessions('&status=active')).length, 1);
});

test('TC_031 unlock of a connector that is not there reaches the charge point', async () => {
  const station = await bench.station();
  const answer = { status: 'NotSupported' };
  const { wire } = await station.command('unlock-connector', { connectorId: 99 }, 'UnlockConnector', answer);
  assert.equal(wire, { connectorId: 99 });
});

test('TC_019_1 read all configuration keys; TC_019_2 read one', async () => {
  const station = await bench.station();
  const configurationKey = [{ key: 'HeartbeatInterval', readonly: false, value: '300' }];
  const all = await station.command('get-configuration', {}, 'GetConfiguration', { configurationKey });
  assert.equal(all.wire, {}, 'key is absent, not empty');
  const keys = ['SupportedFeatureProfiles'];
  const one = await station.command('get-configuration', { keys }, 'GetConfiguration', { unknownKey: keys });
  assert.equal(one.wire, { key: keys });
});

for (const [number, key, value, status] of [
  ['021', 'MeterValueSampleInterval', '60', 'Accepted'],
  ['040_1', 'NoSuchKey', 'x', 'NotSupported'],
  ['040_2', 'MeterValueSampleInterval', '-1', 'Rejected'],
] as const)
  test(`TC_${number} change configuration: ${status}`, async () => {
    const station = await bench.station();
    const { wire } = await station.command('change-configuration', { key, value }, 'ChangeConfiguration', { status });
    assert.equal(wire, { key, value });
  });

test('TC_026 remote start rejected; TC_027 connector 0 and TC_028 an unknown transaction reach the charge point', async () => {
  const station = await bench.station();
  const rejected = { status: 'Rejected' };
  await station.command('remote-start', { idTag: 'VALID1', connectorId: 1 }, 'RemoteStartTransaction', rejected);
  assert.equal(await station.sessions(), []);
  for (const connectorId of [0, 99]) {
    const impossible = { idTag: 'VALID1', connectorId };
    const { wire } = await station.command('remote-start', impossible, 'RemoteStartTransaction', rejected);
    assert.equal(wire, impossible);
  }
  const unknown = { transactionId: 424_242 };
  assert.equal((await station.command('remote-stop', unknown, 'RemoteStopTransaction', rejected)).wire, unknown);
});

test('TC_061 clear authorization cache', async () => {
  const station = await bench.station();
  assert.equal((await station.command('clear-cache', {}, 'ClearCache')).wire, {});
  await station.command('clear-cache', {}, 'ClearCache', { status: 'Rejected' });
});

test('TC_062 data transfer to the charge point', async () => {
  const station = await bench.station();
  const body = { vendorId: 'com.example', messageId: 'hello', data: 'text' };
  const { wire } = await station.command('data-transfer', body, 'DataTransfer', { status: 'UnknownVendorId' });
  assert.equal(wire, body);
});

test('TC_064 data transfer to the central system', async () => {
  const station = await bench.station();
  const answer = await station.peer.call('DataTransfer', { vendorId: 'com.example', messageId: 'm', data: 'd' });
  assert.ok(['UnknownVendorId', 'UnknownMessageId', 'Rejected', 'Accepted'].includes(String(answer.status)));
  const [shown] = (await bench.api('GET', `/charge-points/${station.id}/data-transfers`)).body.items;
  assert.equal([shown.vendorId, shown.messageId, shown.data], ['com.example', 'm', 'd']);
});

test('TC_054 trigger message: each of the six, and what it brings', async () => {
  const station = await bench.station();
  const brings: Record<string, () => Promise<unknown>> = {
    MeterValues: () =>
      station.peer.call('MeterValues', {
        connectorId: 1,
        meterValue: [{ timestamp: new Date().toISOString(), sampledValue: [{ value: '1', context: 'Trigger' }] }],
      }),
    Heartbeat: () => station.peer.call('Heartbeat'),
    StatusNotification: () => station.status(1, 'Available'),
    DiagnosticsStatusNotification: () => station.peer.call('DiagnosticsStatusNotification', { status: 'Idle' }),
    FirmwareStatusNotification: () => station.peer.call('FirmwareStatusNotification', { status: 'Idle' }),
    BootNotification: () => station.peer.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }),
  };
  for (const [requestedMessage, message] of Object.entries(brings)) {
    const { wire } = await station.command('trigger-message', { requestedMessage }, 'TriggerMessage');
    assert.equal(wire, { requestedMessage });
    await message();
  }
  const body = { requestedMessage: 'MeterValues', connectorId: 1 };
  const { wire } = await station.command('trigger-message', body, 'TriggerMessage');
  assert.equal(wire, { connectorId: 1, requestedMessage: 'MeterValues' } as Json);
});

test('TC_055 trigger message rejected: an impossible connector reaches the charge point', async () => {
  const station = await bench.station();
  const body = { requestedMessage: 'MeterValues', connectorId: 99 };
  await station.command('trigger-message', body, 'TriggerMessage', { status: 'Rejected' });
});

test.run();
