import type { TagUpdate } from '../../core/model.js';
import { type ApiContext, documented } from '../context.js';
import { linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentPage, presentTag, presentUnknownTag } from '../present.js';
import { Problem } from '../problem.js';
import { idTagSchema, idTagWriteSchema, listOf } from '../schemas/resources.js';

const tags = ['idTags'];
const params = { type: 'object', properties: { idTag: { type: 'string' } } };

interface IdTagBody extends Omit<TagUpdate, 'expiryDateMs'> {
  idTag?: string;
  expiryDate?: string | null;
}

function toUpdate(body: IdTagBody): TagUpdate {
  const { idTag: _idTag, expiryDate, ...rest } = body;
  const known: TagUpdate = {
    ...(rest.status === undefined ? {} : { status: rest.status }),
    ...(rest.parentIdTag === undefined ? {} : { parentIdTag: rest.parentIdTag }),
    ...(rest.type === undefined ? {} : { type: rest.type }),
    ...(rest.maxActiveTransactions === undefined ? {} : { maxActiveTransactions: rest.maxActiveTransactions }),
    ...(rest.allowedStations === undefined ? {} : { allowedStations: rest.allowedStations }),
    ...(rest.note === undefined ? {} : { note: rest.note }),
  };
  if (expiryDate === undefined) return known;
  return { ...known, expiryDateMs: expiryDate === null ? null : Date.parse(expiryDate) };
}

export function idTagRoutes({ app, csms }: ApiContext): void {
  app.get<{ Querystring: PageQuery }>(
    '/id-tags',
    documented({
      summary: 'known tags, newest first',
      tags,
      querystring: listQuery(),
      response: { 200: listOf(idTagSchema) },
    }),
    async (request, reply) => {
      const page = await csms.tags.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentTag);
    },
  );

  app.get<{ Querystring: PageQuery }>(
    '/unknown-id-tags',
    documented({
      summary: 'tags that were presented and are not known, last seen first; a PUT takes one out',
      tags,
      querystring: listQuery(),
      response: { 200: listOf({ type: 'object' }) },
    }),
    async (request, reply) => {
      const page = await csms.tags.unknown(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentUnknownTag);
    },
  );

  app.get<{ Params: { idTag: string } }>(
    '/id-tags/:idTag',
    documented({ summary: 'one tag', tags, params, response: { 200: idTagSchema } }),
    async (request) => presentTag(await csms.tags.get(request.params.idTag)),
  );

  app.put<{ Params: { idTag: string }; Body: IdTagBody | null | undefined }>(
    '/id-tags/:idTag',
    documented({
      summary: 'create or replace; a past expiryDate is allowed',
      tags,
      params,
      body: idTagWriteSchema,
      response: { 200: idTagSchema, 201: idTagSchema },
    }),
    async (request, reply) => {
      const body = request.body ?? {};
      const { idTag } = request.params;
      if (body.idTag !== undefined && body.idTag.toLowerCase() !== idTag.toLowerCase())
        throw new Problem('invalid_request', `The body says ${body.idTag}, the path says ${idTag}.`);
      const { tag, created } = await csms.tags.put(idTag, toUpdate(body), request.actor);
      return reply.code(created ? 201 : 200).send(presentTag(tag));
    },
  );

  app.delete<{ Params: { idTag: string } }>(
    '/id-tags/:idTag',
    documented({ summary: 'forget it', tags, params, response: { 204: {} } }),
    async (request, reply) => {
      await csms.tags.remove(request.params.idTag, request.actor);
      return reply.code(204).send();
    },
  );
}
