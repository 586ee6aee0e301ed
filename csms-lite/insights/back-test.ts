import type { BackTest } from './model.js';
import { mean } from './statistics.js';

/** A way of forecasting. Pure: the same series gives the same forecast. */
export interface Forecaster {
  name: string;
  kind: BackTest['kind'];
  /** @returns null when it cannot be fitted to the series */
  forecast(series: readonly number[], horizon: number): number[] | null;
}

/** What was said and what came. */
export interface Judged {
  said: number;
  came: number;
}

/** The value of the same hour one season ago, and again if the horizon is longer than the season. */
export function seasonalNaive(seasonHours: number): Forecaster {
  return {
    name: `Seasonal naive, ${seasonHours} h`,
    kind: 'baseline',
    forecast(series, horizon) {
      if (series.length < seasonHours) return null;
      const season = series.slice(-seasonHours);
      return Array.from({ length: horizon }, (_unused, ahead) => season[ahead % seasonHours] ?? 0);
    },
  };
}

/**
 * Rolling origin (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, §5.10): the last
 * `folds` · `horizon` values are held out in pieces; before each piece the forecaster sees only what came before it.
 */
export function backTest(
  series: readonly number[],
  forecaster: Forecaster,
  { horizon, folds }: { horizon: number; folds: number },
): { errors: BackTest; judged: Judged[] } {
  const judged: Judged[] = [];
  let failedFolds = 0;
  for (let fold = folds; fold >= 1; fold -= 1) {
    const origin = series.length - fold * horizon;
    const said = forecaster.forecast(series.slice(0, origin), horizon);
    if (said === null) failedFolds += 1;
    else judged.push(...said.map((value, ahead) => ({ said: value, came: series[origin + ahead] ?? 0 })));
  }
  const { name, kind } = forecaster;
  return { errors: { name, kind, ...forecastErrors(judged), folds, hours: judged.length, failedFolds }, judged };
}

/** MAE, RMSE and sMAPE: 200 · |said - came| / (|said| + |came|), 0 where both are 0. */
export function forecastErrors(judged: readonly Judged[]): { mae: number; rmse: number; smapePercent: number } {
  return {
    mae: mean(judged.map(({ said, came }) => Math.abs(said - came))),
    rmse: Math.sqrt(mean(judged.map(({ said, came }) => (said - came) ** 2))),
    smapePercent: mean(
      judged.map(({ said, came }) => {
        const size = Math.abs(said) + Math.abs(came);
        return size === 0 ? 0 : (200 * Math.abs(said - came)) / size;
      }),
    ),
  };
}
