import type { Page, StationUpdate } from '../../core/model.js';
import { type ApiContext, type CpParams, cpParams, documented } from '../context.js';
import { linkNext, listQuery, type PageQuery } from '../paging.js';
import {
  isoTime,
  presentCommand,
  presentDataTransfer,
  presentMessage,
  presentPage,
  presentQuirk,
  presentRegistered,
  presentSecurityEvent,
  presentStation,
} from '../present.js';
import { Problem } from '../problem.js';
import { chargePointSchema, chargePointWriteSchema, commandSchema, listOf } from '../schemas/resources.js';

const tags = ['charge points'];

/** Reads `{connected}` of a station list: registered here and, as the seeds' `/cps`, at the root. */
export function chargePointListRoute({ app, csms }: ApiContext, url: string, hide = false): void {
  app.get<{ Querystring: PageQuery }>(
    url,
    documented({
      summary: 'charge points, registered last first',
      tags,
      hide,
      querystring: listQuery(),
      response: { 200: listOf(chargePointSchema) },
    }),
    async (request, reply) => {
      const page = await csms.stations.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentStation);
    },
  );
}

const WRITABLE = [
  'displayName',
  'siteId',
  'securityProfile',
  'password',
  'admission',
  'verdict',
  'registrationStatus',
  'registrationIntervalS',
] as const satisfies readonly (keyof StationUpdate)[];

/** The members that a client may write; others are ignored, so that a resource that was read can be sent back. */
function toUpdate(body: StationUpdate): StationUpdate {
  return Object.fromEntries(WRITABLE.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]));
}

export function chargePointRoutes(context: ApiContext): void {
  const { app, csms } = context;
  chargePointListRoute(context, '/charge-points');

  app.get<{ Params: CpParams }>(
    '/charge-points/:chargePointId',
    documented({ summary: 'one charge point', tags, params: cpParams, response: { 200: chargePointSchema } }),
    async (request) => presentStation(await csms.stations.get(request.params.chargePointId)),
  );

  app.put<{ Params: CpParams; Body: StationUpdate | null | undefined }>(
    '/charge-points/:chargePointId',
    documented({
      summary: 'register or update (idempotent); absent members stay as they are',
      tags,
      params: cpParams,
      body: chargePointWriteSchema,
      response: { 200: chargePointSchema, 201: chargePointSchema },
    }),
    async (request, reply) => {
      const { chargePointId } = request.params;
      const update = toUpdate(request.body ?? {});
      const { station, created, generatedPassword } = await csms.stations.put(chargePointId, update, request.actor);
      return reply.code(created ? 201 : 200).send(presentRegistered(station, generatedPassword));
    },
  );

  app.post<{ Params: CpParams; Body: { key?: string } | null | undefined }>(
    '/charge-points/:chargePointId/authorization-key',
    {
      ...documented({
        summary: 'give it a new AuthorizationKey (ChangeConfiguration); from its answer on the old one is refused',
        description: 'The key is shown this once. `unknown`: no answer came; both are right until it has used one.',
        tags,
        params: cpParams,
        body: {
          type: ['object', 'null'],
          properties: { key: { type: 'string', description: 'absent: 20 random bytes as hexadecimal digits' } },
        },
        response: {
          200: {
            type: 'object',
            properties: {
              outcome: { enum: ['accepted', 'refused', 'unknown'] },
              key: { type: ['string', 'null'] },
              command: commandSchema,
            },
          },
        },
      }),
      config: { role: 'admin' },
    },
    async (request) => {
      const key = request.body?.key;
      const given = key === undefined ? {} : { key };
      const rotated = await csms.stations.rotateKey(request.params.chargePointId, given, request.actor);
      return { ...rotated, command: presentCommand(rotated.command) };
    },
  );

  app.delete<{ Params: CpParams }>(
    '/charge-points/:chargePointId',
    documented({
      summary: 'forget it; its sessions and messages stay',
      tags,
      params: cpParams,
      response: { 204: {} },
    }),
    async (request, reply) => {
      await csms.stations.remove(request.params.chargePointId, request.actor);
      return reply.code(204).send();
    },
  );
  historyRoutes(context);
}

/** What a charge point said and how it was: lists that are only looked at. */
function historyRoutes({ app, csms }: ApiContext): void {
  type Filter = PageQuery & { connectorId?: number };
  const history = <T>(
    name: string,
    summary: string,
    read: (filter: Filter & CpParams) => Promise<Page<T>>,
    present: (item: T) => object,
    filters: Record<string, object> = {},
  ): void => {
    app.get<{ Params: CpParams; Querystring: Filter }>(
      `/charge-points/:chargePointId/${name}`,
      documented({
        summary,
        tags,
        params: cpParams,
        querystring: listQuery(filters),
        response: { 200: listOf({ type: 'object' }) },
      }),
      async (request, reply) => {
        await csms.stations.get(request.params.chargePointId);
        const page = await read({ ...request.query, ...request.params });
        linkNext(request, reply, page);
        return presentPage(page, present);
      },
    );
  };
  const { records, quirks } = csms;
  history(
    'statuses',
    'connector statuses over time, newest first',
    (filter) => records.connectorStatuses(filter),
    ({ atMs, receivedAtMs, ...rest }) => ({ ...rest, at: isoTime(atMs), receivedAt: isoTime(receivedAtMs) }),
    { connectorId: { type: 'integer' } },
  );
  history(
    'security-events',
    'security events, newest first',
    (filter) => records.securityEvents(filter),
    presentSecurityEvent,
  );
  history(
    'data-transfers',
    'what it sent by DataTransfer, newest first',
    (filter) => records.dataTransfers(filter),
    presentDataTransfer,
  );
  history('quirks', 'how it breaks OCPP, counted, last seen first', (filter) => quirks.list(filter), presentQuirk);
  messageRoutes(app, csms);
}

type MessageQuery = PageQuery & {
  action?: string;
  messageId?: string;
  direction?: 'in' | 'out';
  beforeId?: number;
  chargePointId?: string;
};

function messageRoutes(app: ApiContext['app'], csms: ApiContext['csms']): void {
  const filters = {
    action: { type: 'string' },
    messageId: { type: 'string' },
    direction: { enum: ['in', 'out'] },
    beforeId: { type: 'integer', description: 'only messages with a smaller id: pages back through a growing log' },
  };
  const response = { 200: listOf({ type: 'object' }) };

  app.get<{ Params: CpParams; Querystring: MessageQuery }>(
    '/charge-points/:chargePointId/messages',
    documented({
      summary: 'every frame as it was on the wire, newest first',
      tags: ['messages'],
      params: cpParams,
      querystring: listQuery(filters),
      response,
    }),
    async (request, reply) => {
      const page = await csms.messages.list({ ...request.query, ...request.params });
      if (page.total === 0) await csms.stations.get(request.params.chargePointId);
      linkNext(request, reply, page);
      return presentPage(page, presentMessage);
    },
  );

  app.get<{ Querystring: MessageQuery }>(
    '/messages',
    documented({
      summary: 'the frames of all charge points, newest first',
      tags: ['messages'],
      querystring: listQuery({ chargePointId: { type: 'string' }, ...filters }),
      response,
    }),
    async (request, reply) => {
      if (request.query.chargePointId === '') throw new Problem('invalid_request', 'chargePointId is empty.');
      const page = await csms.messages.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentMessage);
    },
  );
}
