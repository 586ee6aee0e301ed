import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MaintenanceConfig } from 'tapwatt/config/config.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCertificateAuthority } from '../../support/certificate-authority.js';
import { eventually } from '../../support/deadline.js';
import { type FileServer, startFileServer } from '../../support/file-server.js';
import type { Json } from '../../support/scripted-peer.js';
import { StationBench } from '../station/bench.js';

const manufacturer = createCertificateAuthority('Manufacturer Root');
const stranger = createCertificateAuthority('Stranger Root');
test.after(() => {
  manufacturer.dispose();
  stranger.dispose();
});
const signer = manufacturer.issueSigner('/O=Tapwatt tests/CN=Firmware');
const FIRMWARE = Buffer.from('new firmware '.repeat(1000));

interface Scene {
  bench: StationBench;
  files: FileServer;
}

async function scene(
  work: (scene: Scene) => Promise<void>,
  options: { maintenance?: Partial<MaintenanceConfig>; profile?: 0 | 1 | 2 } = {},
): Promise<void> {
  const files = await startFileServer();
  files.files.set('/fw.bin', FIRMWARE);
  const bench = await StationBench.start({
    adjust: (config) => {
      Object.assign(config.maintenance, options.maintenance);
      config.csms.security.manufacturerRootCertificates = [manufacturer.root.certFile];
    },
  });
  try {
    await work({ bench, files });
  } finally {
    await bench.stop();
    await files.stop();
  }
}

const past = (): string => new Date(Date.now() - 1000).toISOString();
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
const plain = ({ files }: Scene, more: Json = {}): Json => ({
  location: `${files.url}/fw.bin`,
  retrieveDate: past(),
  retries: 0,
  ...more,
});
const signed = ({ files }: Scene, requestId: number, more: Json = {}): Json => ({
  requestId,
  retries: 0,
  firmware: {
    location: `${files.url}/fw.bin`,
    retrieveDateTime: past(),
    signingCertificate: signer.cert,
    signature: manufacturer.signFile(FIRMWARE, signer),
    ...more,
  },
});

/** Statuses of the update in their order, once the last one is `last`. */
async function told(bench: StationBench, action: string, last: string): Promise<unknown[]> {
  const statuses = () => bench.central.calls(action).map(({ status }) => status);
  await eventually(() => statuses().at(-1) === last, `${action} ${last}; told: ${statuses()}`);
  return statuses();
}
const PLAIN = 'FirmwareStatusNotification';
const SIGNED = 'SignedFirmwareStatusNotification';

const securityEvents = (bench: StationBench): unknown[] =>
  bench.central.calls('SecurityEventNotification').map(({ type }) => type);

test('TC_044_1: Downloading, Downloaded, Installing, Installed; the hook gets the file, no shell', () => {
  const script =
    'require("fs").copyFileSync(process.argv[1], process.argv[2]+"/got"); if (process.env.SECRET) process.exit(9)';
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-hook-'));
  process.env.SECRET = 'x';
  return scene(
    async (s) => {
      assert.equal(await s.bench.peer.call('UpdateFirmware', plain(s)), {});
      assert.equal(await told(s.bench, PLAIN, 'Installed'), ['Downloading', 'Downloaded', 'Installing', 'Installed']);
      await eventually(() => securityEvents(s.bench).includes('FirmwareUpdated'), 'FirmwareUpdated');
      assert.ok(readFileSync(join(directory, 'got')).equals(FIRMWARE));
      await eventually(() => readdirSync(join(s.bench.directory, 'firmware')).length === 0, 'the file is gone');
    },
    {
      maintenance: {
        installCommand: [process.execPath, '-e', script, '{file}', directory],
        restartAfterInstall: false,
      },
    },
  ).finally(() => {
    delete process.env.SECRET;
  });
});

test('TC_044_2: DownloadFailed', () =>
  scene(async (s) => {
    await s.bench.peer.call('UpdateFirmware', plain(s, { location: `${s.files.url}/none` }));
    assert.equal(await told(s.bench, PLAIN, 'DownloadFailed'), ['Downloading', 'DownloadFailed']);
  }));

test('TC_044_3: InstallationFailed when the hook fails; what it said is told', () =>
  scene(
    async (s) => {
      await s.bench.peer.call('UpdateFirmware', plain(s));
      assert.equal((await told(s.bench, PLAIN, 'InstallationFailed')).at(-1), 'InstallationFailed');
      assert.match((await s.bench.event('FirmwareFailed')).message, /status 3.*no room/);
    },
    { maintenance: { installCommand: ['/bin/sh', '-c', 'echo no room >&2; exit 3'], restartAfterInstall: false } },
  ));

