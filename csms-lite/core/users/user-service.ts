import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/schema.js';
import type { AccountTable } from '../../store/schema-accounts.js';
import { type Role, stillAdministered } from '../access/roles.js';
import { audit } from '../audit.js';
import { tagKey } from '../authorization.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Page, PageRequest } from '../model.js';
import { pageOf } from '../paging.js';
import { hashPassword } from '../stations/passwords.js';

/** A person: drives, or works with csms-lite, or both. */
export interface User {
  id: number;
  login: string;
  fullName: string | null;
  email: string | null;
  phone: string | null;
  /** Null: drives only, cannot sign in. */
  role: Role | null;
  hasPassword: boolean;
  idTags: string[];
  createdAtMs: number;
}

export interface UserWrite {
  login?: string;
  fullName?: string | null;
  email?: string | null;
  phone?: string | null;
  role?: Role | null;
  /** At least 10 characters; kept as a scrypt hash. Null takes it away. */
  password?: string | null;
  /** Replaces the whole list. A tag belongs to one user: it is taken from the one that had it. */
  idTags?: string[];
}

export interface UserService {
  /** By login. */
  list(page?: PageRequest): Promise<Page<User>>;
  /** @throws ServiceError user_not_found */
  get(id: number): Promise<User>;
  find(login: string): Promise<User | null>;
  /** @throws ServiceError invalid_request, already_exists, last_admin */
  create(user: UserWrite & { login: string }, actor: string): Promise<User>;
  /** Absent members stay. @throws ServiceError user_not_found, invalid_request, already_exists, last_admin */
  update(id: number, user: UserWrite, actor: string): Promise<User>;
  /** Its sessions, its wallet's ledger and its debts stay on record. @throws ServiceError user_not_found, last_admin */
  remove(id: number, actor: string): Promise<void>;
}

type Account = Selectable<AccountTable>;

