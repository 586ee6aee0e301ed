import { createConfiguration } from 'tapwatt/ocpp/v16/configuration.js';
import {
  BUILT_PROFILES,
  type ChargePointFacts,
  checkKeyValue,
  type KeyDefinition,
} from 'tapwatt/ocpp/v16/keyDefinition.js';
import { CONFIGURATION_KEYS } from 'tapwatt/ocpp/v16/keys.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const connector = (connectorId: number, more = {}) => ({
  connectorId,
  phases: 3,
  hasLock: true,
  hasPlugSensor: true,
  ...more,
});
const FACTS: ChargePointFacts = {
  connectors: [connector(1), connector(2)],
  featureProfiles: BUILT_PROFILES,
  callTimeoutS: 30,
  indicator: 'dimmable',
};

function memoryStore(initial: Record<string, string> = {}) {
  const values = new Map(Object.entries(initial));
  let initialised = false;
  return {
    values,
    all: () => values,
    set: (name: string, value: string) => void values.set(name, value),
    applyInitial: (wanted: Readonly<Record<string, string>>) => {
      if (initialised) return false;
      initialised = true;
      for (const [name, value] of Object.entries(wanted)) if (!values.has(name)) values.set(name, value);
      return true;
    },
  };
}

/** Values that fit a key of this type, and values that do not. */
function examples({ name, type }: KeyDefinition): { good: string[]; bad: string[] } {
  switch (type.kind) {
    case 'boolean':
      return { good: ['true', 'false', 'TRUE', ' False '], bad: ['1', 'yes', '', 'tru e'] };
    case 'integer':
      return {
        good: [String(type.minimum), String(type.maximum), ` ${type.minimum + 1} `],
        bad: [String(type.minimum - 1), String(type.maximum + 1), '', '1.5', '1e3', 'abc', '0x10', '--1'],
      };
    case 'string':
      return { good: ['', 'x'.repeat(type.maximumLength)], bad: ['x'.repeat(type.maximumLength + 1)] };
    case 'list':
      if (name === 'ConnectorPhaseRotation')
        return { good: ['', '1.RST', '0.unknown, 2.TSR'], bad: ['3.RST', 'RST', '1.RSTX', '1.RST;2.RST'] };
      if (name === 'SupportedFeatureProfiles') return { good: ['Core'], bad: [] };
      if (name === 'ChargingScheduleAllowedChargingRateUnit')
        return { good: ['Current', 'Power,Current'], bad: ['A', 'W'] };
      return {
        good: ['', 'Energy.Active.Import.Register', 'SoC, Voltage.L1,Voltage.L2-N', 'current.import.l3'],
        bad: ['Frequency', 'Energy.Active.Import.Register,RPM', 'Voltage.L4', 'SoC.L1', 'Voltage.L1-L2', ',SoC'],
      };
  }
}

for (const key of CONFIGURATION_KEYS) {
  test(`${key.name} (${key.section}): its default fits, good values are Accepted, bad ones Rejected (TC_040_2)`, () => {
    assert.ok(checkKeyValue(key, key.initial(FACTS), FACTS).ok, `default ${key.initial(FACTS)}`);
    const configuration = createConfiguration(CONFIGURATION_KEYS, FACTS, memoryStore());
    const before = configuration.text(key.name);
    assert.is(before, key.initial(FACTS));
    const { good, bad } = examples(key);
    for (const value of bad) {
      assert.is(configuration.change(key.name, value).status, 'Rejected', `${JSON.stringify(value)} must not fit`);
      assert.is(configuration.text(key.name), before);
    }
    for (const value of good) {
      const expected = key.access === 'R' ? 'Rejected' : key.rebootRequired ? 'RebootRequired' : 'Accepted';
      assert.is(configuration.change(key.name, value).status, expected, JSON.stringify(value));
    }
    assert.ok(key.description.length > 10);
    const shown = configuration.find(key.name);
    assert.is(shown?.readonly, key.access === 'W' ? undefined : key.access === 'R');
  });
}

test('Every required Core key of §9.1 is there, and no promise that is not kept', () => {
  const names = createConfiguration(CONFIGURATION_KEYS, FACTS, memoryStore())
    .readable()
    .map(({ key }) => key);
  for (const required of [
    'AuthorizeRemoteTxRequests',
    'ClockAlignedDataInterval',
    'ConnectionTimeOut',
    'ConnectorPhaseRotation',
    'GetConfigurationMaxKeys',
    'HeartbeatInterval',
    'LocalAuthorizeOffline',
    'LocalPreAuthorize',
    'MeterValuesAlignedData',
    'MeterValuesSampledData',
    'MeterValueSampleInterval',
    'NumberOfConnectors',
    'ResetRetries',
    'StopTransactionOnInvalidId',
    'StopTxnAlignedData',
    'StopTxnSampledData',
    'SupportedFeatureProfiles',
    'TransactionMessageAttempts',
    'TransactionMessageRetryInterval',
    'UnlockConnectorOnEVSideDisconnect',
  ])
    assert.ok(names.includes(required), required);
  const light = (indicator: ChargePointFacts['indicator']) =>
    createConfiguration(CONFIGURATION_KEYS, { ...FACTS, indicator }, memoryStore());
  assert.is(light('none').find('BlinkRepeat'), null);
  assert.ok(light('plain').find('BlinkRepeat'));
  assert.is(light('plain').find('LightIntensity'), null);
  assert.is(new Set(names).size, names.length);
});

