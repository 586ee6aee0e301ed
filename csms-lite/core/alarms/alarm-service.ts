import { audit } from '../audit.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Alarm, AlarmMailState, AlarmRuleSetting, Page, PageRequest } from '../model.js';
import { pageOf } from '../paging.js';
import { knownAlarm, toAlarm } from './alarm-store.js';
import type { AlarmMailWrite } from './mail/mail-settings.js';
import type { RuleBook } from './rule-book.js';
import type { AlarmRuleName, AppliedRule } from './rules.js';

export interface AlarmFilter extends PageRequest {
  status?: 'open' | 'cleared';
  chargePointId?: string;
  rule?: AlarmRuleName;
  acknowledged?: boolean;
}

export interface AlarmService {
  /** Newest first. */
  list(filter?: AlarmFilter): Promise<Page<Alarm>>;
  /** @throws ServiceError alarm_not_found */
  get(id: number): Promise<Alarm>;
  /** Somebody knows of it; again: with a new name and note. @throws ServiceError alarm_not_found, invalid_request */
  acknowledge(id: number, options: { note?: string }, actor: string): Promise<Alarm>;
  rules(): AlarmRuleSetting[];
  /**
   * `threshold` null: the default again. Switching a rule off ends its alarms.
   * @throws ServiceError alarm_rule_not_found, invalid_request
   */
  setRule(name: string, change: Partial<AppliedRule>, actor: string): Promise<AlarmRuleSetting>;
  /** Open ones, by severity and whether acknowledged. */
  counts(): Promise<{ open: number; unacknowledged: number }>;
  mail: {
    get(): Promise<AlarmMailState>;
    /** @throws ServiceError invalid_request */
    update(write: AlarmMailWrite, actor: string): Promise<AlarmMailState>;
    /** @returns the mail server's answer @throws ServiceError mail_not_set_up, mail_failed */
    test(actor: string): Promise<string>;
  };
}

const NOTE_LENGTH = 1000;

/** What is asked of alarms: lists, acknowledging, rules. */
export function createAlarmService(
  core: Core,
  parts: {
    rules: RuleBook;
    /** After a rule was changed. */
    changed: () => void;
    mail: { state(): Promise<AlarmMailState>; update: AlarmService['mail']['update']; test(): Promise<string> };
  },
): AlarmService {
  const read = core.store.read;
  const notFound = (id: number): ServiceError =>
    new ServiceError('alarm_not_found', `There is no alarm ${id}.`, 'GET /api/v1/alarms lists them, newest first.');
  return {
    async list(filter = {}) {
      const { limit, offset } = pageOf(filter);
      let query = read.selectFrom('alarm');
      if (filter.status !== undefined)
        query = query.where('cleared_at_ms', filter.status === 'open' ? 'is' : 'is not', null);
      if (filter.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      if (filter.rule !== undefined) query = query.where('rule', '=', filter.rule);
      if (filter.acknowledged !== undefined)
        query = query.where('acknowledged_at_ms', filter.acknowledged ? 'is not' : 'is', null);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toAlarm).filter((alarm) => alarm !== null), total: Number(count.total) };
    },
    async get(id) {
      const row = await read.selectFrom('alarm').selectAll().where('id', '=', id).executeTakeFirst();
      const alarm = row === undefined ? null : toAlarm(row);
      if (alarm === null) throw notFound(id);
      return alarm;
    },
    async acknowledge(id, { note }, actor) {
      if (note !== undefined && note.length > NOTE_LENGTH)
        throw new ServiceError('invalid_request', 'The note is too long.', `At most ${NOTE_LENGTH} characters.`);
      const atMs = core.nowMs();
      return await commit(core, async (db, announce) => {
        const row = await db
          .updateTable('alarm')
          .set({ acknowledged_at_ms: atMs, acknowledged_by: actor, ...(note === undefined ? {} : { note }) })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) throw notFound(id);
        await audit(db, { atMs, actor, action: 'alarm.acknowledge', subject: String(id), details: { note } });
        const alarm = knownAlarm(row);
        announce({ type: 'alarm.acknowledged', alarm });
        return alarm;
      });
    },
    rules: parts.rules.list,
    async setRule(name, change, actor) {
      const rule = await parts.rules.set(name, change, actor);
      parts.changed();
      return rule;
    },
    async counts() {
      const open = read.selectFrom('alarm').where('cleared_at_ms', 'is', null);
      const count = async (query: typeof open): Promise<number> =>
        Number((await query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow()).total);
      const [all, unacknowledged] = await Promise.all([
        count(open),
        count(open.where('acknowledged_at_ms', 'is', null)),
      ]);
      return { open: all, unacknowledged };
    },
    mail: {
      get: parts.mail.state,
      update: parts.mail.update,
      async test(actor) {
        const answer = await parts.mail.test();
        const entry = {
          atMs: core.nowMs(),
          actor,
          action: 'alarm-mail.test',
          subject: 'alarm-mail',
          details: { answer },
        };
        await core.store.write((db) => audit(db, entry));
        return answer;
      },
    },
  };
}
