import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setValues, unsetValue } from 'tapwatt/config/edit.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tapwatt } from './tapwattProcess.js';

async function inDirectory(body: (directory: string, file: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-configure-'));
  try {
    await body(directory, join(directory, 'config.yaml'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const YAML = `# Written by hand.
csms:
  url: ws://a:1/ocpp # the office
  chargePointId: CP-1
reader: { kind: none }
can:
  kind: socketcan
  interface: can0
gpio: { backend: simulated }
connectors:
  - id: 1 # left
    phases: 3
`;

test('setValues keeps comments and order; a new kind replaces its section', () => {
  const text = setValues(YAML, [
    { path: ['csms', 'url'], value: 'ws://b:2/ocpp' },
    { path: ['connectors', 0, 'maximumCurrentA'], value: 16 },
    { path: ['can', 'kind'], value: 'simulated' },
  ]);
  assert.match(text, /^# Written by hand\./);
  assert.match(text, /url: ws:\/\/b:2\/ocpp # the office/);
  assert.match(text, /- id: 1 # left\n {4}phases: 3\n {4}maximumCurrentA: 16/);
  assert.match(text, /can:\n {2}kind: simulated\n/);
  assert.not.match(text, /interface/);
});

test('unsetValue takes a value out, and a section that has become empty; null for what is not there', () => {
  assert.not.match(unsetValue(YAML, ['connectors', 0, 'phases']) ?? '', /phases/);
  assert.not.match(unsetValue(YAML, ['reader', 'kind']) ?? '', /reader/);
  assert.is(unsetValue(YAML, ['supply', 'voltageV']), null);
});

test('config get, set, unset, list --origin, diff through the program; a wrong value changes nothing', () =>
  inDirectory(async (_directory, file) => {
    writeFileSync(file, YAML);
    const config = (...args: string[]) => tapwatt(['config', ...args, '--config', file]);
    assert.is((await config('get', 'csms.url')).stdout, 'ws://a:1/ocpp\n');
    assert.is((await config('get', 'supply.voltageV')).stdout, '230\n', 'defaults count');
    assert.is((await config('set', 'connectors[0].phases', '1')).status, 0);
    assert.match(readFileSync(file, 'utf8'), /- id: 1 # left\n {4}phases: 1/);

    const before = readFileSync(file, 'utf8');
    const wrong = await config('set', 'connectors[0].phases', '2');
    assert.is(wrong.status, 78);
    assert.match(wrong.stderr, /phases/);
    const unknown = await config('set', 'csms.ulr', 'x');
    assert.is(unknown.status, 78);
    assert.match(unknown.stderr, /did you mean url\?/);
    assert.is(readFileSync(file, 'utf8'), before);

    const list = await tapwatt(['config', 'list', '--origin', '--json', '--config', file], {
      TAPWATT_LOG__LEVEL: 'debug',
    });
    const lines = JSON.parse(list.stdout) as { path: string; value: unknown; origin: string }[];
    const origin = (path: string): string | undefined => lines.find((line) => line.path === path)?.origin;
    assert.is(origin('csms.url'), `${file}:3:8`);
    assert.is(origin('supply.voltageV'), 'default');
    assert.is(origin('log.level'), 'environment TAPWATT_LOG__LEVEL');
    const diff = await config('diff');
    assert.match(diff.stdout, /csms\.url +ws:\/\/a:1\/ocpp +– +\S+config\.yaml:3:8/);
    assert.not.match(diff.stdout, /phases/, 'said, but as the default');
    assert.not.match(diff.stdout, /voltageV/);
    assert.is((await config('unset', 'connectors[0].phases')).status, 0);
    assert.not.match(readFileSync(file, 'utf8'), /phases/);
    assert.is((await config('unset', 'connectors[0].phases')).status, 1);
  }));

test('config edit: a right text is written, a wrong one is kept aside and changes nothing', () =>
  inDirectory(async (directory, file) => {
    writeFileSync(file, YAML);
    const editor = join(directory, 'editor.sh');
    const edit = (script: string) => {
      writeFileSync(editor, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return tapwatt(['config', 'edit', '--config', file], { EDITOR: editor, VISUAL: editor });
    };
    assert.is((await edit('sed -i s/CP-1/CP-2/ "$1"')).status, 0);
    assert.match(readFileSync(file, 'utf8'), /CP-2/);
    const wrong = await edit('echo nonsense: 1 >>"$1"');
    assert.is(wrong.status, 78);
    assert.match(wrong.stderr, /what you typed is in/);
    assert.not.match(readFileSync(file, 'utf8'), /nonsense/);
    assert.is((await edit('exit 3')).status, 1);
  }));

test('init --yes writes a valid file with the comments of the default; never overwrites unasked', () =>
  inDirectory(async (directory, file) => {
    const init = (...args: string[]) => tapwatt(['init', '--config', file, ...args]);
    const first = await init(
      '--yes',
      '--set',
      'csms.chargePointId=CP-9',
      '--set',
      'connectors[0].relayPin=5',
      '--set',
      'reader.kind=none',
    );
    assert.is(first.status, 0, first.stderr);
    const text = readFileSync(file, 'utf8');
    assert.match(text, /chargePointId: CP-9/);
    assert.match(text, /relayPin: 5/);
    assert.match(text, /# 0 none, 1 password/);
    assert.not.match(text, /i2cBus/);
    assert.is((await tapwatt(['config', 'validate', '--config', file])).status, 0);

    const again = await init('--yes', '--set', 'csms.chargePointId=OTHER');
    assert.is(again.status, 1);
    assert.match(again.stderr, /is not overwritten/);
    assert.is(readFileSync(file, 'utf8'), text);
    assert.is((await init('--yes', '--force', '--set', 'csms.chargePointId=OTHER')).status, 0);
    const kept = readdirSync(directory).find((name) => name.startsWith('config.yaml.before-'));
    assert.is(readFileSync(join(directory, kept ?? ''), 'utf8'), text);
  }));

test('init: a wrong answer writes nothing (78); without a terminal it says how; --from begins with a file', () =>
  inDirectory(async (directory, file) => {
    const wrong = await tapwatt(['init', '--yes', '--config', file, '--set', 'csms.url=http://x']);
    assert.is(wrong.status, 78);
    assert.not(existsSync(file));
    const mute = await tapwatt(['init', '--config', file]);
    assert.is(mute.status, 2);
    assert.match(mute.stderr, /--yes/);
    const source = join(directory, 'other.yaml');
    writeFileSync(source, YAML);
    const from = await tapwatt([
      'init',
      '--yes',
      '--config',
      file,
      '--from',
      source,
      '--set',
      'csms.chargePointId=CP-7',
    ]);
    assert.is(from.status, 0, from.stderr);
    assert.match(readFileSync(file, 'utf8'), /# the office\n {2}chargePointId: CP-7/);
  }));

test.run();
