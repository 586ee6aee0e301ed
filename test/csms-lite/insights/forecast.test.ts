import { arimaForecast, orderName } from 'csms-lite/insights/arima.js';
import { backTest, forecastErrors, seasonalNaive } from 'csms-lite/insights/back-test.js';
import {
  FORECAST_NEEDS_HOURS,
  forecastLoad,
  forecastSeries,
  hourlySeries,
  seasonOf,
} from 'csms-lite/insights/forecast.js';
import { seededRandom } from 'csms-lite/insights/random.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HOUR_MS, insightRows, MONDAY_MS, sessionRow } from './rows.js';

const WEEK = 168;
/** A fit takes a while on a busy machine: three held-out days instead of seven. */
const SEASON = { seasonHours: WEEK, folds: 3 };
const TO_MS = MONDAY_MS + 6 * WEEK * HOUR_MS;

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** 100 + 0.5 an hour + an autoregressive process with coefficient 0.8 and noise of 1: no season in it. */
function trendWithMemory(hours: number, seed: number): number[] {
  const random = seededRandom(seed);
  let memory = 0;
  return Array.from({ length: hours }, (_unused, hour) => {
    memory = 0.8 * memory + normal(random);
    return 100 + 0.5 * hour + memory;
  });
}

/** The same week again and again, with a jump at each office hour: nothing to learn but the calendar. */
function pureWeek(hours: number): number[] {
  return Array.from({ length: hours }, (_unused, hour) => {
    const day = Math.floor(hour / 24) % 7;
    return day < 5 && hour % 24 >= 8 && hour % 24 < 17 ? 10 + day * 3 + (hour % 24) : 0;
  });
}

test('errors are those of the text book', () => {
  const errors = forecastErrors([
    { said: 3, came: 1 },
    { said: 0, came: 0 },
    { said: 5, came: 6 },
    { said: 0, came: 1 },
  ]);
  assert.is(errors.mae, 1);
  assert.is(errors.rmse, Math.sqrt(6 / 4));
  assert.is(errors.smapePercent, (200 * (2 / 4 + 1 / 11 + 1)) / 4);
});

test('rolling origin: before each held-out piece only what came before it is seen', () => {
  const seen: number[][] = [];
  const { errors, judged } = backTest(
    [1, 2, 3, 4, 5, 6, 7],
    {
      name: 'last value',
      kind: 'baseline',
      forecast: (series, horizon) => {
        seen.push([...series]);
        return Array.from({ length: horizon }, () => series.at(-1) ?? 0);
      },
    },
    { horizon: 2, folds: 2 },
  );
  assert.equal(seen, [
    [1, 2, 3],
    [1, 2, 3, 4, 5],
  ]);
  assert.equal(
    judged.map(({ said, came }) => [said, came]),
    [
      [3, 4],
      [3, 5],
      [5, 6],
      [5, 7],
    ],
  );
  assert.is(errors.mae, 1.5);
  assert.is(errors.hours, 4);
  assert.is(errors.failedFolds, 0);
});

test('a forecaster that fails in one piece is counted as failed', () => {
  const { errors } = backTest([1, 2, 3], seasonalNaive(2), { horizon: 1, folds: 2 });
  assert.is(errors.failedFolds, 1, 'one value is no season of two');
});

test('ARIMA finds the coefficient of an autoregressive process: what it says decays by it', () => {
  const random = seededRandom(5);
  let value = 0;
  const series = Array.from({ length: 2000 }, () => {
    value = 0.8 * value + normal(random);
    return value;
  });
  series[series.length - 1] = 5;
  const said = arimaForecast(series, { p: 1, d: 0, q: 0 }, 3) ?? [];
  assert.is(said.length, 3);
  for (const [ahead, expected] of [4, 3.2, 2.56].entries())
    assert.ok(Math.abs((said[ahead] ?? 0) - expected) < 0.25, `${said[ahead]} is about ${expected}`);
});

test('ARIMA goes on with a straight line, a constant, and refuses what is too short', () => {
  const line = Array.from({ length: 200 }, (_unused, index) => index * 2);
  for (const [ahead, value] of (arimaForecast(line, { p: 1, d: 1, q: 1 }, 3) ?? []).entries())
    assert.ok(Math.abs(value - (400 + 2 * ahead)) < 0.5, String(value));
  assert.equal(arimaForecast([7, 7, 7], { p: 1, d: 1, q: 1 }, 2), [7, 7]);
  assert.is(arimaForecast([1, 2, 3], { p: 1, d: 1, q: 1 }, 2), null);
  assert.is(orderName({ p: 1, d: 1, q: 1 }), 'ARIMA(1,1,1)');
  assert.is(orderName({ p: 1, d: 0, q: 0, P: 0, D: 1, Q: 1, s: 24 }), 'SARIMA(1,0,0)(0,1,1)24');
});

