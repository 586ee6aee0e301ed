import { type ApiContext, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentKnock, presentPage, presentRegistered, presentStation } from '../present.js';
import { chargePointSchema, listOf } from '../schemas/resources.js';

const tags = ['knocks'];

interface AcceptBody {
  password?: string;
  displayName?: string;
  securityProfile?: 0 | 1 | 2 | 3;
  siteId?: string;
}

const acceptBody = {
  type: ['object', 'null'],
  properties: {
    password: { type: 'string', description: 'Basic-auth password' },
    securityProfile: { enum: [0, 1, 2, 3], description: '0: without password, by explicit choice' },
    siteId: { type: 'string' },
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

  app.post<{ Params: { id: string }; Body: AcceptBody | null | undefined }>(
    '/knocks/:id/accept',
    documented({
      summary: 'register the charge point that knocked',
      description: 'Where a password is needed and none is given, one is made: `generatedPassword`, shown once.',
      tags,
      params: idParams,
      body: acceptBody,
      response: { 200: chargePointSchema },
    }),
    async (request) => {
      const id = integerId(request.params.id, 'knock_not_found');
      const { password, displayName, securityProfile, siteId } = request.body ?? {};
      const accepted = await csms.knocks.accept(
        id,
        {
          ...(password === undefined ? {} : { password }),
          ...(displayName === undefined ? {} : { displayName }),
          ...(securityProfile === undefined ? {} : { securityProfile }),
          ...(siteId === undefined ? {} : { siteId }),
        },
        request.actor,
      );
      return presentRegistered(accepted.station, accepted.generatedPassword);
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
