import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { audit } from '../audit.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Page, PageRequest } from '../model.js';
import { pageOf } from '../paging.js';
import { exponentOf, isCurrency } from '../tariffs/money.js';
import { type TxRow, toTransaction } from '../transactions/view.js';
import { append, availableOf, type EntryKind, type EntryRow, type WalletRow } from './ledger.js';
import { payDebts } from './settle.js';

/** Amounts are integers in minor units (cents). */
export interface Wallet {
  userId: number;
  currency: string;
  /** Digits after the point. */
  exponent: number;
  /** False: the user's starts are not held against it. */
  enabled: boolean;
  floorMinor: number;
  balanceMinor: number;
  heldMinor: number;
  /** What can be spent now: balance - held - floor. */
  availableMinor: number;
  /** What finished sessions still owe; the next top-up pays it. */
  owedMinor: number;
}

export interface WalletEntry {
  id: number;
  atMs: number;
  kind: EntryKind;
  changeMinor: number;
  heldChangeMinor: number;
  /** After this entry. */
  balanceMinor: number;
  heldMinor: number;
  transactionId: number | null;
  reference: string | null;
  note: string | null;
  actor: string;
}

export interface WalletWrite {
  /** Only at first. */
  currency?: string;
  enabled?: boolean;
  /** May be negative: credit. */
  floorMinor?: number;
}

export interface Booking {
  amountMinor: number;
  /** The same reference again books nothing and gives the first entry. */
  reference?: string;
  note?: string;
}

export interface WalletService {
  /** @throws ServiceError user_not_found; a user without a wallet has a disabled, empty one */
  get(userId: number): Promise<Wallet>;
  /** @throws ServiceError user_not_found, invalid_request, insufficient_balance (the floor would be above the balance) */
  put(userId: number, wallet: WalletWrite, actor: string): Promise<Wallet>;
  /** Adds money, then pays what is owed. @throws ServiceError user_not_found, invalid_request */
  topUp(userId: number, booking: Booking, actor: string): Promise<WalletEntry>;
  /** A correction in either direction; `note` says why. @throws ServiceError user_not_found, invalid_request, insufficient_balance */
  adjust(userId: number, booking: Booking, actor: string): Promise<WalletEntry>;
  /** Newest first. @throws ServiceError user_not_found */
  entries(userId: number, page?: PageRequest): Promise<Page<WalletEntry>>;
}

/** At most this much in one booking or as a floor, minor units: a slip of the finger is not a fortune. */
const LARGEST_MINOR = 1_000_000_000;

