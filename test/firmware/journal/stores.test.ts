import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../support/random.js';
import { Bench } from './support.js';

const ACCEPTED = { status: 'Accepted', expiresAtMs: null, parentIdTag: null } as const;
const BLOCKED = { status: 'Blocked', expiresAtMs: 1_800_000_000_000, parentIdTag: 'GROUP' } as const;

async function reopened(bench: Bench): Promise<void> {
  bench.close();
  await bench.open();
}

test('configuration: initial values once, never over a value that the central system set', async () => {
  const bench = new Bench();
  await bench.open();
  const { configuration } = bench.journal;
  configuration.set('HeartbeatInterval', '17');
  assert.is(configuration.applyInitial({ HeartbeatInterval: '300', MeterValueSampleInterval: '60' }), true);
  assert.is(configuration.get('HeartbeatInterval'), '17');
  assert.is(configuration.get('heartbeatINTERVAL'), '17', 'keys are case-insensitive (CiString50)');
  configuration.remove('MeterValueSampleInterval');
  await reopened(bench);
  assert.is(bench.journal.configuration.applyInitial({ MeterValueSampleInterval: '60' }), false);
  assert.equal([...bench.journal.configuration.all()], [['HeartbeatInterval', '17']]);
  bench.close();
});

test('1.6 §3.5.1 authorization cache: kept over restarts, compared without case, cleared', async () => {
  const bench = new Bench();
  await bench.open();
  bench.journal.authorizationCache.put('AbCd', BLOCKED);
  await reopened(bench);
  const cache = bench.journal.authorizationCache;
  assert.equal(cache.get('aBcD'), BLOCKED);
  cache.put('ABCD', ACCEPTED);
  assert.equal(cache.get('AbCd'), ACCEPTED);
  assert.is(cache.size(), 1);
  cache.remove('abcd');
  assert.is(cache.get('AbCd'), null);
  cache.put('X', ACCEPTED);
  cache.clear();
  assert.is(cache.size(), 0);
  await reopened(bench);
  assert.is(bench.journal.authorizationCache.get('X'), null);
  bench.close();
});

test('authorization cache: bounded; the least recently used goes, and a use counts over a restart', async () => {
  const bench = new Bench();
  await bench.open({ authorizationCacheSize: 3 });
  const { authorizationCache } = bench.journal;
  for (const tag of ['A', 'B', 'C']) authorizationCache.put(tag, ACCEPTED);
  authorizationCache.get('A');
  bench.close();
  await bench.open({ authorizationCacheSize: 3 });
  const cache = bench.journal.authorizationCache;
  cache.put('D', ACCEPTED);
  assert.is(cache.get('B'), null);
  assert.equal(
    ['A', 'C', 'D'].map((tag) => cache.get(tag)?.status),
    ['Accepted', 'Accepted', 'Accepted'],
  );
  assert.is(cache.size(), 3);
  bench.close();
});

test('authorization cache and local list: 10,000 entries', async () => {
  const bench = new Bench();
  await bench.open();
  const random = createRandom(7);
  const tags = Array.from({ length: 10_000 }, (_, n) => `TAG${n.toString(16).padStart(8, '0')}`);
  bench.journal.atomically(() => {
    for (const tag of tags) bench.journal.authorizationCache.put(tag, ACCEPTED);
  });
  bench.journal.localList.replace(
    3,
    tags.map((idTag) => ({ idTag, info: BLOCKED })),
  );
  assert.is(bench.journal.authorizationCache.size(), 10_000);
  assert.is(bench.journal.localList.size(), 10_000);
  for (let n = 0; n < 200; n += 1) {
    const tag = random.pick(tags).toLowerCase();
    assert.equal(bench.journal.authorizationCache.get(tag), ACCEPTED);
    assert.equal(bench.journal.localList.get(tag), BLOCKED);
  }
  bench.close();
});

test('1.6 §3.5.2 local list: differential updates and the version in one commit', async () => {
  const bench = new Bench();
  await bench.open();
  const { localList } = bench.journal;
  assert.is(localList.version(), 0);
  localList.replace(1, [
    { idTag: 'A', info: ACCEPTED },
    { idTag: 'B', info: ACCEPTED },
  ]);
  localList.update(2, [
    { idTag: 'a', info: null },
    { idTag: 'B', info: BLOCKED },
    { idTag: 'C', info: ACCEPTED },
  ]);
  const broken = (function* () {
    yield { idTag: 'D', info: ACCEPTED };
    throw new Error('half a list');
  })();
  assert.throws(() => localList.update(3, broken), /half a list/);
  await reopened(bench);
  const list = bench.journal.localList;
  assert.is(list.version(), 2);
  assert.equal([list.get('A'), list.get('B'), list.get('C'), list.get('D')], [null, BLOCKED, ACCEPTED, null]);
  list.replace(9, []);
  assert.equal([list.size(), list.version()], [0, 9]);
  bench.close();
});

