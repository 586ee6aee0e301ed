/** Insights in the words of the API: times as RFC 3339, the hours of utilisation as weekday and hour of a zone. Pure. */
import { predictEnergy } from '../insights/energy.js';
import type {
  Anomalies,
  EnergyByDuration,
  Forecast,
  Health,
  HeatMap,
  Insight,
  InsightName,
  SeriesForecast,
  UserSegments,
  Utilisation,
} from '../insights/model.js';
import { isoTime } from './present.js';

function presentSeries({ points, history, ...series }: SeriesForecast, hours: number) {
  return {
    ...series,
    points: points.slice(0, hours).map(({ atMs, ...point }) => ({ at: isoTime(atMs), ...point })),
    history: history.map(({ atMs, value }) => ({ at: isoTime(atMs), value })),
  };
}

/** @param hours how many of the hours to come */
export function presentForecast({ energy, starts, ...forecast }: Forecast, hours: number) {
  return { ...forecast, energy: presentSeries(energy, hours), starts: presentSeries(starts, hours) };
}

export function presentUtilisation({ share }: Utilisation, { timeZone, cells }: HeatMap) {
  return { share, timeZone, cells };
}

/** @param hours a duration to predict for, or null */
export function presentEnergy(line: EnergyByDuration, hours: number | null) {
  return { ...line, ...(hours === null ? {} : { prediction: predictEnergy(line, hours) }) };
}

/** What each insight's `result` is on the wire. */
export interface ResultViews {
  forecast: ReturnType<typeof presentForecast>;
  utilisation: ReturnType<typeof presentUtilisation>;
  health: Health;
  anomalies: Anomalies;
  users: UserSegments;
  energy: ReturnType<typeof presentEnergy>;
}

interface StoredView {
  method: string;
  rows: number;
  demoRows: number;
  window: { from: string; to: string };
  computedAt: string;
  durationMs: number;
  requestedBy?: string;
}

export type InsightView<N extends InsightName = InsightName> = N extends InsightName
  ?
      | { name: N; status: 'not-computed' }
      | ({ name: N; status: 'ok'; result: ResultViews[N] } & StoredView)
      | ({ name: N; status: 'not-enough-data'; shortage: { of: string; have: number; need: number } } & StoredView)
      | ({ name: N; status: 'failed'; reason: string } & StoredView)
  : never;

/** @param result how the result of this insight is shown */
export function presentInsight<N extends InsightName>(
  insight: Insight<N>,
  result: (found: Extract<Insight<N>, { status: 'ok' }>['result']) => ResultViews[N],
): InsightView<N> {
  if (insight.status === 'not-computed') return { name: insight.name, status: insight.status } as InsightView<N>;
  const stored: StoredView = {
    method: insight.method,
    rows: insight.rowCount,
    demoRows: insight.demoRowCount,
    window: { from: isoTime(insight.fromMs), to: isoTime(insight.toMs) },
    computedAt: isoTime(insight.computedAtMs),
    durationMs: insight.durationMs,
    ...(insight.requestedBy === null ? {} : { requestedBy: insight.requestedBy }),
  };
  const outcome =
    insight.status === 'ok'
      ? { result: result(insight.result) }
      : insight.status === 'failed'
        ? { reason: insight.reason }
        : { shortage: insight.shortage };
  return { name: insight.name, status: insight.status, ...stored, ...outcome } as InsightView<N>;
}
