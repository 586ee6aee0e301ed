import type { Selectable } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { WebhookDeliveryTable, WebhookTable } from '../../store/schema-accounts.js';
import type { CsmsEvent } from '../events.js';

export interface Webhook {
  id: number;
  url: string;
  /** Event types; `transaction.*` takes all of a kind, `*` all but `transaction.metered`. */
  events: string[];
  active: boolean;
  /** It may reach private and link-local addresses. */
  allowPrivate: boolean;
  note: string | null;
  createdAtMs: number;
}

export interface WebhookDelivery {
  id: number;
  /** The header `webhook-id`: the same on every attempt, so that a receiver can tell repetitions. */
  messageId: string;
  webhookId: number;
  eventType: string;
  body: object;
  /** `dead`: given up; it can be sent again by hand. */
  status: 'pending' | 'delivered' | 'dead';
  attempts: number;
  nextAttemptAtMs: number | null;
  /** HTTP status of the last attempt; null when there was no answer. */
  lastStatus: number | null;
  lastError: string | null;
  lastLatencyMs: number | null;
  createdAtMs: number;
  finishedAtMs: number | null;
}

export type WebhookRow = Selectable<WebhookTable>;
export type DeliveryRow = Selectable<WebhookDeliveryTable>;

export function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    url: row.url,
    events: parseJson<string[]>(row.events),
    active: row.active === 1,
    allowPrivate: row.allow_private === 1,
    note: row.note,
    createdAtMs: row.created_at_ms,
  };
}

export function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    messageId: row.message_id,
    webhookId: row.webhook_id,
    eventType: row.event_type,
    body: parseJson<object>(row.body),
    status: row.status,
    attempts: row.attempts,
    nextAttemptAtMs: row.next_attempt_at_ms,
    lastStatus: row.last_status,
    lastError: row.last_error,
    lastLatencyMs: row.last_latency_ms,
    createdAtMs: row.created_at_ms,
    finishedAtMs: row.finished_at_ms,
  };
}

/** Twice a second for each session: only for those who ask for it by name. */
const CHATTY = 'transaction.metered' satisfies CsmsEvent['type'];

/** Pure. */
export function isWanted(patterns: readonly string[], type: string): boolean {
  return patterns.some((pattern) => {
    if (pattern === type) return true;
    return type !== CHATTY && pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1));
  });
}
