import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { audit } from '../audit.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import { restore } from '../transactions/session-index.js';
import { flagsOf, flagsText, type TxRow, toTransaction } from '../transactions/view.js';
import { findBill, type TxCostRow } from './billing.js';
import { availableOf, walletOf } from './ledger.js';
import { computeCost } from './settle.js';

/** A session is looked at when it is metered, but not more often than this. */
const EVERY_MS = 2000;

export interface LimitWatch {
  /** Looks at every running session that a wallet pays: time costs money too. */
  sweep(): Promise<void>;
  close(): void;
}

/**
 * Stops sessions that their wallet cannot bear any longer: once its cost has reached what is held for it and what else
 * is free, a session is told to stop (RemoteStopTransaction), once. The moment and the figures are in the audit log, the
 * session carries the flag `wallet-limit`. A stop that did not reach the charge point is tried again.
 */
export function createLimitWatch(core: Core): LimitWatch {
  const lookedAt = new Map<number, number>();

  const look = async (txId: number): Promise<void> => {
    const found = await overLimit(core, txId);
    if (found === null) return;
    const reached = await commit(core, async (db, announce) => {
      const row = await note(core, db, found);
      if (row === null) return null;
      const session = core.sessions.peek(row.station_id, row.id);
      const known = session === null ? null : { energyWh: session.register.energyWh, live: session.live };
      announce({ type: 'transaction.metered', transaction: toTransaction(row, known) });
      return row;
    });
    if (reached === null) return;
    core.sessions.update(reached);
    core.background.run(() => stop(core, reached), 'stopping a session at the limit of its wallet');
  };

  const { unsubscribe } = core.events.subscribe(({ atMs, event }) => {
    if (event.type === 'transaction.stopped') lookedAt.delete(event.transaction.id);
    if (event.type !== 'transaction.metered' || event.transaction.qualityFlags.includes('wallet-limit')) return;
    const { id } = event.transaction;
    if (atMs - (lookedAt.get(id) ?? 0) < EVERY_MS) return;
    lookedAt.set(id, atMs);
    core.background.run(() => look(id), 'watching the limit of a wallet');
  });

  return {
    async sweep() {
      const running = await core.store.read
        .selectFrom('tx_cost')
        .innerJoin('tx', 'tx.id', 'tx_cost.tx_id')
        .select('tx.id')
        .where('tx.state', '=', 'active')
        .where('tx_cost.wallet_id', 'is not', null)
        .where('tx_cost.limit_reached_at_ms', 'is', null)
        .execute();
      for (const { id } of running) await look(id);
    },
    close: unsubscribe,
  };
}

function isWatched(bill: TxCostRow | null): bill is TxCostRow & { wallet_id: number } {
  return bill !== null && bill.wallet_id !== null && bill.limit_reached_at_ms === null;
}

interface OverLimit {
  txId: number;
  costMinor: number;
  /** What it may cost. */
  limitMinor: number;
  walletId: number;
}

/** What a running session costs now. */
async function costNow(core: Core, row: TxRow, bill: TxCostRow): Promise<number> {
  const session = core.sessions.peek(row.station_id, row.id) ?? (await restore(core.store, row));
  return (await computeCost(core.store.read, row, bill, session.register.energyWh, core.nowMs())).cost.totalMinor;
}

/** null while the wallet bears it, when it was told already, and while nobody could tell it. */
async function overLimit(core: Core, txId: number): Promise<OverLimit | null> {
  const db = core.store.read;
  const bill = await findBill(db, txId);
  if (!isWatched(bill) || core.links.get(bill.station_id) === null) return null;
  const wallet = await walletOf(db, bill.wallet_id);
  if (wallet.enabled === 0) return null;
  const running = await db
    .selectFrom('tx')
    .innerJoin('tx_cost', 'tx_cost.tx_id', 'tx.id')
    .selectAll('tx')
    .where('tx_cost.wallet_id', '=', wallet.id)
    .where('tx.state', '=', 'active')
    .execute();
  let costMinor: number | null = null;
  // What other sessions of this wallet have used beyond their own hold is spent, too.
  let overdrawn = 0;
  for (const one of running) {
    const its = one.id === txId ? bill : await findBill(db, one.id);
    if (its === null) continue;
    const cost = await costNow(core, one, its);
    if (one.id === txId) costMinor = cost;
    else overdrawn += Math.max(0, cost - its.hold_minor);
  }
  const limitMinor = bill.hold_minor + Math.max(0, availableOf(wallet) - overdrawn);
  return costMinor === null || costMinor < limitMinor ? null : { txId, costMinor, limitMinor, walletId: wallet.id };
}

/** null when it has ended, or was told, meanwhile. */
async function note(core: Core, db: Kysely<Database>, { txId, ...details }: OverLimit): Promise<TxRow | null> {
  const row = await db.selectFrom('tx').selectAll().where('id', '=', txId).executeTakeFirstOrThrow();
  if (row.state !== 'active') return null;
  const atMs = core.nowMs();
  const noted = await db
    .updateTable('tx_cost')
    .set({ limit_reached_at_ms: atMs })
    .where('tx_id', '=', txId)
    .where('limit_reached_at_ms', 'is', null)
    .returning('tx_id')
    .executeTakeFirst();
  if (noted === undefined) return null;
  await audit(db, { atMs, actor: 'system', action: 'transaction.wallet-limit', subject: String(txId), details });
  return await db
    .updateTable('tx')
    .set({ flags: flagsText([...flagsOf(row), 'wallet-limit']) })
    .where('id', '=', txId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Told once. Only a stop that certainly did not arrive leaves it to be told again. */
async function stop(core: Core, row: TxRow): Promise<void> {
  const body = { transactionId: row.transaction_id };
  const command = await core.command(row.station_id, 'remote-stop', body).catch((error: unknown) => {
    if (error instanceof ServiceError) return null;
    throw error;
  });
  if (command !== null && command.sentAtMs !== null && command.error?.code !== 'ConnectionLost') return;
  await core.store.write((db) =>
    db.updateTable('tx_cost').set({ limit_reached_at_ms: null }).where('tx_id', '=', row.id).execute(),
  );
}
