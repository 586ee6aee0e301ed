import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Check, DoctorContext, Finding } from 'tapwatt/cli/doctor/check.js';
import { CHECKS, renderLine, runChecks } from 'tapwatt/cli/doctor/doctorCommand.js';
import type { Probes, UpgradeOutcome } from 'tapwatt/cli/doctor/probes.js';
import { createStyle } from 'tapwatt/cli/style.js';
import { parseConfig } from 'tapwatt/config/load.js';
import type { ControlState } from 'tapwatt/supervisor/state.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** A Raspberry Pi 4 on which everything is well; each case changes one thing. */
interface Machine {
  arch: string;
  nodeVersion: string;
  files: Record<string, string>;
  refusals: Record<string, string>;
  folders: Record<string, string[]>;
  commands: Record<string, { status?: number; stdout: string } | null>;
  child: { ok: boolean; stdout: string; message: string };
  freeBytes: number | null;
  nowMs: number;
  dns: string[] | string;
  upgrade: UpgradeOutcome;
  yaml: string;
  state: Partial<ControlState> | null;
  stateProblem: string;
  configProblem: DoctorContext['configProblem'];
}

const YAML = `csms: { url: ws://csms:8180/ocpp, chargePointId: CP-1 }
reader: { kind: pn532 }
can: { kind: socketcan }
connectors: [{ id: 1, hasPlugSensor: false, relayPin: 17, pwmPin: 18 }]
`;

const SETS_CLOCK = `${YAML}clock: { setSystemClock: true }\n`;

const canLink = (state: string, bitrate: number): { stdout: string } => ({
  stdout: JSON.stringify([{ linkinfo: { info_kind: 'can', info_data: { state, bittiming: { bitrate } } } }]),
});
const unit = (load: string, enabled: string, active: string, restarts = 0): { stdout: string } => ({
  stdout: `LoadState=${load}\nUnitFileState=${enabled}\nActiveState=${active}\nNRestarts=${restarts}\n`,
});
const runningState = {
  csms: { connected: true, url: 'ws://csms:8180/ocpp', ocppVersion: '1.6', registration: 'Accepted' },
  clock: { trusted: true },
  reader: { health: 'ok' },
  threads: [{ name: 'station', state: 'running', restarts: 0 }],
  connectors: [{ connectorId: 1, errorCode: 'NoError' }],
} as unknown as Partial<ControlState>;

const well: Machine = {
  arch: 'arm64',
  nodeVersion: '20.20.2',
  files: {
    '/usr/lib/tapwatt/node-abi': '115\n',
    '/proc/mounts': '/dev/root / ext4 rw,noatime 0 0\n',
    '/proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0',
    '/boot/firmware/config.txt': 'dtparam=i2c_arm=on,i2c_arm_baudrate=50000\n',
    '/sys/class/gpio/gpiochip512/label': 'pinctrl-bcm2711\n',
    '/sys/class/gpio/gpiochip512/base': '512\n',
    '/sys/class/net/can0/operstate': 'up\n',
    '/etc/default/tapwatt-can': 'CAN_BITRATE=500000\n',
  },
  refusals: {},
  folders: { '/sys/class/gpio': ['export', 'gpiochip512'], '/sys/class/pwm': ['pwmchip0'], '/var/log': ['journal'] },
  commands: {
    timedatectl: { stdout: 'yes\n' },
    vcgencmd: { stdout: 'throttled=0x0\n' },
    'systemd-analyze cat-config': { stdout: '[Journal]\nStorage=persistent\n' },
    'systemd-analyze security': { stdout: '→ Overall exposure level for tapwatt.service: 1.9 OK 🙂\n' },
    ip: canLink('ERROR-ACTIVE', 500_000),
    systemctl: unit('loaded', 'enabled', 'active'),
  },
  child: { ok: true, stdout: '"ok" 7\n', message: '' },
  freeBytes: 5_000_000_000,
  nowMs: Date.UTC(2026, 5, 1),
  dns: ['192.168.1.10'],
  upgrade: { step: 'done', protocol: 'ocpp1.6' },
  yaml: YAML,
  state: null,
  stateProblem: 'ENOENT',
  configProblem: null,
};

