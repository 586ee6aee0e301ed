import { parseJson } from '../../store/json.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { Transaction } from '../model.js';
import type { TariffSnapshot } from '../tariffs/cost.js';
import { createPowerCurve, type PowerPoint } from './power-curve.js';

/** What a day has brought so far. Demo data is never in it. */
export interface Overview {
  sinceMs: number;
  /** Of sessions that ended since then, by currency. */
  revenue: { currency: string; totalMinor: number; sessions: number }[];
  /** Of all sessions together, mean power of five minutes each. */
  power: PowerPoint[];
}

export interface OverviewService {
  /** @throws ServiceError invalid_request: longer ago than it is kept */
  get(sinceMs: number): Promise<Overview>;
}

const HOUR_MS = 3_600_000;
const KEEP_MS = 49 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;
const KEEP_EVERY_MS = 60_000;

/** Follows every session's energy; what it knows is kept, but for what flowed around a restart. */
export async function startOverview(core: Core): Promise<OverviewService & { stop(): Promise<void> }> {
  const rows = await core.store.read
    .selectFrom('power_bucket')
    .selectAll()
    .where('from_ms', '>=', core.nowMs() - KEEP_MS)
    .execute();
  const curve = createPowerCurve(
    rows.map((row) => ({ fromMs: row.from_ms, energyWh: row.energy_wh })),
    KEEP_MS,
  );
  /** Newest reading of each running session. */
  const known = new Map<number, { atMs: number; energyWh: number }>();

  const follow = (session: Transaction, atMs: number, isOver: boolean): void => {
    const before = known.get(session.id);
    if (isOver) known.delete(session.id);
    // Without a reading from before nobody knows when its energy flowed.
    if (session.demo || (before === undefined && isOver)) return;
    if (!isOver && (before === undefined || atMs >= before.atMs))
      known.set(session.id, { atMs, energyWh: session.energyWh });
    if (before !== undefined) curve.add(before.atMs, atMs, session.energyWh - before.energyWh, core.nowMs());
  };
  const { unsubscribe } = core.events.subscribe(({ event, atMs }) => {
    switch (event.type) {
      case 'transaction.started':
        return follow(event.transaction, event.transaction.startedAtMs, false);
      case 'transaction.metered':
        return follow(event.transaction, event.transaction.live?.atMs ?? atMs, false);
      case 'transaction.stopped':
        return follow(event.transaction, event.transaction.stoppedAtMs ?? atMs, true);
      default:
        return;
    }
  });

  const keep = async (): Promise<void> => {
    curve.know(core.nowMs());
    const changed = curve.takeChanged();
    await core.store.write(async (db) => {
      for (const { fromMs, energyWh } of changed)
        await db
          .insertInto('power_bucket')
          .values({ from_ms: fromMs, energy_wh: energyWh })
          .onConflict((conflict) => conflict.column('from_ms').doUpdateSet({ energy_wh: energyWh }))
          .execute();
      await db
        .deleteFrom('power_bucket')
        .where('from_ms', '<', core.nowMs() - KEEP_MS)
        .execute();
    });
  };
  let keeping: Promise<void> = Promise.resolve();
  const keepSoon = (): void => {
    keeping = keeping
      .then(keep)
      .catch((error: unknown) =>
        core.log.error({ err: error }, 'the power curve could not be kept; it is tried again'),
      );
  };
  const timer = setInterval(keepSoon, KEEP_EVERY_MS);
  timer.unref();
  curve.know(core.nowMs());

  return {
    async get(sinceMs) {
      const nowMs = core.nowMs();
      if (sinceMs > nowMs || sinceMs < nowMs - 2 * DAY_MS)
        throw new ServiceError(
          'invalid_request',
          'since must lie in the last two days.',
          'Give the viewer’s midnight.',
        );
      const bills = await core.store.read
        .selectFrom('tx_cost')
        .innerJoin('tx', 'tx.id', 'tx_cost.tx_id')
        .select(['tx_cost.total_minor', 'tx_cost.tariff'])
        .where('tx.stopped_at_ms', '>=', sinceMs)
        .where('tx.state', '=', 'completed')
        .where('tx.demo', '=', 0)
        .execute();
      const revenue = new Map<string, Overview['revenue'][number]>();
      for (const bill of bills) {
        const { currency } = parseJson<TariffSnapshot>(bill.tariff);
        const sum = revenue.get(currency) ?? { currency, totalMinor: 0, sessions: 0 };
        revenue.set(currency, { currency, totalMinor: sum.totalMinor + bill.total_minor, sessions: sum.sessions + 1 });
      }
      curve.know(nowMs);
      return { sinceMs, revenue: [...revenue.values()], power: curve.points(nowMs - DAY_MS, nowMs) };
    },
    async stop() {
      unsubscribe();
      clearInterval(timer);
      keepSoon();
      await keeping;
    },
  };
}
