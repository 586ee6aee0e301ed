import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frameMeaning, frameText, meaningText, parseFrame } from 'tapwatt/cli/hardware/canFrames.js';
import { useOfPin } from 'tapwatt/cli/hardware/gpioCommand.js';
import { askQuestions } from 'tapwatt/cli/init/asking.js';
import { refuseAnswer } from 'tapwatt/cli/init/tryAnswers.js';
import { type InstallPlace, installService, uninstallService } from 'tapwatt/cli/service/install.js';
import { serviceCommand } from 'tapwatt/cli/service/serviceCommand.js';
import { type Runner, unitState } from 'tapwatt/cli/service/systemctl.js';
import { simulationYaml } from 'tapwatt/cli/simulateCommand.js';
import { parseConfig } from 'tapwatt/config/load.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const machine = { hostname: 'pi_4', capabilities: [], canInterfaces: ['can1'] };

/** Somebody who types these answers, one after the other, and Enter for the rest. */
function person(answers: Record<string, string[]>) {
  const asked: string[] = [];
  const told: string[] = [];
  return {
    asked,
    told,
    async question(text: string) {
      asked.push(text);
      const key = Object.keys(answers).find((part) => text.startsWith(part));
      return (key === undefined ? undefined : answers[key]?.shift()) ?? '';
    },
    say: (text: string) => void told.push(text),
    close() {},
  };
}

test('init asks, suggests what the machine has, asks again for what cannot be, tries answers as it goes', async () => {
  const somebody = person({
    'Address of': ['wss://csms.example/ocpp'],
    'Security profile': ['lots', '2'],
    'BCM number': ['null'],
  });
  const tried: string[] = [];
  const answers = await askQuestions(machine, new Map([['can.kind', 'socketcan']]), somebody, {
    refuse: (soFar, key) => (key === 'csms.security.profile' && soFar.get(key) === 'lots' ? 'no number' : null),
    async tryOut(soFar, checks) {
      tried.push(...checks);
      return soFar.has('csms.url') ? [`tried ${checks[0]}`] : [];
    },
  });
  assert.is(answers.get('csms.url'), 'wss://csms.example/ocpp');
  assert.is(answers.get('csms.chargePointId'), 'CP-pi-4');
  assert.is(answers.get('can.interface'), 'can1', 'the one that is there');
  assert.is(answers.get('csms.security.passwordFile'), '/etc/tapwatt/secrets/csms-password');
  assert.not(answers.has('csms.security.clientKeyFile'), 'not asked with profile 2');
  assert.not(
    somebody.asked.some((text) => text.startsWith('CAN bus')),
    'given on the command line',
  );
  for (const check of ['csms-connection', 'reader', 'can-interface', 'gpio']) assert.ok(tried.includes(check), check);
  assert.ok(somebody.told.includes('  tried csms-dns'));
  assert.ok(somebody.told.includes('  no number'));
});

test('what the schema has against an answer is said, and nothing of what is still to be asked', () => {
  const yaml = (profile: string) => `csms: { security: { profile: ${profile} } }\n`;
  assert.match(refuseAnswer(yaml('lots'), 'csms.security.profile') ?? '', /"lots" is not a whole number → .*0 none/);
  assert.is(refuseAnswer(yaml('2'), 'csms.security.profile'), null);
});

test('init --yes asks nobody and tries nothing', async () => {
  const answers = await askQuestions(machine, new Map([['reader.kind', 'none']]), null, {
    refuse: () => 'refused',
    async tryOut() {
      throw new Error('tried');
    },
  });
  assert.is(answers.get('reader.kind'), 'none');
  assert.is(answers.get('connectors[0].relayPin'), '17');
});

/** A machine with systemd that writes down what it was asked. */
function recorder(output: Record<string, string> = {}): Runner & { ran: string[] } {
  const ran: string[] = [];
  return {
    ran,
    hasSystemd: true,
    run(file, args) {
      ran.push([file, ...args].join(' '));
      return 0;
    },
    output: (file) => output[file] ?? null,
  };
}

