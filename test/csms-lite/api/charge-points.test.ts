import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UpgradeRefused } from '../../support/scripted-charge-point.js';
import { assertFits } from './schemas.js';
import { type Answer, startTestServer, type TestServer } from './server.js';

let server: TestServer;
test.before(async () => {
  server = await startTestServer();
});
test.after(() => server.close());

function assertProblem(answer: Answer, status: number, code: string): void {
  assert.is(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.is(answer.body.code, code);
  assert.is(answer.body.status, status);
  assertFits('Problem', answer.body);
}

test('charge points: registered last first, as every list of the contract', async () => {
  for (const id of ['ORDER-2', 'ORDER-1', 'ORDER-3']) {
    await server.api('PUT', `/api/v1/charge-points/${id}`, {});
    await sleep(2);
  }
  const { items } = (await server.api('GET', '/api/v1/charge-points')).body;
  assert.equal(
    items.slice(0, 3).map((station: { id: string }) => station.id),
    ['ORDER-3', 'ORDER-1', 'ORDER-2'],
  );
  for (const id of ['ORDER-1', 'ORDER-2', 'ORDER-3']) await server.api('DELETE', `/api/v1/charge-points/${id}`);
});

test('charge points: PUT creates (201) and updates (200), GET reads, the password is never shown, DELETE forgets', async () => {
  const created = await server.api('PUT', '/api/v1/charge-points/CP-A', {
    displayName: 'Gate',
    password: 'secret-of-16-chars',
  });
  assert.is(created.status, 201, JSON.stringify(created.body));
  assertFits('ChargePoint', created.body);
  assert.is(created.body.id, 'CP-A');
  assert.is(created.body.displayName, 'Gate');
  assert.is(created.body.connected, false);
  assert.is(created.body.hasPassword, true);
  assert.not.match(JSON.stringify(created.body), 'secret-of-16-chars');

  const updated = await server.api('PUT', '/api/v1/charge-points/CP-A', { displayName: 'Yard' });
  assert.is(updated.status, 200);
  assert.is(updated.body.displayName, 'Yard');
  assert.is(updated.body.hasPassword, true, 'absent members stay');

  assert.is((await server.api('GET', '/api/v1/charge-points/CP-A')).body.displayName, 'Yard');
  assert.is((await server.api('DELETE', '/api/v1/charge-points/CP-A')).status, 204);
  assertProblem(await server.api('GET', '/api/v1/charge-points/CP-A'), 404, 'charge_point_not_found');
});

test('charge points: PUT without a body registers', async () => {
  const created = await server.api('PUT', '/api/v1/charge-points/CP-bare');
  assert.is(created.status, 201, JSON.stringify(created.body));
});

test('charge points: a connected one shows connected, version, connectors with status and errorCode', async () => {
  const peer = await server.boot('CP-B', 2);
  const { body } = await server.api('GET', '/api/v1/charge-points/CP-B');
  assertFits('ChargePoint', body);
  assert.is(body.connected, true);
  assert.is(body.ocppVersion, '1.6');
  assert.equal(
    body.connectors.map((c: { connectorId: number; status: string; errorCode: string }) => [
      c.connectorId,
      c.status,
      c.errorCode,
    ]),
    [
      [1, 'Available', 'NoError'],
      [2, 'Available', 'NoError'],
    ],
  );
  const list = await server.api('GET', '/api/v1/charge-points');
  assert.ok(list.body.items.some((item: { id: string }) => item.id === 'CP-B'));
  assert.is(list.body.total, list.body.items.length);
  await peer.close();
});

test('charge points: the seeds’ GET /cps answers the same as the list', async () => {
  const list = await server.api('GET', '/api/v1/charge-points');
  const seed = await server.api('GET', '/cps');
  assert.is(seed.status, 200);
  assert.equal(
    seed.body.items.map((item: { id: string }) => item.id),
    list.body.items.map((item: { id: string }) => item.id),
  );
});

test('charge points: a password set by PUT is asked for at the upgrade', async () => {
  await server.api('PUT', '/api/v1/charge-points/CP-P', { password: 'password-of-the-point' });
  try {
    await server.connect('CP-P', { password: 'wrong-password-here' });
    assert.unreachable('a wrong password must not connect');
  } catch (error) {
    assert.instance(error, UpgradeRefused);
    assert.is((error as UpgradeRefused).httpStatus, 401);
  }
  const peer = await server.connect('CP-P', { password: 'password-of-the-point' });
  await peer.close();
  const knocks = await server.api('GET', '/api/v1/knocks');
  assert.ok(
    knocks.body.items.some(
      (k: { chargePointId: string; reason: string }) => k.chargePointId === 'CP-P' && k.reason === 'password-wrong',
    ),
  );
});

test('messages: frames of a charge point, newest first, with action and latency; 404 for one that is not known', async () => {
  const peer = await server.boot('CP-M');
  await peer.call('Heartbeat', {});
  const deadline = Date.now() + 3000;
  let items: { action: string; kind: string; direction: string; text: string; latencyMs: number | null }[] = [];
  while (Date.now() < deadline && items.filter((m) => m.action === 'Heartbeat').length < 2)
    items = (await server.api('GET', '/api/v1/charge-points/CP-M/messages?limit=10')).body.items;
  const [answer, call] = items.filter((message) => message.action === 'Heartbeat');
  assert.is(call?.kind, 'CALL');
  assert.is(call?.direction, 'in');
  assert.match(call?.text ?? '', /^\[2,/);
  assert.is(answer?.kind, 'CALLRESULT');
  assert.type(answer?.latencyMs, 'number');
  assertProblem(await server.api('GET', '/api/v1/charge-points/nobody/messages'), 404, 'charge_point_not_found');
  await peer.close();
});

test('a charge point that is not registered is refused when stations are not open, and its knock is accepted in one call', async () => {
  const closed = await startTestServer({ openStations: false });
  try {
    await closed.connect('NEW-1').then(
      () => assert.unreachable('must be refused'),
      (error) => assert.instance(error, UpgradeRefused),
    );
    const { body } = await closed.api('GET', '/api/v1/knocks');
    assert.is(body.total, 1);
    assert.is(body.items[0].chargePointId, 'NEW-1');
    assert.is(body.items[0].reason, 'unknown-station');
    const accepted = await closed.api('POST', `/api/v1/knocks/${body.items[0].id}/accept`, {});
    assert.is(accepted.status, 200);
    const peer = await closed.connect('NEW-1');
    await peer.close();
    assertProblem(await closed.api('POST', '/api/v1/knocks/999999/accept', {}), 404, 'knock_not_found');
  } finally {
    await closed.close();
  }
});

test.run();
