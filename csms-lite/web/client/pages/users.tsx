import { useSignal } from '@preact/signals';
import { call, type Page, read } from '../api.js';
import { Done, PageHead, Panel, Problem, Scroll } from '../parts/basics.js';
import { SchemaForm } from '../parts/schema-form.js';
import { useActs, useRead } from '../use.js';

/** As `GET /users`. */
export interface UserView {
  id: number;
  login: string;
  fullName: string | null;
  email: string | null;
  phone: string | null;
  role: 'read' | 'operate' | 'admin' | null;
  idTags: string[];
  hasPassword: boolean;
}

export const USER_SCHEMA = {
  type: 'object',
  required: ['login'],
  properties: {
    login: { type: 'string', title: 'Login', description: 'a short name, unique' },
    fullName: { type: 'string', title: 'Full name' },
    email: { type: 'string', title: 'E-mail' },
    phone: { type: 'string', title: 'Phone' },
    idTags: { type: 'array', items: { type: 'string' }, title: 'Cards', description: 'that charge on this account' },
    role: {
      enum: ['read', 'operate', 'admin'],
      title: 'May sign in as',
      description: 'drivers need none. The first one with a role and a password switches sign-in on: an admin',
    },
    password: { type: 'string', title: 'Password', description: 'at least 10 characters; for signing in only' },
  },
};

/**
 * Makes a user. The first administrator switches sign-in on: whoever makes it on an open server is signed in as that
 * person at once, or would be sent away.
 */
async function makeUser(body: Record<string, unknown>): Promise<void> {
  const { name } = await read<{ name: string }>('/session');
  await call('POST', '/users', body);
  const { login, password, role } = body;
  if (name === 'local' && role !== undefined && password !== undefined)
    await call('POST', '/session', { login, password });
}

/** Drivers with their cards and wallets, and those who sign in. */
export function Users() {
  const users = useRead<Page<UserView>>('/users?limit=500');
  const acts = useActs(users.reload);
  const made = useSignal(0);
  const page = users.data.value;
  return (
    <>
      <PageHead title="Users and wallets" note="Whose cards they are, who pays, who may sign in." />
      <Problem error={users.problem.value ?? acts.problem.value} />
      <Done text={acts.done.value} />
      <Panel title="Users" note={page === null ? undefined : `${page.total}`}>
        {page === null ? null : page.items.length === 0 ? (
          <p class="in muted">None yet. Cards work without users; a user adds a name, a wallet or a sign-in.</p>
        ) : (
          <Scroll label="Users">
            <table>
              <thead>
                <tr>
                  <th>Login</th>
                  <th>Name</th>
                  <th>Cards</th>
                  <th>Signs in as</th>
                </tr>
              </thead>
              <tbody>
                {page.items.map((user) => (
                  <tr key={user.id}>
                    <td>
                      <a href={`/users/${user.id}`}>{user.login}</a>
                    </td>
                    <td>{user.fullName ?? ''}</td>
                    <td class="mono">{user.idTags.join(', ')}</td>
                    <td>{user.role ?? ''}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </Panel>
      <Panel title="New user">
        <SchemaForm
          key={made.value}
          name="user"
          schema={USER_SCHEMA}
          submit="Make this user"
          busy={acts.busy.value}
          send={(body) =>
            acts.act(
              async () => {
                await makeUser(body);
                made.value += 1;
              },
              `${String(body.login)} is made.`,
            )
          }
        />
      </Panel>
    </>
  );
}
