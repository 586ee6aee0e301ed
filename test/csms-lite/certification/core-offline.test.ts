/** Core profile: power loss, lost connections and what was stored offline (OCTT cases for a Central System). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json } from '../../support/scripted-peer.js';
import { at, type Bench, openBench, reading } from './bench.js';

const test = suite('certification: offline');
let bench: Bench;
const BOOT = { chargePointVendor: 'Vendor', chargePointModel: 'Model' };

test.before(async () => {
  bench = await openBench();
  await bench.tag('VALID1');
});
test.after(() => bench.close());

test('TC_032_1 power failure with a stop before the power is gone', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1');
  await station.stop(transactionId, 1400, { reason: 'PowerLoss' });
  await station.reconnect();
  assert.is((await station.peer.call('BootNotification', BOOT)).status, 'Accepted');
  const [session] = await station.sessions();
  assert.equal([session.status, session.stopReason, session.meterStop], ['completed', 'PowerLoss', 1400]);
});

test('TC_032_2 power failure: the stop comes after the boot, with its own time', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1', { timestamp: at(-600) });
  await station.reconnect();
  await station.peer.call('BootNotification', BOOT);
  const [running] = await station.sessions();
  assert.is(running.status, 'active', 'a boot alone ends nothing');
  const stoppedAt = at(-300);
  await station.stop(transactionId, 1450, { reason: 'PowerLoss', timestamp: stoppedAt });
  const [session] = await station.sessions();
  assert.equal([session.stopReason, session.stoppedAt], ['PowerLoss', stoppedAt]);
});

test('TC_034 Unavailable survives the power cut and is shown', async () => {
  const station = await bench.station();
  await station.command('change-availability', { connectorId: 0, type: 'Inoperative' }, 'ChangeAvailability');
  await station.status(0, 'Unavailable');
  await station.status(1, 'Unavailable');
  await station.reconnect();
  await station.peer.call('BootNotification', BOOT);
  await station.status(1, 'Unavailable');
  const shown = await station.shown();
  assert.equal([shown.mainStatus.status, shown.connectors[0].status], ['Unavailable', 'Unavailable']);
});

test('TC_036 connection loss in a transaction: it goes on, queued meter values are taken', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1', { timestamp: at(-120) });
  await station.reconnect();
  for (const value of [1100, 1200, 1300]) await station.peer.call('MeterValues', reading(transactionId, value));
  const [session] = await station.sessions();
  assert.equal([session.status, session.energyWh], ['active', 300]);
  assert.is((await bench.api('GET', `/transactions/${transactionId}/samples`)).body.total, 3);
});

test('TC_037_1 offline start with a valid tag', async () => {
  const station = await bench.station();
  const timestamp = at(-900);
  const { status, transactionId } = await station.start('VALID1', { timestamp });
  assert.is(status, 'Accepted');
  const [session] = await station.sessions('&status=active');
  assert.equal([session.transactionId, session.startedAt], [transactionId, timestamp]);
});

for (const [number, end] of [
  ['037_2', 'the charge point suspends and stops later'],
  ['037_3', 'the charge point stops DeAuthorized'],
])
  test(`TC_${number} offline start with an invalid tag: Invalid, and ${end}`, async () => {
    const station = await bench.station();
    const { status, transactionId } = await station.start('UNKNOWN-OFFLINE', { timestamp: at(-900) });
    assert.is(status, 'Invalid');
    assert.equal(await station.sessions('&status=active'), []);
    if (number === '037_2') await station.status(1, 'SuspendedEVSE');
    const reason = number === '037_2' ? 'Local' : 'DeAuthorized';
    await station.stop(transactionId, 1250, { reason });
    const [session] = await station.sessions();
    // What was charged before the verdict came is on record.
    assert.equal([session.status, session.stopReason, session.energyWh], ['completed', reason, 250]);
    const unknown = (await bench.api('GET', '/unknown-id-tags')).body.items;
    assert.ok(unknown.some((one: Json) => one.idTag === 'UNKNOWN-OFFLINE'));
  });

test('TC_038 offline stop', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1', { timestamp: at(-900) });
  await station.reconnect();
  const timestamp = at(-400);
  await station.stop(transactionId, 1600, { timestamp });
  const [session] = await station.sessions();
  assert.equal([session.status, session.stopReason, session.stoppedAt], ['completed', 'Local', timestamp]);
});

test('TC_039 a whole transaction offline: start then stop, each with its own time', async () => {
  const station = await bench.station();
  const [startedAt, stoppedAt] = [at(-3600), at(-1800)];
  const { transactionId } = await station.start('VALID1', { timestamp: startedAt });
  await station.stop(transactionId, 9000, { timestamp: stoppedAt, idTag: 'VALID1' });
  const sessions = await station.sessions();
  assert.equal(
    sessions.map((one) => [one.status, one.startedAt, one.stoppedAt, one.energyWh]),
    [['completed', startedAt, stoppedAt, 8000]],
  );
});

test('TC_088 subprotocol: ocpp1.6 is agreed, an unknown one is answered without subprotocol and closed', async () => {
  const station = await bench.station();
  assert.is(station.peer.protocol, 'ocpp1.6');
  const among = await bench.server.connect(station.id, { protocols: ['ocpp9.9', 'ocpp1.6'] }).catch((error) => error);
  // A second socket of a live charge point without credentials is not let in; that is not what is asked here.
  assert.ok(among.httpStatus === 409 || among.protocol === 'ocpp1.6');
  const wrong = await bench.server.connect('TC-088', { protocols: ['ocpp0.1'] }).catch((error: Error) => error);
  if (wrong instanceof Error) {
    // The client gave up by itself: RFC 6455 lets it when its subprotocol is not agreed.
    assert.match(wrong.message, /subprotocol/i);
  } else {
    assert.is(wrong.protocol, '');
    assert.is((await wrong.closed).code, 1002);
  }
  const knocks = (await bench.api('GET', '/knocks')).body.items;
  assert.ok(knocks.some((one: Json) => one.reason === 'no-common-subprotocol' && one.chargePointId === 'TC-088'));
});

test.run();
