import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { difference } from 'tapwatt/config/difference.js';
import { loadConfig, parseConfig } from 'tapwatt/config/load.js';
import { ConfigError, formatProblem } from 'tapwatt/config/problems.js';
import { configSchema } from 'tapwatt/config/schema.js';
import { TAPWATT_VERSION } from 'tapwatt/config/version.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

const MINIMAL = `csms:
  url: ws://csms.example/ocpp
  chargePointId: CP-1
reader: { kind: simulated }
can: { kind: simulated }
gpio: { backend: simulated }
connectors:
  - id: 1
`;

const noFiles = {
  unreadable: () => null,
  firstLine: () => 'secret',
  text: () => null,
  inTheWay: () => null,
};

function problemsOf(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    assert.instance(error, ConfigError);
    return (error as ConfigError).problems.map((problem) => formatProblem(problem).replace('\n    → ', ' | '));
  }
  throw new Error('the configuration was accepted');
}

const parse = (text: string, environment: NodeJS.ProcessEnv = {}, flags: string[] = []) =>
  parseConfig(text, { file: '/etc/tapwatt/c.yaml', environment, flags }, noFiles);

test('defaults fill everything that the file does not say', () => {
  const config = parse(MINIMAL);
  assert.is(config.version, 1);
  assert.equal(config.csms.ocppVersions, ['1.6']);
  assert.equal(config.csms.reconnect, { minimumS: 1, maximumS: 120, randomS: 5 });
  assert.equal(config.reader, { kind: 'simulated', pollMs: 200 });
  assert.equal(config.can, { kind: 'simulated', currentScaleMa: 1000, listen: null });
  assert.equal(config.connectors[0], {
    id: 1,
    maximumCurrentA: 32,
    phases: 1,
    hasLock: false,
    hasPlugSensor: true,
    canIdOffset: 0,
    relayPin: null,
    relayActiveLow: false,
    plugPin: null,
    plugActiveLow: false,
    lockPin: null,
    pwmPin: null,
  });
  assert.is(config.supply.voltageV, 230);
  assert.is(config.stateDirectory, '/var/lib/tapwatt');
});

test('precedence: defaults < file < environment < flags; paths count from where they are said', () => {
  const config = parse(
    `${MINIMAL}stateDirectory: state\nlog: { level: warn }\n`,
    {
      TAPWATT_CSMS__URL: 'wss://from.environment/ocpp',
      TAPWATT_LOG__LEVEL: 'error',
      TAPWATT_CSMS__CHARGE_POINT_ID: '0042',
      TAPWATT_CONNECTORS__0__PHASES: '3',
      TAPWATT_OCPP__CONFIGURATION__HeartbeatInterval: '300',
      TAPWATT_SOCKET: '/somewhere/else.sock',
      TAPWATT_CONFIG: '/etc/tapwatt/c.yaml',
    },
    ['log.level=debug', 'connectors[0].maximumCurrentA=16', 'controlSocket=c.sock'],
  );
  assert.is(config.csms.url, 'wss://from.environment/ocpp');
  assert.is(config.csms.chargePointId, '0042', 'text stays text');
  assert.is(config.log.level, 'debug');
  assert.is(config.connectors[0]?.phases, 3);
  assert.is(config.connectors[0]?.maximumCurrentA, 16);
  assert.equal(config.ocpp.configuration, { HeartbeatInterval: '300' });
  assert.is(config.stateDirectory, '/etc/tapwatt/state');
  assert.is(config.controlSocket, join(process.cwd(), 'c.sock'));
});

