import { type ApiContext, documented } from '../context.js';
import { linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentPage } from '../present.js';
import { presentAnomaly } from '../present-anomaly.js';

interface AnomalyQuery extends PageQuery {
  chargePointId?: string;
  transactionId?: number;
  active?: boolean;
}

/** What the detectors have seen in the currents. */
export function anomalyRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: AnomalyQuery }>(
    '/anomalies',
    documented({
      summary: 'oscillation, runaway, stuck-on, silence and drift of charging currents, newest first',
      tags: ['charge points'],
      querystring: listQuery({
        chargePointId: { type: 'string' },
        transactionId: { type: 'integer', description: 'id of /transactions/{id}' },
        active: { type: 'boolean', description: 'true: only what is still so; false: only what is over' },
      }),
      response: { 200: { type: 'object' } },
    }),
    async (request, reply) => {
      const page = await csms.anomalies.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentAnomaly);
    },
  );
}
