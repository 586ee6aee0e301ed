import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const units = join(root, 'systemd');

function inTemporaryDirectory(body: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-units-'));
  try {
    body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const onSystemd = hasSystemd ? test : test.skip;

onSystemd('systemd-analyze verify has nothing to say about the units', () => {
  inTemporaryDirectory((directory) => {
    // The programs are not installed here: their paths are put into this tree, everything else is the file as shipped.
    const program = join(directory, 'program');
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
    const names = readdirSync(units).filter((name) => /\.(service|path)$/.test(name));
    assert.ok(names.length >= 8, 'the units are there');
    for (const name of names) {
      const text = readFileSync(join(units, name), 'utf8')
        .replaceAll(/\/usr\/(bin\/tapwatt|lib\/tapwatt\/bin\/(safe-outputs|set-clock))/g, program)
        .replaceAll('/sbin/ip', program);
      writeFileSync(join(directory, name.replace('can@', 'can@can0')), text);
    }
    const files = names.map((name) => join(directory, name.replace('can@', 'can@can0')));
    const { status, stderr, stdout } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
      encoding: 'utf8',
      env: { ...process.env, SYSTEMD_UNIT_PATH: `${directory}:` },
    });
    // Complaints about units of this machine are not ours.
    const ours = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line.includes(directory) || /tapwatt|csms/.test(line));
    assert.equal(ours, [], `status ${status}`);
  });
});

for (const name of ['tapwatt.service', 'tapwatt-safe.service', 'tapwatt-clock.service', 'csms-lite.service']) {
  onSystemd(`${name}: hardening score at most 2.5`, () => {
    const { status, stdout } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', '--threshold=25', join(units, name)],
      { encoding: 'utf8' },
    );
    assert.is(status, 0, stdout.split('\n').slice(-2).join('\n'));
    const score = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
    assert.ok(score > 0 && score <= 2.5, `score ${score}`);
  });
}

test('what the unit must keep: notify, watchdog, 78 ends it, no start before init, relays off after it', () => {
  const text = readFileSync(join(units, 'tapwatt.service'), 'utf8');
  for (const line of [
    'Type=notify',
    'NotifyAccess=all',
    'WatchdogSec=30',
    'RestartPreventExitStatus=78',
    'ConditionPathExists=/etc/tapwatt/config.yaml',
    'ExecStopPost=+/usr/lib/tapwatt/bin/safe-outputs',
    'OnFailure=tapwatt-safe.service',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} is missing`);
  }
  // V8 compiles at run time; with this directive Node ends at once (research, §11).
  assert.not.match(text, /^MemoryDenyWriteExecute=yes/m);
});

test('layout.json names each file that is installed, and each is there', () => {
  const layout = JSON.parse(readFileSync(join(units, 'layout.json'), 'utf8')) as {
    files: { from: string; to: string }[];
  };
  for (const { from, to } of layout.files) {
    assert.ok(readFileSync(join(units, from)).length > 0, from);
    assert.ok(to.startsWith('/'), to);
  }
  const named = layout.files.map(({ from }) => from);
  const notInstalled = ['README.md', 'layout.json', 'csms-lite.service', 'templates'];
  for (const name of readdirSync(units))
    assert.ok(named.includes(name) || notInstalled.includes(name), `${name} goes nowhere`);
});

/** A sysfs tree with one controller at `base`, its lines exported. */
function sysfs(directory: string, base: number, lines: readonly number[], label = 'pinctrl-bcm2711'): string {
  const gpio = join(directory, 'gpio');
  const file = (path: string, text: string): void => {
    mkdirSync(dirname(join(gpio, path)), { recursive: true });
    writeFileSync(join(gpio, path), text);
  };
  file('gpiochip0/label', 'raspberrypi-exp-gpio\n');
  file('gpiochip0/base', '100\n');
  file(`gpiochip${base + 1}/label`, `${label}\n`);
  file(`gpiochip${base + 1}/base`, `${base}\n`);
  for (const line of lines) file(`gpio${base + line}/direction`, 'out\n');
  return gpio;
}

const safeOutputs = join(units, 'safe-outputs');
const direction = (gpio: string, line: number): string =>
  readFileSync(join(gpio, `gpio${line}/direction`), 'utf8').trim();

for (const base of [0, 512]) {
  test(`safe-outputs puts each line to its off level, sysfs base ${base}`, () => {
    inTemporaryDirectory((directory) => {
      const gpio = sysfs(directory, base, [17, 22]);
      const outputs = join(directory, 'outputs');
      writeFileSync(
        outputs,
        'gpio 17 high pinctrl-bcm2835,pinctrl-bcm2711\ncan nowhere0 201#\ngpio 22 low pinctrl-bcm2711\n',
      );
      execFileSync(safeOutputs, [outputs, gpio]);
      assert.is(direction(gpio, base + 17), 'high', 'active low: off is high');
      assert.is(direction(gpio, base + 22), 'low');
    });
  });
}

test('safe-outputs goes on after a line that fails, and says so', () => {
  inTemporaryDirectory((directory) => {
    const gpio = sysfs(directory, 0, [22]);
    const outputs = join(directory, 'outputs');
    writeFileSync(
      outputs,
      'gpio 17 low pinctrl-bcm2711\ngpio 4 low other-chip\ngpio 5 7 pinctrl-bcm2711\ngpio 22 low pinctrl-bcm2711\n',
    );
    const { status, stderr } = spawnSync(safeOutputs, [outputs, gpio], { encoding: 'utf8' });
    assert.is(status, 1);
    assert.match(stderr, /GPIO17 could not be set low/);
    assert.match(stderr, /no GPIO controller with a label of other-chip/);
    assert.match(stderr, /bad level 7/);
    assert.is(direction(gpio, 22), 'low');
  });
});

test('safe-outputs without a record does nothing and is content', () => {
  inTemporaryDirectory((directory) => {
    assert.is(spawnSync(safeOutputs, [join(directory, 'none'), directory]).status, 0);
  });
});

test('shell scripts are valid for sh, without bashisms that dash refuses', () => {
  for (const name of ['safe-outputs', 'gpio-group', 'set-clock']) {
    const copy = mkdtempSync(join(tmpdir(), 'tapwatt-sh-'));
    cpSync(join(units, name), join(copy, name));
    assert.is(spawnSync('sh', ['-n', join(copy, name)]).status, 0, name);
    rmSync(copy, { recursive: true, force: true });
  }
});

test.run();
