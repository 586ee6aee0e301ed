/** Security white paper: keys, certificates, logs, signed firmware (OCTT cases for a Central System). */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json } from '../../support/scripted-peer.js';
import { at, type Bench, openBench, type Station } from './bench.js';
import { hasOpenssl } from './openssl.js';

const test = suite('certification: security');
let bench: Bench;
const directory = mkdtempSync(join(tmpdir(), 'csms-security-'));

test.before(async () => {
  bench = await openBench();
});
test.after(async () => {
  await bench.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A CSR from openssl: another implementation than the one under test. */
function csrOf(commonName: string, key = ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']): string {
  const file = join(directory, 'station.key');
  const args = ['req', '-new', '-newkey', ...key, '-nodes', '-keyout', file, '-subj', `/CN=${commonName}/O=Tapwatt`];
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** The same request with the last bit of its signature turned. */
function tampered(csr: string): string {
  const der = Buffer.from(csr.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
}

async function certificates(station: Station): Promise<Json[]> {
  return (await bench.api('GET', `/certificates?chargePointId=${station.id}`)).body.items;
}

test('TC_073 update of the AuthorizationKey, twice: the new key counts from the reconnection on', async () => {
  const id = 'TC-073';
  let password = '4F43415F4F4354545F61646D696E5F74657374';
  await bench.api('PUT', `/charge-points/${id}`, { password });
  let peer = await bench.server.connect(id, { password });
  for (const value of ['4F43415F4F4354545F61646D696E5F7465737432', '30313233343536373839414243444546']) {
    peer.on('ChangeConfiguration', { status: 'Accepted' });
    const path = `/charge-points/${id}/commands/change-configuration`;
    const answer = await bench.api('POST', path, { key: 'AuthorizationKey', value });
    assert.equal([answer.status, answer.body.response], [200, { status: 'Accepted' }]);
    assert.equal(peer.calls('ChangeConfiguration'), [{ key: 'AuthorizationKey', value }]);
    await peer.close();
    peer = await bench.server.connect(id, { password: Buffer.from(value, 'hex') });
    const old = await bench.server.connect(id, { password }).catch((error) => error.httpStatus);
    assert.is(old, 401, 'the old key is not taken once the new one was used');
    password = value;
  }
});

if (hasOpenssl()) {
  test('TC_074 new charge point certificate: SignCertificate accepted, then CertificateSigned', async () => {
    const station = await bench.station();
    const trigger = { requestedMessage: 'SignChargePointCertificate' };
    await station.command('extended-trigger-message', trigger, 'ExtendedTriggerMessage');
    const csr = csrOf('SERIAL-074');
    assert.equal(await station.peer.call('SignCertificate', { csr }), { status: 'Accepted' });
    const signed = await station.peer.expectCall('CertificateSigned');
    const chain = String(signed.payload.certificateChain);
    const [leaf = '', root = ''] = chain.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    const authority = (await bench.api('GET', '/certificate-authority')).body.certificate;
    assert.is(new X509Certificate(root).fingerprint256, new X509Certificate(authority).fingerprint256);
    const certificate = new X509Certificate(leaf);
    assert.ok(certificate.verify(new X509Certificate(authority).publicKey));
    assert.match(certificate.subject, /CN=SERIAL-074/);
    const key = readFileSync(join(directory, 'station.key'), 'utf8');
    const { createPrivateKey } = await import('node:crypto');
    assert.ok(certificate.checkPrivateKey(createPrivateKey(key)), 'it is for the key of the request');
    // openssl agrees, for the purpose it has.
    writeFileSync(join(directory, 'leaf.pem'), leaf);
    writeFileSync(join(directory, 'root.pem'), authority);
    const verify = ['verify', '-purpose', 'sslclient', '-CAfile', 'root.pem', 'leaf.pem'];
    assert.match(execFileSync('openssl', verify, { cwd: directory, encoding: 'utf8' }), /OK/);
    assert.is((await certificates(station))[0]?.status, 'Issued');
    signed.answer({ status: 'Accepted' });
    await eventually(async () => ((await certificates(station))[0]?.status === 'Accepted' ? true : null), 'Accepted');
  });

  test('TC_074 with an RSA key; the root survives a restart and its key is for nobody else', async () => {
    const before = (await bench.api('GET', '/certificate-authority')).body.certificate;
    await bench.server.restart();
    assert.is((await bench.api('GET', '/certificate-authority')).body.certificate, before);
    const folder = join(bench.server.dataDirectory, 'certificates');
    assert.is(statSync(join(folder, 'root.key')).mode & 0o777, 0o600);
    const station = await bench.station();
    assert.equal(await station.peer.call('SignCertificate', { csr: csrOf(station.id, ['rsa:2048']) }), {
      status: 'Accepted',
    });
    const signed = await station.peer.expectCall('CertificateSigned');
    assert.ok(String(signed.payload.certificateChain).length <= 10_000);
    signed.answer({ status: 'Accepted' });
  });

  test('a CSR that is nonsense, weak, or in the name of another charge point is Rejected, and nothing follows', async () => {
    const station = await bench.station();
    const other = await bench.station();
    const good = csrOf('X');
    for (const csr of ['nonsense', tampered(good), csrOf('Y', ['rsa:1024']), csrOf(other.id)]) {
      assert.equal(await station.peer.call('SignCertificate', { csr }), { status: 'Rejected' });
      const [request] = (await bench.api('GET', `/certificate-requests?chargePointId=${station.id}`)).body.items;
      assert.equal([request.status, request.csr], ['Rejected', csr]);
      assert.match(request.reason, /cannot be read|bits|common name|signature/);
    }
    await station.peer.expectNoCall('CertificateSigned', 100);
    assert.equal(await certificates(station), []);
  });

  test('TC_077 a certificate that the charge point does not take: Rejected, with its security event', async () => {
    const station = await bench.station();
    await station.peer.call('SignCertificate', { csr: csrOf('SERIAL-077') });
    (await station.peer.expectCall('CertificateSigned')).answer({ status: 'Rejected' });
    const event = { type: 'InvalidChargePointCertificate', timestamp: at(0), techInfo: 'expired' };
    assert.equal(await station.peer.call('SecurityEventNotification', event), {});
    const [shown] = (await bench.api('GET', `/charge-points/${station.id}/security-events`)).body.items;
    assert.equal([shown.type, shown.techInfo], ['InvalidChargePointCertificate', 'expired']);
    await eventually(async () => ((await certificates(station))[0]?.status === 'Rejected' ? true : null), 'Rejected');
  });
}

for (const [number, certificateType] of [
  ['075_1', 'ManufacturerRootCertificate'],
  ['075_2', 'CentralSystemRootCertificate'],
] as const)
  test(`TC_${number} install certificate: ${certificateType}`, async () => {
    const station = await bench.station();
    const certificate = (await bench.api('GET', '/certificate-authority')).body.certificate;
    const body = { certificateType, certificate };
    assert.equal((await station.command('install-certificate', body, 'InstallCertificate')).wire, {
      certificate,
      certificateType,
    });
    const certificateHashData = [
      { hashAlgorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb', serialNumber: '01' },
    ];
    const ids = { certificateType };
    const answer = { status: 'Accepted', certificateHashData };
    const list = await station.command('get-installed-certificate-ids', ids, 'GetInstalledCertificateIds', answer);
    assert.equal(list.wire, ids);
  });

test('TC_076 delete a certificate, then it is not there any more', async () => {
  const station = await bench.station();
  const hash = { hashAlgorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb', serialNumber: '01' };
  const body = { certificateHashData: hash };
  assert.equal((await station.command('delete-certificate', body, 'DeleteCertificate')).wire, body);
  await station.command('delete-certificate', body, 'DeleteCertificate', { status: 'NotFound' });
});

test('TC_078 a root that the charge point does not take, with its security event', async () => {
  const station = await bench.station();
  const body = { certificateType: 'CentralSystemRootCertificate', certificate: 'not a certificate' };
  await station.command('install-certificate', body, 'InstallCertificate', { status: 'Rejected' });
  const event = { type: 'InvalidCentralSystemCertificate', timestamp: at(0) };
  assert.equal(await station.peer.call('SecurityEventNotification', event), {});
});

test('TC_079 get security log', async () => {
  const station = await bench.station();
  const log = { remoteLocation: 'ftp://files.example/incoming' };
  const answer = { status: 'Accepted', filename: 'security.log' };
  const { wire } = await station.command('get-log', { logType: 'SecurityLog', log }, 'GetLog', answer);
  assert.equal(wire, { log, logType: 'SecurityLog', requestId: 1 });
  for (const status of ['Uploading', 'Uploaded']) {
    assert.equal(await station.peer.call('LogStatusNotification', { status, requestId: 1 }), {});
    const [job] = (await bench.api('GET', `/file-jobs?chargePointId=${station.id}`)).body.items;
    assert.equal([job.kind, job.status, job.requestId, job.fileName], ['log', status, 1, 'security.log']);
  }
});

for (const [number, statuses] of [
  ['080', ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed']],
  ['081', ['Downloading', 'Downloaded', 'InvalidSignature']],
] as const)
  test(`TC_${number} signed firmware update: ${statuses.at(-1)}`, async () => {
    const station = await bench.station();
    const firmware = {
      location: 'https://files.example/fw.bin',
      retrieveDateTime: '2030-01-01T00:00:00Z',
      signingCertificate: 'PEM',
      signature: 'AAAA',
    };
    const body = { firmware };
    const { wire } = await station.command('signed-update-firmware', body, 'SignedUpdateFirmware');
    assert.equal(wire, { firmware, requestId: 1 });
    for (const status of statuses) {
      assert.equal(await station.peer.call('SignedFirmwareStatusNotification', { status, requestId: 1 }), {});
      const [job] = (await bench.api('GET', `/file-jobs?chargePointId=${station.id}`)).body.items;
      assert.equal([job.kind, job.status], ['signed-firmware', status]);
    }
    if (number === '081') {
      const event = { type: 'InvalidFirmwareSignature', timestamp: at(0) };
      assert.equal(await station.peer.call('SecurityEventNotification', event), {});
    }
  });

test.run();
