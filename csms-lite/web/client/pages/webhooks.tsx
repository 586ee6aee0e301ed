import { useSignal } from '@preact/signals';
import { ago, toMs } from '../../shared/format.js';
import { call, type Page } from '../api.js';
import { now } from '../live/state.js';
import { Copyable, Done, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { SchemaForm } from '../parts/schema-form.js';
import { type Acts, useActs, useRead } from '../use.js';

/** As `GET /webhooks`. */
interface WebhookView {
  id: number;
  url: string;
  events: string[];
  active: boolean;
  note: string | null;
  secret?: string;
}

interface DeliveryView {
  id: number;
  webhookId: number;
  eventType: string;
  status: 'pending' | 'delivered' | 'dead';
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
  lastLatencyMs: number | null;
  createdAt: string;
}

const SCHEMA = {
  type: 'object',
  required: ['url'],
  properties: {
    url: { type: 'string', title: 'Address', description: 'https://… that takes a POST' },
    events: {
      type: 'array',
      items: { type: 'string' },
      title: 'Events',
      description: 'such as transaction.stopped, station.*; all but meter values when empty',
    },
    allowPrivate: { type: 'boolean', title: 'May it lie in this network?', description: 'no when empty' },
    note: { type: 'string', title: 'Note' },
  },
};

const TONES = { pending: '', delivered: 'good', dead: 'fault' } as const;

function Hooks({ hooks, acts }: { hooks: readonly WebhookView[]; acts: Acts }) {
  if (hooks.length === 0)
    return <p class="in muted">None yet. Events can be pushed to another server, signed and retried.</p>;
  return (
    <ul class="knocks">
      {hooks.map((hook) => (
        <li key={hook.id}>
          <div>
            <p>
              <strong class="mono">{hook.url}</strong> {hook.active ? null : <span class="pill">paused</span>}
            </p>
            <p class="muted">
              {hook.events.join(', ')} {hook.note ?? ''}
            </p>
          </div>
          <div class="bar">
            <button
              type="button"
              class="small"
              disabled={acts.busy.value}
              onClick={() => acts.act(() => call('POST', `/webhooks/${hook.id}/test`), 'A test event is on its way.')}
            >
              Test<span class="visually-hidden"> {hook.url}</span>
            </button>
            <button
              type="button"
              class="small"
              disabled={acts.busy.value}
              onClick={() =>
                acts.act(
                  () => call('PATCH', `/webhooks/${hook.id}`, { active: !hook.active }),
                  hook.active ? 'Paused.' : 'It is sent to again.',
                )
              }
            >
              {hook.active ? 'Pause' : 'Go on'}
              <span class="visually-hidden"> {hook.url}</span>
            </button>
            <button
              type="button"
              class="small"
              disabled={acts.busy.value}
              onClick={() => acts.act(() => call('DELETE', `/webhooks/${hook.id}`), 'Removed.')}
            >
              Remove<span class="visually-hidden"> {hook.url}</span>
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Deliveries({ deliveries, acts }: { deliveries: readonly DeliveryView[]; acts: Acts }) {
  if (deliveries.length === 0) return <p class="in muted">Nothing was sent yet.</p>;
  return (
    <Scroll label="Deliveries">
      <table>
        <thead>
          <tr>
            <th>When</th>
            <th>Event</th>
            <th>State</th>
            <th class="number">Tries</th>
            <th>Last answer</th>
            <th>
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((one) => (
            <tr key={one.id}>
              <td>{ago(toMs(one.createdAt), now.value)}</td>
              <td>{one.eventType}</td>
              <td>
                <span class={`pill ${TONES[one.status]}`}>{one.status}</span>
              </td>
              <td class="number">{one.attempts}</td>
              <td>
                {one.lastStatus ?? ''} {one.lastError ?? ''}{' '}
                {one.lastLatencyMs === null ? '' : `${one.lastLatencyMs} ms`}
              </td>
              <td>
                {one.status === 'dead' ? (
                  <button
                    type="button"
                    class="small"
                    disabled={acts.busy.value}
                    onClick={() =>
                      acts.act(() => call('POST', `/webhook-deliveries/${one.id}/redeliver`), 'It is sent again.')
                    }
                  >
                    Send again<span class="visually-hidden"> delivery {one.id}</span>
                  </button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Events pushed to other servers, and how that went. */
export function Webhooks() {
  const hooks = useRead<Page<WebhookView>>('/webhooks?limit=200');
  const deliveries = useRead<Page<DeliveryView>>('/webhook-deliveries?limit=100', () => true);
  const acts = useActs(() => Promise.all([hooks.reload(), deliveries.reload()]));
  const made = useSignal<WebhookView | null>(null);
  const count = useSignal(0);
  return (
    <>
      <PageHead title="Webhooks" note="Events pushed to other servers, signed after Standard Webhooks." />
      <Problem error={hooks.problem.value ?? deliveries.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      {made.value?.secret === undefined ? null : (
        <Panel title="Its secret" note="shown only now; the receiver checks signatures with it">
          <div class="in">
            <Copyable text={made.value.secret} />
          </div>
        </Panel>
      )}
      <Panel title="Receivers">
        {hooks.data.value === null ? null : <Hooks hooks={hooks.data.value.items} acts={acts} />}
      </Panel>
      <Panel title="New receiver">
        <SchemaForm
          key={count.value}
          name="webhook"
          schema={SCHEMA}
          submit="Add"
          busy={acts.busy.value}
          send={(body) =>
            acts.act(async () => {
              made.value = await call<WebhookView>('POST', '/webhooks', body);
              count.value += 1;
            }, 'Added.')
          }
        />
      </Panel>
      <Panel title="Sent" note="the newest 100">
        {deliveries.data.value === null ? null : <Deliveries deliveries={deliveries.data.value.items} acts={acts} />}
      </Panel>
    </>
  );
}
