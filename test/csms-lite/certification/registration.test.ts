/** Boots that are not accepted at once (OCTT cases TC_001 with Rejected, TC_002; 1.6 §4.2), set by an operator. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json } from '../../support/scripted-peer.js';
import { type Bench, openBench, type Station } from './bench.js';

const test = suite('certification: registration');
let bench: Bench;
const BOOT = { chargePointVendor: 'Vendor', chargePointModel: 'Model' };

test.before(async () => {
  bench = await openBench();
});
test.after(() => bench.close());

async function set(station: Station, body: object): Promise<Json> {
  const answer = await bench.api('PUT', `/charge-points/${station.id}`, body);
  assert.is(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

async function boot(station: Station): Promise<Json> {
  const { currentTime, ...rest } = await station.peer.call('BootNotification', BOOT);
  assert.ok(!Number.isNaN(Date.parse(String(currentTime))));
  return rest;
}

async function refused(station: Station, command: string, body: object): Promise<void> {
  const answer = await bench.api('POST', `/charge-points/${station.id}/commands/${command}`, body);
  assert.equal([answer.status, answer.body.code], [409, 'charge_point_not_accepted'], command);
  assert.match(answer.body.hint, /registrationStatus/);
}

test('TC_001 cold boot, Rejected: told when to come again; nothing is sent to it; accepted at its next boot', async () => {
  const station = await bench.station();
  const shown = await set(station, { registrationStatus: 'Rejected', registrationIntervalS: 45 });
  assert.equal(
    [shown.registrationStatus, shown.registrationIntervalS, shown.bootStatus],
    ['Rejected', 45, 'Accepted'],
    'it counts from the next boot on',
  );
  assert.equal(await boot(station), { status: 'Rejected', interval: 45 });
  assert.is((await station.shown()).bootStatus, 'Rejected');
  await refused(station, 'get-configuration', {});
  await refused(station, 'call', { action: 'Reset', payload: { type: 'Soft' } });
  await set(station, { registrationStatus: 'Accepted' });
  await refused(station, 'get-configuration', {});
  const accepted = await boot(station);
  assert.equal([accepted.status, accepted.interval === 45], ['Accepted', false]);
  await station.command('get-configuration', {}, 'GetConfiguration', { configurationKey: [] });
});

test('TC_002 cold boot, Pending: it is read and set up, remote start and stop are not allowed, then it is accepted', async () => {
  const station = await bench.station();
  await set(station, { registrationStatus: 'Pending', registrationIntervalS: 30 });
  assert.equal(await boot(station), { status: 'Pending', interval: 30 });
  await station.command('get-configuration', {}, 'GetConfiguration', { configurationKey: [] });
  const change = { key: 'MeterValueSampleInterval', value: '60' };
  await station.command('change-configuration', change, 'ChangeConfiguration');
  await refused(station, 'remote-start', { idTag: 'VALID1' });
  await refused(station, 'remote-stop', { transactionId: 1 });
  await refused(station, 'call', { action: 'RemoteStartTransaction', payload: { idTag: 'VALID1' } });
  // Accepting it tells it to boot again at once.
  await set(station, { registrationStatus: 'Accepted' });
  const trigger = await station.peer.expectCall('TriggerMessage');
  assert.equal(trigger.payload, { requestedMessage: 'BootNotification' });
  trigger.answer({ status: 'Accepted' });
  assert.is((await boot(station)).status, 'Accepted');
  await eventually(async () => (await station.shown()).bootStatus === 'Accepted', 'accepted');
  await station.command('remote-start', { idTag: 'VALID1' }, 'RemoteStartTransaction');
});

test('the answer survives a restart; without an interval of its own the heartbeat interval is told', async () => {
  const station = await bench.station();
  await set(station, { registrationStatus: 'Pending' });
  await bench.server.restart();
  await station.reconnect();
  const { heartbeatIntervalS } = (await bench.api('GET', '/settings')).body;
  assert.equal(await boot(station), { status: 'Pending', interval: heartbeatIntervalS });
  await refused(station, 'remote-start', { idTag: 'VALID1' });
});

test('a transaction that a charge point reports all the same is not lost', async () => {
  const station = await bench.station();
  await bench.tag('VALID1');
  await set(station, { registrationStatus: 'Pending' });
  await boot(station);
  const { transactionId } = await station.start('VALID1');
  await station.stop(transactionId, 2000);
  assert.is((await station.sessions('&status=completed'))[0].transactionId, transactionId);
});

for (const body of [{ registrationStatus: 'Maybe' }, { registrationIntervalS: 0 }, { registrationIntervalS: 86_401 }])
  test(`what cannot be is refused: ${JSON.stringify(body)}`, async () => {
    const station = await bench.station();
    const answer = await bench.api('PUT', `/charge-points/${station.id}`, body);
    assert.equal([answer.status, answer.body.code], [422, 'invalid_request']);
  });

test.run();
