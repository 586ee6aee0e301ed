import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { schemaOf, supportedVersions } from '@tapwatt/ocpp';
import { V16_SENT_BY_CENTRAL_SYSTEM, V16_SENT_BY_CHARGE_POINT, type V16Actions } from '@tapwatt/ocpp/v16';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = new URL('../../../', import.meta.url);
const { generate } = (await import(new URL('ocpp/scripts/generate.mjs', root).href)) as {
  generate: () => Map<string, string>;
};
const require = createRequire(import.meta.url);
const SHIPPED = require('ocpp-rpc/lib/schemas/ocpp1_6.json') as { $id: string }[];

test('the committed types are what generate.mjs makes of the schemas in ocpp-rpc', () => {
  const files = generate();
  assert.ok(files.size >= 2);
  for (const [path, text] of files)
    assert.is(readFileSync(new URL(`ocpp/${path}`, root), 'utf8'), text, `${path}: run node ocpp/scripts/generate.mjs`);
});

test('all 39 messages of 1.6 and its security white paper have a direction', () => {
  const actions = new Set<string>([...V16_SENT_BY_CHARGE_POINT, ...V16_SENT_BY_CENTRAL_SYSTEM]);
  assert.is(actions.size, 39);
  assert.equal(
    [...actions].sort(),
    [...new Set(SHIPPED.map(({ $id }) => $id.replace(/^urn:|\.(req|conf)$/g, '')))].sort(),
  );
});

test('1.6 §4 and §5: only DataTransfer goes both ways', () => {
  const both = V16_SENT_BY_CHARGE_POINT.filter((action) =>
    (V16_SENT_BY_CENTRAL_SYSTEM as readonly string[]).includes(action),
  );
  assert.equal(both, ['DataTransfer']);
});

test('the schema of StartTransaction is not the one of RemoteStartTransaction', () => {
  assert.equal(schemaOf('1.6', 'StartTransaction', 'request').required, [
    'connectorId',
    'idTag',
    'meterStart',
    'timestamp',
  ]);
  assert.equal(schemaOf('1.6', 'RemoteStartTransaction', 'request').required, ['idTag']);
  assert.ok(schemaOf('1.6', 'RemoteStartTransaction', 'request').properties?.chargingProfile);
});

test('schemaOf names what it does not have', () => {
  assert.throws(() => schemaOf('1.6', 'NotifyReport', 'request'), /OCPP 1\.6 has no NotifyReport/);
  assert.throws(() => schemaOf('2.0.1', 'Heartbeat', 'request'), /OCPP 2\.0\.1 is not built in/);
  assert.equal(supportedVersions(), ['1.6']);
});

test('the types hold real messages (this file compiles)', () => {
  const start: V16Actions['StartTransaction']['request'] = {
    connectorId: 1,
    idTag: 'A1B2C3D4',
    meterStart: 0,
    timestamp: '2030-01-01T00:00:00Z',
    reservationId: undefined,
  };
  const meter: V16Actions['MeterValues']['request'] = {
    connectorId: 1,
    meterValue: [
      { timestamp: start.timestamp, sampledValue: [{ value: '1', unit: 'Celcius', context: 'Sample.Periodic' }] },
    ],
  };
  const log: V16Actions['GetLog']['request'] = {
    logType: 'SecurityLog',
    requestId: 1,
    log: { remoteLocation: 'ftp://x/y' },
  };
  // @ts-expect-error 'Accept' is no RegistrationStatus
  const boot: V16Actions['BootNotification']['response'] = { status: 'Accept', interval: 1, currentTime: '' };
  // @ts-expect-error Heartbeat.req has no properties
  const heartbeat: V16Actions['Heartbeat']['request'] = { now: 1 };
  assert.ok(start && meter && log && boot && heartbeat);
});

test.run();
