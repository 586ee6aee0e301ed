import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, withDeadline } from '../../support/deadline.js';
import { connectScriptedChargePoint } from '../../support/scripted-charge-point.js';

const bin = fileURLToPath(new URL('../../../../csms-lite/bin/csms-lite.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'csms-lite-cli-'));
const data = join(folder, 'data');

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

function start(args: string[], input = ''): { child: ChildProcess; done: Promise<Run>; output: () => string } {
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.end(input);
  const done = new Promise<Run>((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
  return { child, done, output: () => stdout };
}

let serving: ReturnType<typeof start>;
let url = '';
let port = 0;
let token = '';
/** The server that the export is imported into. */
let other: ReturnType<typeof start> | null = null;

async function serve(): Promise<void> {
  serving = start(['serve', '--port', '0', '--data', data, '--json']);
  const line = await eventually(
    () => serving.output().split('\n')[0] || null,
    'the line that says where it listens',
    30_000,
  );
  ({ url, port } = JSON.parse(line) as { url: string; port: number });
}

async function stop(): Promise<void> {
  serving.child.kill('SIGTERM');
  await serving.done;
}

function talk(args: string[], input = ''): Promise<Run> {
  const signed = token === '' ? args : [...args, '--token', token];
  return withDeadline(start([...signed, '--server', url], input).done, 20_000, args.join(' '));
}

async function ok(...args: string[]): Promise<string> {
  const run = await talk(args);
  assert.is(run.status, 0, `${args.join(' ')}: ${run.stderr}`);
  return run.stdout;
}

test.before(serve);
test.after(async () => {
  other?.child.kill('SIGKILL');
  serving.child.kill('SIGKILL');
  await serving.done;
  rmSync(folder, { recursive: true, force: true });
});

test('a tariff, a driver with a wallet, a session, and what it cost', async () => {
  assert.match(await ok('tariff', 'list'), 'charging is free');
  assert.is(await ok('tariff', 'add', 'Day', '--kwh', '0.45', '--tax', '19'), 'tariff 1 Day, version 1\n');
  await ok('tariff', 'assign', '1');
  await ok('tag', 'add', 'CARD');
  await ok('user', 'add', 'ann', '--name', 'Ann', '--tag', 'CARD');
  await ok('wallet', 'set', 'ann', '--enable');
  assert.is(await ok('wallet', 'top-up', 'ann', '20', '--reference', 'till-1'), 'ann: 20.00 EUR after it\n');
  assert.match((await talk(['wallet', 'top-up', 'ann', '1.234'])).stderr, 'bad_amount');
  const peer = await connectScriptedChargePoint({ url: `ws://127.0.0.1:${port}/ocpp`, identity: 'CLI-1' });
  const at = (s: number): string => new Date(Date.now() + s * 1000).toISOString();
  const started = await peer.call('StartTransaction', {
    connectorId: 1,
    idTag: 'CARD',
    meterStart: 0,
    timestamp: at(-60),
  });
  await peer.call('StopTransaction', { transactionId: started.transactionId, meterStop: 10_000, timestamp: at(-1) });
  const shown = await ok('wallet', 'show', 'ann');
  assert.match(shown, 'ann: 15.50 EUR, 15.50 to spend');
  assert.match(shown, /charge +-4\.50 +15\.50/);
  assert.match(await ok('tariff', 'list'), /Day +1 +0\.45 .*site default/);
  assert.match(await ok('export', '--sessions'), ',4.50,');
  await peer.close();
});

test('station set-key sends the key to a connected charge point; messages shows the log with latencies', async () => {
  const peer = await connectScriptedChargePoint({ url: `ws://127.0.0.1:${port}/ocpp`, identity: 'CLI-1' });
  peer.on('ChangeConfiguration', { status: 'Accepted' });
  const { key, sent } = JSON.parse(await ok('station', 'set-key', 'CLI-1', '--json'));
  assert.match(key, /^[0-9A-F]{40}$/);
  assert.is(sent, true);
  await peer.close();
  const again = await connectScriptedChargePoint({
    url: `ws://127.0.0.1:${port}/ocpp`,
    identity: 'CLI-1',
    password: key,
  });
  await again.call('Heartbeat', {});
  await again.close();
  await eventually(
    async () => /Heartbeat callresult +\d+/.test(await ok('messages', 'CLI-1', '--action', 'Heartbeat')) || null,
    'the log',
  );
  const log = await ok('messages', 'CLI-1', '--action', 'ChangeConfiguration');
  assert.not.match(log, key, 'the key is not in the log');
});

test('tokens: the first is an administrator’s; --data is the way back in', async () => {
  assert.match((await talk(['token', 'create', 'first', '--role', 'read'])).stderr, 'last_admin');
  const made = JSON.parse(await ok('token', 'create', 'ops', '--role', 'admin', '--json'));
  assert.match((await talk(['tag', 'list'])).stderr, 'unauthorized');
  token = made.secret;
  assert.match(await ok('token', 'list'), /ops +admin/);
  const back = await withDeadline(
    start(['token', 'create', 'lost', '--role', 'admin', '--data', data, '--json']).done,
    20_000,
    'token create --data',
  );
  assert.is(back.status, 0, back.stderr);
  token = JSON.parse(back.stdout).secret;
  assert.match(await ok('token', 'list'), /lost +admin/);
  await ok('token', 'revoke', made.id);
});

test('user set --password-stdin; a short password is refused', async () => {
  assert.match(
    (await talk(['user', 'set', 'ann', '--role', 'operate', '--password-stdin'], 'short\n')).stderr,
    '10 to 256',
  );
  const done = await talk(['user', 'set', 'ann', '--role', 'operate', '--password-stdin'], 'correct horse battery\n');
  assert.is(done.status, 0, done.stderr);
  assert.match(await ok('user', 'list'), /ann +Ann +operate +yes +CARD/);
});

test('export and import carry everything but secrets to another server; backup and restore carry all', async () => {
  await ok('export', '-o', join(folder, 'all.json'));
  const text = readFileSync(join(folder, 'all.json'), 'utf8');
  assert.not.match(text, 'twk_');
  const backup = await withDeadline(start(['backup', join(folder, 'backup'), '--data', data]).done, 20_000, 'backup');
  assert.is(backup.status, 0, backup.stderr);
  const refused = await withDeadline(
    start(['restore', join(folder, 'backup'), '--data', data]).done,
    20_000,
    'restore',
  );
  assert.match(refused.stderr, 'server_running');
  await ok('tag', 'remove', 'CARD');
  const before = token;
  await stop();

  other = start(['serve', '--port', '0', '--data', join(folder, 'other'), '--json']);
  const { output } = other;
  const line = await eventually(() => output().split('\n')[0] || null, 'the other server', 30_000);
  url = (JSON.parse(line) as { url: string }).url;
  token = '';
  const imported = JSON.parse(await ok('import', join(folder, 'all.json'), '--json'));
  assert.equal(imported.failed, []);
  assert.is(imported.done.tags, 1);
  assert.match(await ok('tariff', 'list'), /Day +1 +0\.45 .*site default/);
  assert.equal(
    JSON.parse(await ok('import', join(folder, 'all.json'), '--json')).failed,
    [],
    'a second time changes nothing',
  );
  assert.match(await ok('tariff', 'list'), /Day +1 +0\.45/);
  other.child.kill('SIGTERM');
  await other.done;

  const restored = await withDeadline(
    start(['restore', join(folder, 'backup'), '--data', data]).done,
    20_000,
    'restore',
  );
  assert.is(restored.status, 0, restored.stderr);
  token = before;
  await serve();
  assert.match(await ok('tag', 'list'), 'CARD');
});

test.run();