/** [what is wrong, file text, lines of the report] */
const MISTAKES: [string, string, string[]][] = [
  [
    'unknown key with a suggestion, at the key',
    MINIMAL.replace('  url:', '  urll: x\n  url:'),
    ['/etc/tapwatt/c.yaml:2:3: csms.urll: unknown key | did you mean "url"?'],
  ],
  [
    'unknown section',
    `${MINIMAL}connector: {}\n`,
    ['/etc/tapwatt/c.yaml:9:1: connector: unknown key | did you mean "connectors"?'],
  ],
  [
    'key of another kind of reader',
    MINIMAL.replace('{ kind: simulated }', '{ kind: simulated, i2cBus: 1 }'),
    ['/etc/tapwatt/c.yaml:4:28: reader.i2cBus: unknown key | delete it; known here: kind, pollMs'],
  ],
  [
    'number where text belongs',
    MINIMAL.replace('CP-1', '1234'),
    ['/etc/tapwatt/c.yaml:3:18: csms.chargePointId: 1234 is not text | put it in quotes: "1234"'],
  ],
  [
    'wrong choice',
    MINIMAL.replace('gpio: { backend: simulated }', 'gpio: { backend: simulatd }'),
    [
      '/etc/tapwatt/c.yaml:6:18: gpio.backend: "simulatd" is none of auto, onoff, simulated | did you mean "simulated"?',
    ],
  ],
  ['not YAML', 'csms:\n\turl: ws://x\n', ['/etc/tapwatt/c.yaml:2:1: not YAML:']],
  [
    'the same key twice',
    `${MINIMAL}csms: {}\n`,
    ['/etc/tapwatt/c.yaml:9:1: not YAML: Map keys must be unique | delete one of the two'],
  ],
  ['a list at the top', '- a\n', ['/etc/tapwatt/c.yaml:1:1: the file holds no keys']],
  ['url of another protocol', MINIMAL.replace('ws://', 'http://'), ['/etc/tapwatt/c.yaml:2:8: csms.url: "http:']],
  [
    'connector twice, and everything wrong is said at once',
    `${MINIMAL}  - id: 1\n    canIdOffset: 1\n  - id: 3\n    canIdOffset: 1\n`,
    [
      '/etc/tapwatt/c.yaml:9:9: connectors[1].id: connector 1 is there twice | give each connector a number of its own; 4 is free',
      '/etc/tapwatt/c.yaml:10:18: connectors[1].canIdOffset: CAN id 0x201 is already used by connector 1',
      '/etc/tapwatt/c.yaml:12:18: connectors[2].canIdOffset: CAN id 0x201 is already used by connector 1',
    ],
  ],
  [
    'two functions on one pin, and the pins of I2C',
    `${MINIMAL.replace('gpio: { backend: simulated }', 'gpio: { indicatorPin: 17 }').replace(
      'reader: { kind: simulated }',
      'reader: { kind: pn532, resetPin: 3 }',
    )}    plugPin: 17\n    relayPin: 4\n`,
    [
      '/etc/tapwatt/c.yaml:4:34: reader.resetPin: GPIO 3 carries the I2C bus of the reader',
      '/etc/tapwatt/c.yaml:9:14: connectors[0].plugPin: GPIO 17 is already the indicator',
    ],
  ],
  [
    'a plug sensor without its pin',
    MINIMAL.replace('gpio: { backend: simulated }', ''),
    ['/etc/tapwatt/c.yaml:8:5: connectors[0].hasPlugSensor: connector 1 has a plug sensor but no plugPin'],
  ],
  [
    'security profile without what it needs',
    MINIMAL.replace('  chargePointId', '  security: { profile: 2 }\n  chargePointId'),
    [
      '/etc/tapwatt/c.yaml:2:8: csms.url: security profile 2 needs TLS, but the address begins with ws:// | write wss://csms.example/ocpp, or profile: 0 or 1',
      '/etc/tapwatt/c.yaml:3:24: csms.security.profile: security profile 2 needs a password',
    ],
  ],
  [
    'a value out of range',
    `${MINIMAL}supply: { voltageV: 23000 }\n`,
    ['/etc/tapwatt/c.yaml:9:21: supply.voltageV: 23000 is too large | at most 300'],
  ],
  [
    'an OCPP key whose value is no text',
    `${MINIMAL}ocpp:\n  configuration:\n    HeartbeatInterval: 300\n`,
    ['/etc/tapwatt/c.yaml:11:24: ocpp.configuration.HeartbeatInterval: 300 is not text | put it in quotes: "300"'],
  ],
  [
    'Core switched off',
    `${MINIMAL}ocpp: { featureProfiles: [SmartCharging] }\n`,
    ['/etc/tapwatt/c.yaml:9:9: ocpp.featureProfiles: "Core" is missing'],
  ],
  [
    'backoff upside down',
    MINIMAL.replace('  chargePointId', '  reconnect: { minimumS: 200 }\n  chargePointId'),
    ['/etc/tapwatt/c.yaml:3:26: csms.reconnect.minimumS: 200 is more than maximumS (120)'],
  ],
];

