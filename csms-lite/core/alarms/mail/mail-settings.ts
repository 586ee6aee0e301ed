import { parseJson } from '../../../store/json.js';
import { audit } from '../../audit.js';
import type { Core } from '../../core.js';
import { ServiceError } from '../../errors.js';
import type { AlarmMailSettings } from '../../model.js';

/** With the password, for the transport only. */
export interface MailConfiguration {
  /** `smtps://user:password@mail.example:465`, `smtp://…` (with STARTTLS where the server has it). */
  smtpUrl: string;
  from: string;
  recipients: string[];
}

export interface AlarmMailWrite {
  /** Null switches mails off; a password of `***` keeps the one that is known. */
  smtpUrl?: string | null;
  from?: string;
  recipients?: string[];
}

/** In the table of settings; the settings themselves do not know it and never show it. */
const KEY = 'alarmMail';
const HIDDEN = '***';
/** One address, as a person writes it; the mail server has the last word. */
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

export interface MailSettings {
  /** Null: no mails. */
  get(): MailConfiguration | null;
  /** Without the password. */
  shown(): AlarmMailSettings;
  /** @throws ServiceError invalid_request */
  update(write: AlarmMailWrite, actor: string): Promise<void>;
}

function refuse(message: string, hint: string): never {
  throw new ServiceError('invalid_request', message, hint);
}

/** @throws ServiceError invalid_request */
function checked(smtpUrl: string, known: MailConfiguration | null): string {
  const example = 'For example smtps://user:password@mail.example or smtp://127.0.0.1:1025.';
  if (!URL.canParse(smtpUrl)) refuse('The address of the mail server cannot be read.', example);
  const url = new URL(smtpUrl);
  if (!['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    refuse('The address of the mail server must begin with smtp:// or smtps://.', example);
  if (url.password !== HIDDEN) return smtpUrl;
  const before = known === null ? null : new URL(known.smtpUrl);
  if (before === null || before.host !== url.host || before.username !== url.username)
    refuse('The password is not known for this user and mail server.', 'Give the whole address, with the password.');
  else url.password = before.password;
  return url.href;
}

function hidden(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  if (url.password !== '') url.password = HIDDEN;
  return url.href;
}

export async function createMailSettings(core: Pick<Core, 'store' | 'nowMs'>): Promise<MailSettings> {
  const row = await core.store.read.selectFrom('setting').selectAll().where('key', '=', KEY).executeTakeFirst();
  let current = row === undefined ? null : parseJson<MailConfiguration | null>(row.value);

  const shown = (): AlarmMailSettings =>
    current === null ? { smtpUrl: null, from: '', recipients: [] } : { ...current, smtpUrl: hidden(current.smtpUrl) };

  return {
    get: () => current,
    shown,
    async update(write, actor) {
      const smtpUrl = write.smtpUrl === undefined ? (current?.smtpUrl ?? null) : write.smtpUrl;
      const next =
        smtpUrl === null
          ? null
          : {
              smtpUrl: checked(smtpUrl, current),
              from: write.from ?? current?.from ?? '',
              recipients: write.recipients ?? current?.recipients ?? [],
            };
      if (next !== null) {
        if (!ADDRESS.test(next.from)) refuse('The sender is no mail address.', 'For example csms@example.org.');
        if (next.recipients.length === 0)
          refuse('There is nobody to send to.', 'Give recipients: ["ops@example.org"].');
        for (const recipient of next.recipients)
          if (!ADDRESS.test(recipient)) refuse(`${recipient} is no mail address.`, 'For example ops@example.org.');
      }
      await core.store.write(async (db) => {
        const value = JSON.stringify(next);
        await db
          .insertInto('setting')
          .values({ key: KEY, value })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
          .execute();
        const details = next === null ? { smtpUrl: null } : { ...next, smtpUrl: hidden(next.smtpUrl) };
        await audit(db, { atMs: core.nowMs(), actor, action: 'alarm-mail.update', subject: 'alarm-mail', details });
      });
      current = next;
    },
  };
}
