import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, withDeadline } from '../../support/deadline.js';
import { sendBytes, type UpgradeRefused, upgradeText } from '../../support/scripted-charge-point.js';
import { at, BOOT, type RunningCsms, runCsms, start, stop } from '../core/support/running-csms.js';

const test = suite('who is let in');
let running: RunningCsms;

test.before.each(async () => {
  running = await runCsms();
});
test.after.each(() => running.close());

async function status(work: Promise<unknown>): Promise<number> {
  return await work.then(
    () => 101,
    (error: UpgradeRefused) => error.httpStatus,
  );
}

test('an unknown charge point is registered where that is allowed', async () => {
  await running.connect('NEW');
  const stored = await running.csms.stations.get('NEW');
  assert.equal([stored.connected, stored.securityProfile, stored.admission], [true, 0, 'accepted']);
});

test('the first connection of an unknown charge point is judged as every later one: served, and its faults reported', async () => {
  const first = await running.connect('NEW', { protocols: [] });
  assert.is((await first.call('BootNotification', { ...BOOT, extraKey: 1 })).status, 'Accepted');
  await first.close();
  const again = await running.connect('NEW', { protocols: [] });
  assert.is((await again.call('BootNotification', { ...BOOT, extraKey: 1 })).status, 'Accepted');
  assert.is((await running.csms.stations.get('NEW')).verdict, 'warn');
  const quirks = (await running.csms.quirks.list({ chargePointId: 'NEW' })).items;
  assert.equal(quirks.map(({ action, verdict, count }) => [action, verdict, count]).sort(), [
    ['(connection)', 'warn', 2],
    ['BootNotification', 'warn', 2],
  ]);
});

test('where it is not, it is refused, kept as a knock, and accepted in one call', async () => {
  await running.csms.settings.update({ acceptUnknownStations: false }, 'test');
  assert.is(await status(running.connect('NEW', { protocols: ['ocpp1.6', 'ocpp2.0.1'], password: 'secret' })), 404);
  assert.is(await status(running.connect('NEW', { password: 'secret' })), 404);
  const [knock] = (await running.csms.knocks.list()).items;
  assert.equal(
    [knock?.chargePointId, knock?.reason, knock?.count, knock?.credentialsGiven, knock?.subprotocols],
    ['NEW', 'unknown-station', 2, true, ['ocpp1.6']],
  );
  assert.ok(knock?.remoteAddress.includes('127.0.0.1'));
  assert.ok(running.events.some(({ event }) => event.type === 'knock'));
  await running.csms.knocks.accept(knock?.id ?? 0, { password: 'secret' }, 'test');
  assert.is((await running.csms.knocks.list()).total, 0);
  assert.is(await status(running.connect('NEW', { password: 'secret' })), 101);
  // The setting is kept.
  await running.restart();
  assert.is(running.csms.settings.get().acceptUnknownStations, false);
});

test('a blocked charge point is thrown out and stays out', async () => {
  const station = await running.connect('CP1');
  await running.csms.stations.put('CP1', { admission: 'blocked' }, 'test');
  assert.is((await station.closed).code, 1008);
  assert.is(await status(running.connect('CP1')), 403);
});

test('security profile 1: no, wrong and right password; the password is stored as a hash only', async () => {
  await running.csms.stations.put('CP1', { password: 'correct horse' }, 'test');
  assert.is(await status(running.connect('CP1')), 401);
  assert.is(await status(running.connect('CP1', { password: 'wrong' })), 401);
  assert.is(await status(running.connect('CP1', { password: 'correct horse', user: 'CP2' })), 401);
  assert.is(await status(running.connect('CP1', { password: 'correct horse' })), 101);
  const reasons = (await running.csms.knocks.list()).items.map((knock) => `${knock.reason} ${knock.count}`).sort();
  assert.equal(reasons, ['password-required 1', 'password-wrong 2']);
  const audit = JSON.stringify((await running.csms.records.audit()).items);
  assert.not.match(audit, /correct horse/);
  await running.csms.stations.put('CP1', { password: null }, 'test');
  assert.is((await running.csms.stations.get('CP1')).securityProfile, 0);
});

