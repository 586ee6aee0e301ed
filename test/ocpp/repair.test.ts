import { schemaOf } from '@tapwatt/ocpp';
import { protocolOf } from '@tapwatt/ocpp/protocol/protocols.js';
import { repair } from '@tapwatt/ocpp/schema/repair.js';
import { validatorOf } from '@tapwatt/ocpp/schema/validation.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

function mended(action: string, payload: object, kind: 'request' | 'response' = 'request'): unknown {
  return repair(payload, schemaOf('1.6', action, kind));
}

test('a 26-character serial is cut to the 25 of the schema', () => {
  const boot = { chargePointVendor: 'V', chargePointModel: 'M', chargePointSerialNumber: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' };
  assert.equal(mended('BootNotification', boot), { ...boot, chargePointSerialNumber: 'ABCDEFGHIJKLMNOPQRSTUVWXY' });
});

test('numbers as texts, texts as numbers, extra keys, empty and null values', () => {
  assert.equal(
    mended('StartTransaction', {
      connectorId: '1',
      idTag: 12_345,
      meterStart: ' 1000.4 ',
      timestamp: '2030-01-01T00:00:00Z',
      reservationId: '',
      extra: { deep: true },
    }),
    { connectorId: 1, idTag: '12345', meterStart: 1000, timestamp: '2030-01-01T00:00:00Z' },
  );
  assert.equal(
    mended('StatusNotification', {
      connectorId: 1,
      status: ' available',
      errorCode: 'noerror',
      timestamp: null,
      info: '',
    }),
    { connectorId: 1, status: 'Available', errorCode: 'NoError', info: '' },
  );
});

test('inside lists: each sample by itself; a lone object where a list is due', () => {
  const meterValue = {
    timestamp: '2030-01-01T00:00:00Z',
    sampledValue: [{ value: 12.5, unit: '', context: 'sample.periodic', location: null, x: 1 }],
  };
  assert.equal(mended('MeterValues', { connectorId: 1, transactionId: '7', meterValue }), {
    connectorId: 1,
    transactionId: 7,
    meterValue: [{ timestamp: '2030-01-01T00:00:00Z', sampledValue: [{ value: '12.5', context: 'Sample.Periodic' }] }],
  });
});

test('a tag is never cut, and what cannot be mended stays as it came', () => {
  const idTag = 'X'.repeat(30);
  assert.equal(mended('Authorize', { idTag }), { idTag });
  const hopeless = { connectorId: 'one', status: 'Sleeping', errorCode: [] };
  assert.equal(mended('StatusNotification', hopeless), hopeless);
});

test('what was valid is not touched, whatever the action', () => {
  const valid: [string, object][] = [
    ['Heartbeat', {}],
    ['DataTransfer', { vendorId: 'v', data: '' }],
    ['Authorize', { idTag: '' }],
    ['StopTransaction', { transactionId: 1, meterStop: 0, timestamp: '2030-01-01T00:00:00Z', reason: 'Local' }],
  ];
  const validator = validatorOf(protocolOf('1.6'));
  for (const [action, payload] of valid) {
    assert.equal(validator.check(action, 'request', 'received', payload), []);
    assert.equal(mended(action, payload), payload);
  }
});

test('answers too', () => {
  const answer = { configurationKey: [{ key: 'HeartbeatInterval', readonly: 'false', value: 300 }], unknownKey: null };
  assert.equal(mended('GetConfiguration', answer, 'response'), {
    configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
  });
});

test.run();
