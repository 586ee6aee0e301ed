import { audit } from '../audit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Page, PageRequest } from '../model.js';
import { pageOf } from '../paging.js';
import { checkWebhook } from './check.js';
import { createDeliverer, type DelivererOptions } from './deliverer.js';
import { createOutbox, insertDelivery, type Outbox, type PresentEvent } from './outbox.js';
import { newSecret } from './signature.js';
import { isWanted, toDelivery, toWebhook, type Webhook, type WebhookDelivery } from './webhook-store.js';

export interface WebhookWrite {
  url?: string;
  events?: string[];
  active?: boolean;
  allowPrivate?: boolean;
  note?: string | null;
  /** Made when absent. */
  secret?: string;
}

export interface WebhookService {
  list(page?: PageRequest): Promise<Page<Webhook>>;
  /** @throws ServiceError webhook_not_found */
  get(id: number): Promise<Webhook>;
  /** `secret` is shown this once. @throws ServiceError invalid_request (URL, events, a private target) */
  create(webhook: WebhookWrite & { url: string }, actor: string): Promise<{ webhook: Webhook; secret: string }>;
  /** Absent members stay. @throws ServiceError webhook_not_found, invalid_request */
  update(id: number, webhook: WebhookWrite, actor: string): Promise<Webhook>;
  /** What is pending is given up; the log stays. @throws ServiceError webhook_not_found */
  remove(id: number, actor: string): Promise<void>;
  /** Newest first. */
  deliveries(
    filter?: PageRequest & { webhookId?: number; status?: WebhookDelivery['status'] },
  ): Promise<Page<WebhookDelivery>>;
  /** Sends a delivered or dead one again, from the first attempt. @throws ServiceError webhook_not_found */
  redeliver(deliveryId: number, actor: string): Promise<WebhookDelivery>;
  /** Queues an event `webhook.test`. @throws ServiceError webhook_not_found */
  test(id: number): Promise<WebhookDelivery>;
  /** Deliveries by status. */
  counts(): Promise<Record<WebhookDelivery['status'], number>>;
}

