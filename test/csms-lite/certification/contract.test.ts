/** Semantics of the contract that clients depend on, beyond the certification cases. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Body } from '../api/server.js';
import { at, type Bench, openBench } from './bench.js';

const test = suite('contract semantics');
let bench: Bench;

test.before(async () => {
  bench = await openBench();
  await bench.tag('VALID1');
});
test.after(() => bench.close());

test('wait: 200 when answered, 202 while pending, the outcome later by GET; 0 to 60', async () => {
  const station = await bench.station();
  const path = `/charge-points/${station.id}/commands/clear-cache`;
  const pending = await bench.api('POST', `${path}?wait=0`, {});
  assert.equal([pending.status, pending.body.status, pending.body.response], [202, 'pending', null]);
  (await station.peer.expectCall('ClearCache')).answer({ status: 'Accepted' });
  const done = await eventually(async () => {
    const { body } = await bench.api('GET', `/commands/${pending.body.id}`);
    return body.status === 'pending' ? null : body;
  }, 'answer');
  assert.equal([done.status, done.response], ['completed', { status: 'Accepted' }]);
  station.peer.on('ClearCache', { status: 'Accepted' });
  assert.is((await bench.api('POST', `${path}?wait=60`, {})).status, 200);
  assert.is((await bench.api('POST', path, {})).status, 200);
  for (const wait of ['61', '-1', 'long']) {
    const refused = await bench.api('POST', `${path}?wait=${wait}`, {});
    assert.equal([refused.status, refused.body.code], [422, 'invalid_request']);
  }
});

test('Rejected, CALLERROR and timeout are 200 with the command, never an HTTP error', async () => {
  const station = await bench.station();
  const path = `/charge-points/${station.id}/commands/reset`;
  station.peer.on('Reset', { status: 'Rejected' });
  const rejected = await bench.api('POST', path, { type: 'Hard' });
  assert.equal([rejected.status, rejected.body.status], [200, 'completed']);
  station.peer.on('Reset', (call) => void call.answerError('NotSupported', 'no reset'));
  const failed = await bench.api('POST', path, { type: 'Hard' });
  const { code, description } = failed.body.error;
  assert.equal([failed.status, failed.body.status, code, description], [200, 'failed', 'NotSupported', 'no reset']);
  station.peer.on('Reset', () => undefined);
  // Longer than the server's own timeout.
  const timedOut = await bench.api('POST', `${path}?wait=60`, { type: 'Hard' });
  assert.equal([timedOut.status, timedOut.body.status, timedOut.body.error.code], [200, 'failed', 'Timeout']);
});

test('404, 409 and 422 with their codes', async () => {
  const station = await bench.station();
  await bench.api('PUT', '/charge-points/OFFLINE', {});
  const cases: [string, string, object, number, string][] = [
    ['NOBODY', 'reset', { type: 'Hard' }, 404, 'charge_point_not_found'],
    [station.id, 'dance', {}, 404, 'command_not_found'],
    ['OFFLINE', 'reset', { type: 'Hard' }, 409, 'charge_point_offline'],
    [station.id, 'reset', {}, 422, 'invalid_request'],
    [station.id, 'reset', { type: 'Immediate' }, 422, 'invalid_request'],
    [station.id, 'get-variables', { variables: [] }, 422, 'operation_not_supported'],
  ];
  for (const [id, command, body, status, code] of cases) {
    const answer = await bench.api('POST', `/charge-points/${id}/commands/${command}`, body);
    assert.equal([answer.status, answer.body.code], [status, code], `${command} to ${id}`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  }
  for (const path of ['/transactions/1', '/reservations/999999', '/charging-profiles/999', '/id-tags/NOPE'])
    assert.is((await bench.api('GET', path)).status, 404, path);
});

test('one command at a time for one charge point; two charge points do not wait for each other', async () => {
  const [one, two] = [await bench.station(), await bench.station()];
  const post = (id: string, name: string) => bench.api('POST', `/charge-points/${id}/commands/${name}?wait=10`, {});
  const first = post(one.id, 'clear-cache');
  const held = await one.peer.expectCall('ClearCache');
  const second = post(one.id, 'get-local-list-version');
  two.peer.on('ClearCache', { status: 'Accepted' });
  assert.is((await post(two.id, 'clear-cache')).status, 200);
  assert.is(one.peer.calls('GetLocalListVersion').length, 0);
  held.answer({ status: 'Accepted' });
  (await one.peer.expectCall('GetLocalListVersion')).answer({ listVersion: 3 });
  assert.equal([(await first).status, (await second).body.response], [200, { listVersion: 3 }]);
});

test('lists are {items, total}, newest first; total counts every match, not the page', async () => {
  const station = await bench.station();
  const ids: number[] = [];
  for (let count = 0; count < 5; count += 1) {
    const { transactionId } = await station.start('VALID1', { meterStart: count, timestamp: at(count - 100) });
    await station.stop(transactionId, count + 10);
    ids.push(transactionId);
  }
  const page = (await bench.api('GET', `/transactions?chargePointId=${station.id}&limit=2`)).body;
  assert.is(page.total, 5);
  assert.equal(
    page.items.map((one: Body) => one.transactionId),
    [ids[4], ids[3]],
  );
  const none = (await bench.api('GET', `/transactions?chargePointId=${station.id}&status=active`)).body;
  assert.equal(none, { items: [], total: 0 });
  assert.is((await bench.api('GET', '/transactions?idTag=valid1&limit=100')).body.total >= 5, true);
});

test('close of a stale session: 200 once, then 409; nothing on the wire; a later stop replaces the end', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1');
  const [{ id }] = await station.sessions();
  const before = station.peer.frames.length;
  const closed = await bench.api('POST', `/transactions/${id}/close`, {});
  assert.equal([closed.status, closed.body.status, closed.body.stopReason], [200, 'completed', 'Other']);
  assert.is(station.peer.frames.length, before);
  const again = await bench.api('POST', `/transactions/${id}/close`, {});
  assert.equal([again.status, again.body.code], [409, 'transaction_not_active']);
  await station.stop(transactionId, 4321, { reason: 'Local' });
  const [session] = await station.sessions();
  assert.equal([session.meterStop, session.stopReason], [4321, 'Local']);
});

test('idTags: created 201, replaced 200, a past expiryDate is taken, gone 204 and 404', async () => {
  const body = { status: 'Accepted', expiryDate: '2001-01-01T00:00:00Z' };
  assert.is((await bench.api('PUT', '/id-tags/CT1', body)).status, 201);
  const replaced = await bench.api('PUT', '/id-tags/CT1', {});
  assert.equal([replaced.status, replaced.body.expiryDate], [200, null]);
  assert.is((await bench.api('DELETE', '/id-tags/CT1')).status, 204);
  assert.is((await bench.api('DELETE', '/id-tags/CT1')).status, 404);
  assert.is((await bench.api('GET', '/id-tags/CT1')).status, 404);
});

test('transactions of one charge point cannot be touched by another', async () => {
  const [owner, other] = [await bench.station(), await bench.station()];
  const { transactionId } = await owner.start('VALID1');
  assert.equal(await other.stop(transactionId, 9999, { reason: 'Local' }), {});
  const [session] = await owner.sessions();
  assert.equal([session.status, 'meterStop' in session], ['active', false]);
  const [orphan] = await other.sessions();
  assert.ok(orphan.qualityFlags.includes('start-unknown'));
});

test.run();
