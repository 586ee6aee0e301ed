import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { ChargePointConfig } from 'tapwatt/config/config.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCertificateAuthority, hashOf } from '../../support/certificate-authority.js';
import { eventually } from '../../support/deadline.js';
import {
  type CentralSystemOptions,
  type ScriptedCentralSystem,
  startScriptedCentralSystem,
} from '../../support/scripted-central-system.js';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { StationBench } from '../station/bench.js';

const authority = createCertificateAuthority('CSMS Root');
const other = createCertificateAuthority('Other Root');
const server = authority.issueServer();
const scratch = mkdtempSync(join(tmpdir(), 'tapwatt-connection-'));
test.after(() => {
  authority.dispose();
  other.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

const PASSWORD = 'a password of some length';
const passwordFile = join(scratch, 'password');
writeFileSync(passwordFile, `${PASSWORD}\n`);
const change = (peer: ScriptedPeer, key: string, value: string): Promise<Json> =>
  peer.call('ChangeConfiguration', { key, value });
const types = (central: ScriptedCentralSystem): unknown[] =>
  central.calls('SecurityEventNotification').map(({ type }) => type);
const waitForEvent = (central: ScriptedCentralSystem, type: string): Promise<unknown> =>
  eventually(() => types(central).includes(type), `${type}; told: ${types(central)}`);

/** A station on a plain central system, and a second central system with TLS at csms.tlsUrl. */
async function withTls(
  work: (bench: StationBench, secure: ScriptedCentralSystem) => Promise<void>,
  options: {
    tls?: CentralSystemOptions['tls'];
    basicAuth?: CentralSystemOptions['basicAuth'];
    adjust?: (config: ChargePointConfig, secure: ScriptedCentralSystem) => void;
    boot?: boolean;
  } = {},
): Promise<void> {
  const secure = await startScriptedCentralSystem({
    ordinary: true,
    tls: options.tls ?? { cert: server.cert, key: server.key },
    ...(options.basicAuth === undefined ? {} : { basicAuth: options.basicAuth }),
  });
  const bench = await StationBench.start(
    {
      adjust: (config) => {
        config.csms.tlsUrl = secure.url;
        config.csms.security.passwordFile = passwordFile;
        config.identity.chargePointSerialNumber = 'SN-1';
        options.adjust?.(config, secure);
      },
    },
    options.boot ?? true,
  );
  try {
    await work(bench, secure);
  } finally {
    await bench.stop();
    await secure.stop();
  }
}
const trusted = {
  adjust: (config: ChargePointConfig) => void config.csms.security.csmsRootCertificates.push(authority.root.certFile),
};

test('TC_073: a new AuthorizationKey: Accepted, the connection drops, the next one has it; twice; over a restart', async () => {
  const bench = await StationBench.start({
    adjust: ({ csms: { security } }) => Object.assign(security, { profile: 1, passwordFile }),
  });
  const sent = (): string | undefined => bench.central.upgrades.at(-1)?.credentials?.password.toString();
  assert.is(sent(), PASSWORD);
  for (const [key, password] of [
    ['4F43415F4F4354545F61646D696E5F74657374', 'OCA_OCTT_admin_test'],
    ['a plain text key, no hex', 'a plain text key, no hex'],
  ] as const) {
    const before = bench.central.connections.length;
    const { peer } = bench;
    assert.equal(await change(peer, 'AuthorizationKey', key), { status: 'Accepted' });
    await peer.closed;
    await eventually(() => bench.central.connections.length > before, 'the new connection');
    assert.is(sent(), password);
  }
  await bench.powerCut();
  await bench.online();
  assert.is(sent(), 'a plain text key, no hex', 'it has precedence over the password file');
  assert.equal(await change(bench.peer, 'AuthorizationKey', 'too short'), { status: 'Rejected' });
  await bench.stop();
});

test('A01: a new key that the central system refuses: the one before is tried, and stays', async () => {
  const bench = await StationBench.start({
    central: { basicAuth: { password: PASSWORD } },
    adjust: ({ csms: { security } }) => Object.assign(security, { profile: 1, passwordFile }),
  });
  const { peer } = bench;
  await change(peer, 'AuthorizationKey', 'another password of length');
  await peer.closed;
  await eventually(() => bench.central.connections.length === 2, 'connected again');
  const outcomes = bench.central.upgrades.map(({ outcome }) => outcome);
  assert.equal(outcomes, ['accepted', 'refused', 'accepted']);
  await bench.event('SecurityFallBack');
  await waitForEvent(bench.central, 'FailedToAuthenticationAtCentralSystem');
  await bench.stop();
});

test('A05.FR.02 to FR.04: a profile whose prerequisites are missing is Rejected, nothing is dropped', () =>
  withTls(async (bench) => {
    for (const profile of ['2', '3', '0', '7']) {
      assert.equal(await change(bench.peer, 'SecurityProfile', profile), { status: 'Rejected' }, profile);
    }
    const { configurationKey } = await bench.peer.call('GetConfiguration', { key: ['SecurityProfile'] });
    assert.equal(configurationKey, [{ key: 'SecurityProfile', readonly: false, value: '0' }]);
    assert.is(bench.central.connections.length, 1);
  }));

test('TC_083, L01.FR.20: raised to 2: TLS with the password, no way back, unsigned firmware NotSupported', () =>
  withTls(
    async (bench, secure) => {
      assert.equal(await change(bench.peer, 'SecurityProfile', '2'), { status: 'Accepted' });
      const peer = await secure.nextConnection();
      assert.is(secure.upgrades[0]?.credentials?.password.toString(), PASSWORD);
      assert.is(secure.upgrades[0]?.credentials?.user, 'CP-1');
      assert.equal(await change(peer, 'SecurityProfile', '1'), { status: 'Rejected' });
      const update = { location: 'http://127.0.0.1:1/x', retrieveDate: new Date().toISOString() };
      await peer.call('UpdateFirmware', update).then(
        () => assert.unreachable(),
        (error: { code?: string }) => assert.is(error.code, 'NotSupported'),
      );
      // The secure address is down for long: the plain one is still not used.
      const before = bench.central.upgrades.length;
      await secure.vanish();
      await new Promise((resolve) => setTimeout(resolve, 900));
      await secure.listen();
      await secure.nextConnection();
      assert.is(bench.central.upgrades.length, before);
      await bench.powerCut();
      await secure.nextConnection();
      assert.is(bench.central.upgrades.length, before, 'nor after a restart');
      await eventually(() => bench.state?.csms.url === secure.url, 'the address in GET /state');
    },
    { ...trusted, basicAuth: { password: PASSWORD } },
  ));

test('A05.FR.08: a profile that does not connect: back to the one before, which is told', () =>
  withTls(async (bench, secure) => {
    await bench.peer.call('InstallCertificate', {
      certificateType: 'CentralSystemRootCertificate',
      certificate: other.root.cert,
    });
    const { peer } = bench;
    assert.equal(await change(peer, 'SecurityProfile', '2'), { status: 'Accepted' });
    await peer.closed;
    await eventually(() => bench.central.connections.length === 2, 'back at the plain address');
    assert.is(secure.connections.length, 0);
    await waitForEvent(bench.central, 'InvalidCentralSystemCertificate');
    const { configurationKey } = await bench.peer.call('GetConfiguration', { key: ['SecurityProfile'] });
    assert.is((configurationKey as Json[])[0]?.value, '0');
  }));

test('TC_074, TC_087, A02, M04.FR.05: a certificate is asked for, checked, taken, and used by profile 3', async () => {
  const tls = { cert: server.cert, key: server.key, ca: [authority.root.cert], requestCert: true };
  await withTls(
    async (bench, secure) => {
      const trigger = () =>
        bench.peer.call('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
      assert.equal(await trigger(), { status: 'Rejected' }, 'CpoName is not set');
      await change(bench.peer, 'CpoName', 'The CPO');
      assert.equal(await trigger(), { status: 'Accepted' });
      const [request] = await bench.calls('SignCertificate', 1);
      const signed = authority.sign(String(request?.csr));
      assert.equal(await bench.peer.call('CertificateSigned', { certificateChain: other.sign(String(request?.csr)) }), {
        status: 'Rejected',
      });
      await waitForEvent(bench.central, 'InvalidChargePointCertificate');
      assert.equal(await bench.peer.call('CertificateSigned', { certificateChain: signed }), { status: 'Accepted' });

      assert.equal(await change(bench.peer, 'SecurityProfile', '3'), { status: 'Accepted' });
      const peer = await secure.nextConnection();
      const shown = ({ socket }: ScriptedPeer) =>
        (Reflect.get(socket, '_socket') as TLSSocket).getPeerCertificate().subject.CN;
      assert.is(shown(peer), 'SN-1');
      assert.is(secure.upgrades[0]?.credentials, null, 'no password with profile 3');

      const ids = await peer.call('GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' });
      const [root] = ids.certificateHashData as Json[];
      assert.is(root?.issuerKeyHash, hashOf(authority.root).issuerKeyHash);
      assert.equal(await peer.call('DeleteCertificate', { certificateHashData: root }), { status: 'Failed' });

      // A renewal: the new certificate is shown on the next connection, which comes by itself.
      secure.expectCall('SignCertificate').then(async (call) => {
        call.answer({ status: 'Accepted' });
        await peer.call('CertificateSigned', { certificateChain: authority.sign(String(call.payload.csr)) });
      });
      await peer.call('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
      await peer.closed;
      assert.is(shown(await secure.nextConnection()), 'SN-1');
    },
    { ...trusted, tls },
  );
});

test('TC_086: the server certificate must chain to an installed root and be for its host; TLS 1.2 at least', async () => {
  const profile2 = (root: string) => (config: ChargePointConfig) => {
    config.csms.security.profile = 2;
    config.csms.security.csmsRootCertificates.push(root);
  };
  const logged = async (bench: StationBench, code: string): Promise<void> => {
    await eventually(
      () => bench.events.some(({ data }) => data?.code === code),
      `${code}: ${JSON.stringify(bench.events)}`,
    );
  };
  await withTls((bench) => logged(bench, 'TlsCertificate'), { boot: false, adjust: profile2(other.root.certFile) });
  const foreign = authority.issueSigner('/O=x/CN=csms.example');
  await withTls((bench) => logged(bench, 'TlsCertificate'), {
    boot: false,
    tls: { cert: foreign.cert, key: foreign.key },
    adjust: profile2(authority.root.certFile),
  });
  const old = { cert: server.cert, key: server.key, minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.1' as const };
  await withTls((bench) => logged(bench, 'TlsVersion'), {
    boot: false,
    tls: { ...old, ciphers: 'DEFAULT@SECLEVEL=0' },
    adjust: profile2(authority.root.certFile),
  });
  const weak = {
    cert: server.cert,
    key: server.key,
    maxVersion: 'TLSv1.2' as const,
    ciphers: 'ECDHE-ECDSA-AES128-SHA',
  };
  await withTls((bench) => logged(bench, 'TlsCipherSuite'), {
    boot: false,
    tls: weak,
    adjust: profile2(authority.root.certFile),
  });
});

test('M05.FR.11 to FR.13: a new root beside the old one; once it has been used the old one goes, and it still connects', async () => {
  const next = authority.issueRoot('Next Root', true);
  const issued = issueServer(next);
  const tls = { cert: server.cert, key: server.key };
  await withTls(
    async (_bench, secure) => {
      const peer = await secure.nextConnection();
      const ids = async (on: ScriptedPeer): Promise<number> => {
        const answer = await on.call('GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' });
        return (answer.certificateHashData as Json[]).length;
      };
      const install = { certificateType: 'CentralSystemRootCertificate', certificate: next.cert };
      assert.equal(await peer.call('InstallCertificate', install), { status: 'Accepted' });
      assert.is(await ids(peer), 2);
      peer.drop();
      // Still the old hierarchy: the fall-back.
      const again = await secure.nextConnection();
      assert.is(await ids(again), 2);
      Object.assign(tls, issued);
      await secure.vanish();
      await secure.listen();
      const third = await secure.nextConnection();
      await eventually(async () => (await ids(third)) === 1, 'the old root is gone');
      third.drop();
      await secure.nextConnection();
    },
    {
      boot: false,
      tls,
      adjust: (config) => {
        config.csms.security.profile = 2;
        config.csms.security.additionalRootCertificateCheck = true;
        config.csms.security.csmsRootCertificates.push(authority.root.certFile);
      },
    },
  );
});

/** A server certificate for 127.0.0.1, signed by `issuer`. */
function issueServer(issuer: { certFile: string; keyFile: string }): { cert: string; key: string } {
  const directory = mkdtempSync(join(scratch, 'issued-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', ...newKey, '-keyout', 'key', '-out', 'csr', '-subj', '/O=Tapwatt tests/CN=127.0.0.1');
  writeFileSync(join(directory, 'ext'), 'subjectAltName=IP:127.0.0.1\n');
  const signing = ['-CA', issuer.certFile, '-CAkey', issuer.keyFile, '-set_serial', '99', '-days', '9'];
  openssl('x509', '-req', '-in', 'csr', '-out', 'crt', '-extfile', 'ext', ...signing);
  return { cert: readFileSync(join(directory, 'crt'), 'utf8'), key: readFileSync(join(directory, 'key'), 'utf8') };
}

test.run();
