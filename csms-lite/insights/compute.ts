import { rankConnectors } from './anomalies.js';
import { energyByDuration } from './energy.js';
import { forecastLoad } from './forecast.js';
import { scoreHealth } from './health.js';
import { INSIGHT_NAMES, type InsightName, type InsightResults, type Outcome } from './model.js';
import type { InsightRows } from './rows.js';
import { segmentUsers } from './users.js';
import { measureUtilisation } from './utilisation.js';

const MODELS: { [N in InsightName]: (rows: InsightRows) => Outcome<InsightResults[N]> } = {
  forecast: forecastLoad,
  utilisation: measureUtilisation,
  health: scoreHealth,
  anomalies: rankConnectors,
  users: segmentUsers,
  energy: energyByDuration,
};

/** One model's outcome, or why it broke; a model that breaks takes no other with it. */
export type Computed = { name: InsightName; durationMs: number } & (
  | { outcome: Outcome<InsightResults[InsightName]> }
  | { reason: string }
);

/** Runs every model. Pure but for `nowMs`, which measures. */
export function computeAll(rows: InsightRows, nowMs: () => number): Computed[] {
  return INSIGHT_NAMES.map((name) => {
    const beganMs = nowMs();
    const durationMs = (): number => Math.round(nowMs() - beganMs);
    try {
      const outcome = MODELS[name](rows);
      return { name, durationMs: durationMs(), outcome };
    } catch (error) {
      return { name, durationMs: durationMs(), reason: error instanceof Error ? error.message : String(error) };
    }
  });
}
