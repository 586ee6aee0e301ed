import type { Kysely, Selectable } from 'kysely';
import { parseJson } from '../../store/json.js';
import type { Database } from '../../store/schema.js';
import type { TxCostTable } from '../../store/schema-accounts.js';
import { tagKey } from '../authorization.js';
import type { AuthorizationStatus } from '../model.js';
import type { TariffSnapshot } from '../tariffs/cost.js';
import { tariffFor } from '../tariffs/tariff-store.js';
import type { TxRow } from '../transactions/view.js';
import { append, availableOf, type WalletRow } from './ledger.js';

export type TxCostRow = Selectable<TxCostTable>;

/** What a start may cost and who pays for it. */
export interface Terms {
  tariff: TariffSnapshot;
  accountId: number | null;
  /** Only an enabled one. */
  wallet: WalletRow | null;
}

/** The account behind a tag and its wallet, where that is enabled. */
export async function payerOf(
  db: Kysely<Database>,
  idTag: string,
): Promise<{ accountId: number; wallet: WalletRow | null } | null> {
  const owner = await db
    .selectFrom('account_tag')
    .select('account_id')
    .where('id_tag_key', '=', tagKey(idTag))
    .executeTakeFirst();
  if (owner === undefined) return null;
  const wallet = await db
    .selectFrom('wallet')
    .selectAll()
    .where('account_id', '=', owner.account_id)
    .where('enabled', '=', 1)
    .executeTakeFirst();
  return { accountId: owner.account_id, wallet: wallet ?? null };
}

/** Null where charging is free. */
export async function termsOf(
  db: Kysely<Database>,
  start: { stationId: string; connectorId: number; idTag: string; startedAtMs: number; receivedAtMs: number },
): Promise<Terms | null> {
  // A clock that is ahead does not choose a price of tomorrow.
  const atMs = Math.min(start.startedAtMs, start.receivedAtMs);
  const tariff = await tariffFor(db, start.stationId, start.connectorId, atMs);
  if (tariff === null) return null;
  const payer = await payerOf(db, start.idTag);
  return { tariff, accountId: payer?.accountId ?? null, wallet: payer?.wallet ?? null };
}

/**
 * A tag whose wallet cannot bear the hold is answered Blocked: OCPP 1.6 §7.2 offers no word for money, Invalid would
 * mean that the tag is unknown, and a charge point must not charge on either. Free charging is never refused.
 */
export function judgeTerms(verdict: AuthorizationStatus, terms: Terms | null): AuthorizationStatus {
  if (verdict !== 'Accepted' || terms === null || terms.wallet === null) return verdict;
  return canBear(terms.wallet, terms.tariff) ? verdict : 'Blocked';
}

function canBear(wallet: WalletRow, tariff: TariffSnapshot): boolean {
  return wallet.currency === tariff.currency && availableOf(wallet) >= Math.max(1, tariff.holdMinor);
}

/** Freezes the terms into a session that was just stored, and reserves the hold. In the start's own transaction. */
export async function openBill(db: Kysely<Database>, row: TxRow, terms: Terms | null, atMs: number): Promise<void> {
  if (terms === null) return;
  const { tariff, accountId, wallet } = terms;
  const payer = wallet !== null && wallet.currency === tariff.currency ? wallet : null;
  const holds = payer !== null && row.state === 'active' && tariff.holdMinor > 0 && canBear(payer, tariff);
  await db
    .insertInto('tx_cost')
    .values({
      tx_id: row.id,
      station_id: row.station_id,
      connector_id: row.connector_id,
      account_id: accountId,
      wallet_id: payer?.id ?? null,
      tariff: JSON.stringify(tariff),
      cost: null,
      total_minor: 0,
      paid_minor: 0,
      hold_minor: holds ? tariff.holdMinor : 0,
      idle_open: 0,
      settled_at_ms: null,
    })
    .execute();
  if (payer === null || !holds) return;
  await append(db, payer.id, {
    atMs,
    kind: 'hold',
    changeMinor: 0,
    heldChangeMinor: tariff.holdMinor,
    txId: row.id,
    reference: `hold:${row.id}`,
    note: null,
    actor: 'system',
  });
}

export async function findBill(db: Kysely<Database>, txId: number): Promise<TxCostRow | null> {
  const bill = await db.selectFrom('tx_cost').selectAll().where('tx_id', '=', txId).executeTakeFirst();
  return bill ?? null;
}

export function tariffOf(bill: Pick<TxCostRow, 'tariff'>): TariffSnapshot {
  return parseJson<TariffSnapshot>(bill.tariff);
}

/**
 * May a card charge here at all, asked before it is known where (Authorize.req names no connector)? A running session
 * of the account is reason enough for yes: its card must be able to end it.
 */
export async function judgeWallet(
  db: Kysely<Database>,
  verdict: AuthorizationStatus,
  idTag: string,
  stationId: string,
  atMs: number,
): Promise<AuthorizationStatus> {
  if (verdict !== 'Accepted') return verdict;
  const payer = await payerOf(db, idTag);
  if (payer?.wallet == null) return verdict;
  const running = await db
    .selectFrom('tx_cost')
    .innerJoin('tx', 'tx.id', 'tx_cost.tx_id')
    .select('tx.id')
    .where('tx_cost.account_id', '=', payer.accountId)
    .where('tx.state', '=', 'active')
    .executeTakeFirst();
  if (running !== undefined) return verdict;
  const connectors = await db
    .selectFrom('connector')
    .select('connector_id')
    .where('station_id', '=', stationId)
    .where('connector_id', '>', 0)
    .execute();
  const ids = connectors.length === 0 ? [1] : connectors.map((connector) => connector.connector_id);
  for (const connectorId of ids) {
    const tariff = await tariffFor(db, stationId, connectorId, atMs);
    if (tariff === null || canBear(payer.wallet, tariff)) return verdict;
  }
  return 'Blocked';
}
