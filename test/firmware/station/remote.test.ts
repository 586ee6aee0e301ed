import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from 'tapwatt/ocpp/outgoing.js';
import { createVendorRegistry } from 'tapwatt/ocpp/v16/vendors.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { StationBench } from './bench.js';

test('TC_010, TC_012: remote start with the cable in, remote stop', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  await bench.status(1, 'Preparing');
  assert.equal(await bench.peer.call('RemoteStartTransaction', { idTag: 'APP', connectorId: 1 }), {
    status: 'Accepted',
  });
  const [start] = await bench.calls('StartTransaction', 1);
  assert.is(start?.idTag, 'APP');
  assert.is(bench.central.calls('Authorize').length, 0, 'AuthorizeRemoteTxRequests is false');
  await bench.queueEmpty();
  assert.equal(await bench.peer.call('RemoteStopTransaction', { transactionId: 1 }), { status: 'Accepted' });
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.reason, 'Remote');
  await bench.status(1, 'Finishing');
  await bench.stop();
});

test('TC_011_1: remote start first, then the cable; without connectorId the station chooses', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  bench.connector(2).plugIn();
  await bench.status(2, 'Preparing');
  assert.equal(await bench.peer.call('RemoteStartTransaction', { idTag: 'APP' }), { status: 'Accepted' });
  await bench.status(2, 'Charging');
  assert.equal(await bench.peer.call('RemoteStartTransaction', { idTag: 'APP2' }), { status: 'Accepted' });
  await bench.status(1, 'Preparing');
  bench.connector(1).plugIn();
  await bench.status(1, 'Charging');
  await bench.stop();
});

test('AuthorizeRemoteTxRequests: authorised like a card; TC_023_5: Invalid, no session', async () => {
  const bench = await StationBench.create({ configuration: { AuthorizeRemoteTxRequests: 'true' } });
  bench.central.on('Authorize', ({ payload }) => ({
    idTagInfo: { status: payload.idTag === 'GOOD' ? 'Accepted' : 'Invalid' },
  }));
  await bench.startStation();
  await bench.online();
  bench.connector().plugIn();
  assert.equal(await bench.peer.call('RemoteStartTransaction', { idTag: 'BAD', connectorId: 1 }), {
    status: 'Accepted',
  });
  assert.is((await bench.event('CardRefused')).data?.reason, 'Invalid');
  await bench.peer.call('RemoteStartTransaction', { idTag: 'GOOD', connectorId: 1 });
  const [start] = await bench.calls('StartTransaction', 1);
  assert.is(start?.idTag, 'GOOD');
  await bench.stop();
});

test('TC_026, TC_027, TC_028: busy connector, connector 0, unknown connector, unknown transaction: Rejected', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  const rejected = { status: 'Rejected' };
  assert.equal(await bench.peer.call('RemoteStartTransaction', { idTag: 'B', connectorId: 1 }), rejected);
  assert.equal(await bench.peer.call('RemoteStartTransaction', { idTag: 'B' }), rejected);
  assert.equal(await bench.peer.call('RemoteStartTransaction', { idTag: 'B', connectorId: 0 }), rejected);
  assert.equal(await bench.peer.call('RemoteStartTransaction', { idTag: 'B', connectorId: 9 }), rejected);
  assert.equal(await bench.peer.call('RemoteStopTransaction', { transactionId: 99 }), rejected);
  await bench.stop();
});

test('§5.2: ChangeAvailability Accepted, Scheduled in a session, connector 0, unknown connector; it survives a power cut', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  const change = async (connectorId: number, type: string) =>
    (await bench.peer.call('ChangeAvailability', { connectorId, type })).status;
  assert.is(await change(1, 'Inoperative'), 'Accepted');
  await bench.status(1, 'Unavailable');
  assert.is(await change(1, 'Operative'), 'Accepted');
  await bench.status(1, 'Available');
  bench.connector(2).plugIn();
  bench.tap('A1');
  await bench.status(2, 'Charging');
  assert.is(await change(0, 'Inoperative'), 'Scheduled');
  await bench.status(1, 'Unavailable');
  assert.equal(bench.statuses(0), ['Available'], 'it is not out of service before its last session has ended');
  bench.tap('A1');
  await bench.status(0, 'Unavailable');
  assert.is(await change(7, 'Operative'), 'Rejected');
  await bench.powerCut();
  await bench.online();
  assert.is(bench.connector(1).operative, false);
  assert.is(bench.connector(2).operative, false);
  await bench.status(0, 'Unavailable');
  assert.is(await change(0, 'Operative'), 'Accepted');
  await bench.status(0, 'Available');
  await bench.status(1, 'Available');
  await bench.stop();
});