export interface Webhooks extends WebhookService {
  keep: Outbox['keep'];
  /** Forgets finished deliveries from before. */
  trim(beforeMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts at once: what an earlier process left pending is sent. */
export async function createWebhooks(
  core: Core,
  present: PresentEvent,
  options: DelivererOptions = {},
): Promise<Webhooks> {
  const read = core.store.read;
  const deliverer = createDeliverer(core, options);
  /** Active ones, so that events cost nothing where there are none. */
  let active: Webhook[] = [];
  const writing = new Set<Promise<void>>();

  const reload = async (): Promise<void> => {
    active = (await read.selectFrom('webhook').selectAll().where('active', '=', 1).execute()).map(toWebhook);
  };

  const outbox = createOutbox(() => active, present, core.nowMs);

  const queue = async (webhookId: number, eventType: string, view: object): Promise<WebhookDelivery> => {
    const row = await core.store.write((db) => insertDelivery(db, webhookId, eventType, view, core.nowMs()));
    deliverer.wake();
    return toDelivery(row);
  };

  const { unsubscribe } = core.events.subscribe((event) => {
    // Nobody listens: nothing can be owed, and a look into the database with every session would be for nothing.
    if (active.length === 0) return;
    if (outbox.wasKept(event.event)) return deliverer.wake();
    // What changes no record (a connection, live values) is queued when it is announced.
    const wanted = active.filter((hook) => isWanted(hook.events, event.event.type));
    if (wanted.length === 0) return;
    const view = present(event);
    const done = Promise.all(wanted.map((hook) => queue(hook.id, event.event.type, view))).then(
      () => undefined,
      (error: unknown) => core.log.error({ err: error, event: event.id }, 'an event could not be queued for webhooks'),
    );
    writing.add(done);
    void done.finally(() => writing.delete(done));
  });

  await reload();
  deliverer.wake();

  const find = async (id: number): Promise<Webhook> => {
    const row = await read.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw notFound(id);
    return toWebhook(row);
  };

  return {
    keep: outbox.keep,
    async list(page) {
      const { limit, offset } = pageOf(page);
      const query = read.selectFrom('webhook');
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toWebhook), total: Number(count.total) };
    },
    get: find,
    async create(write, actor) {
      const { url, events = ['*'], allowPrivate = false, active: isActive = true, note = null } = write;
      checkWebhook({ url, events, allowPrivate }, write.secret);
      const secret = write.secret ?? newSecret();
      const nowMs = core.nowMs();
      const row = await core.store.write(async (db) => {
        const made = await db
          .insertInto('webhook')
          .values({
            url,
            secret,
            events: JSON.stringify(events),
            active: isActive ? 1 : 0,
            allow_private: allowPrivate ? 1 : 0,
            note,
            created_at_ms: nowMs,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        const details = { url, events, allowPrivate };
        await audit(db, { atMs: nowMs, actor, action: 'webhook.create', subject: String(made.id), details });
        return made;
      });
      await reload();
      return { webhook: toWebhook(row), secret };
    },
    async update(id, write, actor) {
      const known = await find(id);
      const { secret, ...rest } = write;
      const next = { ...known, ...rest };
      checkWebhook(next, secret);
      const row = await core.store.write(async (db) => {
        const details = { ...rest, ...(secret === undefined ? {} : { secret: '***' }) };
        await audit(db, { atMs: core.nowMs(), actor, action: 'webhook.update', subject: String(id), details });
        return await db
          .updateTable('webhook')
          .set({
            url: next.url,
            events: JSON.stringify(next.events),
            active: next.active ? 1 : 0,
            allow_private: next.allowPrivate ? 1 : 0,
            note: next.note,
            ...(secret === undefined ? {} : { secret }),
          })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      await reload();
      deliverer.wake();
      return toWebhook(row);
    },
    async remove(id, actor) {
      const nowMs = core.nowMs();
      await core.store.write(async (db) => {
        const removed = await db.deleteFrom('webhook').where('id', '=', id).returning('url').executeTakeFirst();
        if (removed === undefined) throw notFound(id);
        await db
          .updateTable('webhook_delivery')
          .set({
            status: 'dead',
            last_error: 'the webhook was removed',
            next_attempt_at_ms: null,
            finished_at_ms: nowMs,
          })
          .where('webhook_id', '=', id)
          .where('status', '=', 'pending')
          .execute();
        await audit(db, { atMs: nowMs, actor, action: 'webhook.remove', subject: String(id), details: removed });
      });
      await reload();
    },
    async deliveries(filter) {
      const { limit, offset } = pageOf(filter);
      let query = read.selectFrom('webhook_delivery');
      if (filter?.webhookId !== undefined) query = query.where('webhook_id', '=', filter.webhookId);
      if (filter?.status !== undefined) query = query.where('status', '=', filter.status);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toDelivery), total: Number(count.total) };
    },
    async redeliver(deliveryId, actor) {
      const nowMs = core.nowMs();
      const row = await core.store.write(async (db) => {
        const again = await db
          .updateTable('webhook_delivery')
          .set({ status: 'pending', attempts: 0, next_attempt_at_ms: nowMs, finished_at_ms: null })
          .where('id', '=', deliveryId)
          .where('webhook_id', 'in', db.selectFrom('webhook').select('id'))
          .returningAll()
          .executeTakeFirst();
        if (again === undefined) throw notFound(deliveryId);
        await audit(db, { atMs: nowMs, actor, action: 'webhook.redeliver', subject: again.message_id });
        return again;
      });
      deliverer.wake();
      return toDelivery(row);
    },
    async test(id) {
      await find(id);
      const body = { type: 'webhook.test', at: new Date(core.nowMs()).toISOString() };
      return await queue(id, body.type, body);
    },
    async counts() {
      const rows = await read
        .selectFrom('webhook_delivery')
        .select((select) => ['status', select.fn.countAll().as('total')])
        .groupBy('status')
        .execute();
      const counts = { pending: 0, delivered: 0, dead: 0 };
      for (const { status, total } of rows) counts[status] = Number(total);
      return counts;
    },
    async trim(beforeMs) {
      await core.store.write((db) =>
        db
          .deleteFrom('webhook_delivery')
          .where('status', '!=', 'pending')
          .where('finished_at_ms', '<', beforeMs)
          .execute(),
      );
    },
    async stop() {
      unsubscribe();
      await Promise.all(writing);
      await deliverer.stop();
    },
  };
}

function notFound(id: number): ServiceError {
  return new ServiceError('webhook_not_found', `There is no webhook (or delivery) ${id}.`, 'GET /webhooks lists them.');
}
