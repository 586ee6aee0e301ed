import { type ApiContext, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentKnock, presentPage, presentStation } from '../present.js';
import { chargePointSchema, listOf } from '../schemas/resources.js';

const tags = ['knocks'];

const acceptBody = {
  type: ['object', 'null'],
  properties: {
    password: { type: 'string', description: 'Basic-auth password; absent: security profile 0' },
    displayName: { type: 'string', maxLength: 100 },
  },
};

/** Connections that were refused, each with the reason; accepted or blocked in one call. */
export function knockRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: PageQuery }>(
    '/knocks',
    documented({
      summary: 'refused connections, last seen first',
      tags,
      querystring: listQuery(),
      response: { 200: listOf({ type: 'object' }) },
    }),
    async (request, reply) => {
      const page = await csms.knocks.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentKnock);
    },
  );

  app.post<{ Params: { id: string }; Body: { password?: string; displayName?: string } | null | undefined }>(
    '/knocks/:id/accept',
    documented({
      summary: 'register the charge point that knocked',
      tags,
      params: idParams,
      body: acceptBody,
      response: { 200: chargePointSchema },
    }),
    async (request) => {
      const id = integerId(request.params.id, 'knock_not_found');
      return presentStation(await csms.knocks.accept(id, request.body ?? {}, request.actor));
    },
  );

  app.post<{ Params: { id: string } }>(
    '/knocks/:id/block',
    documented({
      summary: 'refuse this id from now on',
      tags,
      params: idParams,
      response: { 200: chargePointSchema },
    }),
    async (request) =>
      presentStation(await csms.knocks.block(integerId(request.params.id, 'knock_not_found'), request.actor)),
  );
}
