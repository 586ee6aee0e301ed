import * as assert from 'uvu/assert';
import {
  createCertificateAuthority,
  hashOf,
  type KeyPair,
  subjectOfRequest,
} from '../support/certificate-authority.js';
import { eventually } from '../support/deadline.js';
import { startFileServer } from '../support/file-server.js';
import type { Json } from '../support/scripted-peer.js';
import type { Bench } from './harness/bench.js';
import { certification } from './harness/certification.js';

const csms = createCertificateAuthority('CSMS Root');
const manufacturer = createCertificateAuthority('Manufacturer Root');
const stranger = createCertificateAuthority('Stranger Root');
process.once('exit', () => {
  for (const authority of [csms, manufacturer, stranger]) authority.dispose();
});

const { certificationCase, run } = certification({
  file: {
    csms: {
      security: {
        csmsRootCertificates: [csms.root.certFile],
        manufacturerRootCertificates: [manufacturer.root.certFile],
      },
    },
    identity: { chargePointSerialNumber: 'SN-0001' },
    maintenance: { installCommand: [process.execPath, '-e', '0'], restartAfterInstall: false },
  },
});

const NOT_A_CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIHgMIGaAgEBMA0GCSqG\n-----END CERTIFICATE-----\n';

/** The event reaches the central system, with a timestamp. */
async function assertEvent(bench: Bench, type: string): Promise<void> {
  const event = await eventually(
    () => bench.payloads('SecurityEventNotification').find((payload) => payload.type === type),
    `SecurityEventNotification ${type}`,
  );
  assert.ok(Math.abs(Date.parse(String(event.timestamp)) - Date.now()) < 30_000);
}

async function certificates(bench: Bench, certificateType: string): Promise<Json[]> {
  const answer = await bench.call('GetInstalledCertificateIds', { certificateType });
  if (answer.status === 'NotFound') return [];
  return (answer.certificateHashData ?? []) as Json[];
}

/** Hashes are hexadecimal; their case and leading zeros of the serial number are nobody's business. */
function same(a: Json, b: Json): boolean {
  const normal = (value: unknown): string => String(value).toLowerCase().replace(/^0+/, '');
  return ['issuerNameHash', 'issuerKeyHash', 'serialNumber'].every((name) => normal(a[name]) === normal(b[name]));
}

async function installs(bench: Bench, certificateType: string, root: KeyPair): Promise<void> {
  await bench.callFor('Accepted', 'InstallCertificate', { certificateType, certificate: root.cert });
  const installed = await certificates(bench, certificateType);
  const expected = { ...hashOf(root) };
  assert.ok(
    installed.some((hash) => hash.hashAlgorithm === 'SHA256' && same(hash, expected)),
    `${JSON.stringify(expected)} is not among ${JSON.stringify(installed)}`,
  );
  // As it was.
  const [certificateHashData] = installed.filter((hash) => same(hash, expected));
  await bench.callFor('Accepted', 'DeleteCertificate', { certificateHashData });
}

certificationCase('TC_075_1', (bench) =>
  installs(bench, 'ManufacturerRootCertificate', manufacturer.issueRoot('Second Manufacturer Root', false)),
);

certificationCase('TC_075_2', (bench) =>
  installs(bench, 'CentralSystemRootCertificate', csms.issueRoot('Second CSMS Root', false)),
);

certificationCase('TC_076', async (bench) => {
  const certificateType = 'CentralSystemRootCertificate';
  const root = csms.issueRoot('Short-lived CSMS Root', false);
  await bench.callFor('Accepted', 'InstallCertificate', { certificateType, certificate: root.cert });
  const certificateHashData = (await certificates(bench, certificateType)).find((hash) =>
    same(hash, { ...hashOf(root) }),
  );
  assert.ok(certificateHashData !== undefined);
  await bench.callFor('Accepted', 'DeleteCertificate', { certificateHashData });
  await bench.callFor('NotFound', 'DeleteCertificate', { certificateHashData });
  assert.not((await certificates(bench, certificateType)).some((hash) => same(hash, { ...hashOf(root) })));
});

