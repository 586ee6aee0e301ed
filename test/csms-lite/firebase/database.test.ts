import type { ChargerDocument } from 'csms-lite/firebase/document.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import {
  closeListeners,
  type Listener,
  listenTo,
  startRealtimeDatabase,
  type TestDatabase,
} from '../../support/realtime-database.js';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { session, startTestServer, type TestServer } from '../api/server.js';

let database: TestDatabase;
let server: TestServer;

test.before(async () => {
  database = await startRealtimeDatabase();
  process.env.FIREBASE_DATABASE_EMULATOR_HOST = database.host;
  server = await startTestServer();
});
test.after(async () => {
  await closeListeners();
  await server.close();
  await database.kill();
});

function status(peer: ScriptedPeer, word: string, connectorId = 1): Promise<unknown> {
  return peer.call('StatusNotification', { connectorId, status: word, errorCode: 'NoError' });
}

function meter(peer: ScriptedPeer, transactionId: number, energyWh: number, powerW: number): Promise<unknown> {
  const sampledValue = [
    { value: String(energyWh), unit: 'Wh' },
    { value: String(powerW), measurand: 'Power.Active.Import', unit: 'W' },
  ];
  return peer.call('MeterValues', {
    connectorId: 1,
    transactionId,
    meterValue: [{ timestamp: new Date().toISOString(), sampledValue }],
  });
}

async function untilSeen(
  listener: Listener<ChargerDocument>,
  what: (document: ChargerDocument) => boolean,
  name: string,
): Promise<ChargerDocument> {
  return await eventually(() => listener.seen.find((one) => one !== null && what(one)) ?? null, name);
}

/** Without repetitions. */
function words(listener: Listener<ChargerDocument>): string[] {
  return listener.seen
    .flatMap((one) => (one === null ? [] : [one.status]))
    .filter((word, index, all) => word !== all[index - 1]);
}

async function firebaseStatus(): Promise<{ pending: number; isLinked: boolean; writes: number; lastError: unknown }> {
  return (await server.api('GET', '/api/v1/firebase')).body;
}

test('a whole session, as somebody with the web SDK sees it', async () => {
  const listener = listenTo<ChargerDocument>(database, 'chargers/CP01');
  const peer = await server.boot('CP01');
  await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
  await untilSeen(listener, (one) => one.status === 'STANDBY', 'STANDBY');
  await status(peer, 'Preparing');
  await untilSeen(listener, (one) => one.status === 'PREPARING', 'PREPARING');
  const transactionId = await session(peer, { idTag: 'A1B2C3D4', meterStart: 1000 });
  await status(peer, 'Charging');
  await meter(peer, transactionId, 1500, 22_100);
  const charging = await untilSeen(listener, (one) => one.power === '22.1 kW', 'power');
  assert.is(charging.status, 'CHARGING');
  assert.is(charging.uid, '****C3D4');
  assert.is(charging.username, 'User C3D4');
  assert.is(charging.energy, '0.50 kWh');
  assert.match(charging.duration, /^0:0\d:\d\d$/);
  assert.ok(!Number.isNaN(Date.parse(charging.last_updated)));
  await status(peer, 'Finishing');
  await peer.call('StopTransaction', { transactionId, meterStop: 6000, timestamp: new Date().toISOString() });
  const finished = await untilSeen(listener, (one) => one.status === 'FINISHED', 'FINISHED');
  assert.is(finished.energy, '5.00 kWh');
  await status(peer, 'Available');
  await eventually(() => listener.seen.at(-1)?.status === 'STANDBY', 'STANDBY after FINISHED');
  const order = words(listener);
  assert.equal(order.slice(-5), ['STANDBY', 'PREPARING', 'CHARGING', 'FINISHED', 'STANDBY']);
  // By csms-lite's own clock: at least the 5 s.
  const times = (word: string): number[] =>
    listener.seen.flatMap((one) => (one?.status === word ? [Date.parse(one.last_updated)] : []));
  const last = (list: number[]): number => list.at(-1) ?? Number.NaN;
  const firstFinished = times('FINISHED')[0] ?? Number.NaN;
  assert.ok(last(times('STANDBY')) - firstFinished >= 5000, 'FINISHED stands 5 s');
  // The listener may have heard of it before csms-lite has.
  await eventually(async () => (await firebaseStatus()).pending === 0, 'nothing pending');
  const { pending, isLinked, writes, lastError } = await firebaseStatus();
  assert.equal({ pending, isLinked, lastError }, { pending: 0, isLinked: true, lastError: null });
  assert.ok(writes >= 5);
  const metrics = (await server.api('GET', '/metrics')).body;
  assert.match(metrics, /^csms_firebase_linked 1$/m);
  assert.match(metrics, /^csms_firebase_pending 0$/m);
  await listener.close();
  await peer.close();
});

