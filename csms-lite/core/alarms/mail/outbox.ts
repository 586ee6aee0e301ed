import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../../store/schema.js';
import type { AlarmMailTable } from '../../../store/schema-alarms.js';
import { toAlarm } from '../alarm-store.js';
import { composeMail, type Notice } from './compose.js';

export type MailRow = Selectable<AlarmMailTable>;

/** More do not help a reader; the page has them all. */
const MAXIMUM_NOTICES = 1000;

interface Due {
  ids: number[];
  notices: Notice[];
}

async function unsent(db: Kysely<Database>): Promise<Due> {
  const rows = await db
    .selectFrom('alarm_notice')
    .innerJoin('alarm', 'alarm.id', 'alarm_notice.alarm_id')
    .selectAll('alarm')
    .select(['alarm_notice.id as notice_id', 'alarm_notice.change as change'])
    .where('alarm_notice.mail_id', 'is', null)
    .orderBy('alarm_notice.id')
    .limit(MAXIMUM_NOTICES)
    .execute();
  return {
    ids: rows.map((row) => row.notice_id),
    notices: rows.flatMap((row) => {
      const alarm = toAlarm(row);
      return alarm === null ? [] : [{ alarm, change: row.change }];
    }),
  };
}

/** When a mail may be made of what waits; null: nothing waits. Everything that comes until then goes into it. */
export async function nextMailAtMs(
  db: Kysely<Database>,
  { gatherMs, pauseMs }: { gatherMs: number; pauseMs: number },
): Promise<number | null> {
  const oldest = await db
    .selectFrom('alarm_notice')
    .select((select) => select.fn.min('at_ms').as('at'))
    .where('mail_id', 'is', null)
    .executeTakeFirst();
  if (oldest?.at == null) return null;
  const last = await db
    .selectFrom('alarm_mail')
    .select((select) => select.fn.max('created_at_ms').as('at'))
    .executeTakeFirst();
  return Math.max(Number(oldest.at) + gatherMs, last?.at == null ? 0 : Number(last.at) + pauseMs);
}

/** Makes one mail of everything that waits, in one transaction: what is in a mail is in no other. */
export async function makeMail(
  db: Kysely<Database>,
  from: string,
  pageUrl: string | null,
  nowMs: number,
): Promise<void> {
  const { ids, notices } = await unsent(db);
  if (ids.length === 0) return;
  const { subject, body } = composeMail(notices, pageUrl);
  const mail = await db
    .insertInto('alarm_mail')
    .values({
      message_id: messageIdOf(from),
      subject,
      body,
      status: 'pending',
      attempts: 0,
      next_attempt_at_ms: nowMs,
      last_error: null,
      created_at_ms: nowMs,
      finished_at_ms: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.updateTable('alarm_notice').set({ mail_id: mail.id }).where('id', 'in', ids).execute();
}

/** RFC 5322 §3.6.4: unique, in the name of who sends. */
export function messageIdOf(from: string): string {
  return `<${randomUUID()}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/** The oldest mail whose attempt is due. */
export async function dueMail(db: Kysely<Database>, nowMs: number): Promise<MailRow | null> {
  const row = await db
    .selectFrom('alarm_mail')
    .selectAll()
    .where('status', '=', 'pending')
    .where('next_attempt_at_ms', '<=', nowMs)
    .orderBy('id')
    .executeTakeFirst();
  return row ?? null;
}

export async function nextAttemptAtMs(db: Kysely<Database>): Promise<number | null> {
  const row = await db
    .selectFrom('alarm_mail')
    .select((select) => select.fn.min('next_attempt_at_ms').as('at'))
    .where('status', '=', 'pending')
    .executeTakeFirst();
  return row?.at == null ? null : Number(row.at);
}