test('service install puts every file in place, keeps conffiles, twice the same; uninstall takes away what is not a person’s', () => {
  const root = mkdtempSync(join(tmpdir(), 'tapwatt-service-'));
  try {
    const runner = recorder();
    const place: InstallPlace = { runner, root, program: '/opt/tapwatt/firmware/bin/tapwatt.js' };
    const written = installService(place);
    assert.ok(written.includes('/usr/lib/systemd/system/tapwatt.service'));
    assert.is(readlinkSync(join(root, 'usr/bin/tapwatt')), place.program);
    assert.ok(runner.ran.includes('systemctl enable tapwatt.service'));
    assert.not(
      runner.ran.some((line) => line.includes('start')),
      'nothing starts before init',
    );
    writeFileSync(join(root, 'etc/default/tapwatt-can'), 'CAN_BITRATE=250000\n');
    const again = installService(place);
    assert.not(again.includes('/etc/default/tapwatt-can'));
    assert.match(readFileSync(join(root, 'etc/default/tapwatt-can'), 'utf8'), /250000/);
    const removed = uninstallService(place);
    assert.ok(removed.includes('/usr/bin/tapwatt'));
    assert.not(existsSync(join(root, 'usr/lib/systemd/system/tapwatt.service')));
    assert.ok(existsSync(join(root, 'etc/default/tapwatt-can')));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('service install says why it could not work: a home directory, a package that has done it', () => {
  const root = mkdtempSync(join(tmpdir(), 'tapwatt-service-'));
  const install = (program: string, runner = recorder()) => installService({ runner, root, program });
  try {
    assert.throws(() => install('/home/pi/tapwatt/firmware/bin/tapwatt.js'), /no home directories/);
    assert.throws(() => install('/opt/x', recorder({ 'dpkg-query': 'tapwatt: …' })), /package has installed/);
    mkdirSync(join(root, 'usr'), { recursive: true });
    assert.not(existsSync(join(root, 'usr/bin/tapwatt')));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('service status reads systemd; without systemd it says what to do instead', () => {
  const text =
    'LoadState=loaded\nUnitFileState=enabled\nActiveState=active\nResult=success\nNRestarts=2\nMainPID=77\nActiveEnterTimestamp=Mon\nStatusText=1 of 1, a = b\n';
  assert.equal(unitState(recorder({ systemctl: text })), {
    loaded: true,
    enabled: true,
    active: 'active',
    result: 'success',
    restarts: 2,
    pid: 77,
    since: 'Mon',
    text: '1 of 1, a = b',
  });
  assert.throws(() => serviceCommand('status', false, { ...recorder(), hasSystemd: false }), /does not run systemd/);
});

const config = parseConfig(
  `csms: { url: ws://a/ocpp, chargePointId: A }
can: { kind: socketcan }
gpio: { backend: auto, indicatorPin: 5 }
connectors:
  - { id: 1, relayPin: 17, relayActiveLow: true, plugPin: 27, hasPlugSensor: true }
  - { id: 2, relayPin: 22, canIdOffset: 2, hasPlugSensor: false }
`,
  { file: null },
);

test('gpio test knows what a pin is for', () => {
  assert.equal(useOfPin(17, config), { name: 'relay of connector 1', activeLow: true, output: true });
  assert.is(useOfPin(22, config)?.activeLow, false);
  assert.is(useOfPin(27, config)?.output, false, 'a sensor is not driven');
  assert.is(useOfPin(5, config)?.name, 'indicator');
  assert.is(useOfPin(6, config), null);
});

test('CAN frames: as cansend writes them, and what they say to which connector', () => {
  const say = (text: string): string | null => {
    const frame = parseFrame(text);
    if (frame === null) return null;
    assert.is(frameText(frame), text.toUpperCase());
    const meaning = frameMeaning(frame, config);
    return meaning === null ? 'unknown' : meaningText(meaning);
  };
  assert.is(say('201#'), 'connector 1: STOP');
  assert.is(say('202#'), 'connector 2: START');
  assert.is(say('210#1000'), 'connector 1: limit 16.0 A');
  assert.is(say('302#0a00'), 'connector 2: current 10.0 A');
  assert.is(say('7FF#00'), 'unknown');
  for (const wrong of ['', '201', '800#', '201#0', '201#001122334455667788', 'xyz#'])
    assert.is(say(wrong), null, wrong);
});

test('simulate writes a configuration that is valid, whatever is typed as id or address', () => {
  const yaml = (id: string) => simulationYaml({ url: 'ws://a:1/ocpp', id, connectors: 3, directory: '/tmp/x' });
  const made = parseConfig(yaml('A"1'), { file: null });
  assert.is(made.csms.chargePointId, 'A"1');
  assert.is(made.connectors.length, 3);
  assert.is(made.controlSocket, '/tmp/x/control.sock');
  assert.throws(() => parseConfig(yaml('A 1'), { file: null }), /chargePointId/);
});

test.run();
