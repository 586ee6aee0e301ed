/** A reverse proxy that ends TLS before csms-lite: only a configured one is believed. */
import { createTrustedProxies } from 'csms-lite/core/proxies.js';
import { StartError, startServer } from 'csms-lite/server/server.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { UpgradeRefused } from '../../support/scripted-charge-point.js';
import { startTestServer } from '../api/server.js';

const test = suite('trusted proxies');
const FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' };

const statusOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 101,
    (error: UpgradeRefused) => error.httpStatus,
  );

test('where a request came from, as far as trusted proxies say', () => {
  const proxies = createTrustedProxies(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
  const from = (address: string, forwarded?: string, proto?: string): unknown[] => {
    const headers = {
      ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
      ...(proto === undefined ? {} : { 'x-forwarded-proto': proto }),
    };
    return Object.values(proxies.origin(address, false, headers));
  };
  assert.equal(from('127.0.0.1', '203.0.113.7', 'https'), ['203.0.113.7', true]);
  assert.equal(from('::ffff:127.0.0.1', '203.0.113.7', 'wss'), ['203.0.113.7', true]);
  assert.equal(from('203.0.113.9', '198.51.100.1', 'https'), ['203.0.113.9', false], 'a stranger is not believed');
  assert.equal(from('127.0.0.1', '192.0.2.1, 203.0.113.7, 10.1.2.3', 'http'), ['203.0.113.7', false]);
  assert.equal(from('127.0.0.1', '127.0.0.1'), ['127.0.0.1', false]);
  assert.equal(from('127.0.0.1', 'nonsense'), ['127.0.0.1', false]);
  assert.equal(from('127.0.0.1', 'nonsense, 203.0.113.7:4711'), ['203.0.113.7', false]);
  assert.equal(from('fd00::1', '[2001:db8::1]:80', 'HTTPS'), ['2001:db8::1', true]);
  assert.equal(from('127.0.0.1'), ['127.0.0.1', false]);
  for (const wrong of ['proxy.local', '10.0.0.0/33', '10.0.0.0/x', '1.2.3.4/8/9', ''])
    assert.throws(() => createTrustedProxies([wrong]), /neither an IP address nor a network/, wrong);
});

test('behind a trusted proxy: TLS counts as TLS, the charge point has its own address and https URLs, cookies are Secure', async () => {
  const server = await startTestServer({ trustedProxies: ['127.0.0.1'], tokens: [{ name: 'test', token: 'secret' }] });
  try {
    const api = (method: string, path: string, body?: object) =>
      server.api(method, `/api/v1${path}`, body, { authorization: 'Bearer secret' });
    await api('PUT', '/charge-points/CP1', { securityProfile: 2, password: 'a password of it' });
    const password = 'a password of it';
    assert.is(await statusOf(server.connect('CP1', { password })), 403, 'without the proxy it is no TLS');
    const peer = await server.connect('CP1', { password, headers: { ...FORWARDED, host: 'charge.example' } });
    const shown = (await api('GET', '/charge-points/CP1')).body;
    assert.equal([shown.connected, shown.remoteAddress], [true, '203.0.113.7']);
    peer.on('GetDiagnostics', {});
    await api('POST', '/charge-points/CP1/commands/get-diagnostics', {});
    assert.match(String(peer.calls('GetDiagnostics')[0]?.location), /^https:\/\/charge\.example\/files\//);
    await statusOf(server.connect('STRANGER', { headers: { ...FORWARDED, 'x-forwarded-for': '198.51.100.9' } }));
    const knocks = (await api('GET', '/knocks')).body.items as { chargePointId: string; remoteAddress: string }[];
    assert.is(knocks.find(({ chargePointId }) => chargePointId === 'STRANGER')?.remoteAddress, '198.51.100.9');
    const body = { login: '', password: '', token: 'secret' };
    const signedIn = await server.api('POST', '/api/v1/session', body, FORWARDED);
    assert.is(signedIn.status, 204, JSON.stringify(signedIn.body));
    assert.match(signedIn.headers.get('set-cookie') ?? '', /; Secure/);
  } finally {
    await server.close();
  }
});

test('without a configured proxy the headers mean nothing', async () => {
  const server = await startTestServer();
  try {
    await server.api('PUT', '/api/v1/charge-points/CP1', { securityProfile: 2, password: 'a password of it' });
    const asked = server.connect('CP1', { password: 'a password of it', headers: FORWARDED });
    assert.is(await statusOf(asked), 403);
    const [knock] = (await server.api('GET', '/api/v1/knocks')).body.items;
    assert.match(knock.remoteAddress, /127\.0\.0\.1$/);
  } finally {
    await server.close();
  }
});

test('behind a proxy everybody comes from this machine: a token is made, unknown charge points are not let in', async () => {
  const server = await startTestServer({ trustedProxies: ['127.0.0.1'] });
  try {
    assert.ok(server.running.madeToken !== null);
    assert.is((await server.api('GET', '/api/v1/charge-points')).status, 401);
    assert.is(await statusOf(server.connect('NEW')), 404);
  } finally {
    await server.close();
  }
});

test('what is no address is told with its fix', async () => {
  const error = await startServer({ port: 0, trustedProxies: ['my-proxy'] }).catch((refused: unknown) => refused);
  assert.instance(error, StartError);
  assert.equal(
    [(error as StartError).code, /--trusted-proxy/.test((error as StartError).hint)],
    ['trusted_proxy', true],
  );
});

test.run();
