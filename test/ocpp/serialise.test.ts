import { schemaOf } from '@tapwatt/ocpp';
import { serialise } from '@tapwatt/ocpp/schema/serialise.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('properties come in the order of the schema, at every level, without white space', () => {
  const text = serialise(
    {
      transactionId: 4,
      meterValue: [
        { sampledValue: [{ unit: 'Wh', measurand: 'Energy.Active.Import.Register', value: '12' }], timestamp: 'T' },
      ],
      connectorId: 1,
    },
    schemaOf('1.6', 'MeterValues', 'request'),
  );
  assert.is(
    text,
    '{"connectorId":1,"transactionId":4,"meterValue":[{"timestamp":"T","sampledValue":[{"value":"12","measurand":"Energy.Active.Import.Register","unit":"Wh"}]}]}',
  );
});

test('the order of writing does not matter: the same content is the same bytes', () => {
  const schema = schemaOf('1.6', 'StartTransaction', 'request');
  const first = serialise({ timestamp: 'T', idTag: 'A', connectorId: 1, meterStart: 0 }, schema);
  const second = serialise({ connectorId: 1, meterStart: 0, idTag: 'A', timestamp: 'T' }, schema);
  assert.is(first, '{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"T"}');
  assert.is(second, first);
});

test('order inside definitions is followed too (GetInstalledCertificateIds)', () => {
  const item = { serialNumber: '1', hashAlgorithm: 'SHA256', issuerKeyHash: 'k', issuerNameHash: 'n' };
  const text = serialise(
    { status: 'Accepted', certificateHashData: [item] },
    schemaOf('1.6', 'GetInstalledCertificateIds', 'response'),
  );
  assert.is(
    text,
    '{"certificateHashData":[{"hashAlgorithm":"SHA256","issuerNameHash":"n","issuerKeyHash":"k","serialNumber":"1"}],"status":"Accepted"}',
  );
});

test('undefined is left out, null is kept, what the schema does not know comes last', () => {
  const schema = schemaOf('1.6', 'Authorize', 'response');
  assert.is(
    serialise(
      { extra: [1, undefined, null], idTagInfo: { status: 'Accepted', parentIdTag: undefined, expiryDate: null } },
      schema,
    ),
    '{"idTagInfo":{"expiryDate":null,"status":"Accepted"},"extra":[1,null,null]}',
  );
});

test('texts are escaped, dates become ISO 8601, "__proto__" is a property like any other', () => {
  assert.is(serialise({ a: 'é"\n\u2028' }, undefined), JSON.stringify({ a: 'é"\n\u2028' }));
  assert.is(serialise({ at: new Date(0) }, undefined), '{"at":"1970-01-01T00:00:00.000Z"}');
  assert.is(
    serialise(JSON.parse('{"__proto__":{"a":1},"constructor":2}'), { properties: {} }),
    '{"__proto__":{"a":1},"constructor":2}',
  );
});

test.run();
