import { type ChargerDocument, chargerDocument } from 'csms-lite/firebase/document.js';
import { FINISHED_MS, initialState, type MirrorEvent, type MirrorState, step } from 'csms-lite/firebase/mirror.js';
import type { UidMode } from 'csms-lite/firebase/uid.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { metered, sessionEvent, station, stopped, T0, transaction } from './facts.js';

/** Runs the machine like a shell with a perfect timer; `answer` says how long the database takes and whether it takes it. */
class Bench {
  state: MirrorState = initialState(null, null);
  atMs = T0;
  written: (ChargerDocument | null)[] = [];
  wakeAtMs: number | null = null;
  uid: UidMode = 'masked';

  send(event: MirrorEvent): void {
    const next = step(this.state, event, { atMs: this.atMs, uid: this.uid });
    this.state = next.state;
    this.wakeAtMs = next.wakeAtMs;
    if (next.write !== null) this.written.push(next.write.document);
  }

  /** Lets time pass, waking the machine when it asked to be. */
  pass(ms: number): void {
    const endMs = this.atMs + ms;
    while (this.wakeAtMs !== null && this.wakeAtMs <= endMs) {
      this.atMs = Math.max(this.atMs, this.wakeAtMs);
      this.send({ t: 'time' });
    }
    this.atMs = endMs;
  }

  get statuses(): (string | undefined)[] {
    return this.written.map((document) => document?.status);
  }
}

test('a session: STANDBY, CHARGING, FINISHED, and STANDBY 5 s after the database had FINISHED', () => {
  const bench = new Bench();
  bench.send({ t: 'station', station: station() });
  bench.send({ t: 'written' });
  bench.pass(10_000);
  bench.send(sessionEvent(transaction()));
  bench.send({ t: 'written' });
  bench.pass(3_000);
  bench.send({ t: 'station', station: station('Charging') });
  bench.send({ t: 'written' });
  bench.pass(3_000);
  bench.send(sessionEvent(metered(500, 22_100)));
  bench.send({ t: 'written' });
  bench.pass(3_000);
  bench.send({ t: 'station', station: station('Finishing') });
  bench.send(sessionEvent(stopped(5_000, bench.atMs)));
  bench.send({ t: 'written' });
  bench.pass(FINISHED_MS * 3);
  assert.is(bench.statuses.at(-1), 'FINISHED', 'the time runs from the acknowledgement');
  bench.send({ t: 'written' });
  bench.pass(FINISHED_MS - 1);
  assert.is(bench.statuses.at(-1), 'FINISHED');
  bench.pass(1);
  bench.send({ t: 'written' });
  bench.pass(60_000);
  assert.equal(bench.statuses, ['STANDBY', 'CHARGING', 'CHARGING', 'CHARGING', 'CHARGING', 'FINISHED', 'STANDBY']);
  assert.is(bench.written[3]?.power, '22.1 kW');
  assert.is(bench.written[3]?.energy, '0.50 kWh');
  assert.is(bench.written[5]?.energy, '5.00 kWh');
  assert.is(bench.state.pending, false);
});

test('one write at a time: what happens during it is coalesced into the next', () => {
  const bench = new Bench();
  bench.send({ t: 'station', station: station() });
  for (let wh = 1; wh <= 1000; wh += 1) bench.send(sessionEvent(metered(wh, 11_000)));
  assert.is(bench.written.length, 1, 'the first is still on its way');
  bench.pass(200);
  bench.send({ t: 'written' });
  assert.is(bench.written.length, 2);
  assert.is(bench.written[1]?.energy, '1.00 kWh', 'the newest');
});

test('readings are written every 2 s at most, a change of state at once', () => {
  const bench = new Bench();
  bench.send({ t: 'station', station: station() });
  bench.send({ t: 'written' });
  bench.pass(1_000);
  bench.send(sessionEvent(transaction()));
  bench.send({ t: 'written' });
  for (let n = 1; n <= 10; n += 1) {
    bench.pass(100);
    bench.send(sessionEvent(metered(n * 100, 11_000)));
  }
  assert.is(bench.written.length, 2);
  bench.send({ t: 'connector', connector: { ...station('SuspendedEV').connectors[0], connectorId: 1 } as never });
  assert.is(bench.statuses.at(-1), 'SUSPENDED_EV');
  bench.send({ t: 'written' });
  bench.send(sessionEvent(metered(1100, 11_000)));
  assert.is(bench.written.length, 3);
  bench.pass(2_000);
  assert.is(bench.written.length, 4);
});

