import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CIPHERS, urlFor } from 'tapwatt/security/access.js';
import { createAuthorizationKeyStore, passwordOf, readAuthorizationKey } from 'tapwatt/security/authorizationKey.js';
import type { SecurityEventType } from 'tapwatt/security/events.js';
import { createPrivateFiles } from 'tapwatt/security/privateFiles.js';
import { createProfileKeeper, type SecurityProfile } from 'tapwatt/security/profile.js';
import { createRecorder } from 'tapwatt/security/record.js';
import { redactFrame } from 'tapwatt/security/redactFrame.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const scratch = mkdtempSync(join(tmpdir(), 'tapwatt-rules-'));
test.after(() => rmSync(scratch, { recursive: true, force: true }));

test('TC_085, A00.FR.205: 32 to 40 hexadecimal digits are decoded, 16 to 40 other characters taken as they are', () => {
  const bytes = (text: string): string | null => {
    const verdict = readAuthorizationKey(text);
    return verdict.ok ? verdict.bytes.toString('latin1') : null;
  };
  assert.is(bytes('4F43415F4F4354545F61646D696E5F74657374'), 'OCA_OCTT_admin_test');
  assert.is(bytes('00'.repeat(16)), '\0'.repeat(16));
  assert.is(bytes('fF'.repeat(20)), '\xff'.repeat(20));
  assert.is(bytes('0123456789abcdef'), '0123456789abcdef', '16 digits are too few to be hexadecimal');
  assert.is(bytes('correct horse battery'), 'correct horse battery');
  for (const bad of ['', 'short', 'x'.repeat(15), 'x'.repeat(41), 'Schlüssel Schlüssel', `${'x'.repeat(16)}\n`])
    assert.is(bytes(bad), null, bad);
});

test('the password file: its first line, hexadecimal like AuthorizationKey, otherwise of any length', () => {
  assert.is(passwordOf(Buffer.from('secret\nmore')).toString(), 'secret');
  assert.is(passwordOf(Buffer.from(`${'41'.repeat(16)}\r\n`)).toString(), 'A'.repeat(16));
});

test('a new AuthorizationKey: mode 0600, on trial until used, the way back is the last that worked', () => {
  const directory = join(scratch, 'keys');
  const files = createPrivateFiles(directory);
  const keys = createAuthorizationKeyStore(files);
  assert.is(keys.current(), null);
  keys.change(Buffer.from('first'));
  assert.is(statSync(join(directory, 'authorization-key')).mode & 0o777, 0o600);
  assert.ok(keys.onTrial);
  keys.change(Buffer.from('second'));
  keys.goBack();
  assert.is(keys.current(), null, 'the password file counts again');
  keys.change(Buffer.from('third'));
  keys.confirm();
  keys.change(Buffer.from('fourth'));
  assert.is(createAuthorizationKeyStore(files).previous()?.toString(), 'third', 'over a restart, too');
  keys.goBack();
  assert.is(keys.current()?.toString(), 'third');
  assert.not(keys.onTrial);
});

function memory() {
  const values = new Map<string, unknown>();
  return {
    get: (name: string) => values.get(name),
    set: (name: string, value: unknown) => void values.set(name, value),
  };
}
const keeper = (store = memory(), configured: SecurityProfile = 1, obstacle = (): string | null => null) =>
  createProfileKeeper({ store, configured, obstacle });

test('TC_084, A05.FR.01: the profile is only raised', () => {
  const profile = keeper();
  for (const value of [0, 1]) assert.match(profile.raise(value) ?? '', /raised/);
  for (const value of [4, -1, 1.5, Number.NaN]) assert.ok(profile.raise(value) !== null);
  assert.is(profile.raise(2), null);
  assert.is(profile.current, 2);
  assert.is(keeper(memory(), 1, () => 'needs a root').raise(2), 'needs a root');
});

test('A05.FR.08: three failed attempts, and the profile before is back; once connected it stays', () => {
  const profile = keeper();
  profile.raise(2);
  assert.equal([profile.failed(), profile.failed(), profile.failed(), profile.failed()], [null, null, 1, null]);
  assert.is(profile.current, 1);
  profile.raise(2);
  profile.failed();
  profile.connected();
  for (let n = 0; n < 10; n += 1) assert.is(profile.failed(), null);
  assert.is(profile.current, 2);
});

