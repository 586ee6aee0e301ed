import type { Kysely } from 'kysely';
import { parseNullableJson } from '../../store/json.js';
import type { Database } from '../../store/schema.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Cost, TariffSnapshot } from '../tariffs/cost.js';
import { restore } from '../transactions/session-index.js';
import type { TxRow } from '../transactions/view.js';
import { findBill, type TxCostRow, tariffOf } from './billing.js';
import { computeCost, settle } from './settle.js';

/** What a session costs. */
export interface SessionCost {
  transactionId: number;
  /** Frozen at its start; null: charging was free. */
  tariff: TariffSnapshot | null;
  /** So far, while it runs. */
  cost: Cost | null;
  userId: number | null;
  /** What the wallet has paid, minor units. */
  paidMinor: number;
  /** What it owes; 0 where no wallet pays. */
  owedMinor: number;
  heldMinor: number;
  /** False: it runs, or the car is still there and idle time may be added. */
  isFinal: boolean;
}

export interface CostService {
  /** @throws ServiceError transaction_not_found */
  get(id: number): Promise<SessionCost>;
  /** Settles idle time after a stop: the connector has reported a status. */
  onStatus(stationId: string, connectorId: number): Promise<void>;
}

export function createCostService(core: Core): CostService {
  return {
    async get(id) {
      const db = core.store.read;
      const row = await db.selectFrom('tx').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined)
        throw new ServiceError(
          'transaction_not_found',
          `There is no transaction ${id}.`,
          'GET /transactions lists them.',
        );
      const bill = await findBill(db, id);
      if (bill === null) return NOTHING(id);
      const cost = parseNullableJson<Cost>(bill.cost) ?? (await running(core, db, row, bill));
      return {
        transactionId: id,
        tariff: tariffOf(bill),
        cost,
        userId: bill.account_id,
        paidMinor: bill.paid_minor,
        owedMinor: bill.wallet_id === null ? 0 : Math.max(0, bill.total_minor - bill.paid_minor),
        heldMinor: bill.hold_minor,
        isFinal: row.state === 'completed' && bill.idle_open === 0,
      };
    },
    async onStatus(stationId, connectorId) {
      const open = await core.store.read
        .selectFrom('tx_cost')
        .select('tx_id')
        .where('idle_open', '=', 1)
        .where('station_id', '=', stationId)
        .where('connector_id', '=', connectorId)
        .execute();
      for (const { tx_id } of open) {
        const changed = await core.store.write(async (db) => {
          const row = await db.selectFrom('tx').selectAll().where('id', '=', tx_id).executeTakeFirstOrThrow();
          return await settle(db, row, core.nowMs());
        });
        core.sessions.update(changed);
      }
    },
  };
}

async function running(core: Core, db: Kysely<Database>, row: TxRow, bill: TxCostRow): Promise<Cost> {
  const session = core.sessions.peek(row.station_id, row.id) ?? (await restore(core.store, row));
  const energyWh = row.energy_wh ?? session.register.energyWh;
  return (await computeCost(db, row, bill, energyWh, core.nowMs())).cost;
}

const NOTHING = (transactionId: number): SessionCost => ({
  transactionId,
  tariff: null,
  cost: null,
  userId: null,
  paidMinor: 0,
  owedMinor: 0,
  heldMinor: 0,
  isFinal: true,
});
