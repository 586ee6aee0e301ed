/** Verdict `fix`: a charge point with known quirks works, and what it does wrong is on record. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json } from '../../support/scripted-peer.js';
import { startTestServer, type TestServer } from '../api/server.js';

const test = suite('verdict fix');
let server: TestServer;

test.before(async () => {
  server = await startTestServer();
  await server.api('PUT', '/api/v1/id-tags/4711', {});
});
test.after(() => server.close());

async function quirksOf(id: string): Promise<Json[]> {
  return (await server.api('GET', `/api/v1/charge-points/${id}/quirks`)).body.items;
}

test('26-character serial, numbers as texts, extra keys, empty values, no subprotocol: a whole session', async () => {
  await server.api('PUT', '/api/v1/charge-points/QUIRKY', { verdict: 'fix' });
  const peer = await server.connect('QUIRKY', { protocols: [] });
  assert.is(peer.protocol, '');
  const boot = await peer.call('BootNotification', {
    chargePointVendor: 'Vendor',
    chargePointModel: 'Model',
    chargePointSerialNumber: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    extraKey: 1,
  });
  assert.is(boot.status, 'Accepted');
  assert.equal(
    await peer.call('StatusNotification', { connectorId: '1', status: 'AVAILABLE', errorCode: '', info: '' }),
    {},
  );
  const timestamp = new Date().toISOString();
  const started = await peer.call('StartTransaction', { connectorId: '1', idTag: 4711, meterStart: '1000', timestamp });
  assert.is((started.idTagInfo as Json).status, 'Accepted');
  const { transactionId } = started;
  const sampledValue = [{ value: 1500, unit: '', context: 'sample.periodic', vendorThing: true }];
  const values = { connectorId: '1', transactionId: String(transactionId), meterValue: { timestamp, sampledValue } };
  assert.equal(await peer.call('MeterValues', values), {});
  const end = { transactionId: String(transactionId), meterStop: '2000', timestamp, reason: 'local' };
  assert.equal(await peer.call('StopTransaction', end), {});

  const [session] = (await server.api('GET', '/api/v1/transactions?chargePointId=QUIRKY')).body.items;
  assert.equal(
    [session.status, session.idTag, session.meterStart, session.meterStop, session.stopReason],
    ['completed', '4711', 1000, 2000, 'Local'],
  );
  const shown = (await server.api('GET', '/api/v1/charge-points/QUIRKY')).body;
  assert.equal([shown.verdict, shown.serialNumber], ['fix', 'ABCDEFGHIJKLMNOPQRSTUVWXY']);
  assert.is(shown.connectors[0].status, 'Available');

  const quirks = await quirksOf('QUIRKY');
  for (const expected of [
    '(connection) ',
    'BootNotification /chargePointSerialNumber',
    'BootNotification /extraKey',
    'StartTransaction /meterStart',
    'MeterValues /meterValue',
  ])
    assert.ok(
      quirks.some((quirk) => `${quirk.action} ${quirk.path}` === expected && quirk.verdict === 'fix'),
      expected,
    );
  // What was on the wire is in the message log as it was.
  const path = '/api/v1/charge-points/QUIRKY/messages?action=StartTransaction&direction=in';
  const frame = await eventually(async () => (await server.api('GET', path)).body.items[0] ?? null, 'the frame');
  assert.match(frame.text, /"meterStart":"1000"/);
});

test('answers to commands are mended too, and counted', async () => {
  await server.api('PUT', '/api/v1/charge-points/ANSWERS', { verdict: 'fix' });
  const peer = await server.connect('ANSWERS');
  peer.on('GetConfiguration', { configurationKey: [{ key: 'K', readonly: 'true', value: 5 }], bogus: 1 });
  for (let count = 0; count < 2; count += 1) {
    const answer = await server.api('POST', '/api/v1/charge-points/ANSWERS/commands/get-configuration', {});
    assert.equal(answer.body.response, { configurationKey: [{ key: 'K', readonly: true, value: '5' }] });
  }
  const quirk = (await quirksOf('ANSWERS')).find((one) => one.path === '/configurationKey/*/value');
  assert.equal([quirk?.where, quirk?.count], ['result', 2]);
});

test('strict: the same is refused with its error code, and on record too', async () => {
  await server.api('PUT', '/api/v1/charge-points/STRICT', { verdict: 'strict' });
  const none = await server.connect('STRICT', { protocols: [] });
  assert.is((await none.closed).code, 1002);
  const peer = await server.connect('STRICT');
  const boot = { chargePointVendor: 'V', chargePointModel: 'M', chargePointSerialNumber: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' };
  const code = await peer.call('BootNotification', boot).catch((error) => error.code);
  assert.is(code, 'PropertyConstraintViolation');
  assert.is((await quirksOf('STRICT'))[0]?.verdict, 'strict');
});

test.run();
