import { typeFilter } from 'csms-lite/api/event-hub.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { type EventClient, openEvents } from './event-client.js';
import { session, startTestServer, type TestServer } from './server.js';

let server: TestServer;
test.before(async () => {
  server = await startTestServer();
  await server.api('PUT', '/api/v1/id-tags/CARD', { status: 'Accepted' });
});
test.after(() => server.close());

const eventsUrl = (query = ''): string => `${server.url}/api/v1/events${query}`;
const resourceIds = (client: EventClient): string[] =>
  client.events.flatMap((event) => (event.id === null || event.event === 'ready' ? [] : [event.id]));

async function untilEvent(client: EventClient, name: string, count = 1): Promise<void> {
  await eventually(() => client.events.filter((event) => event.event === name).length >= count, `${count} × ${name}`);
}

test('events: hello, ready, then each event with its id, type and whole resource', async () => {
  const client = await openEvents(eventsUrl());
  await untilEvent(client, 'ready');
  assert.is(client.events[0]?.event, 'hello');
  assert.type(client.events[0]?.data.lastId, 'number');
  const peer = await server.boot('E-1');
  const transactionId = await session(peer, { idTag: 'CARD', meterStart: 10, meterStop: 30 });
  await untilEvent(client, 'transaction.stopped');
  const stopped = client.events.find((event) => event.event === 'transaction.stopped');
  assert.is(stopped?.data.type, 'transaction.stopped');
  assert.is(stopped?.data.transaction.transactionId, transactionId);
  assert.is(stopped?.data.transaction.energyWh, 20);
  assert.match(stopped?.data.at, /Z$/);
  const types = client.events.map((event) => event.event);
  for (const type of ['station.connected', 'connector.status', 'transaction.started'])
    assert.ok(types.includes(type), type);
  const numbers = resourceIds(client).map(Number);
  assert.equal(
    numbers,
    [...numbers].sort((a, b) => a - b),
  );
  client.close();
  await peer.close();
});

test('events: Last-Event-ID resumes without gap or duplicate, cut at every possible place', async () => {
  const peer = await server.boot('E-2');
  const whole = await openEvents(eventsUrl());
  await untilEvent(whole, 'ready');
  for (let i = 0; i < 4; i += 1)
    await session(peer, {
      idTag: 'CARD',
      meterStart: i,
      meterStop: i + 1,
      at: new Date(Date.now() - 90_000 + i * 1000).toISOString(),
    });
  await untilEvent(whole, 'transaction.stopped', 4);
  const ready = whole.events.find((event) => event.event === 'ready')?.id ?? '';
  const expected = resourceIds(whole);
  assert.ok(expected.length >= 8);
  for (const cut of [ready, ...expected]) {
    const resumed = await openEvents(eventsUrl(), { 'last-event-id': cut });
    const rest = cut === ready ? expected : expected.slice(expected.indexOf(cut) + 1);
    await eventually(() => resourceIds(resumed).length >= rest.length, `the events after ${cut}`);
    assert.equal(resourceIds(resumed), rest);
    assert.not.ok(resumed.events.some((event) => event.event === 'reset'));
    resumed.close();
  }
  whole.close();
  await peer.close();
});

test('events: one client that loses its connection again and again sees every event exactly once', async () => {
  const peer = await server.boot('E-3');
  const whole = await openEvents(eventsUrl());
  await untilEvent(whole, 'ready');
  const seen: string[] = [];
  let client = await openEvents(eventsUrl());
  await untilEvent(client, 'ready');
  let lastId = client.lastId ?? '';
  for (let round = 0; round < 5; round += 1) {
    const working = session(peer, {
      idTag: 'CARD',
      meterStart: round,
      meterStop: round + 5,
      at: new Date(Date.now() - 90_000 + round * 1000).toISOString(),
    });
    if (round % 2 === 0) await working;
    seen.push(...resourceIds(client));
    lastId = client.lastId ?? lastId;
    client.close();
    await client.ended;
    await working;
    client = await openEvents(eventsUrl(`?lastEventId=${lastId}`));
  }
  await untilEvent(whole, 'transaction.stopped', 5);
  const expected = resourceIds(whole);
  await eventually(() => seen.length + resourceIds(client).length >= expected.length, 'the rest');
  seen.push(...resourceIds(client));
  assert.equal(seen, expected);
  whole.close();
  client.close();
  await peer.close();
});

test('events: types filters, also by prefix', async () => {
  const client = await openEvents(eventsUrl('?types=transaction.*,knock'));
  await untilEvent(client, 'ready');
  const peer = await server.boot('E-4');
  await session(peer, { idTag: 'CARD', meterStart: 1, meterStop: 2 });
  await untilEvent(client, 'transaction.stopped');
  const others = client.events.filter((event) => !/^(hello|ready|transaction\.)/.test(event.event));
  assert.equal(others, []);
  client.close();
  await peer.close();
});

test('typeFilter: nothing lets everything pass', () => {
  assert.is(typeFilter(undefined), null);
  assert.is(typeFilter(' '), null);
  const filter = typeFilter('station.*, knock');
  assert.is(filter?.('station.updated'), true);
  assert.is(filter?.('knock'), true);
  assert.is(filter?.('knocking'), false);
  assert.is(filter?.('transaction.started'), false);
});

test('events: an id from before a restart is answered with reset; ids go on growing', async () => {
  const own = await startTestServer();
  try {
    const before = await openEvents(`${own.url}/api/v1/events`);
    await untilEvent(before, 'ready');
    const peer = await own.boot('E-5');
    await untilEvent(before, 'connector.status');
    const lastId = before.lastId ?? '';
    await own.restart();
    await before.ended;
    assert.is(before.events.at(-1)?.event, 'bye');
    const after = await openEvents(`${own.url}/api/v1/events`, { 'last-event-id': lastId });
    await untilEvent(after, 'reset');
    assert.ok(Number(after.lastId) > Number(lastId), 'ids grow across restarts');
    after.close();
    await peer.closed;
  } finally {
    await own.close();
  }
});

test('events: ?messages= adds the frames of one charge point, without ids', async () => {
  const peer = await server.boot('E-6');
  const other = await server.boot('E-7');
  const client = await openEvents(eventsUrl('?types=none&messages=E-6'));
  await untilEvent(client, 'ready');
  await other.call('Heartbeat', {});
  await peer.call('Heartbeat', {});
  await untilEvent(client, 'ocpp.message', 2);
  const messages = client.events.filter((event) => event.event === 'ocpp.message');
  assert.equal(
    messages.map((event) => [event.id, event.data.chargePointId, event.data.kind]),
    [
      [null, 'E-6', 'CALL'],
      [null, 'E-6', 'CALLRESULT'],
    ],
  );
  client.close();
  await peer.close();
  await other.close();
});

test.run();
