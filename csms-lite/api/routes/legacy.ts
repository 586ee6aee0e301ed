import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiContext, type CpParams, cpParams, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import {
  presentCommand,
  presentMessage,
  presentPage,
  presentSample,
  presentStation,
  presentTransaction,
} from '../present.js';
import { Problem } from '../problem.js';
import { chargePointListRoute } from './charge-points.js';
import { legacyInsightRoutes } from './insights.js';
import { transactionListRoute } from './transactions.js';

/** Snake case and camel case alike: `id_tag` is `idTag`. */
function camelCased(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return {};
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

function hidden(schema: { params?: object; querystring?: object } = {}): ReturnType<typeof documented> {
  return documented({ summary: 'as older systems have it', hide: true, ...schema });
}

type Commanding = FastifyRequest<{ Params: CpParams; Querystring: { wait?: number } }>;

/**
 * The routes that programs of the systems before this one call. They ask the same services as `/api/v1` and answer in
 * its words; new programs use that.
 */
export function legacyRoutes(context: ApiContext): void {
  const { app, csms } = context;
  chargePointListRoute(context, '/cps', true);
  transactionListRoute(context, '/transactions', true);
  chargePointListRoute(context, '/api/charge-points', true);
  chargePointListRoute(context, '/api/admin/chargers', true);
  transactionListRoute(context, '/api/admin/transactions', true);

  const command = async (
    request: Commanding,
    reply: FastifyReply,
    name: string,
    body: Record<string, unknown>,
  ): Promise<FastifyReply> => {
    const waitMs = Math.min(60, Number(request.query.wait ?? 10)) * 1000;
    const sent = await csms.commands.send(request.params.chargePointId, name, body, { waitMs, actor: request.actor });
    return reply.code(sent.status === 'pending' ? 202 : 200).send(presentCommand(sent));
  };

  app.post<{ Params: CpParams; Querystring: { wait?: number } }>(
    '/api/charge-points/:chargePointId/request',
    hidden({ params: cpParams }),
    (request, reply) => {
      const body = camelCased(request.body);
      const action = body.action ?? body.command;
      if (typeof action !== 'string')
        throw new Problem('invalid_request', 'The body has no action.', {
          hint: 'For example {"action":"Reset","payload":{"type":"Soft"}}',
        });
      return command(request, reply, 'call', { action, payload: body.payload ?? body.params ?? {} });
    },
  );

  app.get<{ Querystring: PageQuery & { chargePointId?: string; action?: string } }>(
    '/api/logs',
    hidden({ querystring: listQuery({ chargePointId: { type: 'string' }, action: { type: 'string' } }) }),
    async (request, reply) => {
      const page = await csms.messages.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentMessage);
    },
  );
  stationRoutes(context);
  chargerRoutes(context, command);
  transactionDetails(context);
  legacyInsightRoutes(context);
}

/** What they call a station, a place with chargers, is a site here. */
function stationRoutes({ app, csms }: ApiContext): void {
  const one = '/api/admin/stations/:id';
  app.get<{ Querystring: PageQuery }>(
    '/api/admin/stations',
    hidden({ querystring: listQuery() }),
    async (request, reply) => {
      const page = await csms.sites.list(request.query);
      linkNext(request, reply, page);
      return page;
    },
  );
  app.post('/api/admin/stations', hidden(), async (request, reply) => {
    const { id, name } = camelCased(request.body);
    if (typeof name !== 'string' || name.trim() === '')
      throw new Problem('invalid_request', 'The body has no name.', { hint: 'For example {"name":"Car park"}' });
    const wanted = typeof id === 'string' ? id : slugOf(name);
    const { site, created } = await csms.sites.put(wanted, { name }, request.actor);
    return reply.code(created ? 201 : 200).send(site);
  });
  app.get<{ Params: { id: string } }>(one, hidden({ params: idParams }), (request) =>
    csms.sites.get(request.params.id),
  );
  app.put<{ Params: { id: string } }>(one, hidden({ params: idParams }), async (request) => {
    const { name } = camelCased(request.body);
    const update = typeof name === 'string' ? { name } : {};
    return (await csms.sites.put(request.params.id, update, request.actor)).site;
  });
  app.delete<{ Params: { id: string } }>(one, hidden({ params: idParams }), async (request, reply) => {
    await csms.sites.remove(request.params.id, request.actor);
    return reply.code(204).send();
  });
}

