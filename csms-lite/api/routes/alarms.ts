import type { AlarmFilter } from '../../core/alarms/alarm-service.js';
import type { AlarmMailWrite } from '../../core/alarms/mail/mail-settings.js';
import type { AppliedRule } from '../../core/alarms/rules.js';
import { type ApiContext, documented, idParams } from '../context.js';
import { integerId, linkNext, listQuery, type PageQuery } from '../paging.js';
import { presentPage } from '../present.js';
import { presentAlarm, presentAlarmMail, presentAlarmRule } from '../present-alarm.js';
import {
  acknowledgeBody,
  alarmFilters,
  alarmMailBody,
  alarmMailSchema,
  alarmRuleBody,
  alarmRuleSchema,
  alarmSchema,
} from '../schemas/alarms.js';
import { listOf } from '../schemas/resources.js';

const tags = ['alarms'];
const admin = { role: 'admin' } as const;

type ById = { Params: { id: string } };

function ruleRoutes({ app, csms }: ApiContext): void {
  app.get(
    '/alarm-rules',
    documented({ summary: 'the rules and their thresholds', tags, response: { 200: listOf(alarmRuleSchema) } }),
    () => {
      const items = csms.alarms.rules().map(presentAlarmRule);
      return Promise.resolve({ items, total: items.length });
    },
  );

  app.patch<{ Params: { rule: string }; Body: Partial<AppliedRule> }>(
    '/alarm-rules/:rule',
    {
      ...documented({
        summary: 'set a threshold, switch a rule on or off',
        tags,
        params: { type: 'object', properties: { rule: { type: 'string' } } },
        body: alarmRuleBody,
        response: { 200: alarmRuleSchema },
      }),
      config: admin,
    },
    async (request) => presentAlarmRule(await csms.alarms.setRule(request.params.rule, request.body, request.actor)),
  );
}

function mailRoutes({ app, csms }: ApiContext): void {
  app.get(
    '/alarm-mail',
    {
      ...documented({ summary: 'how alarms are mailed, and how that goes', tags, response: { 200: alarmMailSchema } }),
      config: admin,
    },
    async () => presentAlarmMail(await csms.alarms.mail.get()),
  );

  app.patch<{ Body: AlarmMailWrite }>(
    '/alarm-mail',
    {
      ...documented({
        summary: 'set the mail server and who gets the mails; absent members stay',
        description:
          'A password of *** keeps the one that is known. What happens within a minute goes into one mail; what cannot be sent is kept and tried again for about three days.',
        tags,
        body: alarmMailBody,
        response: { 200: alarmMailSchema },
      }),
      config: admin,
    },
    async (request) => presentAlarmMail(await csms.alarms.mail.update(request.body, request.actor)),
  );

  app.post(
    '/alarm-mail/test',
    {
      ...documented({
        summary: 'send a test mail now',
        tags,
        response: { 200: { type: 'object', properties: { answer: { type: 'string' } } } },
      }),
      config: admin,
    },
    async (request) => ({ answer: await csms.alarms.mail.test(request.actor) }),
  );
}

/** What somebody should look at: raised and cleared by rules, acknowledged by people, told by event, webhook and mail. */
export function alarmRoutes(context: ApiContext): void {
  const { app, csms } = context;
  app.get<{ Querystring: PageQuery & AlarmFilter }>(
    '/alarms',
    documented({
      summary: 'alarms, newest first; status=open are those of now',
      tags,
      querystring: listQuery(alarmFilters),
      response: { 200: listOf(alarmSchema) },
    }),
    async (request, reply) => {
      const page = await csms.alarms.list(request.query);
      linkNext(request, reply, page);
      return presentPage(page, presentAlarm);
    },
  );

  app.get<ById>(
    '/alarms/:id',
    documented({ summary: 'one alarm', tags, params: idParams, response: { 200: alarmSchema } }),
    async (request) => presentAlarm(await csms.alarms.get(integerId(request.params.id, 'alarm_not_found'))),
  );

  app.post<ById & { Body: { note?: string } | null | undefined }>(
    '/alarms/:id/acknowledge',
    documented({
      summary: 'say that you know of it; it stays open until its condition ends',
      tags,
      params: idParams,
      body: acknowledgeBody,
      response: { 200: alarmSchema },
    }),
    async (request) => {
      const id = integerId(request.params.id, 'alarm_not_found');
      return presentAlarm(await csms.alarms.acknowledge(id, request.body ?? {}, request.actor));
    },
  );
  ruleRoutes(context);
  mailRoutes(context);
}