function contextOf(machine: Machine): DoctorContext {
  const probes: Probes = {
    platform: 'linux',
    arch: machine.arch,
    nodeVersion: machine.nodeVersion,
    nodeAbi: '115',
    isRoot: false,
    nowMs: () => machine.nowMs,
    read: (path) => machine.files[path] ?? null,
    refusal: (path) => machine.refusals[path] ?? null,
    list: (path) => machine.folders[path] ?? [],
    async command(file, args) {
      const found = machine.commands[`${file} ${args[0]}`] ?? machine.commands[file];
      return found === undefined || found === null
        ? null
        : { status: found.status ?? 0, stdout: found.stdout, stderr: '' };
    },
    inChild: async () => machine.child,
    freeBytes: () => machine.freeBytes,
    async resolve() {
      if (typeof machine.dns === 'string') throw Object.assign(new Error(machine.dns), { code: machine.dns });
      return machine.dns;
    },
    upgrade: async () => machine.upgrade,
  };
  return {
    probes,
    config: machine.configProblem === null ? parseConfig(machine.yaml, { file: null }) : null,
    configProblem: machine.configProblem,
    state: machine.state as ControlState | null,
    stateProblem: machine.state === null ? machine.stateProblem : null,
  };
}

interface Case {
  level: Finding['level'];
  found: RegExp;
  change: Partial<Machine>;
}

const files = (changes: Record<string, string>): Partial<Machine> => ({ files: { ...well.files, ...changes } });
const commands = (changes: Machine['commands']): Partial<Machine> => ({ commands: { ...well.commands, ...changes } });
const without = (path: string): Partial<Machine> => ({
  files: Object.fromEntries(Object.entries(well.files).filter(([name]) => name !== path)),
});
const running = (changes: object): Partial<Machine> => ({
  state: { ...runningState, ...changes } as Partial<ControlState>,
});
const child = (message: string, stdout = ''): Partial<Machine> => ({ child: { ok: false, stdout, message } });