test('the uid as the setting says, ids that are no keys, and removal', async () => {
  const id = 'a.b';
  const listener = listenTo<ChargerDocument>(database, 'chargers/a%2Eb');
  const peer = await server.connect(id);
  await peer.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
  await status(peer, 'Available');
  await server.api('PATCH', '/api/v1/settings', { firebaseUid: 'full' });
  assert.is((await server.api('PATCH', '/api/v1/settings', { firebaseUid: 'all' })).status, 422);
  await session(peer, { idTag: 'A1B2C3D4' });
  await untilSeen(listener, (one) => one.uid === 'A1B2C3D4', 'full uid');
  await server.api('PATCH', '/api/v1/settings', { firebaseUid: 'masked' });
  await peer.close();
  await server.api('DELETE', `/api/v1/charge-points/${encodeURIComponent(id)}`);
  await eventually(() => listener.seen.length > 1 && listener.seen.at(-1) === null, 'removed');
  await listener.close();
});

test('the database is away for a whole session: OCPP goes on, its end comes first, then STANDBY', async () => {
  const peer = await server.boot('CP02');
  await eventually(async () => (await firebaseStatus()).pending === 0, 'nothing pending');
  const { port } = database;
  await database.kill();
  await eventually(async () => !(await firebaseStatus()).isLinked, 'the link is gone');
  const transactionId = await session(peer, { idTag: 'A1B2C3D4', meterStart: 0 });
  await status(peer, 'Charging');
  for (let n = 1; n <= 50; n += 1) await meter(peer, transactionId, n * 100, 11_000);
  await peer.call('StopTransaction', { transactionId, meterStop: 7000, timestamp: new Date().toISOString() });
  await status(peer, 'Available');
  assert.ok((await firebaseStatus()).pending >= 1, 'it waits');
  database = await startRealtimeDatabase('-', port);
  const listener = listenTo<ChargerDocument>(database, 'chargers/CP02');
  const finished = await untilSeen(listener, (one) => one.status === 'FINISHED', 'FINISHED');
  assert.is(finished.energy, '7.00 kWh');
  await eventually(() => listener.seen.at(-1)?.status === 'STANDBY', 'STANDBY');
  assert.equal(words(listener).slice(-2), ['FINISHED', 'STANDBY']);
  await eventually(async () => (await firebaseStatus()).pending === 0, 'nothing pending');
  await listener.close();
  await peer.close();
});

test('the database does not answer: OCPP does not wait for it, one write is out, the newest state comes after', async () => {
  const peer = await server.boot('CP03');
  await eventually(async () => (await firebaseStatus()).pending === 0, 'nothing pending');
  const before = (await firebaseStatus()).writes;
  database.freeze();
  const transactionId = await session(peer, { idTag: 'A1B2C3D4', meterStart: 0 });
  for (let n = 1; n <= 100; n += 1) await meter(peer, transactionId, n * 10, 11_000);
  const { pending, writes } = await firebaseStatus();
  assert.is(pending, 1);
  assert.is(writes, before, 'nothing was acknowledged');
  database.thaw();
  const listener = listenTo<ChargerDocument>(database, 'chargers/CP03');
  await untilSeen(listener, (one) => one.energy === '1.00 kWh', 'the newest reading');
  await peer.call('StopTransaction', { transactionId, meterStop: 1000, timestamp: new Date().toISOString() });
  await listener.close();
  await peer.close();
});

test.run();
