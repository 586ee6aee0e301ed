import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startScriptedCentralSystem } from '../../support/scripted-central-system.js';
import { install, run, tapwatt, untilUp } from './tapwattProcess.js';

test('tag, ocpp key, session, queue against a running charge point', async () => {
  const central = await startScriptedCentralSystem({ ordinary: true });
  const place = install(central.url);
  const point = run(place);
  try {
    await untilUp(point);
    await eventually(async () => (await point.state()).csms.registration === 'Accepted', 'accepted');
    const at = (...args: string[]) => tapwatt([...args, '--socket', place.socket]);

    assert.match((await at('tag', 'list')).stdout, /empty/);
    assert.is((await at('tag', 'add', 'A1B2C3D4')).status, 0);
    assert.match((await at('tag', 'list')).stdout, /A1B2C3D4 +Accepted/);
    assert.is((await at('tag', 'remove', 'A1B2C3D4')).status, 0);
    const unknown = await at('tag', 'remove', 'A1B2C3D4');
    assert.is(unknown.status, 1);
    assert.match(unknown.stderr, /is not on the local list/);
    assert.is((await at('tag', 'add', 'X'.repeat(21))).status, 1, 'CiString20');

    assert.is((await at('ocpp', 'key', 'set', 'HeartbeatInterval', '77')).stdout, 'HeartbeatInterval: Accepted\n');
    assert.is((await at('ocpp', 'key', 'get', 'heartbeatinterval')).stdout, '77\n');
    assert.match((await at('ocpp', 'key', 'list')).stdout, /HeartbeatInterval +77 +false/);
    const refused = await at('ocpp', 'key', 'set', 'HeartbeatInterval', 'often');
    assert.is(refused.status, 1);
    assert.match(refused.stderr, /HeartbeatInterval/);
    assert.is((await at('ocpp', 'key', 'get', 'Nonsense')).status, 1);

    assert.match((await at('session', 'list')).stdout, /no session yet/);
    assert.is((await at('session', 'show', '1')).status, 1);
    assert.match((await at('queue', 'dead-letters')).stdout, /None was given up/);
    assert.is((await at('queue', 'retry')).stdout, '0 in the queue again.\n');
    assert.is((await at('queue', 'retry', 'no-such-message')).status, 1);
    const json = await at('queue', 'list', '--json');
    assert.type((JSON.parse(json.stdout) as { pending: number }).pending, 'number');
  } finally {
    await point.end();
    await central.stop();
    place.remove();
  }
});

test('a message that was given up is sent again by queue retry, and then leaves the list', async () => {
  const central = await startScriptedCentralSystem({ ordinary: true });
  const place = install(
    central.url,
    'ocpp: { configuration: { TransactionMessageAttempts: "1", TransactionMessageRetryInterval: "0" } }\n',
  );
  const point = run(place);
  try {
    const station = await central.nextConnection(20_000);
    await untilUp(point);
    await eventually(async () => (await point.state()).csms.registration === 'Accepted', 'accepted');
    const at = (...args: string[]) => tapwatt([...args, '--socket', place.socket]);
    await point.post('/plug-in');
    const refused = station.expectCall('StartTransaction', { withinMs: 10_000 });
    await point.post('/tap', { idTag: 'A1B2C3D4' });
    (await refused).answerError('InternalError', 'not today');
    await eventually(async () => ((await point.state()).queue.deadLetters ?? 0) === 1, 'given up');
    assert.match((await at('queue', 'dead-letters')).stdout, /StartTransaction/);
    const again = station.expectCall('StartTransaction', { withinMs: 10_000 });
    assert.match((await at('queue', 'retry')).stdout, /^1 in the queue/);
    (await again).answer({ transactionId: 5, idTagInfo: { status: 'Accepted' } });
    await eventually(async () => (await point.state()).queue.deadLetters === 0, 'gone');
    assert.match((await at('session', 'list')).stdout, /A1B2C3D4/);
  } finally {
    await point.end();
    await central.stop();
    place.remove();
  }
});

