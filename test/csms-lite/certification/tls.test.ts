/** Security profiles with TLS (OCTT cases for a Central System). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectScriptedChargePoint, type UpgradeRefused } from '../../support/scripted-charge-point.js';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { startTestServer, type TestServer } from '../api/server.js';
import { hasOpenssl } from './openssl.js';

const test = suite('certification: TLS');
const directory = mkdtempSync(join(tmpdir(), 'csms-tls-'));
const path = (name: string): string => join(directory, name);
let server: TestServer;

interface Presented {
  password?: string;
  certificate?: { cert: string; key: string };
}

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** A key and its request, as a charge point makes them. */
function keyAndRequest(commonName: string): { key: string; csr: string } {
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const csr = openssl('req', '-new', ...ec, '-keyout', `${commonName}.key`, '-subj', `/CN=${commonName}/O=Tapwatt`);
  return { key: readFileSync(path(`${commonName}.key`), 'utf8'), csr };
}

/** A certificate of an authority elsewhere, that the server is told to trust. */
function issuedElsewhere(commonName: string): { cert: string; key: string } {
  const { key, csr } = keyAndRequest(commonName);
  writeFileSync(path('request.csr'), csr);
  const signing = ['-CA', 'other.crt', '-CAkey', 'other.key', '-days', '3', '-set_serial', '77'];
  return { cert: openssl('x509', '-req', '-in', 'request.csr', ...signing), key };
}

function secure(identity: string, { password, certificate }: Presented = {}): Promise<ScriptedPeer> {
  return connectScriptedChargePoint({
    url: `wss://127.0.0.1:${server.running.tlsPort}/ocpp`,
    identity,
    ...(password === undefined ? {} : { password }),
    tls: { ca: readFileSync(path('server.crt')), ...certificate },
  });
}

async function status(work: Promise<unknown>): Promise<number> {
  return await work.then(
    () => 101,
    (error: UpgradeRefused) => error.httpStatus,
  );
}

async function register(id: string, body: object): Promise<void> {
  assert.is((await server.api('PUT', `/api/v1/charge-points/${id}`, body)).status, 201);
}

async function profileOf(id: string): Promise<number> {
  return (await server.api('GET', `/api/v1/charge-points/${id}`)).body.securityProfile;
}

