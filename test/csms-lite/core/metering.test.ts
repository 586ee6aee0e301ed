import { estimateSkew } from 'csms-lite/core/clock-skew.js';
import { mergeLive, registerReading } from 'csms-lite/core/metering/live.js';
import { normaliseSample } from 'csms-lite/core/metering/normalise.js';
import { foldRegister, stopRegister } from 'csms-lite/core/metering/register.js';
import { readOcppTime } from 'csms-lite/core/time.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../support/random.js';

const test = suite('metering');

test('§7.43: defaults and base units', () => {
  const cases: [Parameters<typeof normaliseSample>[0], number | null, string][] = [
    [{ value: '12' }, 12, 'Wh'],
    [{ value: '0.4', unit: 'kWh' }, 400, 'Wh'],
    [{ value: '3', measurand: 'Power.Active.Import' }, 3, 'W'],
    [{ value: '6.0', measurand: 'Current.Import' }, 6000, 'mA'],
    [{ value: '229.9', measurand: 'Voltage' }, 229_900, 'mV'],
    [{ value: '0.97', measurand: 'Power.Factor' }, 970, 'm'],
    [{ value: '49.98', measurand: 'Frequency' }, 49_980, 'mHz'],
    [{ value: '300', unit: 'K', measurand: 'Temperature' }, 26_850, 'm°C'],
    [{ value: '212', unit: 'Fahrenheit', measurand: 'Temperature' }, 100_000, 'm°C'],
    [{ value: '21', unit: 'Celcius', measurand: 'Temperature' }, 21_000, 'm°C'],
    [{ value: '1,5', unit: 'kWh' }, 1500, 'Wh'],
    [{ value: '' }, null, 'Wh'],
    [{ value: 'NaN' }, null, 'Wh'],
    [{ value: '1e400' }, null, 'Wh'],
    [{ value: 'AB12', format: 'SignedData' }, null, 'Wh'],
    [{ value: '1234', format: 'SignedData' }, null, 'Wh'],
  ];
  for (const [sample, value, unit] of cases) {
    const normalised = normaliseSample(sample);
    assert.equal(
      [normalised.value, normalised.unit, normalised.rawValue],
      [value, unit, sample.value],
      JSON.stringify(sample),
    );
  }
});

test('a register that only rises: energy is stop minus start, in whatever order the readings came', () => {
  const random = createRandom(7);
  for (let run = 0; run < 200; run += 1) {
    const start = random.integer(0, 1_000_000);
    let wh = start;
    const readings = Array.from({ length: random.integer(0, 10) }, (_, atMs) => {
      wh += random.integer(0, 100);
      return { wh, atMs };
    });
    const stop = wh + random.integer(0, 100);
    const shuffled = readings.toSorted(() => random.next() - 0.5);
    assert.equal(stopRegister(foldRegister(start, shuffled), start, stop), {
      energyWh: stop - start,
      wentBackwards: false,
    });
  }
});

test('whatever the register does, energy is never negative, and a fall is noticed', () => {
  const random = createRandom(8);
  for (let run = 0; run < 500; run += 1) {
    const start = random.integer(0, 1000);
    const readings = Array.from({ length: random.integer(0, 6) }, (_, atMs) => ({ wh: random.integer(0, 1000), atMs }));
    const stop = random.integer(0, 1000);
    const { energyWh, wentBackwards } = stopRegister(foldRegister(start, readings), start, stop);
    assert.ok(energyWh >= 0);
    const path = [start, ...readings.map(({ wh }) => wh), stop];
    assert.is(
      wentBackwards,
      path.some((wh, index) => index > 0 && wh < (path[index - 1] ?? 0)),
    );
  }
});

test('live: totals win over phases, powers add up, the largest current counts, old values change nothing', () => {
  const sample = (measurand: string, value: string, phase?: string) =>
    normaliseSample({ measurand, value, ...(phase === undefined ? {} : { phase }) });
  const phases = [
    sample('Power.Active.Import', '1000', 'L1'),
    sample('Power.Active.Import', '1200', 'L2'),
    sample('Current.Import', '4', 'L1'),
    sample('Current.Import', '5', 'L2'),
    sample('Voltage', '230', 'L1-N'),
    sample('Voltage', '232', 'L2-N'),
  ];
  const live = mergeLive(null, phases, 10, 500);
  assert.equal(
    [live.powerW, live.currentMa, live.voltageMv, live.energyWh, live.socPercent],
    [2200, 5000, 231_000, 500, null],
  );
  const total = mergeLive(
    live,
    [sample('Power.Active.Import', '9', 'L1'), sample('Power.Active.Import', '2300')],
    20,
    null,
  );
  assert.equal([total.powerW, total.currentMa, total.energyWh], [2300, 5000, 500]);
  assert.is(mergeLive(total, [sample('Power.Active.Import', '1')], 15, 1), total);
  assert.is(
    registerReading([
      normaliseSample({ value: '7', location: 'Inlet' }),
      normaliseSample({ value: '9', location: 'Outlet' }),
    ]),
    9,
  );
});

test('times: with Z, with an offset, without; nonsense is the time of receipt', () => {
  const noon = Date.UTC(2026, 0, 2, 12);
  for (const text of [
    '2026-01-02T12:00:00Z',
    '2026-01-02T13:00:00+01:00',
    '2026-01-02T12:00:00',
    '2026-01-02t12:00:00.000000z',
    '2026-01-02T14:00:00+0200',
  ])
    assert.equal(readOcppTime(text, 5), { atMs: noon, readable: true }, text);
  for (const text of ['1000000', '', 'yesterday', '2026-13-02T12:00:00Z', 17, null, undefined])
    assert.equal(readOcppTime(text, 5), { atMs: 5, readable: false }, String(text));
});

test('clock skew: late messages do not pull the estimate down', () => {
  let estimate = estimateSkew(null, 1000, 900_000);
  estimate = estimateSkew(estimate, 905_000, 900_000);
  estimate = estimateSkew(estimate, 100, 910_000);
  assert.is(estimate.skewMs, 5000);
});

test.run();
