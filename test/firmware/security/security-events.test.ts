import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startFileServer } from '../../support/file-server.js';
import type { Json } from '../../support/scripted-peer.js';
import { StationBench } from '../station/bench.js';

const types = (bench: StationBench): unknown[] =>
  bench.central.calls('SecurityEventNotification').map(({ type }) => type);
const waitFor = (bench: StationBench, type: string, count = 1): Promise<unknown> =>
  eventually(() => types(bench).filter((told) => told === type).length >= count, `${type}; told: ${types(bench)}`);
const settled = (bench: StationBench): Promise<unknown> =>
  eventually(() => bench.state?.queue.pending === 0, 'an empty queue');

test('A04, §8: StartupOfTheDevice after the statuses of the boot; not when only the thread was restarted', async () => {
  const bench = await StationBench.start();
  await waitFor(bench, 'StartupOfTheDevice');
  const order = bench.actions('BootNotification', 'StatusNotification', 'SecurityEventNotification');
  assert.equal(order, ['BootNotification', 'StatusNotification', 'StatusNotification', 'SecurityEventNotification']);
  const [event] = bench.central.calls('SecurityEventNotification');
  assert.ok(Math.abs(Date.parse(String(event?.timestamp)) - Date.now()) < 20_000);
  await settled(bench);
  await bench.restartStation();
  await bench.online();
  await settled(bench);
  assert.equal(types(bench), ['StartupOfTheDevice']);
  await bench.stop();
});

test('A04.FR.02: what happens while offline, also over a power cut, is delivered: each once, in order', async () => {
  const bench = await StationBench.start();
  await waitFor(bench, 'StartupOfTheDevice');
  await settled(bench);
  await bench.central.vanish();
  await bench.powerCut();
  await bench.powerCut();
  await bench.central.listen();
  await waitFor(bench, 'StartupOfTheDevice', 3);
  await settled(bench);
  const events = bench.requests().filter(({ action }) => action === 'SecurityEventNotification');
  assert.is(new Set(events.map(({ messageId }) => messageId)).size, 3);
  const times = events.map(({ payload }) => Date.parse(String(payload.timestamp)));
  assert.equal(
    times,
    times.toSorted((a, b) => a - b),
  );
  await bench.stop();
});

test('A04.FR.02: a CALLERROR is no delivery: it is sent again under the same id; one that lacks the message is left alone', async () => {
  const bench = await StationBench.create({ configuration: { TransactionMessageRetryInterval: '1' } });
  let refusals = 0;
  bench.central.on('SecurityEventNotification', (call) => {
    refusals += 1;
    if (refusals > 2) return {};
    call.answerError('InternalError', 'try again');
    return undefined;
  });
  await bench.startStation();
  await bench.online();
  await eventually(() => refusals === 3, 'three attempts');
  assert.is(
    new Set(
      bench
        .requests()
        .filter(({ action }) => action.startsWith('Security'))
        .map(({ messageId }) => messageId),
    ).size,
    1,
  );
  await settled(bench);

  bench.central.on('SecurityEventNotification', (call) => {
    refusals += 1;
    call.answerError('NotImplemented');
    return undefined;
  });
  await bench.powerCut();
  await eventually(() => refusals === 4, 'the refusal');
  await settled(bench);
  assert.is(bench.state?.queue.deadLetters, 0);
  await bench.stop();
});

test('ResetOrReboot after a Reset, told by the next process', async () => {
  const bench = await StationBench.start();
  await bench.peer.call('Reset', { type: 'Soft' });
  await eventually(() => bench.posted.some(({ t }) => t === 'restart'), 'restart');
  assert.not(types(bench).includes('ResetOrReboot'));
  await bench.powerCut();
  await waitFor(bench, 'ResetOrReboot');
  await bench.powerCut();
  await waitFor(bench, 'StartupOfTheDevice', 3);
  await settled(bench);
  assert.is(types(bench).filter((type) => type === 'ResetOrReboot').length, 1);
  await bench.stop();
});

test('InvalidMessages: however many come, one event; the connection stays', async () => {
  const bench = await StationBench.start();
  for (let n = 0; n < 200; n += 1) bench.peer.sendRaw('[2,"x","Reset",{"type":7}]');
  bench.peer.sendRaw('no frame');
  await waitFor(bench, 'InvalidMessages');
  assert.equal(await bench.peer.call('ClearCache'), { status: 'Accepted' });
  await settled(bench);
  assert.is(types(bench).filter((type) => type === 'InvalidMessages').length, 1);
  await bench.stop();
});

