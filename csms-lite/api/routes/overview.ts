import { exponentOf } from '../../core/tariffs/money.js';
import { type ApiContext, documented } from '../context.js';
import { isoTime } from '../present.js';
import { Problem } from '../problem.js';

const overviewSchema = {
  type: 'object',
  required: ['since', 'revenue', 'power'],
  properties: {
    since: { type: 'string', format: 'date-time' },
    revenue: {
      type: 'array',
      description: 'of sessions that ended since then, by currency',
      items: {
        type: 'object',
        properties: {
          currency: { type: 'string' },
          totalMinor: { type: 'integer', description: 'in minor units' },
          exponent: { type: 'integer', description: 'digits after the point' },
          sessions: { type: 'integer' },
        },
      },
    },
    power: {
      type: 'array',
      description: 'of all sessions together over the last 24 h: mean of five minutes each; null where it is not known',
      items: {
        type: 'object',
        properties: { at: { type: 'string' }, powerW: { type: ['integer', 'null'] } },
      },
    },
  },
};

export interface OverviewView {
  since: string;
  revenue: { currency: string; totalMinor: number; exponent: number; sessions: number }[];
  power: { at: string; powerW: number | null }[];
}

/** What today has brought, and the power of the last 24 hours. */
export function overviewRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: { since?: string } }>(
    '/overview',
    documented({
      summary: 'revenue since a time (default: 24 h ago), power of the last 24 h; without demo data',
      tags: ['transactions'],
      querystring: { type: 'object', properties: { since: { type: 'string', description: 'RFC 3339' } } },
      response: { 200: overviewSchema },
    }),
    async (request): Promise<OverviewView> => {
      const { since } = request.query;
      const sinceMs = since === undefined ? Date.now() - 86_400_000 : Date.parse(since);
      if (Number.isNaN(sinceMs)) throw new Problem('invalid_request', 'since is no time as 2026-01-31T00:00:00Z.');
      const { revenue, power } = await csms.overview.get(sinceMs);
      return {
        since: isoTime(sinceMs),
        revenue: revenue.map((sum) => ({ ...sum, exponent: exponentOf(sum.currency) })),
        power: power.map(({ atMs, powerW }) => ({ at: isoTime(atMs), powerW })),
      };
    },
  );
}
