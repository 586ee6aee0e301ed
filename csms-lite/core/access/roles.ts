import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { ServiceError } from '../errors.js';

/** What somebody may do; each may do what the ones before it may. */
export const ROLES = ['read', 'operate', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text);
}

/** Pure. */
export function mayAct(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Who can get in by what is stored: tokens, and people with a role and a password. */
export async function credentials(db: Kysely<Database>): Promise<{ any: boolean; admin: boolean }> {
  const [tokens, people] = await Promise.all([
    db.selectFrom('api_token').select('role').execute(),
    db
      .selectFrom('account')
      .select('role')
      .where('role', 'is not', null)
      .where('password_hash', 'is not', null)
      .execute(),
  ]);
  const roles = [...tokens, ...people].map(({ role }) => role);
  return { any: roles.length > 0, admin: roles.includes('admin') };
}

/**
 * Access control goes on with the first token or login that exists. So the first one, and the last one that goes,
 * must be an administrator's: else nobody could ever change anything again.
 * @throws ServiceError last_admin; called at the end of a write transaction, which is undone then
 */
export async function stillAdministered(db: Kysely<Database>): Promise<void> {
  const { any, admin } = await credentials(db);
  if (any && !admin)
    throw new ServiceError(
      'last_admin',
      'After this there would be tokens or logins, but none of an administrator.',
      'Make a token or a user with the role admin first, and take that away last.',
    );
}