/** @returns the CSR */
async function triggerSigning(bench: Bench): Promise<string> {
  await bench.configure({ CpoName: 'Test CPO' });
  bench.mark();
  await bench.callFor('Accepted', 'ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
  await bench.heard(['SignCertificate'], { withinMs: 15_000 });
  return String(bench.payloads('SignCertificate')[0]?.csr);
}

certificationCase('TC_074', async (bench) => {
  const csr = await triggerSigning(bench);
  const subject = subjectOfRequest(csr);
  assert.match(subject, /O=Test CPO/, 'O is CpoName (A00.FR.512)');
  assert.match(subject, /CN=SN-0001/, 'CN is the serial number (A00.FR.511)');
  await bench.callFor('Accepted', 'CertificateSigned', { certificateChain: csms.sign(csr) });
});

certificationCase('TC_077', async (bench) => {
  const csr = await triggerSigning(bench);
  bench.mark();
  // By a CA that this charge point does not know, and something that is no certificate.
  for (const certificateChain of [stranger.sign(csr), NOT_A_CERTIFICATE])
    await bench.callFor('Rejected', 'CertificateSigned', { certificateChain });
  await assertEvent(bench, 'InvalidChargePointCertificate');
});

certificationCase('TC_078', async (bench) => {
  await bench.callFor('Rejected', 'InstallCertificate', {
    certificateType: 'CentralSystemRootCertificate',
    certificate: NOT_A_CERTIFICATE,
  });
  await assertEvent(bench, 'InvalidCentralSystemCertificate');
});

certificationCase('TC_079', async (bench) => {
  const files = await startFileServer();
  try {
    const { filename } = await bench.callFor('Accepted', 'GetLog', {
      logType: 'SecurityLog',
      requestId: 79,
      log: { remoteLocation: `${files.url}/logs/` },
    });
    assert.type(filename, 'string');
    await bench.heard(['Log Uploading', 'Log Uploaded']);
    for (const { requestId } of bench.payloads('LogStatusNotification')) assert.is(requestId, 79);
    assert.ok((files.uploads[0]?.body.length ?? 0) > 20, 'the log has something in it');
  } finally {
    await files.stop();
  }
});

interface SignedUpdate {
  requestId: number;
  signingCertificate: string;
  signature: string;
}

async function signedUpdate(bench: Bench, update: SignedUpdate, content: Buffer, statuses: string[]): Promise<void> {
  const files = await startFileServer();
  try {
    files.files.set('/signed.bin', content);
    const { requestId, signingCertificate, signature } = update;
    await bench.callFor('Accepted', 'SignedUpdateFirmware', {
      requestId,
      firmware: {
        location: `${files.url}/signed.bin`,
        retrieveDateTime: new Date().toISOString(),
        signingCertificate,
        signature,
      },
    });
    await bench.heard(
      statuses.map((status) => `SignedFirmware ${status}`),
      { settleMs: 700, withinMs: 15_000 },
    );
    for (const payload of bench.payloads('SignedFirmwareStatusNotification')) assert.is(payload.requestId, requestId);
  } finally {
    await files.stop();
  }
}

certificationCase('TC_080', async (bench) => {
  const signer = manufacturer.issueSigner('/O=Tapwatt tests/CN=Firmware Signer');
  const content = Buffer.from('a new firmware');
  const signature = manufacturer.signFile(content, signer);
  const update = { requestId: 80, signingCertificate: signer.cert, signature };
  await signedUpdate(bench, update, content, [
    'Downloading',
    'Downloaded',
    'SignatureVerified',
    'Installing',
    'Installed',
  ]);
});

certificationCase('TC_081', async (bench) => {
  const signer = manufacturer.issueSigner('/O=Tapwatt tests/CN=Firmware Signer');
  const signature = manufacturer.signFile(Buffer.from('another firmware'), signer);
  const update = { requestId: 81, signingCertificate: signer.cert, signature };
  await signedUpdate(bench, update, Buffer.from('a firmware'), ['Downloading', 'Downloaded', 'InvalidSignature']);
  await assertEvent(bench, 'InvalidFirmwareSignature');
});

run();
