import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import type { CsmsEvent, StreamedEvent } from '../events.js';
import type { DeliveryRow, Webhook } from './webhook-store.js';
import { isWanted } from './webhook-store.js';

/** The event without its place in the stream, which a message does not have: its own id tells repetitions. */
export type PresentEvent = (event: StreamedEvent) => object;

/** One row for each webhook that wants an event; the deliverer takes it from there. */
export interface Outbox {
  /** Inside the write transaction of the change that the events tell of. */
  keep(db: Kysely<Database>, events: readonly CsmsEvent[]): Promise<void>;
  /** Whether this very event was kept: then nothing is left to do for it. */
  wasKept(event: CsmsEvent): boolean;
}

export function createOutbox(active: () => readonly Webhook[], present: PresentEvent, nowMs: () => number): Outbox {
  const kept = new WeakSet<CsmsEvent>();
  return {
    async keep(db, events) {
      const hooks = active();
      for (const event of events) {
        kept.add(event);
        const wanted = hooks.filter((hook) => isWanted(hook.events, event.type));
        if (wanted.length === 0) continue;
        const atMs = nowMs();
        const view = present({ id: 0, atMs, event });
        for (const hook of wanted) await insertDelivery(db, hook.id, event.type, view, atMs);
      }
    },
    wasKept: (event) => kept.has(event),
  };
}

/** Due at once. `view`: the body without its id, which is the message's. */
export async function insertDelivery(
  db: Kysely<Database>,
  webhookId: number,
  eventType: string,
  view: object,
  atMs: number,
): Promise<DeliveryRow> {
  const messageId = `msg_${randomUUID()}`;
  return await db
    .insertInto('webhook_delivery')
    .values({
      message_id: messageId,
      webhook_id: webhookId,
      event_type: eventType,
      body: JSON.stringify({ id: messageId, ...view }),
      status: 'pending',
      attempts: 0,
      next_attempt_at_ms: atMs,
      last_status: null,
      last_error: null,
      last_latency_ms: null,
      created_at_ms: atMs,
      finished_at_ms: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}
