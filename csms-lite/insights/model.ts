/**
 * What insights answer with. Times are Unix epoch milliseconds, energy is Wh, shares are 0 to 1. Every figure comes
 * from stored rows; what cannot be said with the rows there are is `not-enough-data`.
 */

/** In the order of the page. */
export const INSIGHT_NAMES = ['forecast', 'utilisation', 'health', 'anomalies', 'users', 'energy'] as const;
export type InsightName = (typeof INSIGHT_NAMES)[number];

/** What a model lacks: so many of this, at least so many are needed. */
export interface Shortage {
  /** Plural: `sessions`, `connectors`. */
  of: string;
  have: number;
  need: number;
}

/** What a model says of the rows that it was given. Pure models return this. */
export type Outcome<T> = {
  /** As people are told it. */
  method: string;
  rowCount: number;
  demoRowCount: number;
} & ({ status: 'ok'; result: T } | { status: 'not-enough-data'; shortage: Shortage });

/** A model's name and what it finds. */
export interface InsightResults {
  forecast: Forecast;
  utilisation: Utilisation;
  health: Health;
  anomalies: Anomalies;
  users: UserSegments;
  energy: EnergyByDuration;
}

interface Stored<N extends InsightName> {
  name: N;
  method: string;
  rowCount: number;
  demoRowCount: number;
  /** Window of the rows. */
  fromMs: number;
  toMs: number;
  computedAtMs: number;
  /** Processor and waiting time of this model in the thread. */
  durationMs: number;
  /** null: the schedule. */
  requestedBy: string | null;
}

/** One insight as stored, or that it was never computed. */
export type Insight<N extends InsightName = InsightName> = N extends InsightName
  ?
      | { name: N; status: 'not-computed' }
      | (Stored<N> & { status: 'ok'; result: InsightResults[N] })
      | (Stored<N> & { status: 'not-enough-data'; shortage: Shortage })
      | (Stored<N> & { status: 'failed'; reason: string })
  : never;

/** How well a way of forecasting did on hours that it had not seen. */
export interface BackTest {
  name: string;
  kind: 'baseline' | 'arima';
  /** Mean absolute error, in the unit of the series. */
  mae: number;
  /** Root of the mean squared error. */
  rmse: number;
  /** Symmetric mean absolute percentage error, 0 to 200; an hour that is 0 and was said to be 0 counts as 0. */
  smapePercent: number;
  /** Windows that were held out, and how many hours they had together. */
  folds: number;
  hours: number;
  /** Windows in which it could not be fitted; it is not chosen then. */
  failedFolds: number;
}

export interface ForecastPoint {
  atMs: number;
  value: number;
  /** 80 % of the errors in the back-test lay between these two. */
  low: number;
  high: number;
}

export interface SeriesForecast {
  /** Wh delivered in the hour, or sessions begun in it. */
  unit: 'Wh' | 'sessions';
  candidates: BackTest[];
  /** Name of the candidate with the smallest mean absolute error. */
  chosen: string;
  /** How much smaller its error is than the baseline's, in percent; 0 when the baseline is chosen. */
  betterThanBaselinePercent: number;
  points: ForecastPoint[];
  /** The hours before, to be drawn in front of the forecast. */
  history: { atMs: number; value: number }[];
}

export interface Forecast {
  horizonHours: number;
  /** Hours between two of the same place in the season: 168 is a week. */
  seasonHours: number;
  hours: number;
  energy: SeriesForecast;
  starts: SeriesForecast;
}

export const CONNECTOR_FEATURES = [
  'faultedNow',
  'hoursSinceStatus',
  'faultedShare',
  'faultsPerWeek',
  'emptySessionShare',
  'usageChange',
  'powerChange',
] as const;
export type ConnectorFeature = (typeof CONNECTOR_FEATURES)[number];

export interface RankedConnector {
  stationId: string;
  connectorId: number;
  demo: boolean;
  /** 0 to 1; 0.5 is ordinary, above `threshold` it is flagged. */
  score: number;
  flagged: boolean;
  features: Record<ConnectorFeature, number>;
  /** The feature that is farthest from the mean of all connectors, in standard deviations. */
  reason: { feature: ConnectorFeature; value: number; mean: number; deviations: number };
}

export interface Anomalies {
  trees: number;
  sampleSize: number;
  seed: number;
  threshold: number;
  /** Most unusual first. */
  connectors: RankedConnector[];
}

export interface UserFigures {
  sessions: number;
  meanDurationMs: number;
  totalDurationMs: number;
  meanEnergyWh: number;
  totalEnergyWh: number;
  sessionsPerWeek: number;
  /** Hour of the day, 0 to 24, as a mean on the circle: between 23 and 1 is 0. */
  meanStartHour: number;
}

export interface UserSegments {
  /** Zone of the start hours. */
  timeZone: string;
  k: number;
  /** Mean silhouette of the chosen k, -1 to 1. */
  silhouette: number;
  /** Kaufman and Rousseeuw: above 0.70 strong, above 0.50 reasonable, above 0.25 weak, else none. */
  structure: 'strong' | 'reasonable' | 'weak' | 'none';
  silhouettes: { k: number; silhouette: number }[];
  /** Largest first; figures are the means of its members. */
  groups: { size: number; mean: UserFigures }[];
  users: ({ user: string; group: number } & UserFigures)[];
}

export interface EnergyByDuration {
  /** energyWh = interceptWh + slopeWhPerHour · hours */
  interceptWh: number;
  slopeWhPerHour: number;
  slopeStandardErrorWhPerHour: number;
  /** Share of the variance that the line explains. */
  rSquared: number;
  /** Standard deviation of what is left. */
  residualWh: number;
  shortestH: number;
  longestH: number;
  /** Some of the sessions, spread evenly, to be drawn. */
  points: { hours: number; energyWh: number }[];
}

/** score = (availability · 0.5 + (1 - errorShare) · 0.3 + min(sessions24h / 10, 1) · 0.2) · 100 */
export interface HealthScore {
  score: number;
  connectors: number;
  available: number;
  withError: number;
  sessions24h: number;
  /** Points that each term gives: at most 50, 30, 20. */
  availabilityPoints: number;
  errorPoints: number;
  activityPoints: number;
}

export interface Health {
  all: HealthScore;
  /** Lowest first. */
  stations: ({ stationId: string; demo: boolean } & HealthScore)[];
}

/** Per hour (UTC); `heatMap` turns it into weekday and hour of a zone. */
export interface Utilisation {
  fromMs: number;
  /** Minutes with a session, of all connectors together, in each hour. */
  occupiedMinutes: number[];
  /** Connectors that there were in each hour. */
  connectors: number[];
  /** Of the whole window. */
  share: number;
}

export interface HeatMap {
  timeZone: string;
  /** Rows Monday to Sunday, columns 0 to 23 h; share of connector time with a session; null: no such hour in the window. */
  cells: (number | null)[][];
}
