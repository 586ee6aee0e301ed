import { csvCell } from 'csms-lite/api/csv.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { session, startTestServer, type TestServer } from './server.js';

let server: TestServer;
test.before(async () => {
  server = await startTestServer();
});
test.after(() => server.close());

test('the read routes of earlier systems answer what /api/v1 answers', async () => {
  const peer = await server.boot('L-1');
  await server.api('PUT', '/api/v1/id-tags/CARD', {});
  const id = await session(peer, { idTag: 'CARD', meterStop: 2500 });
  const same: [string, string][] = [
    ['/cps', '/api/v1/charge-points'],
    ['/api/charge-points', '/api/v1/charge-points'],
    ['/api/admin/chargers', '/api/v1/charge-points'],
    ['/api/admin/chargers/L-1', '/api/v1/charge-points/L-1'],
    ['/transactions', '/api/v1/transactions'],
    ['/api/admin/transactions', '/api/v1/transactions'],
    [`/api/admin/transactions/${id}`, `/api/v1/transactions/${id}`],
  ];
  for (const [legacy, current] of same) {
    const [a, b] = await Promise.all([server.api('GET', legacy), server.api('GET', current)]);
    assert.is(a.status, 200, legacy);
    assert.equal(a.body, b.body, legacy);
  }
  await eventually(
    async () => (await server.api('GET', '/api/logs?action=StopTransaction')).body.total > 0 || null,
    'the log, which is written a little later',
  );
  assert.equal((await server.api('GET', `/api/admin/transactions/${id}/meter-values`)).body, { items: [], total: 0 });
  await peer.close();
});

test('POST /api/charge-points/{id}/request and the commands of chargers reach the wire', async () => {
  const peer = await server.boot('L-2');
  peer.on('Reset', { status: 'Accepted' });
  const reset = await server.api('POST', '/api/charge-points/L-2/request', {
    action: 'Reset',
    payload: { type: 'Soft' },
  });
  assert.equal([reset.status, reset.body.response], [200, { status: 'Accepted' }]);
  assert.is((await server.api('POST', '/api/charge-points/L-2/request', {})).body.code, 'invalid_request');

  const starting = server.api('POST', '/api/admin/chargers/L-2/remote-start', { id_tag: 'CARD', connector_id: 1 });
  const call = await peer.expectCall('RemoteStartTransaction');
  assert.equal(call.payload, { idTag: 'CARD', connectorId: 1 });
  call.answer({ status: 'Accepted' });
  assert.is((await starting).body.status, 'completed');

  const id = await session(peer, { idTag: 'CARD' });
  const stopping = server.api('POST', '/api/admin/chargers/L-2/remote-stop', {});
  const stop = await peer.expectCall('RemoteStopTransaction');
  assert.equal(stop.payload, { transactionId: id });
  stop.answer({ status: 'Accepted' });
  await stopping;
  assert.is(
    (await server.api('POST', '/api/admin/chargers', { charge_point_string_id: 'L-3', name: 'Old' })).status,
    201,
  );
  assert.is((await server.api('GET', '/api/v1/charge-points/L-3')).body.displayName, 'Old');
  await peer.close();
});

test('sessions as CSV: a header, a line per completed session, cost to the cent, formulas made harmless', async () => {
  await server.api('POST', '/api/v1/tariffs', { name: 'Day, and night', pricePerKwh: '0.45', taxPercent: '19' });
  await server.api('PUT', '/api/v1/tariff-assignments', { chargePointId: 'L-4', tariffId: 1 });
  await server.api('PUT', '/api/v1/id-tags/=CMD', {});
  const peer = await server.boot('L-4');
  const id = await session(peer, { idTag: '=CMD', meterStart: 0, meterStop: 1234 });
  const answer = await server.api('GET', '/api/v1/transactions.csv?chargePointId=L-4');
  assert.match(answer.headers.get('content-type') ?? '', 'text/csv');
  const [header = '', line = '', end] = (answer.body as string).split('\r\n');
  assert.is(end, '');
  const cell = (name: string): string =>
    (line.match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g) ?? [])[header.split(',').indexOf(name)]?.replace(/,$/, '') ?? '';
  assert.is(cell('id'), String(id));
  assert.is(cell('idTag'), "'=CMD");
  assert.is(cell('energyWh'), '1234');
  assert.equal([cell('total'), cell('tax'), cell('net'), cell('currency')], ['0.56', '0.09', '0.47', 'EUR']);
  assert.is(cell('tariff'), '"Day, and night"');
  const future = await server.api('GET', '/api/v1/transactions.csv?from=2099-01-01T00:00:00Z');
  assert.is((future.body as string).trim().split('\r\n').length, 1);
  await peer.close();
});

test('a station of earlier systems is a site', async () => {
  const made = await server.api('POST', '/api/admin/stations', { name: 'Car park, level 2' });
  assert.equal([made.status, made.body.id], [201, 'car-park-level-2']);
  assert.is(
    (await server.api('PUT', '/api/admin/stations/car-park-level-2', { name: 'Level 2' })).body.name,
    'Level 2',
  );
  assert.equal((await server.api('GET', '/api/admin/stations')).body, (await server.api('GET', '/api/v1/sites')).body);
  assert.is((await server.api('DELETE', '/api/admin/stations/car-park-level-2')).status, 204);
  assert.is((await server.api('POST', '/api/admin/stations', {})).body.code, 'invalid_request');
});

test('csvCell', () => {
  assert.is(csvCell('-12.5'), '-12.5');
  assert.is(csvCell('-1+cmd'), "'-1+cmd");
  assert.is(csvCell('a"b'), '"a""b"');
  assert.is(csvCell('@x\n'), '"\'@x\n"');
});

test.run();