test('without a hook an empty file is InstallationFailed, InstallVerificationFailed when signed', () =>
  scene(async (s) => {
    s.files.files.set('/empty', Buffer.alloc(0));
    await s.bench.peer.call('UpdateFirmware', plain(s, { location: `${s.files.url}/empty` }));
    await told(s.bench, PLAIN, 'InstallationFailed');
    const signature = manufacturer.signFile(Buffer.alloc(0), signer);
    await s.bench.peer.call('SignedUpdateFirmware', signed(s, 1, { location: `${s.files.url}/empty`, signature }));
    await told(s.bench, SIGNED, 'InstallVerificationFailed');
  }));

test('TC_080: signed: Downloading, Downloaded, SignatureVerified, Installing, Installed, each with the requestId', () =>
  scene(async (s) => {
    assert.equal(await s.bench.peer.call('SignedUpdateFirmware', signed(s, 80)), { status: 'Accepted' });
    assert.equal(await told(s.bench, SIGNED, 'Installed'), [
      'Downloading',
      'Downloaded',
      'SignatureVerified',
      'Installing',
      'Installed',
    ]);
    assert.ok(s.bench.central.calls(SIGNED).every(({ requestId }) => requestId === 80));
    assert.is(s.bench.central.calls(PLAIN).length, 0);
  }));

test('TC_081: InvalidSignature and its security event; nothing is installed', () =>
  scene(async (s) => {
    const signature = manufacturer.signFile(Buffer.from('other'), signer);
    await s.bench.peer.call('SignedUpdateFirmware', signed(s, 81, { signature }));
    assert.equal(await told(s.bench, SIGNED, 'InvalidSignature'), ['Downloading', 'Downloaded', 'InvalidSignature']);
    await eventually(() => securityEvents(s.bench).includes('InvalidFirmwareSignature'), 'the event');
    assert.not(securityEvents(s.bench).includes('FirmwareUpdated'));
  }));

test('L01.FR.23, FR.24, FR.02: a signing certificate of a stranger: InvalidCertificate, event, no download', () =>
  scene(async (s) => {
    const foreign = stranger.issueSigner('/O=x/CN=Firmware');
    const answer = await s.bench.peer.call('SignedUpdateFirmware', signed(s, 82, { signingCertificate: foreign.cert }));
    assert.equal(answer, { status: 'InvalidCertificate' });
    await eventually(() => securityEvents(s.bench).includes('InvalidFirmwareSigningCertificate'), 'the event');
    assert.equal(s.files.requests, []);
  }));

test('L01.FR.26: another update cancels one that waits: AcceptedCanceled', () =>
  scene(async (s) => {
    await s.bench.peer.call('SignedUpdateFirmware', signed(s, 1, { retrieveDateTime: soon(3600_000) }));
    assert.equal(await told(s.bench, SIGNED, 'DownloadScheduled'), ['DownloadScheduled']);
    assert.equal(await s.bench.peer.call('SignedUpdateFirmware', signed(s, 2)), { status: 'AcceptedCanceled' });
    await told(s.bench, SIGNED, 'Installed');
    const ids = s.bench.central.calls(SIGNED).map(({ requestId }) => requestId);
    assert.equal(ids, [1, 2, 2, 2, 2, 2]);
  }));

test('L01.FR.27: an installation that runs cannot be cancelled: Rejected', () =>
  scene(
    async (s) => {
      await s.bench.peer.call('SignedUpdateFirmware', signed(s, 1));
      await told(s.bench, SIGNED, 'Installing');
      assert.equal(await s.bench.peer.call('SignedUpdateFirmware', signed(s, 2)), { status: 'Rejected' });
      await told(s.bench, SIGNED, 'Installed');
    },
    { maintenance: { installCommand: ['/bin/sleep', '0.7'], restartAfterInstall: false } },
  ));

test('L01.FR.16, FR.17: installDateTime: InstallScheduled, then Installing at that time', () =>
  scene(async (s) => {
    const at = Date.now() + 900;
    await s.bench.peer.call('SignedUpdateFirmware', signed(s, 5, { installDateTime: new Date(at).toISOString() }));
    const statuses = await told(s.bench, SIGNED, 'Installed');
    assert.equal(statuses, [
      'Downloading',
      'Downloaded',
      'SignatureVerified',
      'InstallScheduled',
      'Installing',
      'Installed',
    ]);
    assert.ok(Date.now() >= at);
  }));

