import type { AlarmRuleView, AlarmView } from '../../api/present-alarm.js';
import { alarmFigure } from '../../web/shared/alarm-figure.js';
import type { Quantity } from '../../web/shared/format.js';
import { createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';
import { CliError } from '../report.js';

interface List<T> {
  items: T[];
  total: number;
}

const shown = ({ value, unit }: Quantity): string => `${value} ${unit}`.trim();

export async function listAlarms(options: TalkOptions & { all?: boolean; limit: number }): Promise<void> {
  const query = options.all === true ? '' : '&status=open';
  const { body } = await createClient(options).call<List<AlarmView>>('GET', `/alarms?limit=${options.limit}${query}`);
  print(options.json === true, body, () =>
    table(
      body.items,
      [
        { title: 'ID', value: (a) => String(a.id), right: true },
        { title: 'SINCE', value: (a) => a.since },
        ...(options.all === true ? [{ title: 'OVER', value: (a: AlarmView) => a.clearedAt ?? '' }] : []),
        { title: 'ALARM', value: (a) => a.title },
        { title: 'FIGURE', value: (a) => shown(alarmFigure(a.figure, a.unit)), right: true },
        { title: 'THRESHOLD', value: (a) => shown(alarmFigure(a.threshold, a.unit)), right: true },
        { title: 'WHAT', value: (a) => a.what },
        { title: 'ACKNOWLEDGED', value: (a) => [a.acknowledgedBy, a.note].filter((text) => text !== null).join(': ') },
      ],
      options.all === true ? 'There was none yet.' : 'No open alarm.',
    ),
  );
}

export async function acknowledgeAlarm(id: string, options: TalkOptions & { note?: string }): Promise<void> {
  const path = `/alarms/${encodeURIComponent(id)}/acknowledge`;
  const body = options.note === undefined ? {} : { note: options.note };
  const { body: alarm } = await createClient(options).call<AlarmView>('POST', path, body);
  print(options.json === true, alarm, () => `${alarm.what}\nAcknowledged. What to do: ${alarm.next}`);
}

export async function listRules(options: TalkOptions): Promise<void> {
  const { body } = await createClient(options).call<List<AlarmRuleView>>('GET', '/alarm-rules');
  print(options.json === true, body, () =>
    table(
      body.items,
      [
        { title: 'RULE', value: (r) => r.rule },
        { title: 'STATE', value: (r) => (r.enabled ? 'on' : 'off') },
        {
          title: 'THRESHOLD',
          value: (r) => (r.threshold === null ? 'by its detector' : `${r.breach} ${r.threshold} ${r.unit}`),
        },
        { title: 'MEASURES', value: (r) => r.measures },
      ],
      'There are no rules.',
    ),
  );
}

export async function setRule(
  rule: string,
  options: TalkOptions & { threshold?: string; enable?: boolean },
): Promise<void> {
  const wanted = options.threshold;
  const threshold = wanted === undefined || wanted === 'default' ? null : Number(wanted);
  if (Number.isNaN(threshold))
    throw new CliError('bad_threshold', `${wanted} is no number.`, 'For example 600, or "default".');
  const { body } = await createClient(options).call<AlarmRuleView>(
    'PATCH',
    `/alarm-rules/${encodeURIComponent(rule)}`,
    {
      ...(wanted === undefined ? {} : { threshold }),
      ...(options.enable === undefined ? {} : { enabled: options.enable }),
    },
  );
  print(
    options.json === true,
    body,
    () => `${body.rule}: ${body.enabled ? 'on' : 'off'}, ${body.threshold ?? ''} ${body.unit}`,
  );
}

export async function testMail(options: TalkOptions): Promise<void> {
  const { body } = await createClient(options).call<{ answer: string }>('POST', '/alarm-mail/test');
  print(options.json === true, body, () => `The mail server took it: ${body.answer}`);
}
