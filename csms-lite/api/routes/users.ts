import { ROLES } from '../../core/access/roles.js';
import type { User, UserWrite } from '../../core/users/user-service.js';
import type { Booking, WalletEntry, WalletWrite } from '../../core/wallets/wallet-service.js';
import { type ApiContext, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { isoTime, presentPage } from '../present.js';
import { listOf } from '../schemas/resources.js';

const tags = ['users'];
const money = { type: 'integer', description: 'minor units (cents)' };

const userMembers = {
  login: { type: 'string', description: 'unique, compared without case' },
  fullName: { type: ['string', 'null'] },
  email: { type: ['string', 'null'] },
  phone: { type: ['string', 'null'] },
  role: { enum: [...ROLES, null], description: 'null: drives only, cannot sign in' },
  idTags: { type: 'array', items: { type: 'string' }, description: 'cards that charge on this user’s account' },
};
const userSchema = {
  type: 'object',
  required: ['id', 'login'],
  properties: {
    id: { type: 'integer' },
    ...userMembers,
    hasPassword: { type: 'boolean' },
    createdAt: { type: 'string' },
  },
};
const userWriteSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...userMembers,
    password: { type: ['string', 'null'], description: 'at least 10 characters; write only' },
  },
};
const walletSchema = {
  type: 'object',
  properties: {
    userId: { type: 'integer' },
    currency: { type: 'string' },
    exponent: { type: 'integer', description: 'digits after the point' },
    enabled: { type: 'boolean', description: 'true: starts that it cannot bear are answered Blocked' },
    floorMinor: money,
    balanceMinor: money,
    heldMinor: { ...money, description: 'reserved by running sessions' },
    availableMinor: { ...money, description: 'balance - held - floor' },
    owedMinor: { ...money, description: 'by finished sessions; the next top-up pays it' },
  },
};
const entrySchema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    at: { type: 'string' },
    kind: { enum: ['top-up', 'adjust', 'hold', 'release', 'charge', 'refund'] },
    changeMinor: money,
    heldChangeMinor: money,
    balanceMinor: { ...money, description: 'after this entry' },
    heldMinor: { ...money, description: 'after this entry' },
    transactionId: { type: ['integer', 'null'] },
    reference: { type: ['string', 'null'] },
    note: { type: ['string', 'null'] },
    actor: { type: 'string' },
  },
};
const bookingSchema = {
  type: 'object',
  required: ['amountMinor'],
  additionalProperties: false,
  properties: {
    amountMinor: money,
    reference: { type: 'string', maxLength: 200, description: 'the same one again books nothing' },
    note: { type: 'string', maxLength: 500 },
  },
};

function presentUser({ createdAtMs, ...user }: User): object {
  return { ...user, createdAt: isoTime(createdAtMs) };
}

function presentEntry({ atMs, ...entry }: WalletEntry): object {
  return { ...entry, at: isoTime(atMs) };
}

type ById = { Params: { id: string } };

/** People: drivers with cards and wallets, and those who sign in. */
export function userRoutes({ app, csms }: ApiContext): void {
  const config = { role: 'admin' } as const;
  const idOf = (request: { params: { id: string } }): number => integerId(request.params.id, 'user_not_found');

  app.get<{ Querystring: PageQuery }>(
    '/users',
    documented({ summary: 'users, by login', tags, querystring: listQuery(), response: { 200: listOf(userSchema) } }),
    async (request, reply) => {
      const page = await csms.users.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentUser);
    },
  );

  app.post<{ Body: UserWrite & { login: string } }>(
    '/users',
    {
      ...documented({
        summary: 'make a user',
        tags,
        body: { ...userWriteSchema, required: ['login'] },
        response: { 201: userSchema },
      }),
      config,
    },
    async (request, reply) => {
      const user = await csms.users.create(request.body, request.actor);
      return reply.code(201).header('location', `/api/v1/users/${user.id}`).send(presentUser(user));
    },
  );

  app.get<ById>(
    '/users/:id',
    documented({ summary: 'one user', tags, params: idParams, response: { 200: userSchema } }),
    async (request) => presentUser(await csms.users.get(idOf(request))),
  );

  app.patch<ById & { Body: UserWrite }>(
    '/users/:id',
    {
      ...documented({
        summary: 'change a user; absent members stay',
        tags,
        params: idParams,
        body: userWriteSchema,
        response: { 200: userSchema },
      }),
      config,
    },
    async (request) => presentUser(await csms.users.update(idOf(request), request.body, request.actor)),
  );

  app.delete<ById>(
    '/users/:id',
    {
      ...documented({
        summary: 'forget a user; sessions and the wallet’s ledger stay',
        tags,
        params: idParams,
        response: { 204: {} },
      }),
      config,
    },
    async (request, reply) => {
      await csms.users.remove(idOf(request), request.actor);
      return reply.code(204).send();
    },
  );
  walletRoutes(app, csms, idOf);
}

function walletRoutes(
  app: ApiContext['app'],
  csms: ApiContext['csms'],
  idOf: (request: { params: { id: string } }) => number,
): void {
  const wallets = ['wallets'];
  const config = { role: 'admin' } as const;

  app.get<ById>(
    '/users/:id/wallet',
    documented({ summary: 'the wallet now', tags: wallets, params: idParams, response: { 200: walletSchema } }),
    (request) => csms.wallets.get(idOf(request)),
  );

  app.put<ById & { Body: WalletWrite }>(
    '/users/:id/wallet',
    {
      ...documented({
        summary: 'switch it on or off, set its floor',
        tags: wallets,
        params: idParams,
        body: {
          type: 'object',
          additionalProperties: false,
          properties: {
            currency: { type: 'string', description: 'only at first' },
            enabled: { type: 'boolean' },
            floorMinor: { ...money, description: 'never goes below it; negative is credit' },
          },
        },
        response: { 200: walletSchema },
      }),
      config,
    },
    (request) => csms.wallets.put(idOf(request), request.body, request.actor),
  );

  app.get<ById & { Querystring: PageQuery }>(
    '/users/:id/wallet/entries',
    documented({
      summary: 'the ledger, newest first; entries are only ever added',
      tags: wallets,
      params: idParams,
      querystring: listQuery(),
      response: { 200: listOf(entrySchema) },
    }),
    async (request, reply) => {
      const page = await csms.wallets.entries(idOf(request), request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentEntry);
    },
  );

  const booking = (path: string, summary: string, book: 'topUp' | 'adjust'): void => {
    app.post<ById & { Body: Booking }>(
      path,
      {
        ...documented({
          summary,
          tags: wallets,
          params: idParams,
          body: bookingSchema,
          response: { 201: entrySchema },
        }),
        config,
      },
      async (request, reply) => {
        const entry = await csms.wallets[book](idOf(request), request.body, request.actor);
        return reply.code(201).send(presentEntry(entry));
      },
    );
  };
  booking('/users/:id/wallet/top-ups', 'add money; pays first what finished sessions owe', 'topUp');
  booking('/users/:id/wallet/adjustments', 'correct it in either direction; the note says why', 'adjust');
}
