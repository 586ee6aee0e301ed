import type { Kysely } from 'kysely';
import type { Database } from '../../../store/schema.js';
import type { Core } from '../../core.js';
import { ServiceError } from '../../errors.js';
import type { Alarm, AlarmMailState } from '../../model.js';
import { createWakeLoop } from '../../wake-loop.js';
import { type AlarmMailWrite, createMailSettings } from './mail-settings.js';
import { dueMail, type MailRow, makeMail, messageIdOf, nextAttemptAtMs, nextMailAtMs } from './outbox.js';
import { type SendMail, sendBySmtp } from './transport.js';

/** After the first attempt, the second, … Then it is given up: about three days in all. */
const RETRY_DELAYS_MS: readonly number[] = [
  30_000,
  120_000,
  600_000,
  3_600_000,
  6 * 3_600_000,
  24 * 3_600_000,
  40 * 3_600_000,
];

export interface MailerOptions {
  send?: SendMail;
  /** What happens within this time goes into one mail. Default: a minute. */
  gatherMs?: number;
  /** Between two mails at least. Default: five minutes. */
  pauseMs?: number;
  delaysMs?: readonly number[];
}

export interface Mailer {
  /** Notes a change of an alarm for the next mail, in the transaction of the change; nothing when mails are off. */
  note(db: Kysely<Database>, alarm: Alarm, change: 'raised' | 'cleared'): Promise<void>;
  /** There is something new to do. */
  wake(): void;
  state(): Promise<AlarmMailState>;
  /** @throws ServiceError invalid_request */
  update(write: AlarmMailWrite, actor: string): Promise<AlarmMailState>;
  /** Sends a mail now, beside the outbox. @returns the mail server's answer @throws ServiceError mail_not_set_up, mail_failed */
  test(): Promise<string>;
  /** Forgets mails that ended, and their notices, from before. */
  trim(beforeMs: number): Promise<void>;
  /** Waits for an attempt that is under way, at most a second. */
  stop(): Promise<void>;
}

const HINT = 'Check address, user and password of the mail server on the page Alarms. A password goes over TLS only.';

