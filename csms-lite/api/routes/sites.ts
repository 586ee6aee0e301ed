import type { SiteUpdate } from '../../core/sites/site-service.js';
import { type ApiContext, documented, idParams } from '../context.js';
import { linkNext, listQuery, type PageQuery } from '../paging.js';
import { listOf, siteSchema, siteWriteSchema } from '../schemas/resources.js';

const tags = ['sites'];

/** Sites, and how the current of one with a limit is shared. */
export function siteRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: PageQuery }>(
    '/sites',
    documented({ summary: 'sites, by id', tags, querystring: listQuery(), response: { 200: listOf(siteSchema) } }),
    async (request, reply) => {
      const page = await csms.sites.list(request.query);
      linkNext(request, reply, page);
      return page;
    },
  );

  app.get<{ Params: { id: string } }>(
    '/sites/:id',
    documented({
      summary: 'one site, with what each running session may draw now',
      tags,
      params: idParams,
      response: { 200: siteSchema },
    }),
    async (request) => {
      const site = await csms.sites.get(request.params.id);
      return { ...site, allocations: await csms.siteLimits.allocations(site.id) };
    },
  );

  app.put<{ Params: { id: string }; Body: SiteUpdate | null | undefined }>(
    '/sites/:id',
    documented({
      summary: 'create or update; absent members stay as they are',
      description:
        'With `limitMa` the current is shared equally among the running sessions of its charge points, at least 6 A ' +
        'each, by charging profiles; where there is not enough, those that began last wait.',
      tags,
      params: idParams,
      body: siteWriteSchema,
      response: { 200: siteSchema, 201: siteSchema },
    }),
    async (request, reply) => {
      const { name, limitMa } = request.body ?? {};
      const update = { ...(name === undefined ? {} : { name }), ...(limitMa === undefined ? {} : { limitMa }) };
      const { site, created } = await csms.sites.put(request.params.id, update, request.actor);
      return reply.code(created ? 201 : 200).send(site);
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/sites/:id',
    documented({ summary: 'forget a site without charge points', tags, params: idParams, response: { 204: {} } }),
    async (request, reply) => {
      await csms.sites.remove(request.params.id, request.actor);
      return reply.code(204).send();
    },
  );
}
