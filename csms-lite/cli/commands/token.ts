import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../core/access/roles.js';
import { createClient } from '../client.js';
import { print, table } from '../output.js';
import type { TalkOptions } from '../program.js';
import { CliError } from '../report.js';

interface TokenView {
  id: string;
  name: string;
  role: Role;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  secret?: string;
}

export interface CreateTokenOptions extends TalkOptions {
  role: Role;
  days?: number;
  data?: string;
}

/** Through the server, or with `--data` straight into its database: the way back in when nobody has a token. */
export async function createToken(name: string, options: CreateTokenOptions): Promise<void> {
  const expiresAt = options.days === undefined ? null : new Date(Date.now() + options.days * 86_400_000).toISOString();
  const made =
    options.data === undefined
      ? (await createClient(options).call<TokenView>('POST', '/tokens', { name, role: options.role, expiresAt })).body
      : await createInDatabase(options.data, name, options.role, expiresAt);
  print(options.json === true, made, () => `${made.secret ?? ''}\n(${made.role}; it is not shown again)`);
}

async function createInDatabase(
  data: string,
  name: string,
  role: Role,
  expiresAt: string | null,
): Promise<{ id: string; name: string; role: Role; secret: string }> {
  const file = join(data, 'csms.sqlite');
  if (!existsSync(file)) throw new CliError('no_database', `There is no database in ${data}.`, 'Check --data.');
  const [{ openStore }, { createAccessService }] = await Promise.all([
    import('../../store/store.js'),
    import('../../core/access/access-service.js'),
  ]);
  const store = await openStore(file);
  try {
    const access = createAccessService({ store, nowMs: Date.now });
    const expiresAtMs = expiresAt === null ? null : Date.parse(expiresAt);
    const { token, secret } = await access.createToken({ name, role, expiresAtMs }, 'command line');
    return { id: token.id, name, role, secret };
  } finally {
    await store.close();
  }
}

export async function listTokens(options: TalkOptions): Promise<void> {
  const { body } = await createClient(options).call<{ items: TokenView[]; total: number }>('GET', '/tokens?limit=1000');
  print(options.json === true, body, () =>
    table(
      body.items,
      [
        { title: 'ID', value: (t) => t.id },
        { title: 'NAME', value: (t) => t.name },
        { title: 'ROLE', value: (t) => t.role },
        { title: 'MADE', value: (t) => t.createdAt },
        { title: 'EXPIRES', value: (t) => t.expiresAt ?? 'never' },
        { title: 'LAST USED', value: (t) => t.lastUsedAt ?? 'never' },
      ],
      'No token. Make one with: csms-lite token create <name> --role admin',
    ),
  );
}

export async function revokeToken(id: string, options: TalkOptions): Promise<void> {
  await createClient(options).call('DELETE', `/tokens/${encodeURIComponent(id)}`);
  print(options.json === true, { id, revoked: true }, () => `${id} revoked`);
}
