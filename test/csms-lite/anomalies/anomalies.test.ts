import type { Anomaly } from 'csms-lite/core/model.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { at, BOOT, type RunningCsms, runCsms, start, stop } from '../core/support/running-csms.js';

const test = suite('anomalies of any charge point’s current');
let running: RunningCsms;
let station: ScriptedPeer;

test.before.each(async () => {
  running = await runCsms();
  await running.csms.tags.put('TAG1', {}, 'test');
  station = await running.connect('CP1');
  await station.call('BootNotification', BOOT);
});
test.after.each(async () => {
  await running.close();
  assert.equal(running.errors, []);
});

/** Meter values each ten seconds by the charge point's clock, however fast they come. */
async function meters(session: unknown, fromS: number, currentsA: readonly number[], offeredA?: number): Promise<void> {
  for (const [index, currentA] of currentsA.entries()) {
    const sampledValue = [{ value: String(currentA), measurand: 'Current.Import', unit: 'A' }];
    if (offeredA !== undefined) sampledValue.push({ value: String(offeredA), measurand: 'Current.Offered', unit: 'A' });
    await station.call('MeterValues', {
      connectorId: 1,
      ...(session === null ? {} : { transactionId: session }),
      meterValue: [{ timestamp: at(fromS + index * 10), sampledValue }],
    } as Json);
  }
}

const told = (type: 'anomaly.detected' | 'anomaly.cleared'): Anomaly[] =>
  running.events.flatMap(({ event }) => (event.type === type ? [event.anomaly] : []));

async function session(): Promise<unknown> {
  return (await station.call('StartTransaction', start(1, 'TAG1', 0, at(0)))).transactionId;
}

test('runaway above what is offered: window, figure, threshold, session; over when it is; listed', async () => {
  const transactionId = await session();
  await meters(transactionId, 0, [16, 16, 16, 22, 22, 22], 16);
  const [found] = await eventually(
    () => (told('anomaly.detected').length > 0 ? told('anomaly.detected') : null),
    'found',
  );
  assert.is(found?.kind, 'runaway');
  assert.is(found?.figure, 6000);
  assert.is(found?.threshold, 2000);
  assert.is(found?.unit, 'mA');
  assert.is(found?.limitMa, 16_000);
  assert.is(found?.detectedBy, 'csms');
  assert.is(found?.transactionId, transactionId);
  assert.is((await running.csms.anomalies.list({ active: true })).total, 1);
  await meters(transactionId, 60, [16, 16, 16], 16);
  await eventually(() => told('anomaly.cleared').length === 1, 'over');
  assert.is((await running.csms.anomalies.list({ active: true })).total, 0);
  assert.is((await running.csms.anomalies.list({ chargePointId: 'CP1', active: false })).items[0]?.kind, 'runaway');
});

test('above the profile that it accepted: the limit is ours, whatever it offers', async () => {
  const transactionId = await session();
  station.on('SetChargingProfile', () => ({ status: 'Accepted' }));
  await running.csms.commands.send(
    'CP1',
    'set-charging-profile',
    {
      connectorId: 1,
      chargingProfile: {
        chargingProfileId: 9,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Relative',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
      },
    },
    { actor: 'test', waitMs: 10_000 },
  );
  await meters(transactionId, 0, [16, 16, 16, 16, 16, 16, 16, 16], 32);
  const [found] = await eventually(
    () => (told('anomaly.detected').length > 0 ? told('anomaly.detected') : null),
    'found',
  );
  assert.is(found?.kind, 'runaway');
  assert.is(found?.limitMa, 10_000);
});

test('oscillation of any charger; a session without limits that does not swing is quiet', async () => {
  const transactionId = await session();
  await meters(transactionId, 0, [20, 20.3, 19.8, 20, 20, 20, 20]);
  await meters(transactionId, 70, [6, 20, 6, 20, 6, 20, 6, 20, 6]);
  const [found] = await eventually(
    () => (told('anomaly.detected').length > 0 ? told('anomaly.detected') : null),
    'found',
  );
  assert.is(found?.kind, 'oscillation');
  assert.is(found?.unit, 'turns');
  assert.ok((found?.figure ?? 0) >= 6);
  assert.is(found?.windowMs, 120_000);
});

test('stuck-on: current on a connector that is at rest, without a session', async () => {
  await station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
  await meters(null, 0, [16, 16, 16, 16]);
  const [found] = await eventually(
    () => (told('anomaly.detected').length > 0 ? told('anomaly.detected') : null),
    'found',
  );
  assert.is(found?.kind, 'stuck-on');
  assert.is(found?.transactionId, null);
});

test('no stuck-on where the connector says Charging, nor for values that come after their session', async () => {
  await station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' });
  await meters(null, 0, [16, 16, 16, 16]);
  const transactionId = await session();
  await station.call('StopTransaction', stop(transactionId, 100, at(5)));
  await station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
  await meters(transactionId, 40, [16, 16, 16, 16]);
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(told('anomaly.detected'), []);
});

const TOLD = {
  connectorId: 1,
  state: 'detected',
  at: at(0),
  from: at(0),
  kind: 'runaway',
  windowMs: 5000,
  figure: 9000,
  threshold: 2000,
  unit: 'mA',
  currentMa: 25_000,
  limitMa: 16_000,
  commanded: false,
};
const transfer = (data: object): Promise<Json> =>
  station.call('DataTransfer', { vendorId: 'Tapwatt', messageId: 'Anomaly', data: JSON.stringify(data) });

test('a charge point of ours tells its own; what both see is one anomaly, over when both say so', async () => {
  assert.is((await transfer(TOLD)).status, 'Accepted');
  await eventually(() => told('anomaly.detected').length === 1, 'told');
  assert.is(told('anomaly.detected')[0]?.detectedBy, 'charge-point');
  const transactionId = await session();
  await meters(transactionId, 0, [16, 16, 16, 25, 25, 25, 25], 16);
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal((await running.csms.anomalies.list()).items[0]?.seenBy, ['charge-point', 'csms']);
  await transfer({ ...TOLD, state: 'cleared' });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(told('anomaly.cleared'), [], 'the meter values still say it');
  await meters(transactionId, 70, [16, 16, 16], 16);
  await eventually(() => told('anomaly.cleared').length === 1, 'over');
  assert.is(told('anomaly.detected').length, 1);
  assert.is((await transfer({ ...TOLD, kind: 'nonsense' })).status, 'Rejected');
  assert.is((await station.call('DataTransfer', { vendorId: 'Else' })).status, 'UnknownVendorId');
});

test('a charge point that boots has forgotten what it told; a restart of csms-lite forgets what csms-lite saw', async () => {
  await transfer(TOLD);
  await eventually(() => told('anomaly.detected').length === 1, 'told');
  await running.restart();
  assert.is((await running.csms.anomalies.list({ active: true })).total, 1, 'the charge point has not taken it back');
  station = await running.connect('CP1');
  await station.call('BootNotification', BOOT);
  await eventually(async () => (await running.csms.anomalies.list({ active: true })).total === 0, 'forgotten');
  const transactionId = await session();
  await meters(transactionId, 0, [16, 16, 16, 22, 22, 22], 16);
  await eventually(async () => (await running.csms.anomalies.list({ active: true })).total === 1, 'seen');
  await running.restart();
  assert.is((await running.csms.anomalies.list({ active: true })).total, 0);
});

test.run();