if (hasOpenssl()) {
  test.before(async () => {
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3'];
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
    openssl('req', '-x509', ...ec, '-keyout', 'server.key', '-out', 'server.crt', '-subj', '/CN=127.0.0.1', ...names);
    openssl('req', '-x509', ...ec, '-keyout', 'other.key', '-out', 'other.crt', '-subj', '/CN=Other authority');
    server = await startTestServer({
      tls: {
        port: 0,
        certificateFiles: [path('server.crt')],
        keyFiles: [path('server.key')],
        clientAuthorityFiles: [path('other.crt')],
      },
    });
  });
  test.after(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('TC_085 Basic authentication over TLS: right, wrong and no password', async () => {
    await register('TC-085', { password: 'the right password', securityProfile: 2 });
    assert.is(await status(secure('TC-085')), 401);
    assert.is(await status(secure('TC-085', { password: 'another password' })), 401);
    const peer = await secure('TC-085', { password: 'the right password' });
    assert.is(
      (await peer.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })).status,
      'Accepted',
    );
    const [knock] = (await server.api('GET', '/api/v1/knocks')).body.items;
    assert.is(knock.reason, 'password-wrong');
  });

  test('TC_086 TLS: 1.2 and newer with the server’s certificate; older versions get nothing', async () => {
    const peer = await secure('TC-086');
    assert.is(peer.protocol, 'ocpp1.6');
    const probe = (version: SecureVersion): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = connect({
          port: server.running.tlsPort ?? 0,
          host: '127.0.0.1',
          ca: readFileSync(path('server.crt')),
          minVersion: version,
          maxVersion: version,
          // Our own OpenSSL would not even try the old ones otherwise.
          ciphers: 'DEFAULT@SECLEVEL=0',
        });
        socket.once('secureConnect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('secureConnect', () => socket.destroy());
      });
    assert.equal([await probe('TLSv1.1'), await probe('TLSv1.2'), await probe('TLSv1.3')], [false, true, true]);
    assert.is(await status(server.connect('TC-086B')), 101, 'the plain port goes on');
    assert.is((await fetch(`http://127.0.0.1:${server.port}/api/v1/health`)).status, 200);
  });

  test('TC_087 client certificate: issued by the local authority, for its own charge point only', async () => {
    await register('TC-087', { password: 'for the first time' });
    await register('TC-087B', { password: 'for the other one' });
    const peer = await server.connect('TC-087', { password: 'for the first time' });
    const { key, csr } = keyAndRequest('SERIAL-087');
    await peer.call('SignCertificate', { csr });
    const signed = await peer.expectCall('CertificateSigned');
    signed.answer({ status: 'Accepted' });
    const certificate = { cert: String(signed.payload.certificateChain), key };
    await peer.close();
    await server.api('PUT', '/api/v1/charge-points/TC-087', { securityProfile: 3 });
    await server.api('PUT', '/api/v1/charge-points/TC-087B', { securityProfile: 3 });
    assert.is(await status(server.connect('TC-087', { password: 'for the first time' })), 403);
    assert.is(await status(secure('TC-087', { password: 'for the first time' })), 401);
    assert.is(await status(secure('TC-087B', { certificate })), 401, 'another charge point’s certificate');
    assert.is(await status(secure('TC-087', { certificate })), 101);
    const reasons = (await server.api('GET', '/api/v1/knocks')).body.items.map((one: { reason: string }) => one.reason);
    for (const reason of ['security-profile', 'certificate-required', 'certificate-wrong'])
      assert.ok(reasons.includes(reason), reason);
  });

  test('TC_087 client certificate of another authority: by id or serial number', async () => {
    await register('TC-087C', { securityProfile: 3 });
    assert.is(await status(secure('TC-087C', { certificate: issuedElsewhere('SOMEBODY') })), 401);
    assert.is(await status(secure('TC-087C', { certificate: issuedElsewhere('TC-087C') })), 101);
    const { key, csr } = keyAndRequest('SELF');
    writeFileSync(path('self.csr'), csr);
    const cert = openssl('x509', '-req', '-in', 'self.csr', '-signkey', 'SELF.key', '-days', '3');
    assert.is(await status(secure('TC-087C', { certificate: { cert, key } })), 401, 'signed by nobody that we know');
  });

  test('TC_083 upgrade of the security profile: it comes back higher, and never again lower', async () => {
    await register('TC-083', { password: 'one two three four' });
    const peer = await server.connect('TC-083', { password: 'one two three four' });
    peer.on('ChangeConfiguration', { status: 'Accepted' }).on('Reset', { status: 'Accepted' });
    const base = '/api/v1/charge-points/TC-083/commands';
    const changed = await server.api('POST', `${base}/change-configuration`, { key: 'SecurityProfile', value: '2' });
    assert.equal(changed.body.response, { status: 'Accepted' });
    await server.api('POST', `${base}/reset`, { type: 'Hard' });
    await peer.close();
    // It could fall back to the old profile where the new one does not work (A05.FR.08).
    await (await server.connect('TC-083', { password: 'one two three four' })).close();
    assert.is(await profileOf('TC-083'), 1);
    await (await secure('TC-083', { password: 'one two three four' })).close();
    assert.is(await profileOf('TC-083'), 2);
    assert.is(await status(server.connect('TC-083', { password: 'one two three four' })), 403);
    await (await secure('TC-083', { certificate: issuedElsewhere('TC-083') })).close();
    assert.is(await profileOf('TC-083'), 3);
    assert.is(await status(secure('TC-083', { password: 'one two three four' })), 401);
  });

  test('TC_084 downgrade of the security profile: refused by the charge point, nothing changes here', async () => {
    await register('TC-084', { password: 'one two three four', securityProfile: 2 });
    const peer = await secure('TC-084', { password: 'one two three four' });
    peer.on('ChangeConfiguration', { status: 'Rejected' });
    const path = '/api/v1/charge-points/TC-084/commands/change-configuration';
    const answer = await server.api('POST', path, { key: 'SecurityProfile', value: '1' });
    assert.equal(answer.body.response, { status: 'Rejected' });
    assert.is(await profileOf('TC-084'), 2);
    // The way back is a person's decision, not OCPP's (A00.FR.005).
    await server.api('PUT', '/api/v1/charge-points/TC-084', { securityProfile: 1 });
    await peer.close();
    assert.is(await status(server.connect('TC-084', { password: 'one two three four' })), 101);
  });
}

test('TLS that cannot be: a missing file and a key without certificate are errors with a code and a hint', async () => {
  const code = async (certificateFiles: string[], keyFiles: string[]) =>
    await startTestServer({ tls: { port: 0, certificateFiles, keyFiles } }).then(
      () => 'started',
      (error: { code: string }) => error.code,
    );
  assert.is(await code(['/nowhere/cert.pem'], ['/nowhere/key.pem']), 'tls_file');
  assert.is(await code([], ['/nowhere/key.pem']), 'tls_pair');
});

test.run();