/** Mails about alarms: gathered, kept in the database until the mail server has taken them, retried with back-off. */
export async function createMailer(
  core: Pick<Core, 'store' | 'nowMs' | 'log' | 'settings'>,
  options: MailerOptions = {},
): Promise<Mailer> {
  const { send = sendBySmtp, gatherMs = 60_000, pauseMs = 300_000, delaysMs = RETRY_DELAYS_MS } = options;
  const settings = await createMailSettings(core);

  const attempt = async (mail: MailRow): Promise<void> => {
    const configuration = settings.get();
    if (configuration === null) return;
    const attempts = mail.attempts + 1;
    let error: string | null = null;
    try {
      await send(configuration, { messageId: mail.message_id, subject: mail.subject, body: mail.body });
    } catch (problem) {
      error = (problem as Error).message;
      core.log.warn({ mail: mail.id, attempts, reason: error }, 'a mail about alarms could not be sent');
    }
    const nowMs = core.nowMs();
    const delayMs = error === null ? undefined : delaysMs[attempts - 1];
    await core.store.write((db) =>
      db
        .updateTable('alarm_mail')
        .set({
          status: error === null ? 'sent' : delayMs === undefined ? 'dead' : 'pending',
          attempts,
          next_attempt_at_ms: delayMs === undefined ? null : nowMs + delayMs,
          last_error: error,
          finished_at_ms: delayMs === undefined ? nowMs : null,
        })
        .where('id', '=', mail.id)
        .execute(),
    );
  };

  const look = async (): Promise<number | null> => {
    const configuration = settings.get();
    if (configuration === null) return null;
    const { publicUrl } = core.settings.get();
    const pageUrl = publicUrl === '' ? null : `${publicUrl}/alarms`;
    const madeAtMs = await nextMailAtMs(core.store.read, { gatherMs, pauseMs });
    if (madeAtMs !== null && madeAtMs <= core.nowMs())
      await core.store.write((db) => makeMail(db, configuration.from, pageUrl, core.nowMs()));
    for (let mail = await dueMail(core.store.read, core.nowMs()); mail !== null && !loop.isStopped; ) {
      await attempt(mail);
      mail = await dueMail(core.store.read, core.nowMs());
    }
    const next = [await nextMailAtMs(core.store.read, { gatherMs, pauseMs }), await nextAttemptAtMs(core.store.read)];
    return Math.min(...next.filter((at) => at !== null).map((at) => at - core.nowMs()));
  };

  const loop = createWakeLoop(look, (error) =>
    core.log.error({ err: error }, 'mails about alarms could not be read or stored; it is tried again in a minute'),
  );

  const state = async (): Promise<AlarmMailState> => {
    const read = core.store.read.selectFrom('alarm_mail');
    const [counts, sent, failing] = await Promise.all([
      read
        .select((select) => ['status', select.fn.countAll().as('total')])
        .groupBy('status')
        .execute(),
      read
        .select((select) => select.fn.max('finished_at_ms').as('at'))
        .where('status', '=', 'sent')
        .executeTakeFirst(),
      read.select('last_error').where('status', '!=', 'sent').orderBy('id', 'desc').executeTakeFirst(),
    ]);
    const count = (status: MailRow['status']): number =>
      Number(counts.find((row) => row.status === status)?.total ?? 0);
    return {
      ...settings.shown(),
      pending: count('pending'),
      dead: count('dead'),
      lastSentAtMs: sent?.at == null ? null : Number(sent.at),
      lastError: failing?.last_error ?? null,
    };
  };

  return {
    async note(db, alarm, change) {
      if (settings.get() === null) return;
      await db
        .insertInto('alarm_notice')
        .values({ alarm_id: alarm.id, change, at_ms: core.nowMs(), mail_id: null })
        .execute();
    },
    wake: loop.wake,
    state,
    async update(write, actor) {
      await settings.update(write, actor);
      const isOn = settings.get() !== null;
      await core.store.write(async (db) => {
        const waiting = db.updateTable('alarm_mail').where('status', '!=', 'sent');
        const nowMs = core.nowMs();
        // Whatever failed may have been mended by this: at once, and those that were given up too.
        const again = { status: 'pending', attempts: 0, next_attempt_at_ms: nowMs, finished_at_ms: null } as const;
        const off = { status: 'dead', next_attempt_at_ms: null, finished_at_ms: nowMs } as const;
        await waiting.set(isOn ? again : off).execute();
        // Who switches mails on again wants no news of long ago.
        if (!isOn) await db.deleteFrom('alarm_notice').where('mail_id', 'is', null).execute();
      });
      loop.wake();
      return await state();
    },
    async test() {
      const configuration = settings.get();
      if (configuration === null)
        throw new ServiceError(
          'mail_not_set_up',
          'There is no mail server to send by.',
          'PUT /api/v1/alarm-mail first.',
        );
      const at = new Date(core.nowMs()).toISOString();
      const body = `csms-lite sends its alarms to this address. This is a test of ${at}; nothing needs doing.\n`;
      try {
        const messageId = messageIdOf(configuration.from);
        return await send(configuration, { messageId, subject: '[csms-lite] Test of alarm mails', body });
      } catch (error) {
        throw new ServiceError('mail_failed', `The mail could not be sent: ${(error as Error).message}`, HINT);
      }
    },
    async trim(beforeMs) {
      await core.store.write(async (db) => {
        const old = db.selectFrom('alarm_mail').select('id').where('finished_at_ms', '<', beforeMs);
        await db.deleteFrom('alarm_notice').where('mail_id', 'in', old).execute();
        await db.deleteFrom('alarm_mail').where('finished_at_ms', '<', beforeMs).execute();
      });
    },
    stop: () => loop.stop(),
  };
}
