import type { Core } from '../core.js';
import { createWakeLoop } from '../wake-loop.js';
import { post } from './send.js';
import { signatureOf } from './signature.js';
import { TargetRefused } from './targets.js';
import type { DeliveryRow, WebhookRow } from './webhook-store.js';

/** After the first attempt, the second, … Then it is given up: about a day and a half in all. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5_000,
  30_000,
  120_000,
  600_000,
  3_600_000,
  6 * 3_600_000,
  24 * 3_600_000,
];

export interface DelivererOptions {
  delaysMs?: readonly number[];
  timeoutMs?: number;
  /** In [0, 1): spreads retries, so that a receiver that comes back is not run over. */
  random?: () => number;
}

/** Brings what is pending to its receivers. */
export interface Deliverer {
  /** There is something new to do. */
  wake(): void;
  /** Waits for attempts that are under way, at most a second. */
  stop(): Promise<void>;
}

const AT_ONCE = 8;
const AT_ONCE_PER_HOOK = 2;

type Due = DeliveryRow & Pick<WebhookRow, 'url' | 'secret' | 'allow_private'>;
type Result = { status: number | null; error: string | null; isFinal: boolean; latencyMs: number };

export function createDeliverer(
  core: Pick<Core, 'store' | 'nowMs' | 'log'>,
  options: DelivererOptions = {},
): Deliverer {
  const delays = options.delaysMs ?? RETRY_DELAYS_MS;
  const random = options.random ?? Math.random;
  const under = new Map<number, { hook: number; done: Promise<void> }>();

  const busyWith = (hook: number): number => [...under.values()].filter((one) => one.hook === hook).length;

  const look = async (): Promise<number> => {
    const nowMs = core.nowMs();
    const waiting = core.store.read
      .selectFrom('webhook_delivery')
      .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
      .where('webhook_delivery.status', '=', 'pending')
      .where('webhook.active', '=', 1);
    const due: Due[] = await waiting
      .selectAll('webhook_delivery')
      .select(['webhook.url', 'webhook.secret', 'webhook.allow_private'])
      .where('next_attempt_at_ms', '<=', nowMs)
      .orderBy('webhook_delivery.next_attempt_at_ms')
      .orderBy('webhook_delivery.id')
      .limit(200)
      .execute();
    for (const delivery of due) {
      if (under.size >= AT_ONCE || loop.isStopped) break;
      if (under.has(delivery.id) || busyWith(delivery.webhook_id) >= AT_ONCE_PER_HOOK) continue;
      const done = attempt(delivery)
        .catch((error: unknown) => core.log.error({ err: error }, 'the outcome of a webhook could not be stored'))
        .finally(() => {
          under.delete(delivery.id);
          loop.wake();
        });
      under.set(delivery.id, { hook: delivery.webhook_id, done });
    }
    const next = await waiting
      .select((select) => select.fn.min('next_attempt_at_ms').as('at'))
      .where('next_attempt_at_ms', '>', nowMs)
      .executeTakeFirst();
    return next?.at == null ? Number.POSITIVE_INFINITY : Number(next.at) - nowMs;
  };

  const loop = createWakeLoop(look, (error) =>
    core.log.error({ err: error }, 'webhook deliveries could not be read; it is tried again in a minute'),
  );

  const attempt = async (delivery: Due): Promise<void> => {
    const result = await send(delivery);
    const attempts = delivery.attempts + 1;
    const nowMs = core.nowMs();
    const isDelivered = result.status !== null && result.status >= 200 && result.status < 300;
    const delay = delays[attempts - 1];
    const isDead = !isDelivered && (result.isFinal || delay === undefined);
    const nextAtMs = isDelivered || isDead ? null : nowMs + Math.round((delay ?? 0) * (0.8 + 0.4 * random()));
    await core.store.write((db) =>
      db
        .updateTable('webhook_delivery')
        .set({
          status: isDelivered ? 'delivered' : isDead ? 'dead' : 'pending',
          attempts,
          next_attempt_at_ms: nextAtMs,
          last_status: result.status,
          last_error: isDelivered ? null : result.error,
          last_latency_ms: result.latencyMs,
          finished_at_ms: isDelivered || isDead ? nowMs : null,
        })
        .where('id', '=', delivery.id)
        // Sent again or given up by hand meanwhile: that decision stands.
        .where('status', '=', 'pending')
        .execute(),
    );
  };

  const send = async (delivery: Due): Promise<Result> => {
    const beganMs = performance.now();
    const timestampS = Math.floor(core.nowMs() / 1000);
    const latency = (): number => Math.round(performance.now() - beganMs);
    try {
      const status = await post({
        url: delivery.url,
        body: delivery.body,
        allowPrivate: delivery.allow_private === 1,
        timeoutMs: options.timeoutMs ?? 10_000,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'csms-lite',
          'webhook-id': delivery.message_id,
          'webhook-timestamp': String(timestampS),
          'webhook-signature': signatureOf(delivery.secret, delivery.message_id, timestampS, delivery.body),
        },
      });
      // 410 Gone: the receiver wants no more of it (Standard Webhooks).
      return { status, error: `it answered ${status}`, isFinal: status === 410, latencyMs: latency() };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { status: null, error: message, isFinal: error instanceof TargetRefused, latencyMs: latency() };
    }
  };

  return {
    wake: loop.wake,
    stop: () => loop.stop(() => Promise.all([...under.values()].map(({ done }) => done))),
  };
}
