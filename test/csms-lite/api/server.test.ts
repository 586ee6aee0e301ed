import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { upgradeTarget } from 'csms-lite/server/upgrades.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withDeadline } from '../../support/deadline.js';
import { sendBytes, upgradeText } from '../../support/scripted-charge-point.js';
import { openEvents } from './event-client.js';
import { startTestServer } from './server.js';

test('upgradeTarget: only /ocpp/… is an OCPP endpoint; a broken escape is malformed', () => {
  assert.is(upgradeTarget('/ocpp/CP-1'), 'ocpp');
  assert.is(upgradeTarget('/ocpp/CP%201?x=1'), 'ocpp');
  assert.is(upgradeTarget('/ocpp'), 'ocpp');
  assert.is(upgradeTarget('/ocpp/%E0%A4%A'), 'malformed');
  assert.is(upgradeTarget('//'), 'malformed');
  assert.is(upgradeTarget('/CP-1'), 'elsewhere');
  assert.is(upgradeTarget('/ocppx/CP-1'), 'elsewhere');
  assert.is(upgradeTarget(undefined), 'elsewhere');
});

test('malformed and foreign upgrades get a status and a reason, and the server goes on serving', async () => {
  const server = await startTestServer();
  try {
    assert.match(await sendBytes(server.port, upgradeText('/ocpp/%E0%A4%A')), /^HTTP\/1\.1 400 /);
    assert.match(await sendBytes(server.port, upgradeText('/%E0%A4%A')), /^HTTP\/1\.1 400 /);
    assert.match(await sendBytes(server.port, upgradeText('/')), /^HTTP\/1\.1 404 [\s\S]*\/ocpp\/\{chargePointId\}/);
    assert.match(await sendBytes(server.port, upgradeText('/api/v1/events')), /^HTTP\/1\.1 404 /);
    assert.match(await sendBytes(server.port, upgradeText('/ocpp/')), /^HTTP\/1\.1 4\d\d /);
    const peer = await server.boot('S-1');
    assert.ok(peer.isOpen);
    await peer.close();
    assert.is((await server.api('GET', '/api/v1/health')).body.status, 'ok');
  } finally {
    await server.close();
  }
});

test('close: within 2 s with charge points, an event stream, a keep-alive client and a half-sent request open', async () => {
  const server = await startTestServer();
  const peers = await Promise.all([server.boot('S-2'), server.boot('S-3')]);
  const deaf = await server.boot('S-4');
  deaf.pauseReading();
  const events = await openEvents(`${server.url}/api/v1/events`);
  await server.api('GET', '/api/v1/health');
  void sendBytes(
    server.port,
    'PUT /api/v1/id-tags/X HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    10_000,
  );
  void sendBytes(server.port, 'GET / HT', 10_000);
  await sleep(50);
  await withDeadline(server.running.close(), 2000, 'close');
  for (const peer of peers) assert.is((await withDeadline(peer.closed, 1000, 'the charge point’s close')).code, 1001);
  await withDeadline(events.ended, 1000, 'the end of the event stream');
  deaf.drop();
  await server.running.close();
  await server.close();
});

test('close: what was stored is there after the next start, and the charge point can come back', async () => {
  const server = await startTestServer();
  try {
    const peer = await server.boot('S-5');
    await server.api('PUT', '/api/v1/id-tags/KEPT', { note: 'kept' });
    await server.restart();
    await peer.closed;
    assert.is((await server.api('GET', '/api/v1/id-tags/KEPT')).body.note, 'kept');
    const again = await server.connect('S-5');
    assert.is((await server.api('GET', '/api/v1/charge-points/S-5')).body.connected, true);
    await again.close();
  } finally {
    await server.close();
  }
});

test('what is not configured is not loaded: firebase-admin, mqtt, pg', async () => {
  const server = await startTestServer();
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  await server.close();
  assert.ok(
    loaded.some((path) => path.includes('/node_modules/fastify/')),
    'the list does show what is loaded',
  );
  const heavy = loaded.filter((path) => /\/node_modules\/(firebase-admin|mqtt|pg)\//.test(path));
  assert.equal(heavy, []);
});

test('a port that is taken is an error with a code and a hint', async () => {
  const server = await startTestServer();
  try {
    const second = await startTestServer({ port: server.port }).then(
      () => null,
      (error) => error as { code: string; hint: string },
    );
    assert.is(second?.code, 'port_in_use');
    assert.match(second?.hint ?? '', '--port');
  } finally {
    await server.close();
  }
});

test('on a network without a token the server makes one and keeps it', async () => {
  const server = await startTestServer({ host: '0.0.0.0' });
  try {
    const token = server.running.madeToken;
    assert.ok(token !== null && token.length >= 32);
    assert.is((await server.api('GET', '/api/v1/charge-points')).status, 401);
    assert.is(
      (await server.api('GET', '/api/v1/charge-points', undefined, { authorization: `Bearer ${token}` })).status,
      200,
    );
    await server.restart();
    assert.is(server.running.madeToken, token);
  } finally {
    await server.close();
  }
});

test.run();
