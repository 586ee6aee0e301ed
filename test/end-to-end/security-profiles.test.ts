/**
 * A real charge point goes the whole way with csms-lite: from a password over TLS (profile 2) to a client certificate
 * that csms-lite's own authority signs for it (profile 3), and never back (security white paper A00, A02, A05).
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/deadline.js';
import { accepted, type Body, startPair } from './harness/pair.js';
import { freePort } from './harness/processes.js';

const test = suite('security profiles, tapwatt and csms-lite');
const ID = 'SECURE-1';
const PASSWORD = 'a password of some length';

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

if (hasOpenssl())
  test('profile 2 by password, a certificate of the local authority, profile 3 by it, a session, and no way back', async () => {
    const authority = createCertificateAuthority('Server Root');
    const server = authority.issueServer();
    const tlsPort = await freePort();
    const tls = ['--tls-port', String(tlsPort), '--tls-cert', server.certFile, '--tls-key', server.keyFile];
    const pair = await startPair('security', tls);
    try {
      const path = `/charge-points/${ID}`;
      await pair.api('PUT', path, { securityProfile: 2, password: PASSWORD });
      await pair.api('PUT', '/id-tags/A1B2C3D4', {});
      const passwordFile = join(pair.directory, 'password');
      writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
      const chargePoint = await pair.chargePoint(ID, {
        csms: `  tlsUrl: "wss://127.0.0.1:${tlsPort}/ocpp"
  security: { profile: 2, passwordFile: ${passwordFile}, rootCertificateFile: ${authority.root.certFile} }`,
        more: `identity: { chargePointSerialNumber: SN-4711 }`,
      });
      const first = await accepted(pair, ID);
      assert.equal([first.securityProfile, first.serialNumber], [2, 'SN-4711']);

      // A02: the operator's name goes into the request.
      const name = { key: 'CpoName', value: 'Tapwatt' };
      assert.equal(await pair.command(ID, 'change-configuration', name), { status: 'Accepted' });
      // A charge point takes certificates of roots that it has (A02.FR.06): csms-lite's own comes first.
      const { certificate: root } = await pair.api('GET', '/certificate-authority');
      const install = { certificateType: 'CentralSystemRootCertificate', certificate: root };
      assert.equal(await pair.command(ID, 'install-certificate', install), { status: 'Accepted' });
      const trigger = { requestedMessage: 'SignChargePointCertificate' };
      assert.equal(await pair.command(ID, 'extended-trigger-message', trigger), { status: 'Accepted' });
      const certificate = await eventually(async () => {
        const [newest] = (await pair.api('GET', `/certificates?chargePointId=${ID}`)).items as Body[];
        return newest?.status === 'Accepted' && newest;
      }, 'the certificate is signed, sent and taken');
      assert.match(certificate.subject, /CN=SN-4711/);

      const raised = await pair.command(ID, 'change-configuration', { key: 'SecurityProfile', value: '3' });
      assert.ok(['Accepted', 'RebootRequired'].includes(raised.status), JSON.stringify(raised));
      await pair.api('POST', `${path}/commands/reset?wait=5`, { type: 'Hard' }).catch(() => undefined);
      await chargePoint.program().end('SIGTERM');
      await chargePoint.start();
      await eventually(
        async () => {
          const shown = await pair.api('GET', path);
          const { csms } = (await chargePoint.get('/state')).body as Body;
          return shown.connected && shown.securityProfile === 3 && csms.registration === 'Accepted';
        },
        'it comes back with its certificate',
        60_000,
      );

      await chargePoint.post('/plug-in', { connectorId: 1 });
      const start = { idTag: 'A1B2C3D4', connectorId: 1 };
      assert.equal(await pair.command(ID, 'remote-start', start), { status: 'Accepted' });
      const session = await eventually(
        async () => {
          const { items } = await pair.api('GET', `/transactions?chargePointId=${ID}&status=active`);
          return items.length > 0 && items[0];
        },
        'a session over profile 3',
        60_000,
      );
      const stop = { transactionId: session.transactionId };
      assert.equal(await pair.command(ID, 'remote-stop', stop), { status: 'Accepted' });
      await eventually(
        async () => (await pair.api('GET', `/transactions/${session.id}`)).stopReason === 'Remote',
        'it is stored',
        60_000,
      );

      const lowered = await pair.command(ID, 'change-configuration', { key: 'SecurityProfile', value: '2' });
      assert.equal(lowered, { status: 'Rejected' });
      assert.is((await pair.api('GET', path)).securityProfile, 3);
    } finally {
      await pair.close();
      authority.dispose();
    }
  });
else test('openssl is not installed: left out', () => {});

test.run();
