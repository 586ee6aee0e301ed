import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { createCertificateAuthority } from '../support/certificate-authority.js';
import { eventually } from '../support/deadline.js';
import { freePort } from '../support/programs.js';
import { startScriptedCentralSystem } from '../support/scripted-central-system.js';
import type { Bench, BenchOptions } from './harness/bench.js';
import { certification } from './harness/certification.js';

const csms = createCertificateAuthority('CSMS Root');
const stranger = createCertificateAuthority('Stranger Root');
const server = csms.issueServer();
const directory = mkdtempSync(join(tmpdir(), 'tapwatt-cert-security-'));
process.once('exit', () => {
  csms.dispose();
  stranger.dispose();
  rmSync(directory, { recursive: true, force: true });
});

/** 16 to 20 characters: a plain password. */
const FIRST_PASSWORD = 'first-password-16';
const passwordFile = join(directory, 'password');
writeFileSync(passwordFile, `${FIRST_PASSWORD}\n`, { mode: 0o600 });

const { certificationCase, run } = certification();

/** A bench with Basic authentication; the central system's password can be changed through `basicAuth`. */
function withPassword(profile: 1 | 2, security: object = {}) {
  const basicAuth: { password: string | Buffer } = { password: FIRST_PASSWORD };
  const options: BenchOptions = {
    central: { basicAuth, ...(profile === 2 ? { tls: server } : {}) },
    file: {
      csms: { security: { profile, passwordFile, csmsRootCertificates: [csms.root.certFile], ...security } },
    },
  };
  return { basicAuth, options };
}

/** It leaves its connection and comes back; no BootNotification on a mere reconnect. */
async function reconnects(bench: Bench, change: () => Promise<unknown>): Promise<void> {
  const before = bench.central.connections.length;
  bench.mark();
  await change();
  await eventually(() => bench.central.connections.length > before, 'it connects again');
  await bench.online();
  await bench.heard([], { settleMs: 400 });
}

// One bench for the cases of profile 1. The port of the profile above has to be known before the charge point starts.
const tlsPort = await freePort();
const plain = withPassword(1);
const upgradable: BenchOptions = {
  ...plain.options,
  file: {
    ...plain.options.file,
    csms: { ...plain.options.file?.csms, tlsUrl: `wss://127.0.0.1:${tlsPort}/ocpp` },
  },
};
certificationCase(
  'TC_084',
  async (bench) => {
    const connections = bench.central.connections.length;
    for (const value of ['0', '1', '-1', '4', 'high'])
      await bench.callFor('Rejected', 'ChangeConfiguration', { key: 'SecurityProfile', value });
    assert.is(await bench.key('SecurityProfile'), '1');
    await sleep(500);
    assert.is(bench.central.connections.length, connections, 'no reconnect');
  },
  upgradable,
);

certificationCase(
  'TC_085',
  async (bench) => {
    const [upgrade] = bench.central.upgrades;
    assert.is(upgrade?.credentials?.user, 'CERT-1', 'the user is the charge point identity');
    assert.equal(upgrade?.credentials?.password, Buffer.from(FIRST_PASSWORD));
    // Bytes that are no text: the header carries them as they are.
    const hex = '00ff10c3a4800a0d7f3a20fe5b5d9900'.toUpperCase();
    plain.basicAuth.password = Buffer.from(hex, 'hex');
    await reconnects(bench, () => bench.configure({ AuthorizationKey: hex }));
    assert.equal(bench.central.upgrades.at(-1)?.credentials?.password, Buffer.from(hex, 'hex'));
    for (const value of ['short', 'A'.repeat(41)])
      await bench.callFor('Rejected', 'ChangeConfiguration', { key: 'AuthorizationKey', value });
  },
  upgradable,
);