test('on a process with memory and trend ARIMA beats the baseline, and is chosen', () => {
  for (const seed of [1, 2]) {
    const found = forecastSeries(trendWithMemory(6 * WEEK, seed), {
      unit: 'Wh',
      toMs: TO_MS,
      ...SEASON,
    });
    const [baseline, plain] = found.candidates;
    assert.ok((plain?.mae ?? 1e9) * 3 < (baseline?.mae ?? 0), JSON.stringify(found.candidates));
    assert.match(found.chosen, 'ARIMA');
    assert.ok(found.betterThanBaselinePercent > 60);
    assert.is(found.points.length, 24);
    assert.is(found.points[0]?.atMs, TO_MS);
  }
});

test('on a week that repeats the baseline is right to the hour, and is chosen', () => {
  const found = forecastSeries(pureWeek(6 * WEEK), { unit: 'Wh', toMs: TO_MS, ...SEASON });
  const [baseline, plain, daily] = found.candidates;
  assert.is(baseline?.mae, 0);
  assert.ok((plain?.mae ?? 0) > 0.5);
  assert.ok((daily?.mae ?? 0) > 0, 'a day is not a week');
  assert.is(found.chosen, 'Seasonal naive, 168 h');
  assert.is(found.betterThanBaselinePercent, 0);
  assert.equal(
    found.points.map(({ value }) => value),
    pureWeek(24),
  );
});

test('what is shown is never below nothing, and its band holds it', () => {
  const random = seededRandom(9);
  const noisy = pureWeek(6 * WEEK).map((value) => Math.max(0, value + normal(random) * 3));
  const { points } = forecastSeries(noisy, { unit: 'Wh', toMs: TO_MS, ...SEASON });
  for (const { value, low, high } of points) assert.ok(low >= 0 && value >= 0 && high >= low);
});

test('energy is spread over the hours of its session; a start counts in its hour', () => {
  const { energyWh, starts } = hourlySeries(
    insightRows(5, {
      sessions: [
        sessionRow({
          startedAtMs: MONDAY_MS + 0.5 * HOUR_MS,
          stoppedAtMs: MONDAY_MS + 2.5 * HOUR_MS,
          energyWh: 8000,
        }),
        sessionRow({ startedAtMs: MONDAY_MS + 4.5 * HOUR_MS, stoppedAtMs: MONDAY_MS + 6.5 * HOUR_MS, energyWh: 4000 }),
        sessionRow({ startedAtMs: MONDAY_MS + 4 * HOUR_MS, stoppedAtMs: null, energyWh: 0 }),
      ],
    }),
  );
  assert.equal(energyWh, [2000, 4000, 2000, 0, 1000]);
  assert.equal(starts, [1, 0, 0, 0, 2]);
});

test('the season is a week from three weeks on, before that a day; folds leave enough before them', () => {
  assert.equal(seasonOf(FORECAST_NEEDS_HOURS), { seasonHours: 24, folds: 2 });
  assert.equal(seasonOf(400), { seasonHours: 24, folds: 7 });
  assert.equal(seasonOf(3 * WEEK), { seasonHours: 168, folds: 7 });
});

test('not enough sessions, or hours, is said with both numbers', () => {
  const few = forecastLoad(insightRows(500, { sessions: [sessionRow({}), sessionRow({ demo: true })] }));
  assert.is(few.status, 'not-enough-data');
  if (few.status === 'not-enough-data') assert.equal(few.shortage, { of: 'sessions', have: 2, need: 30 });
  assert.equal([few.rowCount, few.demoRowCount], [2, 1]);
  const many = Array.from({ length: 40 }, (_unused, index) => sessionRow({ startedAtMs: MONDAY_MS + index * HOUR_MS }));
  const short = forecastLoad(insightRows(100, { sessions: many }));
  assert.is(short.status, 'not-enough-data');
  if (short.status === 'not-enough-data')
    assert.equal(short.shortage, { of: 'hours since the first session', have: 100, need: 120 });
  assert.is(forecastLoad(insightRows(120, { sessions: many })).status, 'ok');
});

test.run();