test('TC_017, TC_018, TC_031: UnlockConnector with a lock, with a fixed cable, unknown', async () => {
  const bench = await StationBench.start({ connectors: [{ hasLock: true }, { hasLock: false }] });
  const unlock = async (connectorId: number) => (await bench.peer.call('UnlockConnector', { connectorId })).status;
  assert.is(await unlock(1), 'Unlocked');
  assert.is(await unlock(2), 'NotSupported');
  assert.is(await unlock(3), 'NotSupported');
  bench.connector(1).plugIn();
  bench.tap('A1', [1]);
  await bench.status(1, 'Charging');
  assert.is(await unlock(1), 'Unlocked');
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.reason, 'UnlockCommand');
  bench.connector(2).plugIn();
  bench.tap('B2', [2]);
  await bench.status(2, 'Charging');
  assert.is(await unlock(2), 'NotSupported');
  assert.ok(bench.connector(2).isPowered, 'TC_018_2: the transaction goes on');
  await bench.stop();
});

test('TC_014, TC_016: soft reset: StopTransaction SoftReset is answered, then the process is to end', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  const stop = bench.central.expectCall('StopTransaction');
  assert.equal(await bench.peer.call('Reset', { type: 'Soft' }), { status: 'Accepted' });
  const call = await stop;
  assert.is(call.payload.reason, 'SoftReset');
  await sleep(150);
  assert.is(bench.posted.filter(({ t }) => t === 'restart').length, 0, 'not before the answer');
  call.answer({});
  await eventually(() => bench.posted.find(({ t }) => t === 'restart'), 'restart');
  // Nobody begins a session now.
  bench.connector().plugOut();
  bench.connector().plugIn();
  bench.tap('B2');
  await eventually(() => bench.events.some(({ data }) => data?.reason === 'Resetting'), 'refusal');
  await bench.stop();
});

test('TC_015: hard reset with a central system that does not answer StopTransaction: restart all the same', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  bench.central.off('StopTransaction');
  assert.equal(await bench.peer.call('Reset', { type: 'Hard' }), { status: 'Accepted' });
  const restart = await eventually(() => bench.posted.find((message) => message.t === 'restart'), 'restart');
  assert.equal(restart, { t: 'restart', kind: 'Hard' });
  assert.is(bench.central.untaken.find(({ action }) => action === 'StopTransaction')?.payload.reason, 'HardReset');
  await bench.stop();
});

test('A session that a hard reset did not end ends with HardReset at the next start (errata 3.36)', async () => {
  const bench = await StationBench.start();
  const connector = bench.connector();
  connector.plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  connector.receive = () => {};
  await bench.peer.call('Reset', { type: 'Hard' });
  await eventually(() => bench.posted.find((message) => message.t === 'restart'), 'restart');
  await bench.powerCut();
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.reason, 'HardReset');
  await bench.stop();
});

test('TC_054, TC_055: TriggerMessage MeterValues, StatusNotification; unknown connector Rejected; unknown message', async () => {
  const bench = await StationBench.start({
    connectors: [{}, {}],
    configuration: { MeterValuesSampledData: 'Energy.Active.Import.Register,Voltage' },
  });
  bench.connector(1).plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  const trigger = async (payload: Record<string, unknown>) => (await bench.peer.call('TriggerMessage', payload)).status;
  assert.is(await trigger({ requestedMessage: 'MeterValues', connectorId: 1 }), 'Accepted');
  const [meter] = await bench.calls('MeterValues', 1);
  assert.is(meter?.transactionId, 1);
  const [value] = (meter?.meterValue ?? []) as { sampledValue: { context: string; measurand: string }[] }[];
  assert.equal(
    value?.sampledValue.map(({ context, measurand }) => [context, measurand]),
    [
      ['Trigger', 'Energy.Active.Import.Register'],
      ['Trigger', 'Voltage'],
    ],
  );
  assert.is(await trigger({ requestedMessage: 'MeterValues' }), 'Accepted');
  await bench.calls('MeterValues', 3);
  const before = bench.central.calls('StatusNotification').length;
  assert.is(await trigger({ requestedMessage: 'StatusNotification' }), 'Accepted');
  await bench.calls('StatusNotification', before + 3);
  assert.is(await trigger({ requestedMessage: 'StatusNotification', connectorId: 9 }), 'Rejected');
  assert.is(await trigger({ requestedMessage: 'MeterValues', connectorId: 9 }), 'Rejected');
  assert.is(await trigger({ requestedMessage: 'FirmwareStatusNotification' }), 'Accepted');
  await bench.stop();
});