test('backup and restore: owner only, refused while it runs, what was there is kept', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-backup-'));
  const archive = `${directory}.tar.gz`;
  try {
    const file = join(directory, 'config.yaml');
    writeFileSync(
      file,
      `csms: { url: ws://127.0.0.1:9/ocpp, chargePointId: A }
reader: { kind: none }
can: { kind: simulated }
gpio: { backend: simulated }
connectors: [{ id: 1 }]
stateDirectory: state
controlSocket: control.sock
`,
    );
    const at = (...args: string[]) => tapwatt([...args, '--config', file]);
    assert.is((await at('backup', archive)).status, 1, 'nothing to keep yet');
    mkdirSync(join(directory, 'state'));
    writeFileSync(join(directory, 'state/journal.db'), 'one');
    const made = await at('backup', archive);
    assert.is(made.status, 0, made.stderr);
    assert.is(statSync(archive).mode & 0o777, 0o600);
    assert.is((await at('backup', archive)).status, 1, 'never overwritten unasked');
    writeFileSync(join(directory, 'state/journal.db'), 'two');
    const restored = await at('restore', archive);
    assert.is(restored.status, 0, restored.stderr);
    assert.is(readFileSync(join(directory, 'state/journal.db'), 'utf8'), 'one');
    const kept = readdirSync(directory).find((name) => name.startsWith('state.before-'));
    assert.is(readFileSync(join(directory, kept ?? '', 'journal.db'), 'utf8'), 'two');
    assert.is((await at('restore', join(directory, 'none'))).status, 1);
  } finally {
    rmSync(directory, { recursive: true, force: true });
    rmSync(archive, { force: true });
  }
});

test('backup is refused while the charge point runs', async () => {
  const place = install('ws://127.0.0.1:9/ocpp');
  const point = run(place);
  try {
    await untilUp(point);
    const refused = await tapwatt(['backup', join(place.directory, 'x.tar.gz'), '--config', place.configFile]);
    assert.is(refused.status, 1);
    assert.match(refused.stderr, /the charge point runs/);
    assert.not(existsSync(join(place.directory, 'x.tar.gz')));
  } finally {
    await point.end();
    place.remove();
  }
});

test('completion: bash accepts the script and completes commands, options and choices', async () => {
  const script = (await tapwatt(['completion', 'bash'])).stdout;
  const complete = (...words: string[]): string[] => {
    const list = words.map((word) => `'${word}'`).join(' ');
    const code = `${script}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _tapwatt; echo "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', code], { encoding: 'utf8' }).stdout.trim().split(' ');
  };
  assert.equal(complete('tapwatt', 'doct'), ['doctor']);
  assert.ok(complete('tapwatt', 'config', '').includes('validate'));
  assert.equal(complete('tapwatt', 'ocpp', 'key', 'g'), ['get']);
  assert.equal(complete('tapwatt', '--socket', 'x', 'power-module', 's'), ['silent', 'stuck-on']);
  assert.ok(complete('tapwatt', 'doctor', '--').includes('--fix'));
  assert.equal(complete('tapwatt', 'completion', 'z'), ['zsh']);
  for (const shell of ['zsh', 'fish']) assert.match((await tapwatt(['completion', shell])).stdout, /doctor/);
  assert.is((await tapwatt(['completion', 'tcsh'])).status, 2);
});

test('the manual page has every command and every exit status', async () => {
  const page = (await tapwatt(['man'])).stdout;
  assert.match(page, /^\.TH TAPWATT 1/);
  for (const command of ['doctor', 'ocpp key set <key> <value>', 'config validate', 'can dump', 'restore <file>']) {
    assert.ok(page.includes(`.B tapwatt ${command.replaceAll('-', '\\-')}`), command);
  }
  assert.match(page, /^78 +the configuration is wrong/m);
});

test.run();
