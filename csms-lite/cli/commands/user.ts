import { readFileSync } from 'node:fs';
import { type ApiClient, createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';
import { CliError } from '../report.js';

export interface UserView {
  id: number;
  login: string;
  fullName: string | null;
  email: string | null;
  role: string | null;
  hasPassword: boolean;
  idTags: string[];
}

export interface UserOptions extends TalkOptions {
  name?: string;
  email?: string;
  role?: string;
  tag?: string[];
  passwordStdin?: boolean;
}

/** @throws CliError user_not_found */
export async function findUser(client: ApiClient, login: string): Promise<UserView> {
  const { items } = (await client.call<{ items: UserView[] }>('GET', '/users?limit=1000')).body;
  const found = items.find((user) => user.login.toLowerCase() === login.toLowerCase());
  if (found === undefined)
    throw new CliError(
      'user_not_found',
      `There is no user ${login}.`,
      'csms-lite user list shows those that there are.',
    );
  return found;
}

/** A password never stands on the command line, where ps and the shell's history show it. */
function passwordOf(options: UserOptions): { password?: string } {
  if (options.passwordStdin !== true) return {};
  return { password: readFileSync(0, 'utf8').replace(/\r?\n$/, '') };
}

function bodyOf(options: UserOptions): object {
  return {
    ...(options.name === undefined ? {} : { fullName: options.name }),
    ...(options.email === undefined ? {} : { email: options.email }),
    ...(options.role === undefined ? {} : { role: options.role === 'none' ? null : options.role }),
    ...(options.tag === undefined ? {} : { idTags: options.tag }),
    ...passwordOf(options),
  };
}

export async function listUsers(options: TalkOptions): Promise<void> {
  const { body } = await createClient(options).call<{ items: UserView[]; total: number }>('GET', '/users?limit=1000');
  print(options.json === true, body, () =>
    table(
      body.items,
      [
        { title: 'LOGIN', value: (u) => u.login },
        { title: 'NAME', value: (u) => u.fullName ?? '' },
        { title: 'ROLE', value: (u) => u.role ?? '' },
        { title: 'SIGNS IN', value: (u) => (u.role !== null && u.hasPassword ? 'yes' : 'no') },
        { title: 'TAGS', value: (u) => u.idTags.join(' ') },
      ],
      'No user yet. Add one with: csms-lite user add <login> --tag <idTag>',
    ),
  );
}

export async function addUser(login: string, options: UserOptions): Promise<void> {
  const { body } = await createClient(options).call<UserView>('POST', '/users', { login, ...bodyOf(options) });
  print(options.json === true, body, () => `${body.login} added`);
}

export async function setUser(login: string, options: UserOptions): Promise<void> {
  const client = createClient(options);
  const { id } = await findUser(client, login);
  const { body } = await client.call<UserView>('PATCH', `/users/${id}`, bodyOf(options));
  print(options.json === true, body, () => `${body.login} changed`);
}

export async function removeUser(login: string, options: TalkOptions): Promise<void> {
  const client = createClient(options);
  const { id } = await findUser(client, login);
  await client.call('DELETE', `/users/${id}`);
  print(options.json === true, { login, removed: true }, () => `${login} removed`);
}