test('refusals are tried again after 1, 2, 4 … s, at most 60 s apart, with the newest state', () => {
  const bench = new Bench();
  bench.send({ t: 'station', station: station() });
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 9; attempt += 1) {
    bench.send({ t: 'refused', random: 0.5 });
    const beganMs = bench.atMs;
    assert.is(bench.state.pending, true);
    bench.send(sessionEvent(metered(attempt, 1000)));
    const count = bench.written.length;
    while (bench.written.length === count) bench.pass(100);
    pauses.push(Math.round((bench.atMs - beganMs) / 1000));
    assert.is(bench.written.at(-1)?.energy, `${(attempt / 1000).toFixed(2)} kWh`);
  }
  assert.equal(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('FINISHED is not overtaken by its STANDBY, however long the database is away', () => {
  const bench = new Bench();
  bench.send({ t: 'station', station: station() });
  bench.send({ t: 'written' });
  bench.pass(1_000);
  bench.send(sessionEvent(transaction()));
  bench.send(sessionEvent(stopped(7_000, bench.atMs)));
  bench.pass(600_000);
  bench.send({ t: 'written' });
  bench.pass(200);
  assert.is(bench.statuses.at(-1), 'FINISHED');
  assert.is(bench.written.at(-1)?.energy, '7.00 kWh');
});

test('the next session on the connector ends FINISHED at once', () => {
  const bench = new Bench();
  bench.send({ t: 'station', station: station() });
  bench.send({ t: 'written' });
  bench.pass(500);
  bench.send(sessionEvent(transaction()));
  bench.send({ t: 'written' });
  bench.pass(500);
  bench.send(sessionEvent(stopped(1_000, bench.atMs)));
  bench.send({ t: 'written' });
  bench.pass(500);
  bench.send(sessionEvent(transaction({ id: 28, idTag: 'FFFF0001', startedAtMs: bench.atMs })));
  assert.equal(bench.statuses, ['STANDBY', 'CHARGING', 'FINISHED', 'CHARGING']);
  assert.is(bench.written.at(-1)?.uid, '****0001');
});

test('what is told late of an old session changes nothing', () => {
  const bench = new Bench();
  bench.send({ t: 'station', station: station() });
  bench.send({ t: 'written' });
  bench.pass(60_000);
  bench.send(sessionEvent(stopped(9_000, T0 - 86_400_000, { id: 3 })));
  bench.pass(60_000);
  assert.is(bench.written.length, 1);
});

test('although nothing happens, a running session is written every minute, an idle charger every 15 minutes', () => {
  const bench = new Bench();
  bench.send({ t: 'station', station: station() });
  bench.send({ t: 'written' });
  bench.pass(15 * 60_000 - 1);
  assert.is(bench.written.length, 1);
  bench.pass(1);
  bench.send({ t: 'written' });
  assert.is(bench.written.length, 2);
  bench.pass(1_000);
  bench.send(sessionEvent(transaction({ startedAtMs: bench.atMs })));
  bench.send({ t: 'written' });
  bench.pass(60_000);
  assert.is(bench.written.length, 4);
  assert.is(bench.written[3]?.duration, '0:01:00');
});

test('after a restart only what differs is written', () => {
  const facts = { station: station(), sessions: {}, finished: {} };
  const document = chargerDocument(facts, 'masked', T0 - 60_000);
  const same = new Bench();
  same.state = initialState(facts, { document, acknowledgedAtMs: T0 - 60_000 });
  same.send({ t: 'time' });
  assert.equal(same.written, []);
  same.pass(15 * 60_000);
  assert.equal(same.statuses, ['STANDBY'], 'a refresh, when it is due');
  const other = new Bench();
  other.state = initialState({ ...facts, station: station('Faulted') }, { document, acknowledgedAtMs: T0 - 60_000 });
  other.send({ t: 'time' });
  assert.equal(other.statuses, ['FAULTED']);
  const gone = new Bench();
  gone.state = initialState(null, { document, acknowledgedAtMs: T0 - 60_000 });
  gone.send({ t: 'time' });
  assert.equal(gone.written, [null]);
});

test('a charge point that is removed is removed there too, and may come back', () => {
  const bench = new Bench();
  bench.send({ t: 'removed' });
  assert.is(bench.written.length, 0, 'nothing was there');
  bench.send({ t: 'station', station: station() });
  bench.send({ t: 'removed' });
  bench.pass(200);
  bench.send({ t: 'written' });
  assert.equal(bench.statuses, ['STANDBY', undefined]);
  bench.send({ t: 'written' });
  bench.pass(200);
  bench.send({ t: 'station', station: station('Faulted') });
  assert.equal(bench.statuses, ['STANDBY', undefined, 'FAULTED']);
});

test.run();