for (const [name, text, expected] of MISTAKES) {
  test(`mistake: ${name}`, () => {
    const found = problemsOf(() => parse(text));
    assert.is(found.length, expected.length, found.join('\n'));
    expected.forEach((start, index) => {
      assert.ok(found[index]?.startsWith(start), `${found[index]}\nshould begin with\n${start}`);
      assert.match(found[index] ?? '', / \| ./, 'every problem says what to type');
    });
  });
}

test('mistake: a missing section is reported at its parent, with what it is for', () => {
  const found = problemsOf(() => parse('csms:\n  url: ws://x/\nconnectors: [{ id: 1 }]\n'));
  assert.is(found.length, 1);
  assert.match(found[0] ?? '', /^\/etc\/tapwatt\/c.yaml:1:1: csms: "chargePointId" is missing \| add "chargePointId:"/);
});

test('mistakes in environment and flags name the variable and the flag', () => {
  assert.equal(
    problemsOf(() => parse(MINIMAL, { TAPWATT_CSMS_URL: 'ws://x' }, ['csms.ulr=ws://x', 'nonsense', 'log.level=loud'])),
    [
      'environment TAPWATT_CSMS_URL: names "CSMS_URL", which is no section of the configuration | did you mean TAPWATT_CSMS__URL?',
      '--set csms.ulr=ws://x: csms: names "ulr", which is not in csms | did you mean url?',
      '--set nonsense: has no "=" | type --set section.key=value, for example --set csms.url=ws://192.168.1.10:8180/ocpp',
      '--set log.level=loud: log.level: "loud" is none of debug, info, warn, error | choose one of debug, info, warn, error – Least severity that is written.',
    ],
  );
});

test('files that are named must be there; passwords are never shown', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-config-'));
  try {
    const file = join(directory, 'config.yaml');
    writeFileSync(
      file,
      MINIMAL.replace(
        '  chargePointId',
        '  security:\n    profile: 1\n    passwordFile: password\n    rootCertificateFile: root.pem\n  chargePointId',
      ),
    );
    writeFileSync(join(directory, 'password'), '\nsecret\n');
    const found = problemsOf(() => loadConfig({ file }));
    assert.is(found.length, 2);
    assert.match(found[0] ?? '', /config\.yaml:5:19: .*password: its first line is empty/);
    assert.match(found[1] ?? '', /config\.yaml:6:26: .*root\.pem: there is no such file/);
    writeFileSync(join(directory, 'password'), 'secret\n');
    writeFileSync(join(directory, 'root.pem'), rootCertificates[0] ?? '');
    assert.is(loadConfig({ file }).config.csms.security.passwordFile, join(directory, 'password'));
    assert.match(problemsOf(() => loadConfig({ file: join(directory, 'none.yaml') }))[0] ?? '', /no such file/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a reload tells what is live from what needs a restart', () => {
  const before = parse(MINIMAL);
  const after = parse(`${MINIMAL}log: { level: debug }\nsupply: { voltageV: 231 }\n`, {}, ['csms.url=ws://other/']);
  assert.equal(difference(before, after), { live: ['log.level'], needsRestart: ['csms.url', 'supply.voltageV'] });
  const more = parse(`${MINIMAL}  - { id: 2, canIdOffset: 2 }\n`);
  assert.equal(difference(before, more), { live: [], needsRestart: ['connectors'] });
});

for (const name of ['default.yaml', 'examples/pi.yaml', 'examples/simulation.yaml', 'examples/two-connectors.yaml']) {
  test(`config/${name} is valid`, () => {
    const { config } = loadConfig({ file: join(root, 'config', name) });
    assert.is(config.version, 1);
  });
}

test('config/tapwatt.schema.json is what schema.ts says (make it with: tapwatt config schema)', () => {
  const generated = JSON.parse(readFileSync(join(root, 'config/tapwatt.schema.json'), 'utf8')) as unknown;
  assert.equal(generated, JSON.parse(JSON.stringify(configSchema)));
});

test('the version is that of the package', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'firmware/package.json'), 'utf8')) as { version: string };
  assert.is(TAPWATT_VERSION, manifest.version);
});

test.run();
