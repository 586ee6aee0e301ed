import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json } from '../../support/scripted-peer.js';
import { ScriptedCallError } from '../../support/scripted-peer.js';
import { StationBench } from './bench.js';

function profile(id: number, purpose: string, limit: number, more: Json = {}, schedule: Json = {}): Json {
  return {
    chargingProfileId: id,
    stackLevel: 0,
    chargingProfilePurpose: purpose,
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      chargingRateUnit: 'A',
      startSchedule: new Date(Date.now() - 60_000).toISOString(),
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      ...schedule,
    },
    ...more,
  };
}

const set = async (bench: StationBench, connectorId: number, csChargingProfiles: Json): Promise<unknown> =>
  (await bench.peer.call('SetChargingProfile', { connectorId, csChargingProfiles })).status;

const clear = async (bench: StationBench, filter: Json): Promise<unknown> =>
  (await bench.peer.call('ClearChargingProfile', filter)).status;

async function periods(bench: StationBench, connectorId: number, unit?: string): Promise<[number, number][]> {
  const answer = await bench.peer.call('GetCompositeSchedule', {
    connectorId,
    duration: 3600,
    ...(unit === undefined ? {} : { chargingRateUnit: unit }),
  });
  assert.is(answer.status, 'Accepted');
  const schedule = answer.chargingSchedule as Json;
  return (schedule.chargingSchedulePeriod as { startPeriod: number; limit: number }[]).map((period) => [
    period.startPeriod,
    period.limit,
  ]);
}

async function limited(bench: StationBench, connectorId: number, limitMa: number | null): Promise<void> {
  await eventually(
    () => bench.connector(connectorId).limitMa === limitMa,
    `connector ${connectorId} limited to ${limitMa}, has ${bench.connector(connectorId).limitMa}`,
  );
}

/** A session on a connector whose transaction id is known. */
async function charging(bench: StationBench, connectorId = 1, idTag = `TAG${connectorId}`): Promise<number> {
  bench.connector(connectorId).plugIn();
  bench.tap(idTag, [connectorId]);
  await bench.status(connectorId, 'Charging');
  await bench.queueEmpty();
  const localId = bench.connector(connectorId).transaction?.localId ?? '';
  return await eventually(() => bench.state?.transactionIds[localId], 'a transaction id');
}

test('TC_056: a TxDefaultProfile limits a transaction before its power comes on', async () => {
  const bench = await StationBench.start();
  assert.is(await set(bench, 1, profile(1, 'TxDefaultProfile', 10)), 'Accepted');
  await charging(bench);
  const told = bench.connector().received.filter(({ t }) => t === 'limit' || t === 'recorded');
  assert.is(told[0]?.t, 'limit', 'limit, then the acknowledgement that lets power flow');
  assert.is(bench.connector().limitMa, 10_000);
  assert.equal(await periods(bench, 1), [[0, 10]]);
  await bench.stop();
});

test('TC_057, TC_082: TxProfile and TxDefaultProfile during a transaction; the TxProfile goes with it', async () => {
  const bench = await StationBench.start();
  const transactionId = await charging(bench);
  assert.is(bench.connector().limitMa, null);
  assert.is(await set(bench, 0, profile(1, 'TxDefaultProfile', 20)), 'Accepted');
  await limited(bench, 1, 20_000);
  assert.is(await set(bench, 1, profile(2, 'TxProfile', 8, { transactionId })), 'Accepted');
  await limited(bench, 1, 8_000);
  bench.tap('TAG1', [1]);
  await bench.status(1, 'Finishing');
  await limited(bench, 1, null);
  bench.connector().plugOut();
  await charging(bench, 1, 'NEXT');
  assert.is(bench.connector().limitMa, 20_000, 'the TxProfile was of the other transaction');
  assert.is(await clear(bench, { id: 2 }), 'Unknown');
  await bench.stop();
});

test('TC_058, errata 3.39: TxProfile without or for another transaction Rejected; unknown connector, unit: CALLERROR', async () => {
  const bench = await StationBench.start();
  assert.is(await set(bench, 1, profile(1, 'TxProfile', 8)), 'Rejected');
  const transactionId = await charging(bench);
  assert.is(await set(bench, 1, profile(1, 'TxProfile', 8, { transactionId: transactionId + 1 })), 'Rejected');
  assert.is(await set(bench, 0, profile(1, 'TxProfile', 8)), 'Rejected');
  assert.is(await set(bench, 1, profile(1, 'ChargePointMaxProfile', 8)), 'Rejected');
  assert.is(await set(bench, 1, profile(1, 'TxProfile', 8, { stackLevel: 51 })), 'Rejected');
  const violation = async (connectorId: number, wrong: Json): Promise<void> => {
    const error = await set(bench, connectorId, wrong).then(
      () => null,
      (reason: unknown) => reason,
    );
    assert.instance(error, ScriptedCallError);
    assert.is((error as ScriptedCallError).code, 'PropertyConstraintViolation');
  };
  await violation(9, profile(1, 'TxDefaultProfile', 8));
  await violation(-1, profile(1, 'TxDefaultProfile', 8));
  await violation(1, profile(1, 'TxDefaultProfile', 8, {}, { chargingRateUnit: 'V' }));
  await violation(1, profile(1, 'NoSuchProfile', 8));
  assert.equal(await bench.peer.call('GetCompositeSchedule', { connectorId: 9, duration: 60 }), { status: 'Rejected' });
  await bench.stop();
});

