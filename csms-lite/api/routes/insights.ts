import { setTimeout as sleep } from 'node:timers/promises';
import type { HeatMap, Insight, InsightName, Utilisation } from '../../insights/model.js';
import { INSIGHT_NAMES } from '../../insights/model.js';
import { heatMap } from '../../insights/utilisation.js';
import { type ApiContext, documented } from '../context.js';
import {
  type InsightView,
  presentEnergy,
  presentForecast,
  presentInsight,
  presentUtilisation,
} from '../present-insight.js';
import { Problem } from '../problem.js';
import { insightListSchema, insightSchemas, runSchema } from '../schemas/insights.js';

const tags = ['insights'];
const FORECAST_HOURS = 24;
/** Heat maps kept: one per zone that somebody looks from. */
const KEPT_MAPS = 8;

interface InsightQuery {
  hours?: number;
  timeZone?: string;
}

const timeZone = { type: 'string', description: 'IANA name, of the heat map; absent: the server’s' };
/** What each takes in its query. */
const QUERIES: Record<InsightName, Record<string, object>> = {
  forecast: {
    hours: { type: 'integer', minimum: 1, maximum: FORECAST_HOURS, description: 'how many of the hours to come' },
  },
  utilisation: { timeZone },
  health: {},
  anomalies: {},
  users: {},
  energy: { hours: { type: 'number', exclusiveMinimum: 0, maximum: 168, description: 'predict for this duration' } },
};

const SUMMARIES: Record<InsightName, string> = {
  forecast: 'load of the next hours: ARIMA beside a seasonal naive baseline, both back-tested, the better one shown',
  utilisation: 'share of connector time with a session, by weekday and hour',
  health: 'health score with its three terms, of all and of each charge point',
  anomalies: 'connectors, most unusual first (isolation forest)',
  users: 'users with alike habits (k-means, k by silhouette)',
  energy: 'energy of a session by its duration (linear regression)',
};

/** The routes of the seed's analytics service; they are answered by the same handlers. */
const LEGACY: readonly [url: string, name: InsightName][] = [
  ['/predict/availability', 'forecast'],
  ['/predict/maintenance', 'anomalies'],
  ['/analytics/users', 'users'],
  ['/optimize/load', 'energy'],
  ['/health/score', 'health'],
];

/** Weekday and hour are worked out once per computation and zone. */
function heatMaps(): (insight: { computedAtMs: number }, hours: Utilisation, zone: string) => HeatMap {
  const kept = new Map<string, HeatMap>();
  return ({ computedAtMs }, hours, zone) => {
    const key = `${computedAtMs} ${zone}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    let map: HeatMap;
    try {
      map = heatMap(hours, zone);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Problem('invalid_request', `${zone} is no time zone.`, { hint: 'For example Europe/Berlin, or UTC.' });
    }
    if (kept.size >= KEPT_MAPS) kept.clear();
    kept.set(key, map);
    return map;
  };
}

type Present = (insight: Insight, query: InsightQuery) => InsightView;

function presenter(): Present {
  const mapOf = heatMaps();
  return (insight, { hours, timeZone: zone }) => {
    // Without a result all of them look alike.
    if (insight.status !== 'ok') return presentInsight(insight as Insight<'health'>, (found) => found) as InsightView;
    switch (insight.name) {
      case 'forecast':
        return presentInsight(insight, (found) => presentForecast(found, hours ?? FORECAST_HOURS));
      case 'utilisation':
        return presentInsight(insight, (found) =>
          presentUtilisation(found, mapOf(insight, found, zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)),
        );
      case 'energy':
        return presentInsight(insight, (found) => presentEnergy(found, hours ?? null));
      case 'health':
        return presentInsight(insight, (found) => found);
      case 'anomalies':
        return presentInsight(insight, (found) => found);
      case 'users':
        return presentInsight(insight, (found) => found);
    }
  };
}

function oneRoute({ app, csms }: ApiContext, url: string, name: InsightName, present: Present, hide = false): void {
  app.get<{ Querystring: InsightQuery }>(
    url,
    documented({
      summary: SUMMARIES[name],
      tags,
      hide,
      querystring: { type: 'object', properties: QUERIES[name] },
      response: { 200: insightSchemas[name] },
    }),
    async (request) => present((await csms.insights.get(name)) as Insight, request.query),
  );
}

export function insightRoutes(context: ApiContext): void {
  const { app, csms } = context;
  const present = presenter();
  app.get<{ Querystring: InsightQuery }>(
    '/insights',
    documented({
      summary: 'all of them, as last computed; `running` while the next run is at work',
      tags,
      querystring: { type: 'object', properties: { timeZone } },
      response: { 200: insightListSchema },
    }),
    async (request) => {
      const items = (await csms.insights.list()).map((insight) => present(insight, request.query));
      return { items, total: items.length, running: csms.insights.running };
    },
  );

  app.post<{ Querystring: { wait: number } }>(
    '/insights/compute',
    documented({
      summary: 'compute all of them now, in a thread of its own; the event insights.computed tells the end',
      tags,
      querystring: {
        type: 'object',
        properties: {
          wait: { type: 'number', minimum: 0, maximum: 60, default: 0, description: 'seconds to wait for the end' },
        },
      },
      response: {
        200: { ...runSchema, description: 'done' },
        202: { ...runSchema, description: 'at work' },
      },
    }),
    async (request, reply) => {
      const run = csms.insights.compute(request.actor).then(() => 'done' as const);
      const answer = Promise.race([run, sleep(request.query.wait * 1000, 'running' as const, { ref: false })]);
      // Who no longer waits does not hear of a failure; the service has logged it.
      run.catch(() => undefined);
      const isDone = (await answer) === 'done';
      return reply.code(isDone ? 200 : 202).send({ running: !isDone });
    },
  );
  for (const name of INSIGHT_NAMES) oneRoute(context, `/insights/${name}`, name, present);
}

/** At the root. */
export function legacyInsightRoutes(context: ApiContext): void {
  const present = presenter();
  for (const [url, name] of LEGACY) oneRoute(context, url, name, present, true);
}
