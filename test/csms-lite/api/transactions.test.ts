import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertFits } from './schemas.js';
import { type Answer, type Body, session, startTestServer, type TestServer } from './server.js';

let server: TestServer;
test.before(async () => {
  server = await startTestServer();
  for (const idTag of ['CARD-1', 'CARD-2']) await server.api('PUT', `/api/v1/id-tags/${idTag}`, { status: 'Accepted' });
});
test.after(() => server.close());

function assertProblem(answer: Answer, status: number, code: string): void {
  assert.is(answer.status, status, JSON.stringify(answer.body));
  assert.is(answer.body.code, code);
  assertFits('Problem', answer.body);
}

const ids = (answer: Answer): number[] =>
  answer.body.items.map((item: { transactionId: number }) => item.transactionId);

test('transactions: newest first, total counts every match, limit and offset page without gap or repetition', async () => {
  const peer = await server.boot('T-1');
  const made: number[] = [];
  for (let i = 0; i < 7; i += 1)
    made.push(
      await session(peer, {
        idTag: 'CARD-1',
        meterStart: 1000 + i * 100,
        meterStop: 1050 + i * 100,
        at: new Date(Date.now() - 600_000 + i * 1000).toISOString(),
      }),
    );
  const newestFirst = [...made].reverse();

  const all = await server.api('GET', '/api/v1/transactions?chargePointId=T-1');
  assert.equal(ids(all), newestFirst);
  assert.is(all.body.total, 7);
  for (const item of all.body.items) assertFits('Transaction', item);

  const first = await server.api('GET', '/api/v1/transactions?chargePointId=T-1&limit=3');
  assert.equal(ids(first), newestFirst.slice(0, 3));
  assert.is(first.body.total, 7, 'total counts every match, not the page');
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await server.api('GET', next);
  assert.equal(ids(second), newestFirst.slice(3, 6));
  const last = await server.api('GET', /<([^>]+)>/.exec(second.headers.get('link') ?? '')?.[1] ?? '');
  assert.equal(ids(last), newestFirst.slice(6));
  assert.is(last.headers.get('link'), null);

  assertProblem(await server.api('GET', '/api/v1/transactions?limit=0'), 422, 'invalid_request');
  assertProblem(await server.api('GET', '/api/v1/transactions?limit=many'), 422, 'invalid_request');
  await peer.close();
});

test('transactions: filters; the seeds’ GET /transactions answers the same', async () => {
  const peer = await server.boot('T-2');
  const running = await session(peer, { idTag: 'CARD-2', meterStart: 5000 });
  assert.equal(ids(await server.api('GET', '/api/v1/transactions?idTag=CARD-2&status=active')), [running]);
  assert.equal(ids(await server.api('GET', '/api/v1/transactions?idTag=CARD-2&status=completed')), []);
  assertProblem(await server.api('GET', '/api/v1/transactions?status=sleeping'), 422, 'invalid_request');
  assert.equal(
    (await server.api('GET', '/transactions?idTag=CARD-2')).body,
    (await server.api('GET', '/api/v1/transactions?idTag=CARD-2')).body,
  );
  await peer.call('StopTransaction', {
    transactionId: running,
    meterStop: 5600,
    timestamp: new Date().toISOString(),
    reason: 'EVDisconnected',
  });
  await peer.close();
});

