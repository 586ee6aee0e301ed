import { useSignal } from '@preact/signals';
import { ago, dayAndTime, toMs } from '../../shared/format.js';
import { call, type Page } from '../api.js';
import { now } from '../live/state.js';
import { Copyable, Done, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { SchemaForm } from '../parts/schema-form.js';
import { useActs, useRead } from '../use.js';

/** As `GET /tokens`. */
interface TokenView {
  id: string;
  name: string;
  role: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  secret?: string;
}

const SCHEMA = {
  type: 'object',
  required: ['name', 'role'],
  properties: {
    name: { type: 'string', title: 'Name', description: 'which program it is for; stands in the audit log' },
    role: { enum: ['read', 'operate', 'admin'], title: 'May' },
    expiresAt: { type: 'string', format: 'date-time', title: 'Until' },
  },
};

/** Tokens for programs, and who is signed in. */
export function Access() {
  const who = useRead<{ name: string; role: string }>('/session');
  const tokens = useRead<Page<TokenView>>('/tokens?limit=200');
  const acts = useActs(tokens.reload);
  const made = useSignal<TokenView | null>(null);
  const count = useSignal(0);
  const page = tokens.data.value;
  // A token alone would lock its maker out of the pages: people come first
  const isOpen = who.data.value === null || who.data.value.name === 'local';
  return (
    <>
      <PageHead
        title="Access"
        note={who.data.value === null ? undefined : `You are ${who.data.value.name}, role ${who.data.value.role}.`}
      >
        {who.data.value === null || who.data.value.name === 'local' ? null : (
          <form method="post" action="/logout">
            <button type="submit">Sign out</button>
          </form>
        )}
      </PageHead>
      <Problem error={who.problem.value ?? tokens.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      {who.data.value?.name === 'local' ? (
        <div class="notice">
          <p>Nobody has to sign in yet: this server listens on this machine only, or was started open.</p>
          <p class="hint">
            Make the first administrator under <a href="/users">Users</a>: a login, the role admin and a password switch
            sign-in on. Tokens for programs can be made after that.
          </p>
        </div>
      ) : null}
      {made.value?.secret === undefined ? null : (
        <Panel title={`The token ${made.value.name}`} note="shown only now">
          <div class="in">
            <Copyable text={made.value.secret} />
          </div>
        </Panel>
      )}
      <Panel title="API tokens" note="people are under Users">
        {page === null ? null : page.items.length === 0 ? (
          <p class="in muted">None yet.</p>
        ) : (
          <Scroll label="API tokens">
            <table>
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Role</th>
                  <th>Made</th>
                  <th>Until</th>
                  <th>Used</th>
                  <th>
                    <span class="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {page.items.map((token) => (
                  <tr key={token.id}>
                    <td>{token.name}</td>
                    <td>{token.role}</td>
                    <td>{dayAndTime(toMs(token.createdAt) ?? 0, now.value)}</td>
                    <td>{token.expiresAt === null ? 'no end' : dayAndTime(toMs(token.expiresAt) ?? 0, now.value)}</td>
                    <td>{ago(toMs(token.lastUsedAt), now.value)}</td>
                    <td class="number">
                      <button
                        type="button"
                        class="small"
                        disabled={acts.busy.value}
                        onClick={() =>
                          acts.act(() => call('DELETE', `/tokens/${token.id}`), `${token.name} is revoked.`)
                        }
                      >
                        Revoke<span class="visually-hidden"> {token.name}</span>
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </Panel>
      {isOpen ? null : (
        <Panel title="New token">
          <SchemaForm
            key={count.value}
            name="token"
            schema={SCHEMA}
            submit="Make this token"
            busy={acts.busy.value}
            send={(body) =>
              acts.act(
                async () => {
                  made.value = await call<TokenView>('POST', '/tokens', body);
                  count.value += 1;
                },
                `${String(body.name)} is made: copy it now.`,
              )
            }
          />
        </Panel>
      )}
    </>
  );
}
