import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, checkStrength, hashData, readCertificates } from 'tapwatt/security/certificates.js';
import { checkChain } from 'tapwatt/security/chain.js';
import { createChargePointCertificates } from 'tapwatt/security/chargePointCertificates.js';
import { createSigningRequest } from 'tapwatt/security/csr.js';
import { createPrivateFiles } from 'tapwatt/security/privateFiles.js';
import { createRootStore, type RootStore } from 'tapwatt/security/rootStore.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCertificateAuthority, hashOf, subjectOfRequest } from '../../support/certificate-authority.js';

const authority = createCertificateAuthority('CSMS Root');
const other = createCertificateAuthority('Other Root');
const scratch = mkdtempSync(join(tmpdir(), 'tapwatt-security-'));
test.after(() => {
  authority.dispose();
  other.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

let directories = 0;
const freshDirectory = (): string => {
  directories += 1;
  return join(scratch, `d${directories}`);
};
function one(pem: string): Certificate {
  const [certificate] = readCertificates(pem) ?? [];
  if (certificate === undefined) throw new Error('no certificate');
  return certificate;
}
/** A self-signed certificate by openssl. */
function openssl(...args: string[]): string {
  const out = join(scratch, 'made.crt');
  execFileSync(
    'openssl',
    ['req', '-x509', '-nodes', '-subj', '/O=x/CN=x', '-keyout', join(scratch, 'made.key'), '-out', out, ...args],
    { stdio: 'ignore' },
  );
  return readFileSync(out, 'utf8');
}
const store = (more: { additionalCheck?: boolean; maximum?: number; nowMs?: number } = {}): RootStore =>
  createRootStore({
    files: createPrivateFiles(freshDirectory()),
    nowMs: () => more.nowMs ?? Date.now(),
    maximum: more.maximum ?? 10,
    additionalCheck: more.additionalCheck ?? false,
  });
const ROOT = 'CentralSystemRootCertificate';
const fingerprints = (roots: RootStore): string[] => roots.list(ROOT).map(({ fingerprint }) => fingerprint);

test('white paper §6.1: hashes and serial number are those of `openssl ocsp`', () => {
  const root = one(authority.root.cert);
  const { issuerNameHash, issuerKeyHash, serialNumber, hashAlgorithm } = hashData(root, root);
  const expected = hashOf(authority.root);
  assert.equal(
    { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber: serialNumber.toLowerCase() },
    { ...expected, serialNumber: expected.serialNumber.replace(/^0+/, '') },
  );
});

test('RSA certificates hash alike; a serial number has no leading zeros (4095 is FFF)', () => {
  const pem = openssl('-newkey', 'rsa:2048', '-set_serial', '4095', '-days', '3');
  const certificate = one(pem);
  writeFileSync(join(scratch, 'rsa.crt'), pem);
  const file = join(scratch, 'rsa.crt');
  const expected = hashOf({ cert: pem, key: '', certFile: file, keyFile: '' });
  assert.is(hashData(certificate, certificate).issuerKeyHash, expected.issuerKeyHash);
  assert.is(certificate.serialNumber, 'FFF');
});

test('A00.FR.502, FR.503: RSA below 2048 bits and curves below 224 bits are too weak', () => {
  assert.not(checkStrength(one(openssl('-newkey', 'rsa:1024', '-days', '3'))).ok);
  assert.ok(checkStrength(one(openssl('-newkey', 'rsa:2048', '-days', '3'))).ok);
  const curve = (name: string) => openssl('-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${name}`, '-days', '3');
  assert.not(checkStrength(one(curve('prime192v1'))).ok);
  assert.ok(checkStrength(one(curve('prime256v1'))).ok);
});

test('chains: over an intermediate; not to another root, not expired, not without the CA flag, not the root itself', () => {
  const roots = [one(authority.root.cert)];
  const leaf = one(authority.issueServer().cert);
  assert.equal(checkChain(leaf, [], roots, Date.now()), { ok: true });
  assert.not(checkChain(leaf, [], [one(other.root.cert)], Date.now()).ok);
  assert.not(checkChain(leaf, [], [], Date.now()).ok);
  assert.match(JSON.stringify(checkChain(leaf, [], roots, Date.now() + 400 * 86_400_000)), /expired/);
  assert.match(JSON.stringify(checkChain(leaf, [], roots, 0)), /not valid before/);
  // A cross-signed root in between is an intermediate.
  const intermediate = one(authority.issueRoot('Intermediate', true).cert);
  assert.equal(checkChain(intermediate, [], roots, Date.now()), { ok: true });
  // A leaf is no issuer, whoever signed what.
  assert.not(checkChain(intermediate, [], [leaf], Date.now()).ok);
  assert.not(checkChain(one(authority.root.cert), [], roots, Date.now()).ok);
});

test('M05, TC_075, TC_076: a root is installed once, listed, deleted; then NotFound', () => {
  const roots = store();
  assert.equal(roots.install(ROOT, authority.root.cert), { status: 'Accepted' });
  assert.equal(roots.install(ROOT, authority.root.cert), { status: 'Accepted' });
  const [hash, ...more] = roots.hashes(ROOT);
  assert.is(more.length, 0);
  assert.equal(roots.hashes('ManufacturerRootCertificate'), []);
  if (hash === undefined) throw new Error('not listed');
  // CiString: the case of hexadecimal digits does not count.
  const shouted = {
    ...hash,
    issuerNameHash: hash.issuerNameHash.toUpperCase(),
    serialNumber: `00${hash.serialNumber}`,
  };
  assert.is(roots.delete(shouted, null), 'Accepted');
  assert.is(roots.delete(shouted, null), 'NotFound');
  assert.equal(fingerprints(roots), []);
});

test('M04.FR.06: the root of the connection in use is not deleted', () => {
  const roots = store();
  roots.install(ROOT, authority.root.cert);
  const [hash] = roots.hashes(ROOT);
  if (hash === undefined) throw new Error('not listed');
  assert.is(roots.delete(hash, fingerprints(roots)[0] ?? ''), 'Failed');
  assert.is(fingerprints(roots).length, 1);
});

test('M05.FR.06, TC_078: what is no certificate, no CA, expired, too weak or two at once is Rejected', () => {
  const roots = store();
  const weak = openssl('-newkey', 'rsa:1024', '-days', '3');
  for (const pem of [
    'nonsense',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    authority.issueServer().cert,
    weak,
    authority.root.cert + other.root.cert,
  ]) {
    const installed = roots.install(ROOT, pem);
    assert.is(installed.status, 'Rejected');
    assert.ok(installed.status !== 'Accepted' && installed.invalid);
  }
  const late = store({ nowMs: Date.now() + 400 * 86_400_000 });
  assert.is(late.install(ROOT, authority.root.cert).status, 'Rejected');
  assert.equal(fingerprints(roots), []);
});

test('M05.FR.03: no more than CertificateStoreMaxLength, of both kinds together', () => {
  const roots = store({ maximum: 2 });
  assert.is(roots.install(ROOT, authority.root.cert).status, 'Accepted');
  assert.is(roots.install('ManufacturerRootCertificate', other.root.cert).status, 'Accepted');
  const third = roots.install(ROOT, authority.issueRoot('Third', false).cert);
  assert.is(third.status, 'Rejected');
  assert.ok(third.status !== 'Accepted' && !third.invalid, 'the certificate is not to blame');
});

test('M05.FR.08 to FR.12: AdditionalRootCertificateCheck: only one signed by the one before; that one stays as fall-back', () => {
  const roots = store({ additionalCheck: true });
  roots.install(ROOT, authority.root.cert);
  assert.is(roots.install(ROOT, other.root.cert).status, 'Rejected');
  const next = authority.issueRoot('Next Root', true);
  assert.is(roots.install(ROOT, next.cert).status, 'Accepted');
  assert.equal(fingerprints(roots), [one(next.cert).fingerprint, one(authority.root.cert).fingerprint]);
  roots.proven(one(authority.root.cert).fingerprint);
  assert.is(fingerprints(roots).length, 2, 'the fall-back connected: nothing is proven');
  roots.proven(one(next.cert).fingerprint);
  assert.equal(fingerprints(roots), [one(next.cert).fingerprint]);
});

test('first content from the configuration: once; a deleted root does not come back, a new file does', () => {
  const roots = store();
  assert.equal(roots.seed(ROOT, authority.root.cert), []);
  const [hash] = roots.hashes(ROOT);
  if (hash === undefined) throw new Error('not listed');
  roots.delete(hash, null);
  roots.seed(ROOT, authority.root.cert);
  assert.equal(fingerprints(roots), []);
  roots.seed(ROOT, authority.root.cert + other.root.cert);
  assert.equal(fingerprints(roots), [one(other.root.cert).fingerprint]);
  assert.equal(roots.seed(ROOT, 'nonsense'), ['cannot be read']);
});

test('A02.FR.02, FR.03, FR.13: a new P-256 key and a request that openssl verifies; CN, O as set', async () => {
  const { csr, privateKey } = await createSigningRequest('SN-1, with comma', 'CPO & Söhne');
  const subject = subjectOfRequest(csr);
  assert.match(subject, /CN=SN-1\\, with comma/);
  assert.match(subject, /O=CPO & S/);
  assert.ok(csr.length <= 5500);
  const key = execFileSync('openssl', ['pkey', '-noout', '-text'], {
    input: privateKey,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  assert.match(key.toString(), /prime256v1/);
  const again = await createSigningRequest('SN-1', 'CPO');
  assert.is.not(again.privateKey, privateKey);
});

async function own(nowMs = () => Date.now()) {
  const directory = freshDirectory();
  const certificates = createChargePointCertificates({
    files: createPrivateFiles(directory),
    nowMs,
    anchors: () => [one(authority.root.cert)],
    commonName: 'SN-1',
    factory: () => null,
  });
  const request = async (commonName = 'SN-1'): Promise<string> => {
    const { csr, privateKey } = await createSigningRequest(commonName, 'CPO');
    certificates.awaitCertificate(privateKey);
    return csr;
  };
  return { directory, certificates, request };
}

test('A02: the signed certificate is taken; its key has mode 0600 in a directory of mode 0700', async () => {
  const { certificates, request, directory } = await own();
  const pem = authority.sign(await request());
  assert.ok(certificates.accept(pem).ok);
  assert.is(certificates.usable()[0]?.leaf.fingerprint, one(pem).fingerprint);
  const folder = join(directory, 'charge-point');
  assert.is(statSync(folder).mode & 0o777, 0o700);
  for (const name of readdirSync(folder)) assert.is(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  // The same certificate again (a repeated CertificateSigned) is still fine.
  assert.ok(certificates.accept(pem).ok);
});

test('A02.FR.06, TC_077: another key, another CA, another name, no certificate: not taken', async () => {
  const { certificates, request } = await own();
  const csr = await request();
  const { csr: foreign } = await createSigningRequest('SN-1', 'CPO');
  assert.match(JSON.stringify(certificates.accept(authority.sign(foreign))), /not for a key/);
  assert.match(JSON.stringify(certificates.accept(other.sign(csr))), /chain/);
  assert.match(JSON.stringify(certificates.accept(authority.sign(await request('SN-2')))), /CN=SN-1/);
  assert.match(JSON.stringify(certificates.accept('nonsense')), /cannot be read/);
  assert.is(certificates.usable().length, 0);
});

test('A02.FR.08 to FR.10: one that begins later waits; the newest counts; the old goes after a month', async () => {
  let nowMs = Date.now();
  const { certificates, request } = await own(() => nowMs);
  const first = authority.sign(await request());
  certificates.accept(first);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const second = authority.sign(await request());
  nowMs = one(first).notBeforeMs + 100;
  assert.ok(certificates.accept(second).ok);
  assert.equal(
    certificates.usable().map(({ leaf }) => leaf.fingerprint),
    [one(first).fingerprint],
  );
  assert.is(certificates.nextValidAtMs(), one(second).notBeforeMs);
  nowMs = Date.now() + 2000;
  assert.equal(
    certificates.usable().map(({ leaf }) => leaf.fingerprint),
    [one(second).fingerprint, one(first).fingerprint],
  );
  certificates.prune();
  assert.is(certificates.usable().length, 2, 'a month as fall-back');
});

test.run();
