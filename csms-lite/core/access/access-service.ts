import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { ApiTokenTable } from '../../store/schema-accounts.js';
import { audit } from '../audit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Page, PageRequest } from '../model.js';
import { pageOf } from '../paging.js';
import { verifyPassword } from '../stations/passwords.js';
import { credentials, isRole, type Role, stillAdministered } from './roles.js';

/** Who asks, and what they may do. */
export interface Principal {
  /** For the audit log. */
  name: string;
  role: Role;
}

export interface ApiTokenInfo {
  id: string;
  name: string;
  role: Role;
  createdAtMs: number;
  expiresAtMs: number | null;
  lastUsedAtMs: number | null;
}

export interface AccessService {
  /** Whether anything that is stored lets somebody in; without, a loopback server needs nothing. */
  isOn(): Promise<boolean>;
  tokens(page?: PageRequest): Promise<Page<ApiTokenInfo>>;
  /** `secret` is shown this once: only its hash is kept. @throws ServiceError invalid_request, last_admin */
  createToken(
    token: { name: string; role: Role; expiresAtMs?: number | null },
    actor: string,
  ): Promise<{ token: ApiTokenInfo; secret: string }>;
  /** @throws ServiceError token_not_found, last_admin */
  revokeToken(id: string, actor: string): Promise<void>;
  /** Whom a Bearer token belongs to; null: nobody, or it has expired. */
  byToken(shown: string): Promise<Principal | null>;
  /** Signs a person in. Takes as long for a name that does not exist. Null: wrong name or password, or no role. */
  signIn(login: string, password: string): Promise<{ cookie: string; principal: Principal } | null>;
  byCookie(cookie: string): Promise<Principal | null>;
  signOut(cookie: string): Promise<void>;
  /** Forgets sign-ins that have expired. */
  cleanUp(): Promise<void>;
}

/** Days a sign-in lasts. */
export const SESSION_DAYS = 30;
const SESSION_MS = SESSION_DAYS * 86_400_000;
const TOKEN = /^twk_([A-Za-z0-9]{8,})_([A-Za-z0-9_-]{32,})$/;
/** The hash of a password that nobody has, so that unknown names cost the same time. */
const NOBODY = `scrypt$16384$8$1$${Buffer.alloc(16).toString('base64')}$${Buffer.alloc(32).toString('base64')}`;
const NOTE_USE_MS = 60_000;

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

export function createAccessService(core: Pick<Core, 'store' | 'nowMs'>): AccessService {
  const read = core.store.read;
  return {
    async isOn() {
      return (await credentials(read)).any;
    },
    async tokens(page) {
      const { limit, offset } = pageOf(page);
      const [rows, count] = await Promise.all([
        read
          .selectFrom('api_token')
          .selectAll()
          .orderBy('created_at_ms', 'desc')
          .orderBy('id')
          .limit(limit)
          .offset(offset)
          .execute(),
        read
          .selectFrom('api_token')
          .select((select) => select.fn.countAll().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toInfo), total: Number(count.total) };
    },
    async createToken({ name, role, expiresAtMs = null }, actor) {
      const nowMs = core.nowMs();
      if (name.trim() === '' || name.length > 100)
        throw new ServiceError('invalid_request', 'A token’s name has 1 to 100 characters.', 'Say what it is for.');
      if (!isRole(role))
        throw new ServiceError('invalid_request', `${String(role)} is no role.`, 'read, operate or admin.');
      if (expiresAtMs !== null && expiresAtMs <= nowMs)
        throw new ServiceError('invalid_request', 'The token would have expired already.', 'Give a time to come.');
      const id = randomBytes(6).toString('hex');
      const secret = `twk_${id}_${randomBytes(24).toString('base64url')}`;
      return await core.store.write(async (db) => {
        const row = await db
          .insertInto('api_token')
          .values({
            id,
            name,
            role,
            secret_hash: sha256(secret).toString('base64'),
            created_at_ms: nowMs,
            expires_at_ms: expiresAtMs,
            last_used_at_ms: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        await stillAdministered(db);
        await audit(db, { atMs: nowMs, actor, action: 'token.create', subject: id, details: { name, role } });
        return { token: toInfo(row), secret };
      });
    },
    async revokeToken(id, actor) {
      await core.store.write(async (db) => {
        const row = await db.deleteFrom('api_token').where('id', '=', id).returning('name').executeTakeFirst();
        if (row === undefined)
          throw new ServiceError('token_not_found', `There is no token ${id}.`, 'GET /tokens lists them.');
        await stillAdministered(db);
        await audit(db, {
          atMs: core.nowMs(),
          actor,
          action: 'token.revoke',
          subject: id,
          details: { name: row.name },
        });
      });
    },
    async byToken(shown) {
      const id = TOKEN.exec(shown)?.[1];
      if (id === undefined) return null;
      const row = await read.selectFrom('api_token').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return null;
      const nowMs = core.nowMs();
      if (!timingSafeEqual(Buffer.from(row.secret_hash, 'base64'), sha256(shown))) return null;
      if (row.expires_at_ms !== null && row.expires_at_ms <= nowMs) return null;
      if (row.last_used_at_ms === null || nowMs - row.last_used_at_ms > NOTE_USE_MS)
        await core.store.write((db) =>
          db.updateTable('api_token').set({ last_used_at_ms: nowMs }).where('id', '=', id).execute(),
        );
      return { name: row.name, role: row.role };
    },
    async signIn(login, password) {
      const row = await read
        .selectFrom('account')
        .selectAll()
        .where('login_key', '=', login.trim().toLowerCase())
        .executeTakeFirst();
      const stored = row?.role == null ? null : row.password_hash;
      const isRight = await verifyPassword(stored ?? NOBODY, Buffer.from(password));
      if (row === undefined || row.role === null || stored === null || !isRight) return null;
      const cookie = randomBytes(24).toString('base64url');
      const nowMs = core.nowMs();
      await core.store.write(async (db) => {
        await db
          .insertInto('login_session')
          .values({
            id: sha256(cookie).toString('base64'),
            account_id: row.id,
            created_at_ms: nowMs,
            expires_at_ms: nowMs + SESSION_MS,
          })
          .execute();
        await audit(db, { atMs: nowMs, actor: row.login, action: 'login', subject: row.login });
      });
      return { cookie, principal: { name: row.login, role: row.role } };
    },
    async byCookie(cookie) {
      const row = await read
        .selectFrom('login_session')
        .innerJoin('account', 'account.id', 'login_session.account_id')
        .select(['account.login', 'account.role', 'login_session.expires_at_ms'])
        .where('login_session.id', '=', sha256(cookie).toString('base64'))
        .executeTakeFirst();
      if (row === undefined || row.role === null || row.expires_at_ms <= core.nowMs()) return null;
      return { name: row.login, role: row.role };
    },
    async signOut(cookie) {
      await core.store.write((db) =>
        db.deleteFrom('login_session').where('id', '=', sha256(cookie).toString('base64')).execute(),
      );
    },
    async cleanUp() {
      await core.store.write((db) =>
        db.deleteFrom('login_session').where('expires_at_ms', '<=', core.nowMs()).execute(),
      );
    },
  };
}

function toInfo(row: Selectable<ApiTokenTable>): ApiTokenInfo {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
  };
}
