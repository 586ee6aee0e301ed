import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench } from './bench.js';
import { openTransaction } from './fixtures.js';

const contexts = (bench: Bench): string[] =>
  bench.sampled().flatMap(({ context }) => (context === 'Sample.Periodic' ? [] : [context]));

const SAMPLED = { settings: { sampleIntervalS: 60 } };

test('§7.35: a limit of 0 A and its end are Interruption.Begin and .End, and the start of charging is none', () => {
  const bench = new Bench(SAMPLED).charge();
  assert.equal(contexts(bench), []);
  bench.send({ t: 'limit', limitMa: 0 });
  assert.is(bench.status, 'SuspendedEVSE');
  bench.pass(10);
  assert.equal(contexts(bench), ['Interruption.Begin']);
  bench.send({ t: 'limit', limitMa: 10_000 });
  assert.is(bench.status, 'Charging');
  bench.send({ t: 'limit', limitMa: 8_000 });
  assert.equal(contexts(bench), ['Interruption.Begin', 'Interruption.End']);
  assert.is(bench.sampled().at(-1)?.localId, bench.started()[0]?.localId);
});

test('§7.35: a fault interrupts too; the end of a transaction is no interruption', () => {
  const bench = new Bench(SAMPLED).charge().fault();
  assert.equal(contexts(bench), ['Interruption.Begin']);
  bench.clearFault().stop();
  assert.equal(contexts(bench), ['Interruption.Begin', 'Interruption.End']);
});

test('§7.35: a transaction that is taken up after a restart was interrupted', () => {
  const restore = { transaction: openTransaction(), pluggedIn: true };
  const bench = new Bench({ ...SAMPLED, restore });
  bench.pass(1);
  assert.is(bench.power.on, true);
  assert.equal(contexts(bench), ['Interruption.End']);
});

test('MeterValueSampleInterval 0: no sampled data at all (errata 3.14)', () => {
  const bench = new Bench({ settings: { sampleIntervalS: 0 } }).charge().fault().clearFault();
  assert.equal(contexts(bench), []);
});

test.run();
