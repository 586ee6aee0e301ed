import { setTimeout as sleep } from 'node:timers/promises';
import { schedule } from 'node-cron';
import type { AccessService } from './access/access-service.js';
import type { Alarms } from './alarms/alarms.js';
import type { Core } from './core.js';
import type { Webhooks } from './webhooks/webhook-service.js';

const DAY_MS = 86_400_000;
/** Deliveries that ended are kept this long. */
const DELIVERY_DAYS = 30;
/** Alarms that ended, and mails about them. */
const ALARM_DAYS = 400;
/** Between two parts, so that samples never wait for long. */
const PAUSE_MS = 20;

export interface CleanUp {
  /** Does it now; a run that is under way is waited for. */
  run(): Promise<void>;
  stop(): Promise<void>;
}

export interface CleanUpParts {
  core: Core;
  access: AccessService;
  webhooks: Pick<Webhooks, 'trim'>;
  alarms: Pick<Alarms, 'trim'>;
  /** Cron expression, local time. */
  expression: string;
}

/**
 * Forgets what is older than its retention: messages (setting `messageRetentionDays`), ended webhook deliveries,
 * sign-ins. Sessions, ledgers and the audit log are kept for ever. Runs by the clock (node-cron).
 */
export function startCleanUp({ core, access, webhooks, alarms, expression }: CleanUpParts): CleanUp {
  let running: Promise<void> | null = null;
  let stopped = false;

  const trimMessages = async (): Promise<void> => {
    const beforeMs = core.nowMs() - core.settings.get().messageRetentionDays * DAY_MS;
    for (;;) {
      const oldest = await core.store.read
        .selectFrom('message_block')
        .select('until_ms')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      if (stopped || oldest === undefined || oldest.until_ms >= beforeMs) return;
      await core.store.trimMessages(beforeMs);
      await sleep(PAUSE_MS);
    }
  };

  const run = (): Promise<void> => {
    running ??= (async () => {
      await trimMessages();
      await access.cleanUp();
      await webhooks.trim(core.nowMs() - DELIVERY_DAYS * DAY_MS);
      await alarms.trim(core.nowMs() - ALARM_DAYS * DAY_MS);
    })().finally(() => {
      running = null;
    });
    return running;
  };

  const task = schedule(
    expression,
    () => run().catch((error: unknown) => core.log.error({ err: error }, 'the clean-up failed; it runs again')),
    { name: 'csms-lite clean-up', noOverlap: true, suppressMissedWarning: true, unref: true },
  );
  return {
    run,
    async stop() {
      stopped = true;
      await task.destroy();
      await running;
    },
  };
}
