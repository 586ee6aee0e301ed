import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from 'csms-lite/cli/output.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, withDeadline } from '../../support/deadline.js';
import { connectScriptedChargePoint } from '../../support/scripted-charge-point.js';

const bin = fileURLToPath(new URL('../../../../csms-lite/bin/csms-lite.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'csms-lite-cli-'));

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

function start(args: string[]): { child: ChildProcess; done: Promise<Run>; output: () => string } {
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const done = new Promise<Run>((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
  return { child, done, output: () => stdout };
}

let serving: ReturnType<typeof start>;
let url = '';
let port = 0;

/** One command against the running server. */
function run(...args: string[]): Promise<Run> {
  return withDeadline(start([...args, '--server', url]).done, 60_000, args.join(' '));
}

test.before(async () => {
  serving = start(['serve', '--port', '0', '--data', join(folder, 'data'), '--json']);
  const line = await eventually(
    () => serving.output().split('\n')[0] || null,
    'the line that says where it listens',
    30_000,
  );
  ({ url, port } = JSON.parse(line) as { url: string; port: number });
});
test.after(async () => {
  serving.child.kill('SIGKILL');
  await serving.done;
  rmSync(folder, { recursive: true, force: true });
});

test('station set: what is given is changed, the rest stays; an id that is not known is told', async () => {
  assert.is((await run('station', 'add', 'CLI-SET', '--name', 'Gate')).status, 0);
  const set = await run(
    'station',
    'set',
    'CLI-SET',
    '--registration',
    'pending',
    '--registration-interval',
    '30',
    '--json',
  );
  assert.is(set.status, 0, set.stderr);
  const shown = JSON.parse(set.stdout);
  assert.equal([shown.registrationStatus, shown.registrationIntervalS, shown.displayName], ['Pending', 30, 'Gate']);
  assert.is(JSON.parse((await run('station', 'set', 'CLI-SET', '--block', '--json')).stdout).admission, 'blocked');
  const unknown = await run('station', 'set', 'NOBODY', '--name', 'x');
  assert.is(unknown.status, 1);
  assert.match(unknown.stderr, /charge_point_not_found[\s\S]*csms-lite station add/);
  assert.match((await run('station', 'set', 'CLI-SET')).stderr, /nothing_to_change/);
  assert.is((await run('station', 'set', 'CLI-SET', '--verdict', 'lenient')).status, 2);
});

test('tag set: where it may charge and how often at once', async () => {
  const where = ['--station', 'CP-1', 'CP-2', '--max-sessions', '2'];
  assert.is((await run('tag', 'add', 'CLI-WHERE', '--note', 'fleet', ...where)).status, 0);
  const tag = async (...args: string[]) => JSON.parse((await run('tag', 'set', 'CLI-WHERE', ...args, '--json')).stdout);
  const moved = await tag('--station', 'CP-3');
  assert.equal([moved.allowedStations, moved.maxActiveTransactions, moved.note], [['CP-3'], 2, 'fleet']);
  assert.is((await tag('--everywhere')).allowedStations, null);
  assert.match(
    (await run('tag', 'set', 'NO-SUCH-TAG', '--note', 'x')).stderr,
    /id_tag_not_found[\s\S]*csms-lite tag add/,
  );
  assert.is((await run('tag', 'add', 'CLI-DATE', '--expires', 'tomorrow')).status, 2);
  assert.is((await run('tag', 'remove', 'CLI-WHERE')).status, 0);
});

test('commands: what send takes', async () => {
  const { items } = JSON.parse((await run('commands', '--json')).stdout);
  assert.ok(items.length >= 27);
  assert.match(
    (await run('commands')).stdout,
    /set-charging-profile +SetChargingProfile \(1\.6\) +connectorId, \[chargingProfileId\]/,
  );
});

test('tag add, block, list, remove', async () => {
  const added = await run('tag', 'add', 'CLI-CARD', '--note', 'from the shell', '--expires', '2031-01-01T00:00:00Z');
  assert.is(added.status, 0, added.stderr);
  assert.is(added.stdout, 'CLI-CARD added\n');
  await run('tag', 'block', 'CLI-CARD');
  const listed = JSON.parse((await run('tag', 'list', '--json')).stdout);
  assert.is(listed.items[0].status, 'Blocked');
  assert.is(listed.items[0].note, 'from the shell', 'blocking keeps what is known of the tag');
  assert.is(listed.items[0].expiryDate, '2031-01-01T00:00:00.000Z');
  assert.match((await run('tag', 'list')).stdout, /^TAG\s+STATE\s+EXPIRES/);
  assert.is((await run('tag', 'remove', 'CLI-CARD')).status, 0);
  assert.match((await run('tag', 'list')).stdout, 'csms-lite tag add');
});

test('station add and list; send prints the charge point’s own answer; its exit status is 1 for a failure', async () => {
  assert.is((await run('station', 'add', 'CLI-CP', '--name', 'By the door')).stdout, 'CLI-CP registered\n');
  const peer = await connectScriptedChargePoint({ url: `ws://127.0.0.1:${port}/ocpp`, identity: 'CLI-CP' });
  await peer.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
  assert.match((await run('station', 'list')).stdout, /CLI-CP\s+By the door\s+online\s+1\.6/);

  peer.on('UnlockConnector', { status: 'NotSupported' });
  const sent = await run('send', 'CLI-CP', 'unlock-connector', '{"connectorId":1}');
  assert.is(sent.status, 0, sent.stderr);
  assert.match(sent.stdout, /UnlockConnector: \{\s*"status": "NotSupported"/);

  const failing = run('send', 'CLI-CP', 'clear-cache', '--json');
  (await peer.expectCall('ClearCache')).answerError('InternalError', 'no');
  const failed = await failing;
  assert.is(failed.status, 1);
  assert.is(JSON.parse(failed.stdout).error.code, 'InternalError');
  await peer.close();
});

test('errors say what is wrong and what to do next', async () => {
  const offline = await run('send', 'CLI-CP', 'clear-cache');
  assert.is(offline.status, 1);
  assert.match(offline.stderr, /^csms-lite: .*\(charge_point_offline\)\n {2}\S/);
  const invalid = await run('send', 'CLI-CP', 'reset', '{"type":');
  assert.match(invalid.stderr, /bad_json/);
  const nobody = await withDeadline(
    start(['tag', 'list', '--server', 'http://127.0.0.1:1']).done,
    10_000,
    'unreachable',
  );
  assert.is(nobody.status, 1);
  assert.match(nobody.stderr, /unreachable[\s\S]*csms-lite serve/);
  const usage = await withDeadline(start(['teapot']).done, 10_000, 'usage');
  assert.is(usage.status, 2);
});

test('sessions: none says so', async () => {
  assert.is((await run('sessions')).stdout, 'No session yet.\n');
});

test('a second server on the same port says what to do', async () => {
  const second = await withDeadline(
    start(['serve', '--port', String(port), '--data', join(folder, 'other')]).done,
    10_000,
    'second',
  );
  assert.is(second.status, 1);
  assert.match(second.stderr, /port_in_use[\s\S]*--port/);
});

test('SIGTERM ends it with status 0 and closes charge points with 1001', async () => {
  const peer = await connectScriptedChargePoint({ url: `ws://127.0.0.1:${port}/ocpp`, identity: 'CLI-CP' });
  serving.child.kill('SIGTERM');
  assert.is((await withDeadline(peer.closed, 2000, 'the close of the socket')).code, 1001);
  const { status, stderr } = await withDeadline(serving.done, 2000, 'the end of the process');
  assert.is(status, 0, stderr);
  assert.is(stderr, '');
});

test('table: columns are as wide as their widest cell, numbers stand on the right', () => {
  type Row = { name: string; n: number };
  const rows: Row[] = [
    { name: 'a', n: 1 },
    { name: 'long', n: 100 },
  ];
  const columns = [
    { title: 'NAME', value: (row: Row) => row.name },
    { title: 'N', value: (row: Row) => String(row.n), right: true },
  ];
  assert.is(table(rows, columns, 'none'), 'NAME    N\na       1\nlong  100');
  assert.is(table([], columns, 'none'), 'none');
});

test.run();
