import type { ChargePointConfig } from 'tapwatt/config/config.js';
import { parseConfig } from 'tapwatt/config/load.js';
import { isRecord, propertiesOf, ROOT_SCHEMA, type SchemaNode } from 'tapwatt/config/schemaWalk.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** Every key of the type, written out: the compiler refuses this when the type changes, the test when the schema does. */
const FULL: ChargePointConfig = {
  version: 1,
  csms: {
    url: 'wss://csms.example/ocpp',
    tlsUrl: null,
    chargePointId: 'CP-1',
    ocppVersions: ['2.0.1', '1.6'],
    security: {
      profile: 3,
      passwordFile: '/a',
      rootCertificateFile: '/b',
      clientCertificateFile: '/c',
      clientKeyFile: '/d',
      verifyHostname: false,
      additionalRootCertificateCheck: true,
      csmsRootCertificates: ['/e'],
      manufacturerRootCertificates: ['/f'],
    },
    reconnect: { minimumS: 2, maximumS: 3, randomS: 4 },
    callTimeoutS: 5,
  },
  identity: {
    vendor: 'v',
    model: 'm',
    chargePointSerialNumber: 's',
    chargeBoxSerialNumber: 'b',
    firmwareVersion: '9',
    iccid: 'i',
    imsi: 'i',
    meterType: 't',
    meterSerialNumber: 'n',
  },
  supply: { voltageV: 120 },
  reader: { kind: 'pn532', i2cBus: 3, address: 37, pollMs: 150, irqPin: 5, resetPin: 6, acceptRandomUid: true },
  can: { kind: 'socketcand', host: 'h', port: 1, interface: 'vcan0', currentScaleMa: 100 },
  gpio: { backend: 'onoff', indicatorPin: 7, chipLabels: ['testboard'] },
  connectors: [
    {
      id: 2,
      maximumCurrentA: 63,
      phases: 3,
      hasLock: true,
      hasPlugSensor: true,
      canIdOffset: 2,
      relayPin: 8,
      relayActiveLow: true,
      plugPin: 9,
      plugActiveLow: true,
      lockPin: 10,
      pwmPin: 12,
    },
  ],
  ocpp: { configuration: { HeartbeatInterval: '1' }, featureProfiles: ['Core'] },
  powerLoss: { openTransaction: 'resume' },
  journal: { checkpointIntervalS: 30 },
  clock: { trust: 'csms', setSystemClock: true },
  maintenance: {
    installCommand: ['/h', '{file}'],
    installTimeoutS: 5,
    restartAfterInstall: false,
    uploadMethod: 'POST',
  },
  stateDirectory: '/s',
  controlSocket: '/c',
  log: { level: 'error' },
};
const VARIANTS: Partial<ChargePointConfig>[] = [
  { reader: { kind: 'none' } },
  { reader: { kind: 'simulated', pollMs: 100 } },
  { can: { kind: 'simulated', currentScaleMa: 100, listen: { host: '127.0.0.1', port: 0 } } },
  { can: { kind: 'socketcan', interface: 'can1', currentScaleMa: 100 } },
];

const files = { unreadable: () => null, firstLine: () => 'x', text: () => null, inTheWay: () => null };
const parse = (value: unknown) => parseConfig(JSON.stringify(value), { file: '/x.json' }, files);

test('the schema accepts every key of the type and changes none', () => {
  assert.equal(parse(FULL), FULL);
  for (const variant of VARIANTS) {
    assert.equal(parse({ ...FULL, ...variant }), { ...FULL, ...variant });
  }
});

test('every key of the schema is in the type', () => {
  const compare = (node: SchemaNode, values: unknown[], where: string): void => {
    for (const [key, child] of Object.entries(propertiesOf(node))) {
      const members = values.filter(isRecord).filter((value) => key in value);
      assert.ok(members.length > 0, `${where}${key} is in the schema but not in ChargePointConfig`);
      const below = members.map((value) => value[key]);
      compare(child, below, `${where}${key}.`);
      if (child.items !== undefined) compare(child.items, below.flat(), `${where}${key}[].`);
    }
  };
  compare(ROOT_SCHEMA, [FULL, ...VARIANTS], '');
});

test('every leaf has a description; every default fits its own schema', () => {
  const leaves = (node: SchemaNode, where: string): void => {
    for (const [key, child] of Object.entries(propertiesOf(node))) {
      assert.ok(child.description !== undefined || Object.keys(child).length === 0, `${where}${key}: no description`);
      leaves(child, `${where}${key}.`);
    }
  };
  leaves(ROOT_SCHEMA, '');
  const small = { csms: { url: 'ws://a', chargePointId: 'b' }, connectors: [{ id: 1, hasPlugSensor: false }] };
  const filled = parse(small);
  assert.equal(parse(filled), filled);
  assert.equal(filled.reader, {
    kind: 'pn532',
    i2cBus: 1,
    address: 0x24,
    pollMs: 200,
    irqPin: null,
    resetPin: null,
    acceptRandomUid: false,
  });
});

test.run();
