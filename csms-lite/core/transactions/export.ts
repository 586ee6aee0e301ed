import { parseNullableJson } from '../../store/json.js';
import { tagKey } from '../authorization.js';
import type { Core } from '../core.js';
import type { Cost, CostKind } from '../tariffs/cost.js';
import { amountText } from '../tariffs/money.js';
import { tariffOf } from '../wallets/billing.js';
import { flagsOf } from './view.js';

export interface SessionExportFilter {
  chargePointId?: string;
  idTag?: string;
  /** Sessions that began at or after. */
  fromMs?: number;
  /** Sessions that began before. */
  toMs?: number;
}

/** Sessions read at once: the export of a million sessions never stands in memory. */
const PART = 500;

export const SESSION_COLUMNS = [
  'id',
  'chargePointId',
  'connectorId',
  'idTag',
  'user',
  'startedAt',
  'stoppedAt',
  'durationS',
  'meterStartWh',
  'meterStopWh',
  'energyWh',
  'stopReason',
  'authorization',
  'currency',
  'energyCost',
  'timeCost',
  'sessionFee',
  'idleCost',
  'net',
  'tax',
  'total',
  'paid',
  'owed',
  'tariff',
  'tariffVersion',
  'qualityFlags',
  'demo',
] as const;

/** One text per column of `SESSION_COLUMNS`. */
export type SessionRecord = Record<(typeof SESSION_COLUMNS)[number], string>;

/** Completed sessions, oldest first, as flat texts with their cost. */
export async function* exportSessions(core: Core, filter: SessionExportFilter): AsyncGenerator<SessionRecord[]> {
  let after = 0;
  for (;;) {
    let query = core.store.read
      .selectFrom('tx')
      .leftJoin('tx_cost', 'tx_cost.tx_id', 'tx.id')
      .leftJoin('account', 'account.id', 'tx_cost.account_id')
      .selectAll('tx')
      .select(['tx_cost.tariff', 'tx_cost.cost', 'tx_cost.paid_minor', 'tx_cost.wallet_id', 'account.login'])
      .where('tx.state', '=', 'completed')
      .where('tx.seq', '>', after);
    if (filter.chargePointId !== undefined) query = query.where('tx.station_id', '=', filter.chargePointId);
    if (filter.idTag !== undefined) query = query.where('tx.id_tag_key', '=', tagKey(filter.idTag));
    if (filter.fromMs !== undefined) query = query.where('tx.started_at_ms', '>=', filter.fromMs);
    if (filter.toMs !== undefined) query = query.where('tx.started_at_ms', '<', filter.toMs);
    const rows = await query.orderBy('tx.seq').limit(PART).execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.seq;
    yield rows.map((row) => {
      const cost = parseNullableJson<Cost>(row.cost);
      const tariff = row.tariff === null ? null : tariffOf({ tariff: row.tariff });
      const money = (minor: number | undefined): string =>
        cost === null || minor === undefined ? '' : amountText(minor, cost.currency);
      const line = (kind: CostKind): string => money(cost?.lines.find((one) => one.kind === kind)?.amountMinor);
      const isPaid = cost !== null && row.wallet_id !== null;
      return {
        id: String(row.id),
        chargePointId: row.station_id,
        connectorId: String(row.connector_id),
        idTag: row.id_tag,
        user: row.login ?? '',
        startedAt: new Date(row.started_at_ms).toISOString(),
        stoppedAt: row.stopped_at_ms === null ? '' : new Date(row.stopped_at_ms).toISOString(),
        durationS: row.stopped_at_ms === null ? '' : String(Math.round((row.stopped_at_ms - row.started_at_ms) / 1000)),
        meterStartWh: String(row.meter_start_wh),
        meterStopWh: String(row.meter_stop_wh ?? ''),
        energyWh: String(row.energy_wh ?? 0),
        stopReason: row.stop_reason ?? '',
        authorization: row.authorization_status,
        currency: cost?.currency ?? '',
        energyCost: line('energy'),
        timeCost: line('time'),
        sessionFee: line('session'),
        idleCost: line('idle'),
        net: money(cost?.netMinor),
        tax: money(cost?.taxMinor),
        total: money(cost?.totalMinor),
        paid: isPaid ? money(row.paid_minor ?? 0) : '',
        owed: isPaid ? money(Math.max(0, cost.totalMinor - (row.paid_minor ?? 0))) : '',
        tariff: tariff?.name ?? '',
        tariffVersion: tariff === null ? '' : String(tariff.version),
        qualityFlags: flagsOf(row).join(' '),
        demo: row.demo === 1 ? 'Demo data' : '',
      };
    });
  }
}
