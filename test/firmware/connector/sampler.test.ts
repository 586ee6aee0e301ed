import { checkpointDueMs, latestGrid, latestPeriodic, nextGrid } from 'tapwatt/connector/sampler.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench } from './bench.js';
import { START } from './fixtures.js';

const utc = (ms: number): string => new Date(ms).toISOString();
const noon = Date.UTC(2026, 2, 1, 12);

test('1.6 §3.16.2 the grid hangs on 00:00:00 UTC, and begins anew at midnight where a day is no multiple', () => {
  assert.is(utc(latestGrid(noon + 899_999, 900)), '2026-03-01T12:00:00.000Z');
  assert.is(utc(nextGrid(noon, 900)), '2026-03-01T12:15:00.000Z');
  // 7 h: 00, 07, 14, 21, and then 00 again.
  assert.is(utc(nextGrid(Date.UTC(2026, 2, 1, 21), 25_200)), '2026-03-02T00:00:00.000Z');
  assert.is(utc(latestGrid(Date.UTC(2026, 2, 2, 1), 25_200)), '2026-03-02T00:00:00.000Z');
});

test('1.6 §3.16.1 periodic samples hang on the start of the transaction', () => {
  assert.is(latestPeriodic(5000, 60, 64_999), 5000);
  assert.is(latestPeriodic(5000, 60, 65_000), 65_000);
  assert.is(latestPeriodic(5000, 60, 4000), 5000);
});

test('checkpoints: none while the register rests, at the interval, earlier after 5 % and 10 Wh, never twice in 5 s', () => {
  const base = { meterStartWh: 1000, registerWh: 1000, journaled: { energyWh: 1000, atMs: 0 }, intervalS: 60 };
  assert.is(checkpointDueMs(base), null);
  assert.is(checkpointDueMs({ ...base, registerWh: 1001 }), 60_000);
  assert.is(checkpointDueMs({ ...base, registerWh: 1010 }), 5000);
  const later = { ...base, journaled: { energyWh: 2000, atMs: 0 } };
  assert.is(checkpointDueMs({ ...later, registerWh: 2049 }), 60_000);
  assert.is(checkpointDueMs({ ...later, registerWh: 2050 }), 5000);
});

test('TC_070 sampled values: the interval exactly, Sample.Periodic, with what is offered', () => {
  const bench = new Bench({ settings: { sampleIntervalS: 10 } }).plugIn().pass(3.3).authorize().pass(35);
  const startedMs = bench.started()[0]?.at.monotonicMs ?? 0;
  assert.equal(
    bench.sampled().map((sample) => sample.at.monotonicMs - startedMs),
    [10_000, 20_000, 30_000],
  );
  for (const { context, offeredMa, localId } of bench.sampled()) {
    assert.is(context, 'Sample.Periodic');
    assert.is(offeredMa, 32_000);
    assert.is(localId, bench.started()[0]?.localId);
  }
  bench.stop().pass(60);
  assert.is(bench.sampled().length, 3, 'none after the transaction');
});

test('the interval changes live: on the new grid from the start, nothing for the time before; 0 is off', () => {
  const bench = new Bench({ settings: { sampleIntervalS: 60 } }).plugIn().authorize().pass(45);
  bench.settings({ sampleIntervalS: 20 });
  assert.is(bench.sampled().length, 0);
  bench.pass(40);
  const startedMs = bench.started()[0]?.at.monotonicMs ?? 0;
  assert.equal(
    bench.sampled().map((sample) => sample.at.monotonicMs - startedMs),
    [60_000, 80_000],
  );
  bench.settings({ sampleIntervalS: 0 }).pass(120);
  assert.is(bench.sampled().length, 2);
});

test('TC_071 clock-aligned values: timestamps on the grid of the true time, with and without a transaction', () => {
  // The system clock is 7.25 s behind what the central system says.
  const bench = new Bench({ settings: { clockAlignedIntervalS: 20, clockOffsetMs: 7250 } }).pass(35).charge().pass(20);
  const samples = bench.sampled();
  assert.equal(
    samples.map((sample) => utc(sample.at.wallMs + 7250).slice(11)),
    ['12:00:20.000Z', '12:00:40.000Z', '12:01:00.000Z'],
  );
  for (const { context } of samples) assert.is(context, 'Sample.Clock');
  assert.is(samples[0]?.localId, null);
  assert.is(samples.at(-1)?.localId, bench.started()[0]?.localId);
});