test('TC_059, TC_060: RemoteStart with a TxProfile; every other profile is Rejected and starts nothing', async () => {
  const bench = await StationBench.start({ configuration: { ConnectionTimeOut: '60' } });
  const start = async (chargingProfile: Json): Promise<unknown> =>
    (await bench.peer.call('RemoteStartTransaction', { idTag: 'APP', connectorId: 1, chargingProfile })).status;
  assert.is(await start(profile(1, 'TxDefaultProfile', 9)), 'Rejected');
  assert.is(await start(profile(1, 'ChargePointMaxProfile', 9)), 'Rejected');
  assert.is(await start(profile(1, 'TxProfile', 9, { transactionId: 1 })), 'Rejected');
  assert.is(await start(profile(1, 'TxProfile', 9, { stackLevel: 99 })), 'Rejected');
  assert.is(await start(profile(1, 'TxProfile', 9)), 'Accepted');
  await bench.status(1, 'Preparing');
  await bench.restartStation();
  await bench.online();
  bench.connector().plugIn();
  await bench.status(1, 'Charging');
  assert.is(bench.connector().limitMa, 9_000, 'the profile waited for its transaction, over a restart of the station');
  const [order] = bench.connector().received.filter(({ t }) => t === 'limit' || t === 'recorded');
  assert.is(order?.t, 'limit');
  await bench.stop();
});

test('A remote start that is given up takes its profile with it', async () => {
  const bench = await StationBench.start();
  await bench.peer.call('RemoteStartTransaction', {
    idTag: 'APP',
    connectorId: 1,
    chargingProfile: profile(5, 'TxProfile', 9),
  });
  await bench.status(1, 'Preparing');
  bench.tap('APP', [1]);
  await bench.status(1, 'Available');
  assert.is(await clear(bench, { id: 5 }), 'Unknown');
  await charging(bench, 1, 'APP');
  assert.is(bench.connector().limitMa, null);
  await bench.stop();
});

test('TC_066, TC_072: maximum, default, transaction and stack levels combine; equal periods merge; W and connector 0', async () => {
  const bench = await StationBench.start();
  const transactionId = await charging(bench);
  await set(bench, 0, profile(1, 'ChargePointMaxProfile', 24));
  await set(bench, 1, profile(2, 'TxDefaultProfile', 20));
  assert.equal(await periods(bench, 1), [[0, 20]]);
  const now = new Date(Math.ceil(Date.now() / 1000) * 1000).toISOString();
  const steps = [
    { startPeriod: 0, limit: 30 },
    { startPeriod: 300, limit: 10 },
    { startPeriod: 600, limit: 10 },
    { startPeriod: 900, limit: 6 },
  ];
  await set(
    bench,
    1,
    profile(
      3,
      'TxProfile',
      0,
      { transactionId },
      { startSchedule: now, duration: 1200, chargingSchedulePeriod: steps },
    ),
  );
  const combined = (await periods(bench, 1)).filter(([startPeriod]) => startPeriod > 1);
  assert.equal(
    combined.map(([, limit]) => limit),
    [10, 6, 20],
    'the TxProfile, merged; then the default again',
  );
  await set(bench, 1, profile(4, 'TxProfile', 12, { transactionId, stackLevel: 1 }));
  assert.equal(await periods(bench, 1), [[0, 12]]);
  assert.equal(await periods(bench, 1, 'W'), [[0, 2760]], 'one phase at 230 V');
  assert.equal(await periods(bench, 0), [[0, 24]]);
  await bench.stop();
});

test('TC_067: ClearChargingProfile by id, by purpose and stack level, all; Unknown where nothing matches', async () => {
  const bench = await StationBench.start();
  await set(bench, 0, profile(1, 'TxDefaultProfile', 10));
  await set(bench, 1, profile(2, 'TxDefaultProfile', 11, { stackLevel: 1 }));
  await set(bench, 0, profile(3, 'ChargePointMaxProfile', 12));
  assert.is(await clear(bench, { id: 9 }), 'Unknown');
  assert.is(await clear(bench, { connectorId: 1, chargingProfilePurpose: 'ChargePointMaxProfile' }), 'Unknown');
  assert.is(await clear(bench, { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 1 }), 'Accepted');
  assert.equal(await periods(bench, 1), [[0, 10]]);
  assert.is(await clear(bench, { id: 1, connectorId: 77 }), 'Accepted', 'errata 3.26: an id alone decides');
  assert.is(await clear(bench, {}), 'Accepted');
  assert.is(await clear(bench, {}), 'Unknown');
  assert.equal(await periods(bench, 1), [[0, 32]]);
  await bench.stop();
});

