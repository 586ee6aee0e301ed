import { type ApiContext, type CpParams, cpParams, documented } from '../context.js';
import { isoTime, presentAssignment } from '../present.js';
import { listOf } from '../schemas/resources.js';

/** What a charge point holds: its local authorization list and its charging profiles. */
export function heldRoutes({ app, csms }: ApiContext): void {
  app.get<{ Params: CpParams }>(
    '/charge-points/:chargePointId/local-list',
    documented({
      summary: 'its local list as it accepted it, and how it differs from the tags',
      tags: ['local list'],
      params: cpParams,
      response: { 200: { type: 'object' } },
    }),
    async (request) => {
      const { updatedAtMs, ...list } = await csms.localLists.get(request.params.chargePointId);
      return { ...list, ...(updatedAtMs === null ? {} : { updatedAt: isoTime(updatedAtMs) }) };
    },
  );

  app.post<{ Params: CpParams }>(
    '/charge-points/:chargePointId/local-list/sync',
    documented({
      summary: 'read its version, compare, and send what is missing',
      description: 'The differences where its content is known, else the whole list, in parts as large as it takes.',
      tags: ['local list'],
      params: cpParams,
      response: { 200: { type: 'object' } },
    }),
    async (request) => await csms.localLists.sync(request.params.chargePointId, request.actor),
  );

  app.get<{ Params: CpParams }>(
    '/charge-points/:chargePointId/charging-profiles',
    documented({
      summary: 'charging profiles that it has, as it accepted them, newest first',
      tags: ['charging profiles'],
      params: cpParams,
      response: { 200: listOf({ type: 'object' }) },
    }),
    async (request) => {
      const items = (await csms.chargingProfiles.assignments(request.params.chargePointId)).map(presentAssignment);
      return { items, total: items.length };
    },
  );
}