test('transactions: one running has no end; after the stop it has reason, meters and energy', async () => {
  const peer = await server.boot('T-3');
  const transactionId = await session(peer, { idTag: 'CARD-1', meterStart: 20_000 });
  const [{ id }] = (await server.api('GET', '/api/v1/transactions?chargePointId=T-3')).body.items;
  const running = (await server.api('GET', `/api/v1/transactions/${id}`)).body;
  assertFits('Transaction', running);
  assert.is(running.status, 'active');
  assert.is(running.stoppedAt, null);
  assert.is(running.stopReason, null);
  assert.is('meterStop' in running, false);

  await peer.call('MeterValues', {
    connectorId: 1,
    transactionId,
    meterValue: [
      {
        timestamp: new Date().toISOString(),
        sampledValue: [
          { value: '20250', measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
          { value: '7.2', measurand: 'Power.Active.Import', unit: 'kW' },
        ],
      },
    ],
  });
  await peer.call('StopTransaction', { transactionId, meterStop: 20_500, timestamp: new Date().toISOString() });
  const ended = (await server.api('GET', `/api/v1/transactions/${id}`)).body;
  assertFits('Transaction', ended);
  assert.is(ended.status, 'completed');
  assert.is(ended.stopReason, 'Local', 'Local when the charge point gave none');
  assert.is(ended.meterStart, 20_000);
  assert.is(ended.meterStop, 20_500);
  assert.is(ended.energyWh, 500);

  const samples = (await server.api('GET', `/api/v1/transactions/${id}/samples`)).body.items;
  assert.ok(
    samples.some(
      (s: { measurand: string; value: number; unit: string; rawUnit: string }) =>
        s.measurand === 'Power.Active.Import' && s.value === 7200 && s.unit === 'W' && s.rawUnit === 'kW',
    ),
  );
  const events = (await server.api('GET', `/api/v1/transactions/${id}/events`)).body.items;
  assert.equal(
    events.map((event: { action: string }) => event.action),
    ['StartTransaction', 'StopTransaction'],
  );
  await peer.close();
});

test('transactions: administrative close puts nothing on the wire; a second one is 409 transaction_not_active', async () => {
  const peer = await server.boot('T-4');
  await session(peer, { idTag: 'CARD-1', meterStart: 100 });
  const [{ id }] = (await server.api('GET', '/api/v1/transactions?chargePointId=T-4')).body.items;
  const frames = peer.frames.length;
  const closed = await server.api('POST', `/api/v1/transactions/${id}/close`);
  assert.is(closed.status, 200, JSON.stringify(closed.body));
  assertFits('Transaction', closed.body);
  assert.is(closed.body.status, 'completed');
  assert.is(closed.body.stopReason, 'Other');
  assertProblem(
    await server.api('POST', `/api/v1/transactions/${id}/close`, { reason: 'Other' }),
    409,
    'transaction_not_active',
  );
  assert.is(peer.frames.length, frames, 'nothing went on the wire');
  assertProblem(await server.api('GET', '/api/v1/transactions/999999999'), 404, 'transaction_not_found');
  assertProblem(await server.api('GET', '/api/v1/transactions/abc'), 404, 'transaction_not_found');
  await peer.close();
});

test('transactions: any reason closes; stopReason is OCPP’s word for it, the audit log has what was said', async () => {
  const peer = await server.boot('T-CLOSE');
  for (const [given, shown] of [
    ['evdisconnected', 'EVDisconnected'],
    ['the charger was taken away', 'Other'],
  ]) {
    const id = await session(peer, { idTag: 'CARD-1', meterStart: 100 });
    const closed = await server.api('POST', `/api/v1/transactions/${id}/close`, { reason: given });
    assert.equal([closed.status, closed.body.stopReason], [200, shown]);
    const entries = (await server.api('GET', '/api/v1/audit')).body.items as Body[];
    assert.is(
      entries.find((one) => one.action === 'transaction.close' && one.subject === String(id)).details.reason,
      given,
    );
  }
  await peer.close();
});

test('idTags: PUT creates and replaces, a past expiryDate is allowed, DELETE answers 204 then 404', async () => {
  const created = await server.api('PUT', '/api/v1/id-tags/KEY-1', {
    status: 'Accepted',
    expiryDate: '2001-01-01T00:00:00Z',
    parentIdTag: 'FLEET',
  });
  assert.is(created.status, 201, JSON.stringify(created.body));
  assertFits('IdTag', created.body);
  assert.is(created.body.expiryDate, '2001-01-01T00:00:00.000Z');
  assert.is(created.body.parentIdTag, 'FLEET');
  const replaced = await server.api('PUT', '/api/v1/id-tags/KEY-1', { status: 'Blocked' });
  assert.is(replaced.status, 200);
  assert.is(replaced.body.parentIdTag, null, 'a PUT replaces');
  assert.is(replaced.body.expiryDate, null);
  assert.is((await server.api('GET', '/api/v1/id-tags/KEY-1')).body.status, 'Blocked');
  assertProblem(await server.api('PUT', '/api/v1/id-tags/KEY-1', { status: 'Maybe' }), 422, 'invalid_request');
  assertProblem(await server.api('PUT', '/api/v1/id-tags/KEY-1', { expiryDate: 'tomorrow' }), 422, 'invalid_request');
  assertProblem(await server.api('PUT', '/api/v1/id-tags/KEY-1', { idTag: 'KEY-2' }), 422, 'invalid_request');
  assert.is((await server.api('DELETE', '/api/v1/id-tags/KEY-1')).status, 204);
  assertProblem(await server.api('DELETE', '/api/v1/id-tags/KEY-1'), 404, 'id_tag_not_found');
  assertProblem(await server.api('GET', '/api/v1/id-tags/KEY-1'), 404, 'id_tag_not_found');
});

test('idTags: what a GET gave can be PUT back; a tag with a slash and a space has a path too', async () => {
  const path = `/api/v1/id-tags/${encodeURIComponent('A/B C')}`;
  assert.is((await server.api('PUT', path, { note: 'odd one' })).status, 201);
  const { body } = await server.api('GET', path);
  assert.is(body.idTag, 'A/B C');
  assert.is((await server.api('PUT', path, body)).status, 200);
});

test('unknown tags: an Authorize of a tag nobody knows is answered Invalid and waits in the inbox until it is added', async () => {
  const peer = await server.boot('T-5');
  const answer = (await peer.call('Authorize', { idTag: 'STRANGER' })) as { idTagInfo: { status: string } };
  assert.is(answer.idTagInfo.status, 'Invalid');
  const inbox = await server.api('GET', '/api/v1/unknown-id-tags');
  const entry = inbox.body.items.find((tag: { idTag: string }) => tag.idTag === 'STRANGER');
  assert.is(entry.lastChargePointId, 'T-5');
  await server.api('PUT', '/api/v1/id-tags/STRANGER', { status: 'Accepted' });
  const after = await server.api('GET', '/api/v1/unknown-id-tags');
  assert.not.ok(after.body.items.some((tag: { idTag: string }) => tag.idTag === 'STRANGER'));
  await peer.close();
});

test.run();
