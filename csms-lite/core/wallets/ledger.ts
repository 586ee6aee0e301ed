import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/schema.js';
import type { WalletEntryTable, WalletTable } from '../../store/schema-accounts.js';

export type WalletRow = Selectable<WalletTable>;
export type EntryRow = Selectable<WalletEntryTable>;
export type EntryKind = EntryRow['kind'];

export interface NewEntry {
  atMs: number;
  kind: EntryKind;
  /** Change of the balance, minor units; 0 for hold and release. */
  changeMinor: number;
  /** Change of what is held; 0 for everything but hold and release. */
  heldChangeMinor: number;
  txId: number | null;
  reference: string | null;
  note: string | null;
  actor: string;
}

/** What can be spent now: above the floor and not reserved by a running session. Never negative. */
export function availableOf(wallet: Pick<WalletRow, 'balance_minor' | 'held_minor' | 'floor_minor'>): number {
  return wallet.balance_minor - wallet.held_minor - wallet.floor_minor;
}

/** A change that the wallet cannot bear. Callers ask `availableOf` first, so this is a fault of the code. */
export class FloorReached extends Error {
  override readonly name = 'FloorReached';
}

/**
 * The only writer of wallets: one entry, and the balance after it, in the write transaction that is given. Those run
 * one after the other, so two starts at the same moment cannot both take the last of it.
 * @throws FloorReached; nothing is written then
 */
export async function append(
  db: Kysely<Database>,
  walletId: number,
  entry: NewEntry,
): Promise<{ wallet: WalletRow; entry: EntryRow }> {
  const before = await walletOf(db, walletId);
  const balance = before.balance_minor + entry.changeMinor;
  const held = before.held_minor + entry.heldChangeMinor;
  if (!Number.isSafeInteger(balance) || !Number.isSafeInteger(held))
    throw new RangeError('an amount of money must be a whole number');
  if (held < 0 || balance - held < before.floor_minor)
    throw new FloorReached(
      `wallet ${walletId} has ${availableOf(before)}, which ${entry.kind} ${entry.changeMinor} needs`,
    );
  const wallet = await db
    .updateTable('wallet')
    .set({ balance_minor: balance, held_minor: held })
    .where('id', '=', walletId)
    .returningAll()
    .executeTakeFirstOrThrow();
  const row = await db
    .insertInto('wallet_entry')
    .values({
      wallet_id: walletId,
      at_ms: entry.atMs,
      kind: entry.kind,
      change_minor: entry.changeMinor,
      held_change_minor: entry.heldChangeMinor,
      balance_minor: balance,
      held_minor: held,
      tx_id: entry.txId,
      reference: entry.reference,
      note: entry.note,
      actor: entry.actor,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { wallet, entry: row };
}

export async function walletOf(db: Kysely<Database>, walletId: number): Promise<WalletRow> {
  return await db.selectFrom('wallet').selectAll().where('id', '=', walletId).executeTakeFirstOrThrow();
}