test('an authenticated newcomer wins at once; the old socket is closed and does not take the entry with it', async () => {
  await running.csms.stations.put('CP1', { password: 'pw' }, 'test');
  const first = await running.connect('CP1', { password: 'pw' });
  await first.call('BootNotification', BOOT);
  const second = await running.connect('CP1', { password: 'pw' });
  assert.is((await first.closed).code, 4001);
  assert.is((await second.call('BootNotification', BOOT)).status, 'Accepted');
  assert.ok((await running.csms.stations.get('CP1')).connected);
  second.on('ClearCache', { status: 'Accepted' });
  assert.is((await running.csms.commands.send('CP1', 'clear-cache', {}, { actor: 'test' })).status, 'completed');
  assert.not.ok(running.events.some(({ event }) => event.type === 'station.disconnected'));
});

test('an unauthenticated newcomer does not push out a living charge point, and is kept as a knock', async () => {
  const first = await running.connect('CP1');
  assert.is(await status(running.connect('CP1')), 409);
  assert.ok(first.isOpen);
  assert.ok((await first.call('Heartbeat')).currentTime);
  assert.is((await running.csms.knocks.list()).items[0]?.reason, 'already-connected');
});

test('half-open: an unauthenticated newcomer takes over from a socket that answers no ping', async () => {
  const first = await running.connect('CP1');
  first.pauseReading();
  const second = await running.connect('CP1');
  assert.ok((await second.call('Heartbeat')).currentTime);
  assert.ok((await running.csms.stations.get('CP1')).connected);
  first.drop();
});

test('half-open: without any newcomer a missed pong ends the connection', async () => {
  await running.close();
  running = await runCsms({ pingIntervalS: 0.2 });
  const station = await running.connect('CP1');
  station.pauseReading();
  await eventually(async () => !(await running.csms.stations.get('CP1')).connected, 'disconnected');
  assert.ok(running.events.some(({ event }) => event.type === 'station.disconnected'));
  station.drop();
});

test('20 charge points drop and come back within 5 ms, in the middle of a session, with no new boot', async () => {
  await running.csms.tags.put('TAG1', {}, 'test');
  const ids = Array.from({ length: 20 }, (_, n) => `CP${n}`);
  const before = await Promise.all(ids.map((id) => running.connect(id)));
  const started = await Promise.all(
    before.map((station) => station.call('StartTransaction', start(1, 'TAG1', 100, at(0)))),
  );
  for (const station of before) station.drop();
  const after = await Promise.all(ids.map((id) => running.connect(id)));
  await Promise.all(
    after.map((station, n) => station.call('StopTransaction', stop(started[n]?.transactionId, 150, at(9)))),
  );
  const { items } = await running.csms.transactions.list({ status: 'completed' });
  assert.is(items.length, 20);
  assert.ok(items.every((session) => session.energyWh === 50 && session.qualityFlags.length === 0));
  const { items: stations } = await running.csms.stations.list();
  assert.ok(stations.every((station) => station.connected));
});

test('no common subprotocol: handshake, then closed (OCPP-J §3.2), and kept as a knock', async () => {
  const station = await running.connect('CP1', { protocols: ['ocpp9.9'] }).catch(() => null);
  if (station !== null) assert.is((await station.closed).code, 1002);
  await eventually(
    async () => (await running.csms.knocks.list()).items[0]?.reason === 'no-common-subprotocol',
    'knock',
  );
  assert.is((await running.csms.stations.list()).total, 0);
});

test('wrong ids and unreadable URLs are refused and leave the server serving', async () => {
  assert.is(await status(running.connect('has space')), 404);
  assert.is(await status(running.connect('x'.repeat(60))), 404);
  for (const path of ['/ocpp/%E0%A4%A', '/ocpp/', '/elsewhere/CP1', '//'])
    assert.match(await sendBytes(running.port, upgradeText(path), 300), /^HTTP\/1\.1 4\d\d/);
  const station = await running.connect('CP1');
  assert.ok((await station.call('Heartbeat')).currentTime);
  assert.equal(running.errors, []);
  const reasons = new Set((await running.csms.knocks.list()).items.map((knock) => knock.reason));
  assert.ok(reasons.has('invalid-identity'));
});

test('close ends every charge point with 1001 and resolves', async () => {
  const station = await running.connect('CP1');
  await withDeadline(running.csms.close(), 3000, 'close');
  assert.is((await station.closed).code, 1001);
});

test.run();