/** The fault present, one by one. The fault absent is the well machine (and what else is named well here). */
const CASES: Record<string, Case[]> = {
  configuration: [
    {
      level: 'fault',
      found: /no such file/,
      change: { configProblem: { message: 'there is no such file', hint: 'sudo tapwatt init' } },
    },
  ],
  'os-64bit': [{ level: 'fault', found: /arm: .*32-bit/, change: { arch: 'arm' } }],
  'node-version': [{ level: 'fault', found: /18\.1\.0 is too old/, change: { nodeVersion: '18.1.0' } }],
  'node-abi': [
    { level: 'fault', found: /built for ABI 127.* has 115/, change: files({ '/usr/lib/tapwatt/node-abi': '127\n' }) },
    { level: 'skipped', found: /not a package/, change: without('/usr/lib/tapwatt/node-abi') },
  ],
  'addon-better-sqlite3': [{ level: 'fault', found: /ended by SIGSEGV/, change: child('ended by SIGSEGV') }],
  'addon-i2c-bus': [
    { level: 'fault', found: /ERR_DLOPEN_FAILED/, change: child('Error: ERR_DLOPEN_FAILED') },
    { level: 'skipped', found: /not needed/, change: { yaml: YAML.replace('pn532', 'none') } },
  ],
  'addon-onoff': [{ level: 'fault', found: /Cannot find module/, change: child('Error: Cannot find module') }],
  'addon-socketcan': [
    { level: 'fault', found: /wrong ELF/, change: child('Error: wrong ELF class') },
    { level: 'skipped', found: /not needed/, change: { yaml: YAML.replace('kind: socketcan', 'kind: simulated') } },
  ],
  clock: [
    {
      level: 'warning',
      found: /tapwatt-clock\.path is not active/,
      change: { ...commands({ 'systemctl is-active': { status: 3, stdout: 'inactive\n' } }), yaml: SETS_CLOCK },
    },
    {
      level: 'ok',
      found: /synchronised/,
      change: { ...commands({ 'systemctl is-active': { stdout: 'active\n' } }), yaml: SETS_CLOCK },
    },
    { level: 'warning', found: /does not know the time yet/, change: running({ clock: { trusted: false } }) },
    { level: 'fault', found: /set to 1970/, change: { nowMs: 0 } },
    { level: 'warning', found: /not synchronised$/, change: commands({ timedatectl: { stdout: 'no\n' } }) },
    {
      level: 'warning',
      found: /TLS may refuse/,
      change: { ...commands({ timedatectl: { stdout: 'no\n' } }), yaml: YAML.replace('ws://', 'wss://') },
    },
  ],
  undervoltage: [
    { level: 'fault', found: /too low now/, change: commands({ vcgencmd: { stdout: 'throttled=0x50005\n' } }) },
    { level: 'warning', found: /since the start/, change: commands({ vcgencmd: { stdout: 'throttled=0x50000\n' } }) },
    { level: 'skipped', found: /not a Raspberry Pi/, change: commands({ vcgencmd: null }) },
  ],
  'disk-space': [
    { level: 'fault', found: /^5 MB free/, change: { freeBytes: 5_000_000 } },
    { level: 'warning', found: /^150 MB free/, change: { freeBytes: 150_000_000 } },
  ],
  'disk-writable': [
    {
      level: 'fault',
      found: /\/var \(\/dev\/mmcblk0p3\) is read-only/,
      change: files({ '/proc/mounts': '/dev/root / ext4 rw 0 0\n/dev/mmcblk0p3 /var ext4 ro,noatime 0 0\n' }),
    },
  ],
  database: [
    {
      level: 'fault',
      found: /damaged: /,
      change: { child: { ok: true, stdout: '"*** in database main ***" 7', message: '' } },
    },
    { level: 'fault', found: /not a database/, change: child('SqliteError: file is not a database') },
    { level: 'skipped', found: /none yet/, change: { refusals: { '/var/lib/tapwatt/journal.db': 'ENOENT' } } },
    {
      level: 'skipped',
      found: /sudo tapwatt doctor/,
      change: { refusals: { '/var/lib/tapwatt/journal.db': 'EACCES' } },
    },
  ],
  journald: [
    {
      level: 'warning',
      found: /Storage=volatile/,
      change: commands({
        'systemd-analyze cat-config': { stdout: 'Storage=persistent\n#Storage=auto\nStorage=volatile\n' },
      }),
    },
    {
      level: 'warning',
      found: /Storage=auto/,
      change: { ...commands({ 'systemd-analyze cat-config': { stdout: '[Journal]\n' } }), folders: {} },
    },
  ],
  'i2c-device': [
    { level: 'fault', found: /\/dev\/i2c-1 is not there/, change: { refusals: { '/dev/i2c-1': 'ENOENT' } } },
    { level: 'fault', found: /EACCES/, change: { refusals: { '/dev/i2c-1': 'EACCES' } } },
  ],
  'i2c-baudrate': [
    {
      level: 'warning',
      found: /100000 Hz on a Raspberry Pi 4/,
      change: files({ '/boot/firmware/config.txt': 'dtparam=i2c_arm=on\n' }),
    },
    {
      level: 'ok',
      found: /Raspberry Pi 5/,
      change: { ...files({ '/boot/firmware/config.txt': '', '/proc/device-tree/model': 'Raspberry Pi 5 Model B\0' }) },
    },
  ],
  reader: [
    {
      level: 'fault',
      found: /does not answer: no answer at 0x24/,
      change: { child: { ok: false, stdout: 'no answer at 0x24', message: '' } },
    },
    {
      level: 'fault',
      found: /does not work: gone/,
      change: running({ reader: { health: 'failed', reason: 'gone', fix: 'wire it' } }),
    },
    { level: 'ok', found: /says the charge point/, change: running({}) },
  ],
  gpio: [
    { level: 'fault', found: /found: none/, change: { folders: {} } },
    {
      level: 'fault',
      found: /GPIO 17 is the interrupt of the CAN controller .* relayPin of connector 1/,
      change: files({ '/boot/firmware/config.txt': 'dtoverlay=mcp2515-can0,oscillator=12000000,interrupt=17\n' }),
    },
    { level: 'fault', found: /found: other/, change: files({ '/sys/class/gpio/gpiochip512/label': 'other\n' }) },
    { level: 'warning', found: /may not be written/, change: { refusals: { '/sys/class/gpio/export': 'EACCES' } } },
  ],
  pwm: [{ level: 'fault', found: /no PWM/, change: { folders: { ...well.folders, '/sys/class/pwm': [] } } }],
  'can-interface': [
    { level: 'fault', found: /there is no can0/, change: without('/sys/class/net/can0/operstate') },
    { level: 'fault', found: /can0 is down/, change: files({ '/sys/class/net/can0/operstate': 'down\n' }) },
  ],
  'can-bus': [
    { level: 'fault', found: /BUS-OFF/, change: commands({ ip: canLink('BUS-OFF', 500_000) }) },
    {
      level: 'fault',
      found: /333333 bit\/s instead of 500000/,
      change: commands({ ip: canLink('ERROR-ACTIVE', 333_333) }),
    },
    { level: 'warning', found: /ERROR-PASSIVE/, change: commands({ ip: canLink('ERROR-PASSIVE', 500_000) }) },
    { level: 'skipped', found: /virtual/, change: commands({ ip: { stdout: '[{"linkinfo":{"info_kind":"vcan"}}]' } }) },
  ],
  'power-module': [
    { level: 'fault', found: /not heard: 0x300/, change: { child: { ok: false, stdout: '0x300\n', message: '' } } },
    {
      level: 'fault',
      found: /silent at connector 1/,
      change: running({ connectors: [{ connectorId: 1, errorCode: 'PowerMeterFailure' }] }),
    },
  ],
  'csms-dns': [{ level: 'fault', found: /csms is not known \(ENOTFOUND\)/, change: { dns: 'ENOTFOUND' } }],
  'csms-connection': [
    {
      level: 'fault',
      found: /does not take connections \(ECONNREFUSED\)/,
      change: { upgrade: { step: 'tcp', code: 'ECONNREFUSED', message: 'refused' } },
    },
    {
      level: 'fault',
      found: /TLS with .* fails: self-signed/,
      change: { upgrade: { step: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed certificate' } },
    },
    { level: 'fault', found: /password \(401\)/, change: { upgrade: { step: 'http', status: 401 } } },
    { level: 'fault', found: /does not know CP-1/, change: { upgrade: { step: 'http', status: 404 } } },
    { level: 'fault', found: /answers 200 instead/, change: { upgrade: { step: 'http', status: 200 } } },
    { level: 'fault', found: /takes none of ocpp1\.6/, change: { upgrade: { step: 'subprotocol', protocol: null } } },
    {
      level: 'warning',
      found: /Pending/,
      change: running({ csms: { connected: true, ocppVersion: '1.6', registration: 'Pending' } }),
    },
    { level: 'ok', found: /connected, OCPP 1\.6, Accepted/, change: running({}) },
  ],
  'control-socket': [
    { level: 'warning', found: /does not run/, change: {} },
    { level: 'warning', found: /may not ask/, change: { stateProblem: 'EACCES' } },
    {
      level: 'fault',
      found: /station keeps ending/,
      change: running({ threads: [{ name: 'station', state: 'waiting', restarts: 9 }] }),
    },
    { level: 'ok', found: /^runs$/, change: running({}) },
  ],
  unit: [
    { level: 'warning', found: /not installed/, change: commands({ systemctl: unit('not-found', '', 'inactive') }) },
    {
      level: 'warning',
      found: /does not start at boot/,
      change: commands({ systemctl: unit('loaded', 'disabled', 'active') }),
    },
    { level: 'fault', found: /has failed/, change: commands({ systemctl: unit('loaded', 'enabled', 'failed') }) },
    {
      level: 'warning',
      found: /restarted 9 times/,
      change: commands({ systemctl: unit('loaded', 'enabled', 'active', 9) }),
    },
  ],
  hardening: [
    {
      level: 'warning',
      found: /exposure 6\.1/,
      change: commands({
        'systemd-analyze security': { stdout: '→ Overall exposure level for tapwatt.service: 6.1 MEDIUM' },
      }),
    },
  ],
};

const WITHOUT_A_RUNNING_CHARGE_POINT = ['control-socket'];

test('each check has a case with the fault present and one with it absent, and no case is without a check', () => {
  assert.equal(Object.keys(CASES).sort(), CHECKS.map(({ id }) => id).sort());
  for (const [id, cases] of Object.entries(CASES)) {
    assert.ok(
      cases.some(({ level }) => level === 'fault' || level === 'warning'),
      `${id}: no case with the fault present`,
    );
    // Absent: the well machine, or a case of its own where that does not show it.
    assert.ok(!WITHOUT_A_RUNNING_CHARGE_POINT.includes(id) || cases.some(({ level }) => level === 'ok'), id);
  }
});

for (const check of CHECKS) {
  test(`${check.id}: fault absent`, async () => {
    if (WITHOUT_A_RUNNING_CHARGE_POINT.includes(check.id)) return;
    const finding = await check.run(contextOf(well));
    assert.is(finding.level, 'ok', `${finding.level}: ${finding.found}`);
  });
  for (const { level, found, change } of CASES[check.id] ?? []) {
    test(`${check.id}: ${level}, ${found.source}`, async () => {
      const finding = await check.run(contextOf({ ...well, ...change }));
      assert.is(finding.level, level, finding.found);
      assert.match(finding.found, found);
      if ('fix' in finding) assert.ok(finding.fix.length > 5, 'there is something to type');
    });
  }
}

test('a check that breaks is a fault of its own; the others go on', async () => {
  const broken: Check = {
    id: 'broken',
    title: 'Broken',
    run() {
      throw new Error('boom');
    },
  };
  const [first, second] = await runChecks([broken, ...CHECKS.slice(1, 2)], contextOf(well));
  assert.is(first?.level, 'fault');
  assert.match(first?.found ?? '', /boom/);
  assert.is(second?.level, 'ok');
});

test('a line is: mark, what was found, what to type', async () => {
  const [line] = await runChecks(
    CHECKS.filter(({ id }) => id === 'i2c-device'),
    contextOf({ ...well, refusals: { '/dev/i2c-1': 'ENOENT' } }),
  );
  if (line === undefined) throw new Error('no line');
  assert.is(
    renderLine(line, createStyle(false, {})),
    '✗ I2C bus: /dev/i2c-1 is not there — sudo raspi-config nonint do_i2c 0, then reboot  [i2c-device]',
  );
});

test('docs/troubleshooting.md has a heading for each check', () => {
  const path = fileURLToPath(new URL('../../../../docs/troubleshooting.md', import.meta.url));
  const headings = [...readFileSync(path, 'utf8').matchAll(/<a id="([a-z0-9-]+)">/g)].map(([, id]) => id);
  for (const { id } of CHECKS) assert.ok(headings.includes(id), `there is no <a id="${id}">`);
});

test.run();