test('the profile survives a restart, also on trial; a person who edits the file has the last word', () => {
  const store = memory();
  keeper(store).raise(3);
  const again = keeper(store);
  assert.is(again.current, 3);
  assert.ok(again.onTrial);
  again.connected();
  assert.is(keeper(store).current, 3);
  assert.is(keeper(store, 0).current, 0);
});

test('addresses: TLS for profiles 2 and 3, of its own where one is configured', () => {
  const csms = { url: 'ws://host:80/ocpp', tlsUrl: null };
  assert.equal(
    ([0, 1, 2, 3] as const).map((profile) => urlFor(csms, profile)),
    ['ws://host:80/ocpp', 'ws://host:80/ocpp', 'wss://host:80/ocpp', 'wss://host:80/ocpp'],
  );
  assert.is(urlFor({ ...csms, tlsUrl: 'wss://host:443/x' }, 2), 'wss://host:443/x');
});

test('A00.FR.318: the four cipher suites are offered, and none without authenticated encryption', () => {
  for (const suite of [
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'AES128-GCM-SHA256',
    'AES256-GCM-SHA384',
  ])
    assert.ok(CIPHERS.split(':').includes(suite), suite);
  assert.not(/CBC|SHA$|RC4|NULL|EXPORT|MD5/m.test(CIPHERS));
});

test('A01.FR.12: frames in logs are without keys and without credentials in locations', () => {
  const frame = (payload: object): string => JSON.stringify([2, 'id', 'ChangeConfiguration', payload]);
  for (const text of [
    frame({ key: 'AuthorizationKey', value: 'hush-hush' }),
    frame({ value: 'hush-hush', key: 'authorizationkey' }),
    '[2,"id","ChangeConfiguration",{"key":"Authorization\\u004bey","value":"hush-hush"}]',
    '[2,"id","ChangeConfiguration",{"key":"AuthorizationKey","value":"hush-hush"',
    JSON.stringify([2, 'id', 'GetDiagnostics', { location: 'ftp://cp:hush-hush@host/x' }]),
    JSON.stringify([2, 'id', 'GetLog', { log: { remoteLocation: 'https://host/x?sig=hush-hush' } }]),
  ])
    assert.not.match(redactFrame(text), /hush/);
  const harmless = frame({ key: 'HeartbeatInterval', value: '30' });
  assert.is(redactFrame(harmless), harmless);
});

function recorder() {
  const logged: { type: string; techInfo: string | null }[] = [];
  const owed: unknown[] = [];
  let nowMs = 0;
  const { record } = createRecorder({
    journal: {
      securityLog: { add: ({ type, techInfo }) => void logged.push({ type, techInfo }), list: () => [] },
      outbox: { enqueue: ({ body }: { body: unknown }) => String(owed.push(body)) } as never,
      atomically: (work) => work(),
    },
    clock: { monotonicMs: () => nowMs },
    stamp: () => ({ wallMs: 0, monotonicMs: 0 }),
    kick: () => {},
    failed: () => {},
  });
  return { record, logged, owed, pass: (ms: number) => (nowMs += ms) };
}

test('A04.FR.01, FR.04: every event is logged and owed; techInfo has at most 255 characters', () => {
  const { record, logged, owed } = recorder();
  record('StartupOfTheDevice');
  record('ReconfigurationOfSecurityParameters', 'x'.repeat(300));
  assert.equal(
    logged.map(({ type }) => type),
    ['StartupOfTheDevice', 'ReconfigurationOfSecurityParameters'],
  );
  assert.equal(owed[0], { type: 'StartupOfTheDevice' });
  assert.is(logged[1]?.techInfo?.length, 255);
});

test('what a stranger can cause at will is recorded once in ten minutes, the rest is counted', () => {
  const { record, logged, pass } = recorder();
  const noisy: SecurityEventType = 'InvalidMessages';
  for (let n = 0; n < 1000; n += 1) record(noisy, 'no array');
  assert.is(logged.length, 1);
  pass(10 * 60_000);
  record(noisy, 'no array');
  assert.is(logged[1]?.techInfo, 'no array; and 999 more before');
});

test.run();