test('1.6 §5.2 availability is persistent; operative by default', async () => {
  const bench = new Bench();
  await bench.open();
  bench.journal.availability.set(2, false);
  bench.journal.availability.set(0, false);
  bench.journal.availability.set(0, true);
  await reopened(bench);
  assert.equal(
    [0, 1, 2].map((id) => bench.journal.availability.isOperative(id)),
    [true, true, false],
  );
  bench.close();
});

test('1.6 §5.13 reservations: replaced by id, removed once', async () => {
  const bench = new Bench();
  await bench.open();
  const first = { reservationId: 5, connectorId: 1, idTag: 'A', parentIdTag: null, expiresAtMs: 1_800_000_000_000 };
  bench.journal.reservations.put(first);
  bench.journal.reservations.put({ ...first, connectorId: 2, parentIdTag: 'P' });
  await reopened(bench);
  const { reservations } = bench.journal;
  assert.equal(reservations.list(), [{ ...first, connectorId: 2, parentIdTag: 'P' }]);
  assert.equal(reservations.get(5)?.connectorId, 2);
  assert.equal([reservations.remove(5), reservations.remove(5), reservations.get(5)], [true, false, null]);
  bench.close();
});

test('1.6 §5.16.2 profiles: the same id, or the same place, is replaced', async () => {
  const bench = new Bench();
  await bench.open();
  const { profiles } = bench.journal;
  const base = { connectorId: 1, purpose: 'TxDefaultProfile', stackLevel: 0, localId: null };
  profiles.put({ ...base, profileId: 1, data: { a: [1, 2] } });
  profiles.put({ ...base, profileId: 2, data: { b: true } });
  profiles.put({ ...base, profileId: 3, stackLevel: 1, data: null });
  profiles.put({ ...base, profileId: 3, stackLevel: 2, data: { moved: 1 } });
  profiles.put({ ...base, profileId: 4, purpose: 'TxProfile', localId: 't1', data: {} });
  profiles.put({ ...base, profileId: 5, purpose: 'TxProfile', localId: 't2', data: {} });
  await reopened(bench);
  assert.equal(
    bench.journal.profiles.list().map(({ profileId, data }) => [profileId, data]),
    [
      [2, { b: true }],
      [3, { moved: 1 }],
      [4, {}],
      [5, {}],
    ],
  );
  assert.is(
    bench.journal.profiles.removeWhere((profile) => profile.purpose === 'TxProfile'),
    2,
  );
  assert.is(bench.journal.profiles.list().length, 2);
  bench.close();
});

test('station state: JSON by name', async () => {
  const bench = new Bench();
  await bench.open();
  bench.journal.state.set('registration', { status: 'Accepted', intervalS: 300 });
  bench.journal.state.set('gone', 1);
  bench.journal.state.remove('gone');
  assert.throws(() => bench.journal.state.set('nothing', undefined), /undefined/);
  await reopened(bench);
  assert.equal(bench.journal.state.get('registration'), { status: 'Accepted', intervalS: 300 });
  assert.is(bench.journal.state.get('gone'), undefined);
  bench.close();
});

test('events: a ring of the last thousand, in order, over restarts', async () => {
  const bench = new Bench();
  await bench.open();
  for (let n = 1; n <= 1500; n += 1) {
    bench.journal.events.add({ at: '2026-01-05T10:00:00Z', type: 'test', message: `event ${n}` });
    if (n % 400 === 0) await bench.journal.maintain();
  }
  assert.equal(
    bench.journal.events.list(2).map((event) => event.message),
    ['event 1499', 'event 1500'],
  );
  await reopened(bench);
  const all = bench.journal.events.list(5000);
  assert.equal([all.length, all[0]?.message, all.at(-1)?.message], [1000, 'event 501', 'event 1500']);
  bench.close();
});

test('after close every call says so', async () => {
  const bench = new Bench();
  const { journal } = await bench.open();
  journal.close();
  journal.close();
  assert.throws(
    () => journal.configuration.get('x'),
    (error: unknown) => Reflect.get(Object(error), 'code') === 'JOURNAL_CLOSED',
  );
  await journal.maintain();
});

test.run();
