import type { Alarm } from '../../model.js';

/** One change of an alarm that a mail tells of. */
export interface Notice {
  alarm: Alarm;
  change: 'raised' | 'cleared';
}

export interface ComposedMail {
  subject: string;
  body: string;
}

const UNITS: Readonly<Record<Alarm['unit'], string>> = {
  s: ' s',
  d: ' days',
  '%': ' %',
  waiting: ' waiting',
  mA: ' mA',
  ms: ' ms',
  turns: ' changes of direction',
};

/** In UTC: the server knows no reader's zone. */
function time(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function paragraph(alarm: Alarm): string {
  const figure = `${alarm.figure}${UNITS[alarm.unit]}, threshold ${alarm.threshold}${UNITS[alarm.unit]}`;
  const over = alarm.clearedAtMs === null ? '' : `\n  Over since ${time(alarm.clearedAtMs)}.`;
  return `- ${alarm.what}\n  Since ${time(alarm.sinceMs)}; ${figure}.${over}`;
}

function byRule(alarms: readonly Alarm[]): string {
  const groups = new Map<string, Alarm[]>();
  for (const alarm of alarms) groups.set(alarm.title, [...(groups.get(alarm.title) ?? []), alarm]);
  return [...groups]
    .map(([title, group]) => {
      const next = group[0]?.next ?? '';
      return `${title} (${group.length})\n${group.map(paragraph).join('\n')}\n  What to do: ${next}`;
    })
    .join('\n\n');
}

function counted(count: number, word: string): string {
  return `${count} alarm${count === 1 ? '' : 's'} ${word}`;
}

/**
 * One mail about everything that has changed, in plain text; what many share is said once. Pure.
 * @param pageUrl where the alarms are shown, when the operator has told it (setting `publicUrl`)
 */
export function composeMail(notices: readonly Notice[], pageUrl: string | null): ComposedMail {
  const unique = (change: Notice['change']): Alarm[] => [
    ...new Map(notices.filter((one) => one.change === change).map(({ alarm }) => [alarm.id, alarm])).values(),
  ];
  const raised = unique('raised');
  const told = new Set(raised.map(({ id }) => id));
  const cleared = unique('cleared').filter(({ id }) => !told.has(id));
  const [only] = [...raised, ...cleared];
  const counts = [
    ...(raised.length > 0 ? [counted(raised.length, 'raised')] : []),
    ...(cleared.length > 0 ? [counted(cleared.length, 'over')] : []),
  ].join(', ');
  const subject =
    raised.length + cleared.length === 1 && only !== undefined
      ? `[csms-lite] ${raised.length === 1 ? '' : 'Over: '}${only.title}: ${only.subject}`
      : `[csms-lite] ${counts}`;
  const parts = [
    ...(raised.length > 0 ? [byRule(raised)] : []),
    ...(cleared.length > 0 ? [`No longer so:\n${cleared.map(paragraph).join('\n')}`] : []),
    ...(pageUrl === null ? [] : [`Acknowledge them at ${pageUrl}`]),
  ];
  return { subject, body: `${parts.join('\n\n')}\n` };
}