test('clock-aligned: a clock that is set does not fake, repeat or lose moments for long', () => {
  const bench = new Bench({ settings: { clockAlignedIntervalS: 900 } }).pass(60);
  // Forward by 3 years: the moments in between were never measured.
  bench.setClock(3 * 365 * 86_400_000).pass(2);
  assert.is(bench.sampled().length, 0);
  bench.pass(900);
  assert.is(bench.sampled().length, 1);
  // Back to shortly before a moment that was sampled: it is not sampled twice.
  const onGrid = bench.sampled()[0]?.at.wallMs ?? 0;
  assert.is(onGrid % 900_000, 0);
  bench.setClock(onGrid - bench.now.wallMs - 2500).pass(5);
  assert.is(bench.sampled().length, 1);
  // Back by a day: the grid goes on there.
  bench.setClock(-86_400_000).pass(900);
  assert.is(bench.sampled().length, 2);
});

test('clock-aligned: 0 is off, and switching on owes nothing for before', () => {
  const bench = new Bench().pass(100);
  bench.settings({ clockAlignedIntervalS: 60 });
  assert.is(bench.sampled().length, 0);
  bench.pass(20);
  assert.equal(
    bench.sampled().map((sample) => sample.at.wallMs - START.wallMs),
    [120_000],
  );
  bench.settings({ clockAlignedIntervalS: 0 }).pass(300);
  assert.is(bench.sampled().length, 1);
});

test('TC_054 a triggered sample: at once, with and without a transaction', () => {
  const bench = new Bench().send({ t: 'sample', context: 'Trigger' });
  assert.is(bench.sampled()[0]?.localId, null);
  assert.is(bench.sampled()[0]?.offeredMa, 0);
  bench.charge().send({ t: 'sample', context: 'Trigger' });
  assert.is(bench.sampled()[1]?.localId, bench.started()[0]?.localId);
  assert.is(bench.sampled()[1]?.context, 'Trigger');
});

test('checkpoints bound what a power cut can lose to 60 s or 5 %, without a write per second', () => {
  const bench = new Bench().charge();
  let journaledWh = 1000;
  let journaledMs = bench.now.monotonicMs;
  for (let second = 0; second < 3600; second += 1) {
    bench.pass(1);
    const last = bench.records.at(-1);
    if (last?.t === 'EnergyCheckpoint') [journaledWh, journaledMs] = [last.energyWh, last.at.monotonicMs];
    const lostWh = bench.energyWh - journaledWh;
    const usedWh = bench.energyWh - 1000;
    assert.ok(bench.now.monotonicMs - journaledMs <= 61_000, 'a checkpoint each minute while energy flows');
    assert.ok(lostWh <= Math.max(12, 0.05 * usedWh + 12), `${lostWh} of ${usedWh} Wh at risk`);
  }
  const checkpoints = bench.records.filter((record) => record.t === 'EnergyCheckpoint').length;
  assert.ok(checkpoints >= 60 && checkpoints <= 110, `${checkpoints} checkpoints in an hour`);
});

test('a car that sleeps costs no write', () => {
  const bench = new Bench();
  bench.drawMa = 0;
  bench.charge().pass(3600);
  assert.is(bench.records.length, 1);
});

test('periodic samples are checkpoints too', () => {
  const bench = new Bench({ settings: { sampleIntervalS: 30 } });
  bench.drawMa = 600;
  bench.charge().pass(600);
  assert.is(bench.records.filter((record) => record.t === 'EnergyCheckpoint').length, 0);
  assert.is(bench.sampled().length, 20);
});

test('the register of a transaction never runs backwards on our record', () => {
  const bench = new Bench({ settings: { sampleIntervalS: 10 } }).charge().pass(100);
  const highestWh = bench.energyWh;
  bench.energyWh = 3;
  bench.drawMa = 0;
  bench.pass(10).stop();
  assert.ok((bench.sampled().at(-1)?.reading.energyWh ?? 0) >= highestWh);
  assert.is(bench.ended()[0]?.meterStopWh, highestWh);
});

test.run();