/** `Car park, level 2` is `car-park-level-2`. */
function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
}

function chargerRoutes(
  { app, csms }: ApiContext,
  command: (
    request: Commanding,
    reply: FastifyReply,
    name: string,
    body: Record<string, unknown>,
  ) => Promise<FastifyReply>,
): void {
  const one = '/api/admin/chargers/:chargePointId';

  app.post('/api/admin/chargers', hidden(), async (request, reply) => {
    const body = camelCased(request.body);
    const id = body.chargePointStringId ?? body.chargePointId ?? body.id;
    if (typeof id !== 'string')
      throw new Problem('invalid_request', 'The body has no charge_point_string_id.', {
        hint: 'It is the last part of the charge point’s URL.',
      });
    const { station, created } = await csms.stations.put(id, nameOf(body), request.actor);
    return reply.code(created ? 201 : 200).send(presentStation(station));
  });
  app.get<{ Params: CpParams }>(one, hidden({ params: cpParams }), async (request) =>
    presentStation(await csms.stations.get(request.params.chargePointId)),
  );
  app.put<{ Params: CpParams }>(one, hidden({ params: cpParams }), async (request) => {
    const id = request.params.chargePointId;
    return presentStation((await csms.stations.put(id, nameOf(camelCased(request.body)), request.actor)).station);
  });
  app.delete<{ Params: CpParams }>(one, hidden({ params: cpParams }), async (request, reply) => {
    await csms.stations.remove(request.params.chargePointId, request.actor);
    return reply.code(204).send();
  });

  app.post<{ Params: CpParams; Querystring: { wait?: number } }>(
    `${one}/remote-start`,
    hidden({ params: cpParams }),
    (request, reply) => {
      const { idTag, connectorId } = camelCased(request.body);
      return command(request, reply, 'remote-start', { idTag, ...(connectorId === undefined ? {} : { connectorId }) });
    },
  );
  app.post<{ Params: CpParams; Querystring: { wait?: number } }>(
    `${one}/remote-stop`,
    hidden({ params: cpParams }),
    async (request, reply) => {
      const { transactionId } = camelCased(request.body);
      return await command(request, reply, 'remote-stop', {
        transactionId: transactionId ?? (await onlySession(csms, request.params.chargePointId)),
      });
    },
  );
  app.post<{ Params: CpParams; Querystring: { wait?: number } }>(
    `${one}/change-availability`,
    hidden({ params: cpParams }),
    (request, reply) => {
      const { connectorId = 0, type } = camelCased(request.body);
      return command(request, reply, 'change-availability', { connectorId, type });
    },
  );
}

function nameOf(body: Record<string, unknown>): { displayName?: string } {
  const name = body.displayName ?? body.name;
  return typeof name === 'string' ? { displayName: name } : {};
}

/** Without a transactionId the one session that runs is meant. @throws Problem when there is none, or several */
async function onlySession(csms: ApiContext['csms'], chargePointId: string): Promise<number> {
  const { items } = await csms.transactions.list({ chargePointId, status: 'active', limit: 2 });
  const [session, another] = items;
  if (session !== undefined && another === undefined) return session.transactionId;
  throw new Problem(
    'invalid_request',
    session === undefined ? 'No session runs there.' : 'More than one session runs there.',
    { hint: 'Give transaction_id; GET /api/v1/transactions?status=active lists them.' },
  );
}

function transactionDetails({ app, csms }: ApiContext): void {
  const one = '/api/admin/transactions/:id';
  app.get<{ Params: { id: string } }>(one, hidden({ params: idParams }), async (request) =>
    presentTransaction(await csms.transactions.get(integerId(request.params.id, 'transaction_not_found'))),
  );
  app.get<{ Params: { id: string } }>(`${one}/meter-values`, hidden({ params: idParams }), async (request) => {
    const samples = await csms.transactions.samples(integerId(request.params.id, 'transaction_not_found'));
    return { items: samples.map(presentSample), total: samples.length };
  });
}