test('TC_041: a fault is reported; a reader that fails is a warning of connector 0', async () => {
  const bench = await StationBench.start();
  bench.connector().fault('HighTemperature');
  await bench.status(1, 'Faulted');
  assert.is(bench.central.calls('StatusNotification').at(-1)?.errorCode, 'HighTemperature');
  const health = { state: 'failed', sinceMs: 0, reason: 'no answer on I2C', fix: 'check the wiring' } as const;
  bench.station?.receive({ t: 'reader-health', health });
  const report = await eventually(
    () => bench.central.calls('StatusNotification').find(({ errorCode }) => errorCode === 'ReaderFailure'),
    'ReaderFailure',
  );
  assert.is(report.connectorId, 0);
  assert.is(report.status, 'Available');
  assert.is(report.info, 'no answer on I2C');
  await bench.stop();
});

test('§4.3, §5.6: DataTransfer both ways with our own vendor', async () => {
  const bench = await StationBench.create();
  bench.central.on('DataTransfer', () => ({ status: 'Accepted', data: 'thanks' }));
  await bench.startStation();
  await bench.online();
  const ask = (messageId: string, data?: string) =>
    bench.peer.call('DataTransfer', { vendorId: 'tapwatt', messageId, ...(data === undefined ? {} : { data }) });
  const version = await ask('Version');
  assert.is(version.status, 'Accepted');
  assert.is(JSON.parse(String(version.data)).firmwareVersion, '0.1.0');
  const events = JSON.parse(String((await ask('Events', '5')).data)) as { type: string }[];
  assert.is(events.length <= 5 && events.some(({ type }) => type === 'Registration'), true);
  assert.equal(await ask('Events', 'many'), { status: 'Rejected' });
  assert.equal(await ask('Dance'), { status: 'UnknownMessageId' });
  assert.equal(await ask('Ping', 'hello'), { status: 'Accepted' });
  const [pong] = await bench.calls('DataTransfer', 1);
  assert.equal(pong, { vendorId: 'Tapwatt', messageId: 'Pong', data: 'hello' });
  await bench.stop();
});

test('A vendor registry tells what the central system answered, and null where it did not', async () => {
  const outcomes: Outcome[] = [
    { t: 'answered', payload: { status: 'Accepted', data: 'x' } },
    { t: 'answered', payload: { status: 'Perhaps' } },
    { t: 'refused', errorCode: 'InternalError', description: '' },
    { t: 'no-answer', why: 'lost' },
  ];
  const registry = createVendorRegistry(async () => outcomes.shift() ?? { t: 'no-answer', why: 'lost' });
  const answers = [];
  for (let n = 0; n < 4; n += 1) answers.push(await registry.send({ vendorId: 'V' }));
  assert.equal(answers, [{ status: 'Accepted', data: 'x' }, null, null, null]);
});

test('TC_062: DataTransfer of an unknown vendor', async () => {
  const bench = await StationBench.start();
  assert.equal(await bench.peer.call('DataTransfer', { vendorId: 'com.example' }), { status: 'UnknownVendorId' });
  await bench.stop();
});

test('Actions of profiles that are off: CALLERROR NotSupported; bad payloads: the right CALLERROR; still alive', async () => {
  const bench = await StationBench.start({ featureProfiles: ['Core', 'RemoteTrigger'] });
  const code = async (action: string, payload: Record<string, unknown>) =>
    await bench.peer.call(action, payload).then(
      () => 'answered',
      (error: { code?: string }) => error.code,
    );
  assert.is(await code('ReserveNow', {}), 'NotSupported');
  assert.is(await code('SetChargingProfile', {}), 'NotSupported');
  assert.is(await code('MakeCoffee', {}), 'NotImplemented');
  assert.is(await code('Reset', { type: 'Gently' }), 'PropertyConstraintViolation');
  assert.is(await code('ChangeAvailability', { connectorId: 'one', type: 'Operative' }), 'TypeConstraintViolation');
  bench.peer.sendRaw('this is no JSON');
  assert.equal(await bench.peer.call('ClearCache'), { status: 'Accepted' });
  await bench.stop();
});

test('MinimumStatusDuration: a status that does not last is not reported', async () => {
  const bench = await StationBench.start({ configuration: { MinimumStatusDuration: '1' } });
  bench.connector().plugIn();
  // Seen by the station, but not for as long as a second.
  await new Promise((resolve) => setImmediate(resolve));
  bench.connector().plugOut();
  await sleep(1300);
  assert.equal(bench.statuses(1), ['Available']);
  bench.connector().plugIn();
  await bench.status(1, 'Preparing');
  await bench.stop();
});

test.run();
