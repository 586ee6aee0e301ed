import type { AlarmMailView } from '../../../../api/present-alarm.js';
import { ago, toMs } from '../../../shared/format.js';
import { ApiProblem, call } from '../../api.js';
import { now } from '../../live/state.js';
import { Done, Panel, Problem } from '../../parts/basics.js';
import { SchemaForm } from '../../parts/schema-form.js';
import { useActs, useRead } from '../../use.js';

const SCHEMA = {
  type: 'object',
  required: ['smtpUrl', 'from', 'recipients'],
  properties: {
    smtpUrl: {
      type: 'string',
      title: 'Mail server',
      description: 'smtps://user:password@mail.example or smtp://127.0.0.1:1025; *** keeps the known password',
    },
    from: { type: 'string', title: 'Sender', description: 'a mail address' },
    recipients: { type: 'array', items: { type: 'string' }, title: 'Recipients' },
  },
};

function How({ mail }: { mail: AlarmMailView }) {
  const sent = mail.lastSentAt === null ? 'nothing sent yet' : `last sent ${ago(toMs(mail.lastSentAt), now.value)}`;
  const waiting = mail.pending > 0 ? `, ${mail.pending} waiting` : '';
  const dead = mail.dead > 0 ? `, ${mail.dead} given up (saving tries them again)` : '';
  return (
    <p class="in muted">
      {mail.smtpUrl === null
        ? 'Off. Webhooks are told all the same.'
        : `On: ${sent}${waiting}${dead}. What happens within a minute is one mail.`}
      {mail.lastError === null ? null : <span class="tone-fault"> {mail.lastError}</span>}
    </p>
  );
}

/** Alarms by e-mail: where to, and how it goes. Administrators only; others do not see it. */
export function AlarmMail() {
  const mail = useRead<AlarmMailView>('/alarm-mail', (event) => event.type.startsWith('alarm.'));
  const acts = useActs(mail.reload);
  const view = mail.data.value;
  if (view === null) {
    const problem = mail.problem.value;
    if (problem === null || (problem instanceof ApiProblem && problem.status === 403)) return null;
    return <Problem error={problem} />;
  }
  return (
    <Panel title="By e-mail" note="raised and over, grouped">
      <How mail={view} />
      <Problem error={acts.problem.value} />
      <Done text={acts.done.value} />
      <SchemaForm
        key={`${view.smtpUrl} ${view.from} ${view.recipients.join()}`}
        name="alarm-mail"
        schema={SCHEMA}
        initial={{
          smtpUrl: decodeURIComponent(view.smtpUrl ?? ''),
          from: view.from,
          recipients: view.recipients.join('\n'),
        }}
        submit="Save"
        busy={acts.busy.value}
        send={(body) => acts.act(() => call('PATCH', '/alarm-mail', body), 'Saved.')}
      >
        {view.smtpUrl === null ? null : (
          <div class="bar">
            <button
              type="button"
              disabled={acts.busy.value}
              onClick={() =>
                acts.act(async () => {
                  const { answer } = await call<{ answer: string }>('POST', '/alarm-mail/test');
                  return `The mail server took the test mail: ${answer}`;
                }, '')
              }
            >
              Send a test mail
            </button>
            <button
              type="button"
              disabled={acts.busy.value}
              onClick={() => acts.act(() => call('PATCH', '/alarm-mail', { smtpUrl: null }), 'Mails are off.')}
            >
              Switch off
            </button>
          </div>
        )}
      </SchemaForm>
    </Panel>
  );
}
