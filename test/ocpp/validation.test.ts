import { V16 } from '@tapwatt/ocpp/protocol/v16.js';
import { type Origin, validatorOf } from '@tapwatt/ocpp/schema/validation.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const validator = validatorOf(V16);
const check = (action: string, payload: unknown, origin: Origin = 'received') =>
  validator.check(action, 'request', origin, payload);
const codes = (action: string, payload: unknown) =>
  check(action, payload).map(({ path, errorCode }) => `${path} ${errorCode}`);

const START = { connectorId: 1, idTag: 'A1B2C3D4', meterStart: 0, timestamp: '2030-01-01T00:00:00Z' };
const profile = (limit: unknown, unit: unknown = 'A') => ({
  connectorId: 1,
  csChargingProfiles: {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: { chargingRateUnit: unit, chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
  },
});

test('every schema of 1.6 compiles, both ways', () => {
  for (const action of V16.actions)
    for (const kind of ['request', 'response'] as const)
      for (const origin of ['received', 'sent'] as const)
        assert.ok(validator.check(action, kind, origin, 'no object').length > 0, `${action} ${kind}`);
});

test('valid messages are valid', () => {
  assert.equal(check('StartTransaction', START), []);
  assert.equal(check('Heartbeat', {}), []);
  assert.equal(check('GetDiagnostics', { location: 'ftp://user:secret@host/dir?x=1' }), []);
});

test('1.6-J §4.2.3 table 7: each kind of violation has its code', () => {
  const { idTag: _, ...incomplete } = START;
  assert.equal(codes('StartTransaction', incomplete), ['/idTag ProtocolError']);
  assert.equal(codes('StartTransaction', { ...START, meterStart: '0' }), ['/meterStart TypeConstraintViolation']);
  assert.equal(codes('StartTransaction', { ...START, meterStart: 0.5 }), ['/meterStart TypeConstraintViolation']);
  assert.equal(codes('StartTransaction', { ...START, idTag: 'A'.repeat(21) }), ['/idTag PropertyConstraintViolation']);
  assert.equal(codes('StartTransaction', { ...START, 'a/b': 1 }), ['/a~1b FormationViolation']);
  assert.equal(codes('StartTransaction', []), [' FormationViolation']);
  assert.equal(codes('GetDiagnostics', { location: 'not a uri' }), ['/location PropertyConstraintViolation']);
  assert.equal(
    validator
      .check('GetInstalledCertificateIds', 'response', 'received', { status: 'Accepted', certificateHashData: [] })
      .map(({ errorCode }) => errorCode),
    ['OccurenceConstraintViolation'],
  );
});

test('1.6 errata 3.24 and 3.38: an unknown enumeration value is PropertyConstraintViolation', () => {
  assert.equal(codes('SetChargingProfile', profile(16, 'kW')), [
    '/csChargingProfiles/chargingSchedule/chargingRateUnit PropertyConstraintViolation',
  ]);
  assert.match(check('SetChargingProfile', profile(16, 'kW'))[0]?.message ?? '', /must be one of A, W/);
});

test('J errata 3.2: extra fields inside inner objects are refused', () => {
  const payload = {
    connectorId: 1,
    meterValue: [{ timestamp: '2030-01-01T00:00:00Z', sampledValue: [{ value: '1', x: 2 }] }],
  };
  assert.equal(codes('MeterValues', payload), ['/meterValue/0/sampledValue/0/x FormationViolation']);
});

test('J errata 2.1: both spellings of Celsius are received', () => {
  const payload = (unit: string) => ({
    connectorId: 1,
    meterValue: [{ timestamp: '2030-01-01T00:00:00Z', sampledValue: [{ value: '1', unit }] }],
  });
  for (const unit of ['Celcius', 'Celsius']) assert.equal(check('MeterValues', payload(unit)), []);
  assert.is(check('MeterValues', payload('Kelvins')).length, 1);
});

test('multipleOf 0.1: every decimal with one digit is taken, others are not', () => {
  for (let tenths = 0; tenths <= 100_000; tenths += 1) {
    const limit = Number((tenths / 10).toFixed(1));
    if (check('SetChargingProfile', profile(limit)).length > 0) assert.unreachable(`${limit} was refused`);
  }
  for (const limit of [0.3, 16.1, 22000.7, 1_000_000.1]) assert.equal(check('SetChargingProfile', profile(limit)), []);
  for (const limit of [16.15, 0.01, 0.05])
    assert.is(check('SetChargingProfile', profile(limit)).length, 1, String(limit));
});

test('1.6 §3.15: times of others are ISO 8601, ours are RFC 3339', () => {
  const timestamp = '2030-01-01T00:00:00';
  assert.equal(check('StartTransaction', { ...START, timestamp }, 'received'), []);
  assert.equal(
    check('StartTransaction', { ...START, timestamp }, 'sent').map(({ path }) => path),
    ['/timestamp'],
  );
  assert.equal(check('StartTransaction', { ...START, timestamp: `${timestamp}.123+02:00` }, 'sent'), []);
  assert.is(check('StartTransaction', { ...START, timestamp: '2030-01-01 00:00:00Z' }, 'received').length, 1);
});

test('a flood of violations is cut', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`p${index}`, index]));
  assert.is(check('Heartbeat', many).length, 20);
});

test('an unknown action', () => {
  assert.equal(codes('Nonsense', {}), [' NotImplemented']);
});

test.run();