export function createUserService(core: Pick<Core, 'store' | 'nowMs'>): UserService {
  const read = core.store.read;

  const present = async (db: Kysely<Database>, rows: readonly Account[]): Promise<User[]> => {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const tags = await db
      .selectFrom('account_tag')
      .selectAll()
      .where('account_id', 'in', ids)
      .orderBy('id_tag')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      login: row.login,
      fullName: row.full_name,
      email: row.email,
      phone: row.phone,
      role: row.role,
      hasPassword: row.password_hash !== null,
      idTags: tags.filter((tag) => tag.account_id === row.id).map((tag) => tag.id_tag),
      createdAtMs: row.created_at_ms,
    }));
  };

  const load = async (db: Kysely<Database>, id: number): Promise<User> => {
    const row = await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
    const [user] = row === undefined ? [] : await present(db, [row]);
    if (user === undefined)
      throw new ServiceError('user_not_found', `There is no user ${id}.`, 'GET /users lists them.');
    return user;
  };

  /** The columns that `user` changes; hashing takes its time, so it is done before the transaction. */
  const columnsOf = async (user: UserWrite): Promise<Partial<Omit<Account, 'id' | 'created_at_ms'>>> => ({
    ...(user.login === undefined ? {} : { login: user.login, login_key: loginKey(user.login) }),
    ...(user.fullName === undefined ? {} : { full_name: user.fullName }),
    ...(user.email === undefined ? {} : { email: user.email }),
    ...(user.phone === undefined ? {} : { phone: user.phone }),
    ...(user.role === undefined ? {} : { role: user.role }),
    ...(user.password === undefined
      ? {}
      : { password_hash: user.password === null ? null : await hashPassword(user.password) }),
  });

  const setTags = async (db: Kysely<Database>, id: number, idTags: readonly string[] | undefined): Promise<void> => {
    if (idTags === undefined) return;
    await db.deleteFrom('account_tag').where('account_id', '=', id).execute();
    for (const idTag of idTags)
      await db
        .insertInto('account_tag')
        .values({ id_tag_key: tagKey(idTag), id_tag: idTag, account_id: id })
        .onConflict((conflict) => conflict.column('id_tag_key').doUpdateSet({ account_id: id }))
        .execute();
  };

  const refuseTaken = async (db: Kysely<Database>, login: string | undefined, id: number | null): Promise<void> => {
    if (login === undefined) return;
    const taken = await db
      .selectFrom('account')
      .select('id')
      .where('login_key', '=', loginKey(login))
      .executeTakeFirst();
    if (taken !== undefined && taken.id !== id)
      throw new ServiceError('already_exists', `There is a user ${login}.`, 'Choose another login.');
  };

  const note = (db: Kysely<Database>, actor: string, action: string, user: User, change: UserWrite) => {
    const { password, ...shown } = change;
    const details = { ...shown, ...(password === undefined ? {} : { password: password === null ? null : '***' }) };
    return audit(db, { atMs: core.nowMs(), actor, action, subject: user.login, details });
  };

  return {
    async list(page) {
      const { limit, offset } = pageOf(page);
      const [rows, count] = await Promise.all([
        read.selectFrom('account').selectAll().orderBy('login_key').limit(limit).offset(offset).execute(),
        read
          .selectFrom('account')
          .select((select) => select.fn.countAll().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { items: await present(read, rows), total: Number(count.total) };
    },
    get: (id) => load(read, id),
    async find(login) {
      const row = await read
        .selectFrom('account')
        .selectAll()
        .where('login_key', '=', loginKey(login))
        .executeTakeFirst();
      return row === undefined ? null : ((await present(read, [row]))[0] ?? null);
    },
    async create(user, actor) {
      check(user);
      const columns = await columnsOf(user);
      return await core.store.write(async (db) => {
        await refuseTaken(db, user.login, null);
        const { id } = await db
          .insertInto('account')
          .values({
            full_name: null,
            email: null,
            phone: null,
            role: null,
            password_hash: null,
            ...columns,
            login: user.login,
            login_key: loginKey(user.login),
            created_at_ms: core.nowMs(),
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        await setTags(db, id, user.idTags);
        await stillAdministered(db);
        const made = await load(db, id);
        await note(db, actor, 'user.create', made, user);
        return made;
      });
    },
    async update(id, user, actor) {
      check(user);
      const columns = await columnsOf(user);
      return await core.store.write(async (db) => {
        await load(db, id);
        await refuseTaken(db, user.login, id);
        if (Object.keys(columns).length > 0)
          await db.updateTable('account').set(columns).where('id', '=', id).execute();
        await setTags(db, id, user.idTags);
        // Whoever was signed in with the old password or role signs in again.
        if (user.password !== undefined || user.role !== undefined)
          await db.deleteFrom('login_session').where('account_id', '=', id).execute();
        await stillAdministered(db);
        const changed = await load(db, id);
        await note(db, actor, 'user.update', changed, user);
        return changed;
      });
    },
    async remove(id, actor) {
      await core.store.write(async (db) => {
        const user = await load(db, id);
        await db.deleteFrom('account_tag').where('account_id', '=', id).execute();
        await db.deleteFrom('login_session').where('account_id', '=', id).execute();
        await db.updateTable('wallet').set({ enabled: 0 }).where('account_id', '=', id).execute();
        await db.deleteFrom('account').where('id', '=', id).execute();
        await stillAdministered(db);
        await note(db, actor, 'user.remove', user, {});
      });
    },
  };
}

function loginKey(login: string): string {
  return login.trim().toLowerCase();
}

/** @throws ServiceError invalid_request */
function check(user: UserWrite): void {
  const refuse = (message: string, hint: string): never => {
    throw new ServiceError('invalid_request', message, hint);
  };
  if (user.login !== undefined && !/^[\p{L}\p{N}._@+-]{1,100}$/u.test(user.login))
    refuse(`${JSON.stringify(user.login)} is no login.`, '1 to 100 letters, digits, and . _ @ + -');
  if (user.password != null && (user.password.length < 10 || Buffer.byteLength(user.password) > 256))
    refuse('A password has 10 to 256 characters.', 'A sentence is a good one.');
  for (const idTag of user.idTags ?? [])
    if (idTag.trim() === '' || idTag.length > 36)
      refuse(`${JSON.stringify(idTag)} is no idTag.`, 'At most 20 characters.');
}
