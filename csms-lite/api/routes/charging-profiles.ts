import type { ChargingProfileUpdate } from '../../core/model.js';
import { type ApiContext, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { Problem } from '../problem.js';
import { chargingProfileSchema, listOf } from '../schemas/resources.js';

const tags = ['charging profiles'];

/** The library of profiles; set-charging-profile and remote-start name them by id. */
export function chargingProfileRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: PageQuery & { name?: string } }>(
    '/charging-profiles',
    documented({
      summary: 'stored profiles, newest first',
      tags,
      querystring: listQuery({ name: { type: 'string' } }),
      response: { 200: listOf(chargingProfileSchema) },
    }),
    async (request, reply) => {
      const page = await csms.chargingProfiles.list(request.query);
      linkNext(request, reply, page);
      return page;
    },
  );

  app.post<{ Body: ChargingProfileUpdate }>(
    '/charging-profiles',
    documented({
      summary: 'store a profile under an id of the server’s choice',
      tags,
      body: chargingProfileSchema,
      response: { 201: chargingProfileSchema },
    }),
    async (request, reply) => {
      const profile = await csms.chargingProfiles.create(request.body, request.actor);
      return reply.code(201).header('location', `/api/v1/charging-profiles/${profile.id}`).send(profile);
    },
  );

  app.get<{ Params: { id: string } }>(
    '/charging-profiles/:id',
    documented({ summary: 'one profile', tags, params: idParams, response: { 200: chargingProfileSchema } }),
    (request) => csms.chargingProfiles.get(integerId(request.params.id, 'charging_profile_not_found')),
  );

  app.put<{ Params: { id: string }; Body: { id?: number } }>(
    '/charging-profiles/:id',
    documented({
      summary: 'create or replace',
      tags,
      params: idParams,
      body: chargingProfileSchema,
      response: { 200: chargingProfileSchema, 201: chargingProfileSchema },
    }),
    async (request, reply) => {
      const id = Number(request.params.id);
      if (!/^-?\d{1,10}$/.test(request.params.id))
        throw new Problem('invalid_request', 'The id is the chargingProfileId on the wire: an integer.');
      const { id: bodyId, ...body } = request.body;
      if (bodyId !== undefined && bodyId !== id)
        throw new Problem('invalid_request', `The body says id ${bodyId}, the path says ${id}.`);
      const { profile, created } = await csms.chargingProfiles.put(id, body, request.actor);
      return reply.code(created ? 201 : 200).send(profile);
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/charging-profiles/:id',
    documented({ summary: 'forget it', tags, params: idParams, response: { 204: {} } }),
    async (request, reply) => {
      if (/^-?\d{1,10}$/.test(request.params.id))
        await csms.chargingProfiles.remove(Number(request.params.id), request.actor);
      return reply.code(204).send();
    },
  );
}
