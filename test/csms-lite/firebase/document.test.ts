import type { ChargerFacts } from 'csms-lite/firebase/document.js';
import { chargerDocument } from 'csms-lite/firebase/document.js';
import { chargerKey } from 'csms-lite/firebase/key.js';
import { resume } from 'csms-lite/firebase/resume.js';
import { driverOf } from 'csms-lite/firebase/uid.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { metered, station, stopped, T0, transaction } from './facts.js';

const MINUTE_MS = 60_000;

function facts(more: Partial<ChargerFacts> = {}): ChargerFacts {
  return { station: station('Charging'), sessions: {}, finished: {}, ...more };
}

test('the seed’s fields and units', () => {
  const document = chargerDocument(facts({ sessions: { 1: metered(500, 22_100) } }), 'masked', T0 + 83 * MINUTE_MS);
  const { connectors, name, online, ...seed } = document;
  assert.equal(seed, {
    uid: '****C3D4',
    username: 'User C3D4',
    power: '22.1 kW',
    energy: '0.50 kWh',
    duration: '1:23:00',
    status: 'CHARGING',
    last_updated: '2026-11-21T15:23:00.000Z',
  });
  assert.is(name, 'At the gate');
  assert.is(online, true);
  assert.equal(connectors['1'], { ...seed, connector_status: 'Charging', session: 27 });
});

test('power that was never told is no 0; power of a pause is', () => {
  const power = (status: string, of = transaction()): string =>
    chargerDocument(facts({ station: station(status), sessions: { 1: of } }), 'masked', T0).power;
  assert.is(power('Charging'), '–');
  assert.is(power('SuspendedEV'), '0.0 kW');
  assert.is(power('SuspendedEV', metered(1, 11_000)), '0.0 kW');
});

test('a word for every state; empty texts where no session is', () => {
  const word = (status: string | null, connected = true): string =>
    chargerDocument(facts({ station: station(status, { connected }) }), 'full', T0).status;
  const expected: [string | null, string][] = [
    ['Available', 'STANDBY'],
    ['Preparing', 'PREPARING'],
    ['Charging', 'OCCUPIED'],
    ['Finishing', 'STANDBY'],
    ['Reserved', 'RESERVED'],
    ['Unavailable', 'UNAVAILABLE'],
    ['Faulted', 'FAULTED'],
    [null, 'UNKNOWN'],
  ];
  for (const [status, is] of expected) assert.is(word(status), is);
  assert.is(word('Available', false), 'OFFLINE');
  const { uid, username, power, energy, duration } = chargerDocument(facts(), 'full', T0);
  assert.equal([uid, username, power, energy, duration], ['', '', '', '', '']);
});

test('several connectors: the newest session stands at the top, each has its own entry', () => {
  const two = station('Charging');
  const [first] = two.connectors;
  if (first === undefined) throw new Error('no connector');
  const both = { ...two, connectors: [first, { ...first, connectorId: 2 }] };
  const sessions = {
    1: metered(1_000, 7_000),
    2: metered(2_000, 11_000, { id: 28, connectorId: 2, idTag: 'EEEE9999', startedAtMs: T0 + MINUTE_MS }),
  };
  const document = chargerDocument({ station: both, sessions, finished: {} }, 'masked', T0 + MINUTE_MS);
  assert.is(document.uid, '****9999');
  assert.is(document.connectors['1']?.power, '7.0 kW');
  assert.is(document.connectors['2']?.power, '11.0 kW');
  // A session may come before the first StatusNotification of its connector.
  const early = chargerDocument({ station: { ...both, connectors: [] }, sessions, finished: {} }, 'masked', T0);
  assert.equal(Object.keys(early.connectors), ['1', '2']);
});

test('uid: masked by default, hidden, full; short numbers show at most half', () => {
  assert.equal(driverOf('A1B2C3D4', 'masked'), { uid: '****C3D4', username: 'User C3D4' });
  assert.equal(driverOf('A1B2C3D4', 'hidden'), { uid: '', username: '' });
  assert.equal(driverOf('A1B2C3D4', 'full'), { uid: 'A1B2C3D4', username: 'User C3D4' });
  assert.equal(driverOf('ABC', 'masked'), { uid: '**C', username: 'User C' });
  assert.equal(driverOf('A', 'masked'), { uid: '*', username: 'User' });
});

test('keys: ids that the Realtime Database would refuse are encoded', () => {
  assert.is(chargerKey('CP01'), 'CP01');
  assert.is(chargerKey('a.b$c#d[e]f/g%h'), 'a%2Eb%24c%23d%5Be%5Df%2Fg%25h');
  const ids = ['a.b', 'a%2Eb', 'a/b', 'a b'];
  assert.is(new Set(ids.map(chargerKey)).size, ids.length, 'no two share a key');
});

test('resume: what ended unseen is FINISHED, what was shown is over, what is old stays away', () => {
  const charging = chargerDocument(facts({ sessions: { 1: transaction() } }), 'masked', T0);
  const kept = { chargePointId: 'CP01', document: charging, madeAtMs: T0, acknowledgedAtMs: T0 + 50 };
  const end = stopped(5_000, T0 + 10 * MINUTE_MS);
  const nowMs = T0 + 11 * MINUTE_MS;
  assert.equal(resume(station(), [], [end], kept, nowMs).finished, { 1: { transaction: end, shownAtMs: null } });
  // Hours later still: the database shows it running.
  assert.is(resume(station(), [], [end], kept, nowMs + 600 * MINUTE_MS).finished[1]?.shownAtMs, null);
  const other = stopped(1, T0 + MINUTE_MS, { id: 99 });
  assert.equal(resume(station(), [], [other], kept, nowMs + 600 * MINUTE_MS).finished, {}, 'nobody waits for it');
  assert.is(resume(station(), [], [other], kept, nowMs).finished[1]?.transaction.id, 99);

  const finished = chargerDocument(
    facts({ finished: { 1: { transaction: end, shownAtMs: null } } }),
    'masked',
    T0 + 10 * MINUTE_MS,
  );
  const shown = { ...kept, document: finished, madeAtMs: T0 + 10 * MINUTE_MS, acknowledgedAtMs: T0 + 11 * MINUTE_MS };
  assert.is(resume(station(), [], [end], shown, nowMs).finished[1]?.shownAtMs, T0 + 11 * MINUTE_MS);
  assert.equal(resume(station(), [], [end], null, nowMs).finished, {}, 'a first start shows nothing old');
  const refused = stopped(0, nowMs, { id: 5, authorization: 'Blocked' });
  assert.equal(resume(station(), [], [refused], { ...kept, document: finished }, nowMs).finished, {});
});

test.run();