test('§3.13.3: ChargePointMaxProfile is for all connectors together; below 6 A somebody pauses; the share comes back', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  await set(bench, 0, profile(1, 'ChargePointMaxProfile', 20));
  await charging(bench, 1);
  assert.is(bench.connector(1).limitMa, 20_000);
  await charging(bench, 2);
  assert.is(bench.connector(1).limitMa, 10_000);
  assert.is(bench.connector(2).limitMa, 10_000);
  await set(bench, 0, profile(1, 'ChargePointMaxProfile', 10));
  await limited(bench, 2, 0);
  await limited(bench, 1, 10_000);
  bench.tap('TAG1', [1]);
  await limited(bench, 2, 10_000);
  await bench.stop();
});

test('A limit changes when its time has come, not before', async () => {
  const bench = await StationBench.start();
  await charging(bench);
  const startMs = Date.now() - 1000;
  const chargingSchedulePeriod = [
    { startPeriod: 0, limit: 16 },
    { startPeriod: 2, limit: 0 },
  ];
  await set(
    bench,
    0,
    profile(1, 'TxDefaultProfile', 0, {}, { startSchedule: new Date(startMs).toISOString(), chargingSchedulePeriod }),
  );
  assert.is(bench.connector().limitMa, 16_000);
  await limited(bench, 1, 0);
  const lateMs = Date.now() - (startMs + 2000);
  assert.ok(lateMs >= 0, `${lateMs} ms after its time`);
  await bench.stop();
});

test('Errata 3.37: profiles outlive restarts; a restored connector gets its limit, a power cut ends the TxProfile', async () => {
  const bench = await StationBench.start();
  const transactionId = await charging(bench);
  await set(bench, 0, profile(1, 'TxDefaultProfile', 20));
  await set(bench, 1, profile(2, 'TxProfile', 8, { transactionId }));
  await bench.restartStation();
  await bench.online();
  await eventually(() => bench.connector().restored?.limitMa === 8_000, 'the limit is in the restore');
  await bench.powerCut();
  await bench.online();
  assert.is(await clear(bench, { id: 2 }), 'Unknown');
  assert.is(await clear(bench, { id: 1 }), 'Accepted');
  await bench.stop();
});

test('With powerLoss resume the TxProfile goes on, Relative periods counted from the start of the transaction', async () => {
  const bench = await StationBench.start({ powerLoss: 'resume' });
  const transactionId = await charging(bench);
  const chargingSchedulePeriod = [
    { startPeriod: 0, limit: 16 },
    { startPeriod: 2, limit: 7 },
  ];
  const { startSchedule: _absolute, ...schedule } = profile(2, 'TxProfile', 0).chargingSchedule as Json;
  await set(bench, 1, {
    ...profile(2, 'TxProfile', 0, { transactionId, chargingProfileKind: 'Relative' }),
    chargingSchedule: { ...schedule, chargingSchedulePeriod },
  });
  await limited(bench, 1, 7_000);
  await bench.powerCut();
  await bench.online();
  await eventually(() => bench.connector().restored?.limitMa === 7_000, 'it is not at its beginning again');
  await bench.stop();
});

test('SmartCharging off: NotSupported, not in SupportedFeatureProfiles, no keys; a profile in RemoteStart is ignored (§5.11)', async () => {
  const bench = await StationBench.start({ featureProfiles: ['Core'] });
  for (const [action, payload] of [
    ['SetChargingProfile', { connectorId: 0, csChargingProfiles: profile(1, 'TxDefaultProfile', 8) }],
    ['ClearChargingProfile', {}],
    ['GetCompositeSchedule', { connectorId: 1, duration: 60 }],
  ] as const) {
    const error = await bench.peer.call(action, payload).catch((reason: unknown) => reason);
    assert.is((error as ScriptedCallError).code, 'NotSupported', action);
  }
  const { configurationKey } = await bench.peer.call('GetConfiguration', {});
  const keys = new Map((configurationKey as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
  assert.is(keys.get('SupportedFeatureProfiles'), 'Core');
  assert.not.ok(keys.has('ChargeProfileMaxStackLevel'));
  bench.connector().plugIn();
  await bench.peer.call('RemoteStartTransaction', {
    idTag: 'APP',
    connectorId: 1,
    chargingProfile: profile(1, 'TxDefaultProfile', 8),
  });
  await bench.status(1, 'Charging');
  await sleep(20);
  assert.is(bench.connector().limitMa, null);
  await bench.stop();
});

test.run();
