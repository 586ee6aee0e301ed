import { type ArimaOrder, arimaForecast, orderName } from './arima.js';
import { backTest, type Forecaster, type Judged, seasonalNaive } from './back-test.js';
import { HOUR_MS, hoursBetween, spread } from './hours.js';
import type { BackTest, Forecast, Outcome, SeriesForecast } from './model.js';
import { countDemo, type InsightRows } from './rows.js';
import { quantile } from './statistics.js';

const DAY_H = 24;
const WEEK_H = 168;
const HORIZON_H = DAY_H;
/** A week held out, a day at a time, where there is enough before it. */
const MOST_FOLDS = 7;
const FEWEST_FOLDS = 2;
/** Drawn in front of the forecast. */
const HISTORY_H = 7 * DAY_H;
/** Shortest history that a fold may have before it, for a season of a day. */
const SHORTEST_H = 3 * DAY_H;
export const FORECAST_NEEDS_HOURS = SHORTEST_H + FEWEST_FOLDS * HORIZON_H;
export const FORECAST_NEEDS_SESSIONS = 30;
/** A season of 24 costs some 80 ms of processor time to fit for four weeks, and hardly gains from more. */
const SEASONAL_HISTORY_H = 28 * DAY_H;
/** Share of the errors that the band covers. */
const COVERAGE = 0.8;

/** The seed's order, and one that knows the hours of the day. */
const PLAIN: ArimaOrder = { p: 1, d: 1, q: 1 };
const DAILY: ArimaOrder = { p: 1, d: 0, q: 0, P: 0, D: 1, Q: 1, s: DAY_H };

function arima(order: ArimaOrder, historyHours: number): Forecaster {
  return {
    name: orderName(order),
    kind: 'arima',
    // Neither energy nor sessions can be less than none; the back-test judges what will be shown.
    forecast: (series, horizon) =>
      arimaForecast(series.slice(-historyHours), order, horizon)?.map((value) => Math.max(0, value)) ?? null,
  };
}

/** Energy and begun sessions per hour. Energy is spread evenly over its session; running sessions have none yet. */
export function hourlySeries({ fromMs, toMs, sessions }: InsightRows): { energyWh: number[]; starts: number[] } {
  const hours = hoursBetween(fromMs, toMs);
  const energyWh = Array.from({ length: hours }, () => 0);
  const starts = Array.from({ length: hours }, () => 0);
  for (const { startedAtMs, stoppedAtMs, energyWh: amount } of sessions) {
    const hour = Math.floor((startedAtMs - fromMs) / HOUR_MS);
    if (hour >= 0 && hour < hours) starts[hour] = (starts[hour] ?? 0) + 1;
    if (stoppedAtMs !== null) spread(energyWh, fromMs, { fromMs: startedAtMs, toMs: stoppedAtMs }, amount);
  }
  return { energyWh, starts };
}

export interface SeriesOptions {
  unit: SeriesForecast['unit'];
  /** The hour after the last one of the series. */
  toMs: number;
  seasonHours: number;
  folds: number;
}

/** The best of the candidates by its error on held-out days, and what it says of the next one. */
export function forecastSeries(series: readonly number[], options: SeriesOptions): SeriesForecast {
  const { unit, toMs, seasonHours, folds } = options;
  const baseline = seasonalNaive(seasonHours);
  const forecasters = [baseline, arima(PLAIN, series.length), arima(DAILY, SEASONAL_HISTORY_H)];
  const tested = forecasters.map((forecaster) => {
    const { errors, judged } = backTest(series, forecaster, { horizon: HORIZON_H, folds });
    const values = errors.failedFolds === 0 ? forecaster.forecast(series, HORIZON_H) : null;
    return { errors, judged, values };
  });
  const usable = tested.filter((one): one is typeof one & { values: number[] } => one.values !== null);
  // On a tie the first: the baseline, which is simplest.
  const best = usable.reduce((a, b) => (b.errors.mae < a.errors.mae ? b : a));
  const baselineMae = tested[0]?.errors.mae ?? 0;
  return {
    unit,
    candidates: tested.map(({ errors }) => rounded(errors)),
    chosen: best.errors.name,
    betterThanBaselinePercent: baselineMae === 0 ? 0 : round(100 * (1 - best.errors.mae / baselineMae), 1),
    points: points(best.values, best.judged, toMs, unit),
    history: series.slice(-HISTORY_H).map((value, index, shown) => ({
      atMs: toMs - (shown.length - index) * HOUR_MS,
      value: amount(value, unit),
    })),
  };
}

/** The band is what the errors of the back-test were, not what the model believes of itself. Nothing is below 0. */
function points(values: readonly number[], judged: readonly Judged[], toMs: number, unit: SeriesForecast['unit']) {
  const errors = judged.map(({ said, came }) => came - said);
  const low = quantile(errors, (1 - COVERAGE) / 2);
  const high = quantile(errors, (1 + COVERAGE) / 2);
  return values.map((value, ahead) => ({
    atMs: toMs + ahead * HOUR_MS,
    value: amount(value, unit),
    low: amount(Math.max(0, value + low), unit),
    high: amount(Math.max(0, value + high), unit),
  }));
}

function amount(value: number, unit: SeriesForecast['unit']): number {
  return round(value, unit === 'Wh' ? 0 : 2);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function rounded(errors: BackTest): BackTest {
  return {
    ...errors,
    mae: round(errors.mae, 3),
    rmse: round(errors.rmse, 3),
    smapePercent: round(errors.smapePercent, 1),
  };
}

/** A season is a week where there are at least three of them, else a day. */
export function seasonOf(hours: number): { seasonHours: number; folds: number } {
  const isWeekly = hours >= 3 * WEEK_H;
  const before = isWeekly ? 2 * WEEK_H : SHORTEST_H;
  return {
    seasonHours: isWeekly ? WEEK_H : DAY_H,
    folds: Math.min(MOST_FOLDS, Math.floor((hours - before) / HORIZON_H)),
  };
}

/** Load of the next 24 hours. */
export function forecastLoad(rows: InsightRows): Outcome<Forecast> {
  const hours = hoursBetween(rows.fromMs, rows.toMs);
  const counts = countDemo(rows.sessions);
  const method = 'ARIMA beside a seasonal naive baseline, back-tested';
  if (counts.rowCount < FORECAST_NEEDS_SESSIONS) {
    const shortage = { of: 'sessions', have: counts.rowCount, need: FORECAST_NEEDS_SESSIONS };
    return { status: 'not-enough-data', method, ...counts, shortage };
  }
  if (hours < FORECAST_NEEDS_HOURS) {
    const shortage = { of: 'hours since the first session', have: hours, need: FORECAST_NEEDS_HOURS };
    return { status: 'not-enough-data', method, ...counts, shortage };
  }
  const { energyWh, starts } = hourlySeries(rows);
  const season = seasonOf(hours);
  const energy = forecastSeries(energyWh, { unit: 'Wh', toMs: rows.toMs, ...season });
  return {
    status: 'ok',
    method: energy.chosen,
    ...counts,
    result: {
      horizonHours: HORIZON_H,
      seasonHours: season.seasonHours,
      hours,
      energy,
      starts: forecastSeries(starts, { unit: 'sessions', toMs: rows.toMs, ...season }),
    },
  };
}
