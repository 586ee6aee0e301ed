import type { ApiTokenInfo } from '../../core/access/access-service.js';
import { ROLES, type Role } from '../../core/access/roles.js';
import { type ApiContext, documented } from '../context.js';
import { linkNext, listQuery, type PageQuery } from '../paging.js';
import { isoTime, presentPage } from '../present.js';
import { Problem } from '../problem.js';
import { listOf } from '../schemas/resources.js';

const tags = ['access'];
const who = {
  type: 'object',
  required: ['name', 'role'],
  properties: { name: { type: 'string' }, role: { enum: ROLES } },
};
const timestamp = { type: ['string', 'null'], format: 'date-time' };
const tokenSchema = {
  type: 'object',
  required: ['id', 'name', 'role'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    role: { enum: ROLES },
    createdAt: timestamp,
    expiresAt: timestamp,
    lastUsedAt: timestamp,
    secret: { type: 'string', description: 'the token itself; only in the answer that made it' },
  },
};

const orNull = (atMs: number | null): string | null => (atMs === null ? null : isoTime(atMs));

function presentToken(token: ApiTokenInfo): object {
  const { createdAtMs, expiresAtMs, lastUsedAtMs, ...rest } = token;
  return {
    ...rest,
    createdAt: isoTime(createdAtMs),
    expiresAt: orNull(expiresAtMs),
    lastUsedAt: orNull(lastUsedAtMs),
  };
}

/** Who asks, signing in and out, and API tokens. */
export function sessionRoutes({ app, csms, signIn }: ApiContext): void {
  app.get(
    '/session',
    documented({ summary: 'who asks, and what they may do', tags, response: { 200: who } }),
    (request) => ({
      name: request.actor,
      role: request.principal?.role ?? 'read',
    }),
  );

  app.post<{ Body: { login: string; password: string } }>(
    '/session',
    {
      ...documented({
        summary: 'sign in; sets the cookies csms_lite_session and csms_lite_csrf',
        description: 'Changes then need the header x-csrf-token with the value of the second cookie.',
        tags,
        body: {
          type: 'object',
          required: ['login', 'password'],
          properties: { login: { type: 'string' }, password: { type: 'string' } },
        },
        response: { 204: { description: 'signed in' } },
      }),
      config: { public: true },
    },
    async (request, reply) => {
      if (!(await signIn.enter(request, reply, request.body)))
        throw new Problem('unauthorized', 'This name and password are not known.', {
          hint: 'After some wrong ones you have to wait.',
        });
      return reply.code(204).send();
    },
  );

  app.delete(
    '/session',
    {
      ...documented({ summary: 'sign out', tags, response: { 204: { description: 'signed out' } } }),
      config: { role: 'read' },
    },
    async (request, reply) => {
      await signIn.leave(request, reply);
      return reply.code(204).send();
    },
  );
  tokenRoutes(app, csms);
}

function tokenRoutes(app: ApiContext['app'], csms: ApiContext['csms']): void {
  const config = { role: 'admin' } as const;
  app.get<{ Querystring: PageQuery }>(
    '/tokens',
    {
      ...documented({
        summary: 'API tokens, newest first',
        tags,
        querystring: listQuery(),
        response: { 200: listOf(tokenSchema) },
      }),
      config,
    },
    async (request, reply) => {
      const page = await csms.access.tokens(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentToken);
    },
  );

  app.post<{ Body: { name: string; role: Role; expiresAt?: string | null } }>(
    '/tokens',
    {
      ...documented({
        summary: 'make a token; its secret is in this answer and nowhere else',
        description: 'The first token or login switches access control on, so it must be an administrator’s.',
        tags,
        body: {
          type: 'object',
          required: ['name', 'role'],
          additionalProperties: false,
          properties: { name: { type: 'string' }, role: { enum: ROLES }, expiresAt: timestamp },
        },
        response: { 201: tokenSchema },
      }),
      config,
    },
    async (request, reply) => {
      const { name, role, expiresAt } = request.body;
      const expiresAtMs = expiresAt == null ? null : Date.parse(expiresAt);
      const { token, secret } = await csms.access.createToken({ name, role, expiresAtMs }, request.actor);
      return reply.code(201).send({ ...presentToken(token), secret });
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/tokens/:id',
    {
      ...documented({
        summary: 'revoke a token',
        tags,
        params: { type: 'object', properties: { id: { type: 'string' } } },
        response: { 204: {} },
      }),
      config,
    },
    async (request, reply) => {
      await csms.access.revokeToken(request.params.id, request.actor);
      return reply.code(204).send();
    },
  );
}