test('SettingSystemTime when the central system says another time to a clock that is not trusted', async () => {
  const bench = await StationBench.create({ trusted: false });
  const hour = 3600_000;
  bench.central.on('BootNotification', () => ({
    currentTime: new Date(Date.now() + hour).toISOString(),
    interval: 300,
    status: 'Accepted',
  }));
  await bench.startStation();
  await bench.online();
  await waitFor(bench, 'SettingSystemTime');
  const event = bench.central.calls('SecurityEventNotification').find(({ type }) => type === 'SettingSystemTime');
  assert.match(String(event?.techInfo), /by (3599|3600|3601) s/);
  await settled(bench);
  await bench.stop();
});

test('SecurityLogWasCleared when the journal was lost', async () => {
  const bench = await StationBench.start();
  await settled(bench);
  await bench.station?.close();
  for (const name of readdirSync(bench.directory))
    if (name.startsWith('journal.db') || name === 'backups') rmSync(join(bench.directory, name), { recursive: true });
  await bench.powerCut();
  await waitFor(bench, 'SecurityLogWasCleared');
  await bench.stop();
});

test('ReconfigurationOfSecurityParameters: AuthorizationKey, CpoName; without what they are now', async () => {
  const bench = await StationBench.start();
  await bench.peer.call('ChangeConfiguration', { key: 'CpoName', value: 'The CPO' });
  await bench.peer.call('ChangeConfiguration', { key: 'AuthorizationKey', value: 'a key that nobody may see' });
  await waitFor(bench, 'ReconfigurationOfSecurityParameters', 2);
  assert.not.match(JSON.stringify(bench.central.calls('SecurityEventNotification')), /nobody may see/);
  await bench.stop();
});

test('A01.FR.12, A02.FR.05: no secret in configuration keys, logs, events, state, queue, diagnostics or logs', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tapwatt-secrets-'));
  const passwordFile = join(scratch, 'password');
  writeFileSync(passwordFile, 'first-secret-password\n');
  const files = await startFileServer();
  const bench = await StationBench.start({
    adjust: (config) => {
      config.csms.security.profile = 1;
      config.csms.security.passwordFile = passwordFile;
    },
  });
  const secrets = ['first-secret-password', '7365636f6e642d7365637265742d70617373', 'second-secret-pass', 'hush-hush'];
  await bench.peer.call('ChangeConfiguration', { key: 'CpoName', value: 'CPO' });
  await bench.peer.call('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
  await bench.calls('SignCertificate', 1);
  const { peer } = bench;
  peer.sendRaw(`[2,"bad","ChangeConfiguration",{"key":"AuthorizationKey","value":"${secrets[1]}"`);
  await peer.call('ChangeConfiguration', { key: 'AuthorizationKey', value: secrets[1] ?? '' });
  await peer.closed;
  await eventually(() => bench.central.connections.length === 2, 'connected again');
  const said: Json[] = [];
  said.push(await bench.peer.call('GetConfiguration'));
  said.push(await bench.peer.call('GetConfiguration', { key: ['AuthorizationKey'] }));
  assert.equal(said[1], { configurationKey: [], unknownKey: ['AuthorizationKey'] });
  const location = `${files.url.replace('http://', 'http://user:hush-hush@')}/logs/`;
  await bench.peer.call('GetDiagnostics', { location });
  await bench.calls('DiagnosticsStatusNotification', 2);
  await bench.peer.call('GetLog', { logType: 'SecurityLog', requestId: 1, log: { remoteLocation: location } });
  await bench.calls('LogStatusNotification', 2);

  const keyFile = join(bench.directory, 'security', 'charge-point', 'pending.key');
  assert.is(statSync(keyFile).mode & 0o777, 0o600);
  const privateKey = readFileSync(keyFile, 'utf8').split('\n')[1] ?? '';
  assert.ok(privateKey.length > 40);
  const uploaded = files.uploads.map(({ body }) => gunzipSync(body).toString('latin1'));
  assert.is(uploaded.length, 2);
  const everything = JSON.stringify([said, bench.posted, bench.events, bench.state, uploaded]);
  const sentByUs = JSON.stringify(bench.requests());
  for (const secret of [...secrets, privateKey]) {
    assert.not(everything.includes(secret), `${secret} is in the logs, events, state or diagnostics`);
    assert.not(sentByUs.includes(secret), `${secret} was sent`);
  }
  // And the log does say that it was changed.
  assert.match(everything, /AuthorizationKey was changed/);
  await bench.stop();
  await files.stop();
  rmSync(scratch, { recursive: true });
});

test.run();
