/** Insights as JSON Schemas. `result` stands only where `status` is ok. */
import { INSIGHT_NAMES, type InsightName } from '../../insights/model.js';

const number = { type: 'number' } as const;
const integer = { type: 'integer' } as const;
const timestamp = { type: 'string', format: 'date-time' } as const;

function object(properties: Record<string, object>, description?: string): object {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties,
    ...(description === undefined ? {} : { description }),
  };
}

function listed(items: object): object {
  return { type: 'array', items };
}

const series = object({
  unit: { enum: ['Wh', 'sessions'] },
  candidates: listed(
    object(
      {
        name: { type: 'string' },
        kind: { enum: ['baseline', 'arima'] },
        mae: number,
        rmse: number,
        smapePercent: number,
        folds: integer,
        hours: integer,
        failedFolds: integer,
      },
      'each way of forecasting with its errors on held-out days',
    ),
  ),
  chosen: { type: 'string', description: 'the candidate with the smallest mae' },
  betterThanBaselinePercent: number,
  points: listed(object({ at: timestamp, value: number, low: number, high: number })),
  history: listed(object({ at: timestamp, value: number })),
});

const userFigures = {
  sessions: number,
  meanDurationMs: number,
  totalDurationMs: number,
  meanEnergyWh: number,
  totalEnergyWh: number,
  sessionsPerWeek: number,
  meanStartHour: number,
};

const score = {
  score: { type: 'number', minimum: 0, maximum: 100 },
  connectors: integer,
  available: integer,
  withError: integer,
  sessions24h: integer,
  availabilityPoints: number,
  errorPoints: number,
  activityPoints: number,
};

const results: Record<InsightName, object> = {
  forecast: object({ horizonHours: integer, seasonHours: integer, hours: integer, energy: series, starts: series }),
  utilisation: object({
    share: number,
    timeZone: { type: 'string' },
    cells: { ...listed(listed({ type: ['number', 'null'] })), description: 'Monday to Sunday, 0 to 23 h; 0 to 1' },
  }),
  health: object({
    all: object(score, 'score = availability · 50 + (1 - error share) · 30 + min(sessions24h / 10, 1) · 20'),
    stations: listed(object({ stationId: { type: 'string' }, demo: { type: 'boolean' }, ...score })),
  }),
  anomalies: object({
    trees: integer,
    sampleSize: integer,
    seed: integer,
    threshold: number,
    connectors: listed(
      object({
        stationId: { type: 'string' },
        connectorId: integer,
        demo: { type: 'boolean' },
        score: number,
        flagged: { type: 'boolean' },
        features: { type: 'object' },
        reason: { type: 'object' },
      }),
    ),
  }),
  users: object({
    timeZone: { type: 'string' },
    k: integer,
    silhouette: number,
    structure: { enum: ['strong', 'reasonable', 'weak', 'none'] },
    silhouettes: listed(object({ k: integer, silhouette: number })),
    groups: listed(object({ size: integer, mean: object(userFigures) })),
    users: listed(object({ user: { type: 'string' }, group: integer, ...userFigures })),
  }),
  energy: {
    ...object({
      interceptWh: number,
      slopeWhPerHour: number,
      slopeStandardErrorWhPerHour: number,
      rSquared: number,
      residualWh: number,
      shortestH: number,
      longestH: number,
      points: listed(object({ hours: number, energyWh: number })),
    }),
    description: 'with `prediction` {hours, energyWh, residualWh, extrapolated} when `hours` is asked for',
  },
};

function insight(name: object, result: object): object {
  return {
    type: 'object',
    required: ['name', 'status'],
    properties: {
      name,
      status: { enum: ['ok', 'not-enough-data', 'failed', 'not-computed'] },
      method: { type: 'string' },
      rows: { type: 'integer', description: 'that the model has seen' },
      demoRows: { type: 'integer', description: 'how many of them are demo data' },
      window: object({ from: timestamp, to: timestamp }),
      computedAt: timestamp,
      durationMs: integer,
      requestedBy: { type: 'string', description: 'absent: the schedule' },
      shortage: object({ of: { type: 'string' }, have: integer, need: integer }, 'not-enough-data: what is missing'),
      reason: { type: 'string', description: 'failed: why' },
      result,
    },
  };
}

/** Of one insight each. */
export const insightSchemas = Object.fromEntries(
  INSIGHT_NAMES.map((name) => [name, insight({ const: name }, results[name])]),
) as Record<InsightName, object>;

/** Of any of them. */
export const insightSchema = insight({ enum: INSIGHT_NAMES }, { type: 'object' });

export const runSchema = object({ running: { type: 'boolean', description: 'a run is at work' } });

export const insightListSchema = object({
  items: listed(insightSchema),
  total: integer,
  running: { type: 'boolean', description: 'the next run is at work' },
});