test('TC_040_1: an unknown key is NotSupported; names are compared without regard to case (CiString50)', () => {
  const configuration = createConfiguration(CONFIGURATION_KEYS, FACTS, memoryStore());
  assert.is(configuration.change('NoSuchKey', '1').status, 'NotSupported');
  assert.is(configuration.change('heartbeatinterval', '77').status, 'Accepted');
  assert.is(configuration.integer('HeartbeatInterval'), 77);
});

test('A listener hears of a change and not of the same value again', () => {
  const configuration = createConfiguration(CONFIGURATION_KEYS, FACTS, memoryStore());
  const heard: string[] = [];
  configuration.onChange((key) => heard.push(`${key.name} ${key.effect}`));
  configuration.change('MeterValueSampleInterval', '10');
  configuration.change('MeterValueSampleInterval', ' 10 ');
  configuration.adopt('HeartbeatInterval', '11');
  configuration.adopt('HeartbeatInterval', 'soon');
  assert.equal(heard, ['MeterValueSampleInterval connectors', 'HeartbeatInterval heartbeat']);
});

test('Initial values: once, never over a stored one, and what does not fit is named', () => {
  const store = memoryStore({ ConnectionTimeOut: '99' });
  const first = createConfiguration(CONFIGURATION_KEYS, FACTS, store);
  const refused = first.applyInitial({
    ConnectionTimeOut: '10',
    HeartbeatInterval: '20',
    NumberOfConnectors: '7',
    NoSuchKey: 'x',
    MeterValueSampleInterval: '-1',
  });
  assert.equal(refused.map(({ name }) => name).sort(), ['MeterValueSampleInterval', 'NoSuchKey', 'NumberOfConnectors']);
  assert.is(first.integer('ConnectionTimeOut'), 99);
  assert.is(first.integer('HeartbeatInterval'), 20);
  assert.equal(first.applyInitial({ HeartbeatInterval: '30' }), []);
  assert.is(first.integer('HeartbeatInterval'), 20);
});

test('A read-only key may get its first value from the configuration file, where the table says so', () => {
  const configuration = createConfiguration(CONFIGURATION_KEYS, FACTS, memoryStore());
  assert.equal(configuration.applyInitial({ LocalAuthListMaxLength: '5', ReserveConnectorZeroSupported: 'false' }), []);
  assert.equal(configuration.find('LocalAuthListMaxLength'), {
    key: 'LocalAuthListMaxLength',
    readonly: true,
    value: '5',
  });
  assert.is(configuration.change('LocalAuthListMaxLength', '6').status, 'Rejected');
});

test('A stored value that no longer fits the hardware gives way to the default', () => {
  const onePhase: ChargePointFacts = { ...FACTS, connectors: [connector(1, { phases: 1 })] };
  const store = memoryStore({ MeterValuesSampledData: 'Voltage.L3' });
  const configuration = createConfiguration(CONFIGURATION_KEYS, onePhase, store);
  assert.is(configuration.text('MeterValuesSampledData'), 'Energy.Active.Import.Register');
});

test('Errata 3.84: with fixed cables only, UnlockConnectorOnEVSideDisconnect is read-only and false', () => {
  const fixed: ChargePointFacts = { ...FACTS, connectors: [connector(1, { hasLock: false })] };
  const configuration = createConfiguration(CONFIGURATION_KEYS, fixed, memoryStore());
  assert.equal(configuration.find('UnlockConnectorOnEVSideDisconnect'), {
    key: 'UnlockConnectorOnEVSideDisconnect',
    readonly: true,
    value: 'false',
  });
  assert.is(configuration.change('UnlockConnectorOnEVSideDisconnect', 'true').status, 'Rejected');
});

test('Keys of a profile that is off are not there', () => {
  const keys = (featureProfiles: ChargePointFacts['featureProfiles']) =>
    createConfiguration(CONFIGURATION_KEYS, { ...FACTS, featureProfiles }, memoryStore());
  for (const [name, profile] of [
    ['ReserveConnectorZeroSupported', 'Reservation'],
    ['LocalAuthListEnabled', 'LocalAuthListManagement'],
    ['ChargeProfileMaxStackLevel', 'SmartCharging'],
  ] as const) {
    assert.is(keys(['Core']).find(name), null);
    assert.is(keys(['Core']).change(name, '1').status, 'NotSupported');
    assert.ok(keys(['Core', profile]).find(name));
  }
  assert.is(keys(['Core', 'Reservation']).text('SupportedFeatureProfiles'), 'Core,Reservation');
});

test('A value has at most 500 characters (CiString500)', () => {
  const configuration = createConfiguration(CONFIGURATION_KEYS, FACTS, memoryStore());
  assert.is(configuration.change('MeterValuesSampledData', `SoC,${'SoC,'.repeat(200)}SoC`).status, 'Rejected');
});

test.run();