export function createWalletService(core: Core): WalletService {
  const read = core.store.read;

  const find = async (db: Kysely<Database>, userId: number): Promise<WalletRow | null> => {
    const user = await db.selectFrom('account').select('id').where('id', '=', userId).executeTakeFirst();
    const wallet = await db.selectFrom('wallet').selectAll().where('account_id', '=', userId).executeTakeFirst();
    if (user === undefined && wallet === undefined)
      throw new ServiceError('user_not_found', `There is no user ${userId}.`, 'GET /users lists them.');
    return wallet ?? null;
  };

  const open = async (db: Kysely<Database>, userId: number, currency: string): Promise<WalletRow> =>
    (await find(db, userId)) ??
    (await db
      .insertInto('wallet')
      .values({ account_id: userId, currency, enabled: 0, floor_minor: 0, balance_minor: 0, held_minor: 0 })
      .returningAll()
      .executeTakeFirstOrThrow());

  const view = async (db: Kysely<Database>, userId: number, row: WalletRow | null): Promise<Wallet> => {
    if (row === null) {
      const nothing = { floorMinor: 0, balanceMinor: 0, heldMinor: 0, availableMinor: 0, owedMinor: 0 };
      return { userId, currency: DEFAULT_CURRENCY, exponent: exponentOf(DEFAULT_CURRENCY), enabled: false, ...nothing };
    }
    const bills = await db
      .selectFrom('tx_cost')
      .select(['total_minor', 'paid_minor'])
      .where('wallet_id', '=', row.id)
      .whereRef('total_minor', '>', 'paid_minor')
      .execute();
    return {
      userId,
      currency: row.currency,
      exponent: exponentOf(row.currency),
      enabled: row.enabled === 1,
      floorMinor: row.floor_minor,
      balanceMinor: row.balance_minor,
      heldMinor: row.held_minor,
      availableMinor: availableOf(row),
      owedMinor: bills.reduce((sum, bill) => sum + bill.total_minor - bill.paid_minor, 0),
    };
  };

  /** Writes, and announces the sessions whose debt has changed by it. */
  const settling = async <T>(
    work: (db: Kysely<Database>) => Promise<{ value: T; changed: readonly TxRow[] }>,
  ): Promise<T> => {
    const { value } = await commit(
      core,
      async (db, announce) => {
        const done = await work(db);
        for (const row of done.changed)
          announce({ type: 'transaction.stopped', transaction: toTransaction(row, null) });
        return done;
      },
      ({ changed }) => {
        for (const row of changed) core.sessions.update(row);
      },
    );
    return value;
  };

  const book = async (
    userId: number,
    kind: 'top-up' | 'adjust',
    booking: Booking,
    actor: string,
  ): Promise<WalletEntry> => {
    const nowMs = core.nowMs();
    const entry = await settling(async (db) => {
      const wallet = await open(db, userId, DEFAULT_CURRENCY);
      // Ours begin with a word and a colon; a caller's must never be taken for one of them.
      const reference = booking.reference === undefined ? null : `ext:${booking.reference}`;
      if (reference !== null) {
        const known = await db
          .selectFrom('wallet_entry')
          .selectAll()
          .where('wallet_id', '=', wallet.id)
          .where('reference', '=', reference)
          .executeTakeFirst();
        if (known !== undefined) {
          if (known.kind === kind && known.change_minor === booking.amountMinor) return { value: known, changed: [] };
          throw new ServiceError(
            'already_exists',
            `The reference ${booking.reference ?? ''} was booked with another amount.`,
            'Give each booking a reference of its own.',
          );
        }
      }
      if (availableOf(wallet) + booking.amountMinor < 0)
        throw new ServiceError(
          'insufficient_balance',
          `The wallet has ${availableOf(wallet)} to spend; ${-booking.amountMinor} is more.`,
          'What running sessions hold cannot be taken out.',
        );
      const { entry } = await append(db, wallet.id, {
        atMs: nowMs,
        kind,
        changeMinor: booking.amountMinor,
        heldChangeMinor: 0,
        txId: null,
        reference,
        note: booking.note ?? null,
        actor,
      });
      await audit(db, { atMs: nowMs, actor, action: `wallet.${kind}`, subject: `user ${userId}`, details: booking });
      return { value: entry, changed: await payDebts(db, wallet.id, nowMs) };
    });
    return toEntry(entry);
  };

  return {
    get: async (userId) => await view(read, userId, await find(read, userId)),
    async put(userId, write, actor) {
      const floor = write.floorMinor;
      if (floor !== undefined && (!Number.isSafeInteger(floor) || Math.abs(floor) > LARGEST_MINOR))
        refuse(
          `A floor cannot be ${floor}.`,
          'A whole number of minor units, for example -2000 for 20 euros of credit.',
        );
      if (write.currency !== undefined && !isCurrency(write.currency))
        refuse(`${write.currency} is no currency.`, 'ISO 4217, for example EUR.');
      return await settling(async (db) => {
        const known = await open(db, userId, write.currency ?? DEFAULT_CURRENCY);
        if (write.currency !== undefined && write.currency !== known.currency)
          refuse(`The wallet is in ${known.currency}.`, 'Its currency cannot be changed.');
        if (floor !== undefined && known.balance_minor - known.held_minor < floor)
          throw new ServiceError(
            'insufficient_balance',
            `The floor ${floor} is above what the wallet has.`,
            'Top it up first.',
          );
        const row = await db
          .updateTable('wallet')
          .set({
            floor_minor: floor ?? known.floor_minor,
            enabled: write.enabled === undefined ? known.enabled : write.enabled ? 1 : 0,
          })
          .where('id', '=', known.id)
          .returningAll()
          .executeTakeFirstOrThrow();
        const nowMs = core.nowMs();
        await audit(db, { atMs: nowMs, actor, action: 'wallet.put', subject: `user ${userId}`, details: write });
        // A lower floor is money to pay debts with.
        const changed = await payDebts(db, row.id, nowMs);
        return { value: await view(db, userId, await find(db, userId)), changed };
      });
    },
    async topUp(userId, booking, actor) {
      checkAmount(booking);
      if (booking.amountMinor <= 0) refuse('A top-up is more than 0.', 'Use an adjustment to take money out.');
      return await book(userId, 'top-up', booking, actor);
    },
    async adjust(userId, booking, actor) {
      checkAmount(booking);
      if (booking.amountMinor === 0) refuse('An adjustment is not 0.', 'Positive adds, negative takes away.');
      if (booking.note === undefined || booking.note.trim() === '')
        refuse('An adjustment says why.', 'Give it a note.');
      return await book(userId, 'adjust', booking, actor);
    },
    async entries(userId, page) {
      const { limit, offset } = pageOf(page);
      const wallet = await find(read, userId);
      if (wallet === null) return { items: [], total: 0 };
      const query = read.selectFrom('wallet_entry').where('wallet_id', '=', wallet.id);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toEntry), total: Number(count.total) };
    },
  };
}

const DEFAULT_CURRENCY = 'EUR';

function toEntry(row: EntryRow): WalletEntry {
  return {
    id: row.id,
    atMs: row.at_ms,
    kind: row.kind,
    changeMinor: row.change_minor,
    heldChangeMinor: row.held_change_minor,
    balanceMinor: row.balance_minor,
    heldMinor: row.held_minor,
    transactionId: row.tx_id,
    reference: row.reference?.startsWith('ext:') === true ? row.reference.slice(4) : row.reference,
    note: row.note,
    actor: row.actor,
  };
}

function checkAmount({ amountMinor }: Booking): void {
  if (!Number.isSafeInteger(amountMinor) || Math.abs(amountMinor) > LARGEST_MINOR)
    refuse(`${amountMinor} is no amount.`, 'A whole number of minor units: 1000 is 10.00 EUR.');
}

function refuse(message: string, hint: string): never {
  throw new ServiceError('invalid_request', message, hint);
}
