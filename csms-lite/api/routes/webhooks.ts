import type { WebhookWrite } from '../../core/webhooks/webhook-service.js';
import type { Webhook, WebhookDelivery } from '../../core/webhooks/webhook-store.js';
import { type ApiContext, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { isoTime, presentPage } from '../present.js';
import { listOf } from '../schemas/resources.js';

const tags = ['webhooks'];
const members = {
  url: { type: 'string', description: 'http(s); private and link-local targets only with allowPrivate' },
  events: {
    type: 'array',
    items: { type: 'string' },
    description: 'event types; `transaction.*` takes all of a kind, `*` all but transaction.metered',
  },
  active: { type: 'boolean' },
  allowPrivate: { type: 'boolean' },
  note: { type: ['string', 'null'] },
};
const webhookSchema = {
  type: 'object',
  required: ['id', 'url'],
  properties: {
    id: { type: 'integer' },
    ...members,
    createdAt: { type: 'string' },
    secret: { type: 'string', description: 'only in the answer that made it' },
  },
};
const writeSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { ...members, secret: { type: 'string', description: 'whsec_…; made when absent; write only' } },
};
const deliverySchema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    messageId: { type: 'string', description: 'header webhook-id: the same on every attempt' },
    webhookId: { type: 'integer' },
    eventType: { type: 'string' },
    status: { enum: ['pending', 'delivered', 'dead'] },
    attempts: { type: 'integer' },
    nextAttemptAt: { type: ['string', 'null'] },
    lastStatus: { type: ['integer', 'null'] },
    lastError: { type: ['string', 'null'] },
    lastLatencyMs: { type: ['integer', 'null'] },
    createdAt: { type: 'string' },
    finishedAt: { type: ['string', 'null'] },
    body: { type: 'object' },
  },
};

const orNull = (atMs: number | null): string | null => (atMs === null ? null : isoTime(atMs));

function presentWebhook({ createdAtMs, ...webhook }: Webhook): object {
  return { ...webhook, createdAt: isoTime(createdAtMs) };
}

function presentDelivery(delivery: WebhookDelivery): object {
  const { createdAtMs, nextAttemptAtMs, finishedAtMs, ...rest } = delivery;
  return {
    ...rest,
    createdAt: isoTime(createdAtMs),
    nextAttemptAt: orNull(nextAttemptAtMs),
    finishedAt: orNull(finishedAtMs),
  };
}

type ById = { Params: { id: string } };

/** Events pushed to other servers: signed, retried, logged (Standard Webhooks 1.0). */
export function webhookRoutes({ app, csms }: ApiContext): void {
  const config = { role: 'admin' } as const;
  const idOf = (request: { params: { id: string } }): number => integerId(request.params.id, 'webhook_not_found');

  app.get<{ Querystring: PageQuery }>(
    '/webhooks',
    {
      ...documented({
        summary: 'webhooks, newest first',
        tags,
        querystring: listQuery(),
        response: { 200: listOf(webhookSchema) },
      }),
      config,
    },
    async (request, reply) => {
      const page = await csms.webhooks.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentWebhook);
    },
  );

  app.post<{ Body: WebhookWrite & { url: string } }>(
    '/webhooks',
    {
      ...documented({
        summary: 'make a webhook; its secret is in this answer and nowhere else',
        description:
          'Requests carry webhook-id, webhook-timestamp and webhook-signature: v1,base64(HMAC-SHA256(key, id.timestamp.body)).',
        tags,
        body: { ...writeSchema, required: ['url'] },
        response: { 201: webhookSchema },
      }),
      config,
    },
    async (request, reply) => {
      const { webhook, secret } = await csms.webhooks.create(request.body, request.actor);
      return reply
        .code(201)
        .header('location', `/api/v1/webhooks/${webhook.id}`)
        .send({ ...presentWebhook(webhook), secret });
    },
  );

  app.get<ById>(
    '/webhooks/:id',
    { ...documented({ summary: 'one webhook', tags, params: idParams, response: { 200: webhookSchema } }), config },
    async (request) => presentWebhook(await csms.webhooks.get(idOf(request))),
  );

  app.patch<ById & { Body: WebhookWrite }>(
    '/webhooks/:id',
    {
      ...documented({
        summary: 'change a webhook; absent members stay',
        tags,
        params: idParams,
        body: writeSchema,
        response: { 200: webhookSchema },
      }),
      config,
    },
    async (request) => presentWebhook(await csms.webhooks.update(idOf(request), request.body, request.actor)),
  );

  app.delete<ById>(
    '/webhooks/:id',
    {
      ...documented({ summary: 'remove it; its log stays', tags, params: idParams, response: { 204: {} } }),
      config,
    },
    async (request, reply) => {
      await csms.webhooks.remove(idOf(request), request.actor);
      return reply.code(204).send();
    },
  );

  app.post<ById>(
    '/webhooks/:id/test',
    {
      ...documented({
        summary: 'send an event webhook.test',
        tags,
        params: idParams,
        response: { 202: deliverySchema },
      }),
      config,
    },
    async (request, reply) => reply.code(202).send(presentDelivery(await csms.webhooks.test(idOf(request)))),
  );

  app.get<{ Querystring: PageQuery & { webhookId?: number; status?: WebhookDelivery['status'] } }>(
    '/webhook-deliveries',
    {
      ...documented({
        summary: 'the delivery log, newest first; status=dead are those that were given up',
        tags,
        querystring: listQuery({
          webhookId: { type: 'integer' },
          status: { enum: ['pending', 'delivered', 'dead'] },
        }),
        response: { 200: listOf(deliverySchema) },
      }),
      config,
    },
    async (request, reply) => {
      const page = await csms.webhooks.deliveries(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentDelivery);
    },
  );

  app.post<ById>(
    '/webhook-deliveries/:id/redeliver',
    {
      ...documented({ summary: 'send it again', tags, params: idParams, response: { 202: deliverySchema } }),
      config,
    },
    async (request, reply) =>
      reply.code(202).send(presentDelivery(await csms.webhooks.redeliver(idOf(request), request.actor))),
  );
}