test('L01.FR.06, FR.07, errata 3.49: waits for the running session, free connectors Unavailable meanwhile', async () => {
  const files = await startFileServer();
  files.files.set('/fw.bin', FIRMWARE);
  const bench = await StationBench.start({ connectors: [{}, {}] });
  const s = { bench, files };
  bench.connector(1).plugIn();
  bench.tap('A1B2C3D4', [1]);
  await bench.status(1, 'Charging');
  await bench.peer.call('UpdateFirmware', plain(s));
  await told(bench, PLAIN, 'Downloaded');
  await bench.status(2, 'Unavailable');
  assert.is(bench.statuses(1).at(-1), 'Charging');
  assert.is(bench.central.calls(PLAIN).length, 2);
  bench.tap('A1B2C3D4', [1]);
  await bench.calls('StopTransaction', 1);
  assert.equal(await told(bench, PLAIN, 'Installed'), ['Downloading', 'Downloaded', 'Installing', 'Installed']);
  await bench.status(2, 'Available');
  await bench.stop();
  await files.stop();
});

test('L01.FR.15: InstallRebooting before the restart; Installed after it', () =>
  scene(
    async (s) => {
      await s.bench.peer.call('SignedUpdateFirmware', signed(s, 9));
      await told(s.bench, SIGNED, 'InstallRebooting');
      await eventually(() => s.bench.posted.some(({ t }) => t === 'restart'), 'restart');
      await s.bench.powerCut();
      await s.bench.online();
      assert.equal(await told(s.bench, SIGNED, 'Installed'), [
        'Downloading',
        'Downloaded',
        'SignatureVerified',
        'Installing',
        'InstallRebooting',
        'Installed',
      ]);
      await eventually(() => securityEvents(s.bench).includes('ResetOrReboot'), 'ResetOrReboot');
      await s.bench.status(1, 'Available');
    },
    { maintenance: { installCommand: ['/bin/true'], restartAfterInstall: true } },
  ));

test('a power cut during the installation: it runs once more; a second time it has failed', () => {
  const script = 'const f=process.argv[1]; require("fs").appendFileSync(f, "x"); setTimeout(() => {}, 400)';
  const marks = join(mkdtempSync(join(tmpdir(), 'tapwatt-marks-')), 'marks');
  const installed = () => (existsSync(marks) ? readFileSync(marks, 'utf8').length : 0);
  return scene(
    async (s) => {
      await s.bench.peer.call('UpdateFirmware', plain(s));
      await eventually(() => installed() === 1, 'the first run');
      await s.bench.powerCut();
      await eventually(() => installed() === 2, 'the second run');
      await s.bench.powerCut();
      await s.bench.online();
      assert.equal(await told(s.bench, PLAIN, 'InstallationFailed'), [
        'Downloading',
        'Downloaded',
        'Installing',
        'InstallationFailed',
      ]);
      assert.is(installed(), 2);
    },
    { maintenance: { installCommand: [process.execPath, '-e', script, marks], restartAfterInstall: false } },
  );
});

test('a power cut before the retrieve date: the update still happens', () =>
  scene(async (s) => {
    await s.bench.peer.call('UpdateFirmware', plain(s, { retrieveDate: soon(1500) }));
    await s.bench.powerCut();
    await s.bench.online();
    assert.equal(s.files.requests, []);
    await told(s.bench, PLAIN, 'Installed');
  }));

test('TC_054, L01.FR.28, FR.29: the status on request: Idle before and after Installed, else the last one', () =>
  scene(async (s) => {
    const extended = async (count: number): Promise<Json | undefined> => {
      await s.bench.peer.call('ExtendedTriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
      return (await s.bench.calls(SIGNED, count)).at(-1);
    };
    assert.equal(await extended(1), { status: 'Idle' });
    await s.bench.peer.call('SignedUpdateFirmware', signed(s, 4, { location: `${s.files.url}/none` }));
    await told(s.bench, SIGNED, 'DownloadFailed');
    assert.equal(await extended(4), { status: 'DownloadFailed', requestId: 4 });
    await s.bench.peer.call('SignedUpdateFirmware', signed(s, 5));
    await told(s.bench, SIGNED, 'Installed');
    assert.equal(await extended(10), { status: 'Idle' });
    await s.bench.peer.call('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
    assert.equal(await s.bench.calls(PLAIN, 1), [{ status: 'Idle' }]);
  }));

test.run();