certificationCase(
  'TC_073',
  async (bench) => {
    for (const value of ['4F43415F4F4354545F61646D696E5F74657374', '4F43415F4F4354545F61646D696E5F7465737432']) {
      const bytes = Buffer.from(value, 'hex');
      plain.basicAuth.password = bytes;
      await reconnects(bench, () => bench.configure({ AuthorizationKey: value }));
      assert.equal(bench.central.upgrades.at(-1)?.credentials?.password, bytes);
      // Write-only: never told again (A01.FR.12).
      const all = JSON.stringify(await bench.call('GetConfiguration', {}));
      assert.not.match(all, new RegExp(value, 'i'));
      assert.not.match(bench.program.output(), new RegExp(`${value}|OCA_OCTT`, 'i'));
    }
    // It is the password after a power cut, too.
    await bench.powerCut();
    await bench.powerBack();
    await bench.online();
  },
  upgradable,
);

certificationCase(
  'TC_083',
  async (bench) => {
    // A05.FR.02: the prerequisite is an AuthorizationKey.
    const key = 'a-better-password';
    plain.basicAuth.password = key;
    await reconnects(bench, () => bench.configure({ AuthorizationKey: key }));
    const basicAuth = { password: key };
    const secure = await startScriptedCentralSystem({ ordinary: true, basicAuth, tls: server, port: tlsPort });
    try {
      const plainUpgrades = bench.central.upgrades.length;
      await bench.callFor('Accepted', 'ChangeConfiguration', { key: 'SecurityProfile', value: '2' });
      const station = await secure.nextConnection();
      assert.is(secure.upgrades[0]?.outcome, 'accepted');
      const { configurationKey } = await station.call('GetConfiguration', { key: ['SecurityProfile'] });
      assert.is((configurationKey as { value: string }[])[0]?.value, '2');
      // Reset, as the case demands: up again at the higher profile.
      assert.is((await station.call('Reset', { type: 'Soft' })).status, 'Accepted');
      await bench.restartedAfterReset();
      await eventually(
        () => secure.connections.length >= 2 && secure.calls('BootNotification').length > 0,
        'it boots at the higher profile',
      );
      // Never again at the lower one, whatever happens to the higher: a profile on trial is given up after three attempts.
      secure.refuseUpgrades({ httpStatus: 503 });
      const upgrades = secure.upgrades.length;
      secure.connections.at(-1)?.drop();
      await eventually(() => secure.upgrades.length >= upgrades + 4, 'four refused attempts at the higher profile');
      assert.is(bench.central.upgrades.length, plainUpgrades, 'no attempt at the lower profile');
    } finally {
      await secure.stop();
      // The bench's own central system is of the past now.
      await bench.powerCut();
    }
  },
  upgradable,
);

const encrypted = withPassword(2);
certificationCase(
  'TC_086',
  async (bench) => {
    assert.match(bench.central.url, /^wss:/);
    assert.equal(bench.central.upgrades[0]?.credentials?.password, Buffer.from(FIRST_PASSWORD));
    // A server whose certificate is of somebody else is not believed.
    const { port } = bench.central;
    await bench.central.vanish();
    const impostor = await startScriptedCentralSystem({ ordinary: true, tls: stranger.issueServer(), port });
    try {
      const said = bench.program.output().length;
      const refused = (): boolean => bench.program.output().slice(said).includes('TlsCertificate');
      await eventually(refused, 'it meets the impostor');
      assert.is(impostor.upgrades.length, 0, 'nothing was sent to it, least of all the password');
    } finally {
      await impostor.stop();
    }
    bench.mark();
    await bench.networkBack();
    await eventually(
      () => bench.payloads('SecurityEventNotification').some(({ type }) => type === 'InvalidCentralSystemCertificate'),
      'SecurityEventNotification InvalidCentralSystemCertificate, kept while it was away',
    );
  },
  encrypted.options,
);

const own = csms.issueClient('/O=Test CPO/CN=CERT-1');
certificationCase(
  'TC_087',
  async (bench) => {
    assert.is(bench.central.upgrades[0]?.credentials, null, 'no password with a client certificate');
    assert.ok(bench.station.isOpen);
    assert.is(await bench.key('SecurityProfile'), '3');
  },
  {
    central: { tls: { ...server, ca: csms.root.cert, requestCert: true, rejectUnauthorized: true } },
    file: {
      csms: {
        security: {
          profile: 3,
          csmsRootCertificates: [csms.root.certFile],
          clientCertificateFile: own.certFile,
          clientKeyFile: own.keyFile,
        },
      },
    },
  },
);

run();
