import type { Kysely } from 'kysely';
import type { Database } from '../../store/schema.js';
import { type Cost, costOf, idleTimeOf, type StatusChange } from '../tariffs/cost.js';
import type { TxRow } from '../transactions/view.js';
import { flagsOf, flagsText } from '../transactions/view.js';
import { findBill, type TxCostRow, tariffOf } from './billing.js';
import { append, availableOf, walletOf } from './ledger.js';

/** A longer session than this is taken for a clock that was set in between. */
const LONGEST_MS = 7 * 86_400_000;

/**
 * How long a session is billed for. A charge point that starts in 1970 and gets the time during the session must not
 * bill 56 years: then the times of receipt count, which are wrong only for sessions told of later. Pure.
 */
export function billedDurationMs(row: TxRow, nowMs: number): number {
  const duration = (row.stopped_at_ms ?? nowMs) - row.started_at_ms;
  if (duration >= 0 && duration <= LONGEST_MS) return duration;
  const received = (row.stop_received_at_ms ?? nowMs) - row.start_received_at_ms;
  return Math.max(0, Math.min(received, LONGEST_MS));
}

/** The cost of a session as it stands. `energyWh`: so far, while it runs. */
export async function computeCost(
  db: Kysely<Database>,
  row: TxRow,
  bill: TxCostRow,
  energyWh: number,
  nowMs: number,
): Promise<{ cost: Cost; idleOpen: boolean }> {
  const tariff = tariffOf(bill);
  const durationMs = billedDurationMs(row, nowMs);
  const used = energyWh > 0 || row.authorization_status === 'Accepted';
  const idle =
    tariff.perIdleMinuteMicros === 0 && tariff.perMinuteMicros === 0
      ? { idleMs: 0, idleWithinMs: 0, isOpen: false }
      : idleTimeOf(await statusesSince(db, row), row.started_at_ms, row.stopped_at_ms, nowMs);
  const idleWithinMs = Math.min(idle.idleWithinMs, durationMs);
  const after = Math.min(idle.idleMs - idle.idleWithinMs, LONGEST_MS);
  const usage = { energyWh, durationMs, idleMs: idleWithinMs + Math.max(0, after), idleWithinMs };
  // A start that was refused and brought nothing costs nothing, not even the fee per session.
  const cost = used ? costOf(tariff, usage) : costOf({ ...tariff, perSessionMicros: 0 }, { ...usage, durationMs: 0 });
  return { cost, idleOpen: idle.isOpen && tariff.perIdleMinuteMicros !== 0 && used };
}

async function statusesSince(db: Kysely<Database>, row: TxRow): Promise<StatusChange[]> {
  let query = db
    .selectFrom('connector_status_log')
    .select(['status', 'at_ms'])
    .where('station_id', '=', row.station_id)
    .where('connector_id', '=', row.connector_id)
    .where('at_ms', '>=', row.started_at_ms);
  const next = await db
    .selectFrom('tx')
    .select('started_at_ms')
    .where('station_id', '=', row.station_id)
    .where('connector_id', '=', row.connector_id)
    .where('seq', '>', row.seq)
    .where('started_at_ms', '>', row.started_at_ms)
    .orderBy('started_at_ms')
    .executeTakeFirst();
  // What the connector says during the next session is none of this one's business.
  if (next !== undefined) query = query.where('at_ms', '<', next.started_at_ms);
  const rows = await query.orderBy('id').limit(10_000).execute();
  return rows.map(({ status, at_ms }) => ({ status, atMs: at_ms }));
}

/**
 * Brings the ledger to what the session costs now. Safe to call again and again: the hold is released once, and only
 * the difference to what was paid is charged or given back. What the wallet cannot bear stays owed and is remarked on
 * in the session (`cost-unpaid`). Inside a write transaction.
 * @returns the session's row as it is now
 */
export async function settle(db: Kysely<Database>, row: TxRow, nowMs: number): Promise<TxRow> {
  const bill = await findBill(db, row.id);
  if (bill === null || row.state !== 'completed') return row;
  const { cost, idleOpen } = await computeCost(db, row, bill, row.energy_wh ?? 0, nowMs);
  await db
    .updateTable('tx_cost')
    .set({
      cost: JSON.stringify(cost),
      total_minor: cost.totalMinor,
      idle_open: idleOpen ? 1 : 0,
      settled_at_ms: nowMs,
      hold_minor: 0,
    })
    .where('tx_id', '=', row.id)
    .execute();
  if (bill.wallet_id === null) return row;
  if (bill.hold_minor > 0)
    await append(db, bill.wallet_id, {
      atMs: nowMs,
      kind: 'release',
      changeMinor: 0,
      heldChangeMinor: -bill.hold_minor,
      txId: row.id,
      reference: `release:${row.id}`,
      note: null,
      actor: 'system',
    });
  if (cost.totalMinor < bill.paid_minor) await pay(db, bill, cost.totalMinor - bill.paid_minor, nowMs);
  const changed = await payDebts(db, bill.wallet_id, nowMs);
  if (cost.totalMinor <= bill.paid_minor) return (await remark(db, row.id, false)) ?? row;
  return changed.find((other) => other.id === row.id) ?? row;
}

/** Pays what finished sessions owe, oldest first, as far as the wallet bears it. @returns sessions whose remark changed */
export async function payDebts(db: Kysely<Database>, walletId: number, nowMs: number): Promise<TxRow[]> {
  const owed = await db
    .selectFrom('tx_cost')
    .innerJoin('tx', 'tx.id', 'tx_cost.tx_id')
    .selectAll('tx_cost')
    .where('tx_cost.wallet_id', '=', walletId)
    .whereRef('tx_cost.total_minor', '>', 'tx_cost.paid_minor')
    .where('tx.state', '=', 'completed')
    .orderBy('tx.seq')
    .execute();
  const changed: TxRow[] = [];
  for (const bill of owed) {
    const debt = bill.total_minor - bill.paid_minor;
    const amount = Math.min(debt, Math.max(0, availableOf(await walletOf(db, walletId))));
    if (amount > 0) await pay(db, bill, amount, nowMs);
    const row = await remark(db, bill.tx_id, amount < debt);
    if (row !== null) changed.push(row);
  }
  return changed;
}

/** @param amountMinor positive: charged; negative: given back */
async function pay(db: Kysely<Database>, bill: TxCostRow, amountMinor: number, nowMs: number): Promise<void> {
  if (bill.wallet_id === null) return;
  await append(db, bill.wallet_id, {
    atMs: nowMs,
    kind: amountMinor > 0 ? 'charge' : 'refund',
    changeMinor: -amountMinor,
    heldChangeMinor: 0,
    txId: bill.tx_id,
    reference: null,
    note: null,
    actor: 'system',
  });
  await db
    .updateTable('tx_cost')
    .set((set) => ({ paid_minor: set('paid_minor', '+', amountMinor) }))
    .where('tx_id', '=', bill.tx_id)
    .execute();
}

async function remark(db: Kysely<Database>, txId: number, owes: boolean): Promise<TxRow | null> {
  const row = await db.selectFrom('tx').selectAll().where('id', '=', txId).executeTakeFirst();
  if (row === undefined || flagsOf(row).includes('cost-unpaid') === owes) return null;
  const flags = flagsText([...flagsOf(row).filter((flag) => flag !== 'cost-unpaid'), ...(owes ? UNPAID : [])]);
  return await db
    .updateTable('tx')
    .set({ flags, revision: row.revision + 1 })
    .where('id', '=', txId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

const UNPAID = ['cost-unpaid'] as const;
