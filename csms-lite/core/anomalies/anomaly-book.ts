import type { AnomalyFinding, AnomalyKind } from '@tapwatt/ocpp/anomaly/index.js';
import type { Selectable } from 'kysely';
import type { AnomalyTable } from '../../store/schema-anomalies.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import type { Anomaly, Page, PageRequest } from '../model.js';
import { pageOf } from '../paging.js';

type Source = Anomaly['detectedBy'];

/** Who says what of which connector. */
export interface Sighting {
  stationId: string;
  connectorId: number;
  source: Source;
}

export interface AnomalyFilter extends PageRequest {
  chargePointId?: string;
  /** `Transaction.id`. */
  transactionId?: number;
  /** True: only what is still so; false: only what is over. */
  active?: boolean;
}

export interface AnomalyService {
  /** Newest first. */
  list(filter?: AnomalyFilter): Promise<Page<Anomaly>>;
}

/** Keeps anomalies in the database and announces them. What two detectors see at one connector is one anomaly. */
export interface AnomalyBook extends AnomalyService {
  detected(sighting: Sighting, finding: AnomalyFinding, fromMs: number, txId: number | null): Promise<void>;
  cleared(sighting: Sighting, finding: AnomalyFinding): Promise<void>;
  /** Nobody of this kind sees anything there any more: we were restarted, or the charge point was. */
  forget(source: Source, stationId: string | null): Promise<void>;
}

export function createAnomalyBook(core: Pick<Core, 'store' | 'events' | 'outbox' | 'nowMs'>): AnomalyBook {
  const db = core.store.read;
  /** Who still sees it; nothing here: who detected it. */
  const seenBy = new Map<number, Set<Source>>();
  /** One after the other: an end never overtakes its beginning. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };

  const activeRow = (stationId: string, connectorId: number, kind: AnomalyKind) =>
    db
      .selectFrom('anomaly')
      .selectAll()
      .where('station_id', '=', stationId)
      .where('connector_id', '=', connectorId)
      .where('kind', '=', kind)
      .where('cleared_at_ms', 'is', null)
      .executeTakeFirst();

  const close = (rows: readonly Selectable<AnomalyTable>[], worst?: AnomalyFinding): Promise<void> =>
    commit(core, async (trx, announce) => {
      for (const row of rows) {
        const figures =
          worst === undefined || worst.figure < row.figure ? {} : { figure: worst.figure, window_ms: worst.windowMs };
        const closed = await trx
          .updateTable('anomaly')
          .set({ ...figures, cleared_at_ms: core.nowMs() })
          .where('id', '=', row.id)
          .returningAll()
          .executeTakeFirstOrThrow();
        announce({ type: 'anomaly.cleared', anomaly: toAnomaly(closed) });
        seenBy.delete(row.id);
      }
    });

  return {
    detected: ({ stationId, connectorId, source }, finding, fromMs, txId) =>
      inTurn(async () => {
        const known = await activeRow(stationId, connectorId, finding.kind);
        if (known !== undefined) {
          seenBy.set(known.id, new Set([...(seenBy.get(known.id) ?? [known.detected_by]), source]));
          return;
        }
        await commit(core, async (trx, announce) => {
          const row = await trx
            .insertInto('anomaly')
            .values({
              station_id: stationId,
              connector_id: connectorId,
              kind: finding.kind,
              detected_by: source,
              tx_id: txId,
              window_ms: Math.round(finding.windowMs),
              figure: Math.round(finding.figure),
              threshold: finding.threshold,
              unit: finding.unit,
              current_ma: finding.currentMa,
              limit_ma: finding.limitMa,
              commanded: finding.commanded ? 1 : 0,
              from_ms: Math.round(fromMs),
              detected_at_ms: core.nowMs(),
              cleared_at_ms: null,
            })
            .returningAll()
            .executeTakeFirstOrThrow();
          announce({ type: 'anomaly.detected', anomaly: toAnomaly(row) });
        });
      }),
    cleared: ({ stationId, connectorId, source }, finding) =>
      inTurn(async () => {
        const known = await activeRow(stationId, connectorId, finding.kind);
        if (known === undefined) return;
        const sources = seenBy.get(known.id) ?? new Set([known.detected_by]);
        sources.delete(source);
        seenBy.set(known.id, sources);
        if (sources.size === 0) await close([known], finding);
      }),
    forget: (source, stationId) =>
      inTurn(async () => {
        let query = db.selectFrom('anomaly').selectAll().where('cleared_at_ms', 'is', null);
        if (stationId !== null) query = query.where('station_id', '=', stationId);
        const rows = (await query.execute()).filter((row) => {
          const sources = seenBy.get(row.id) ?? new Set([row.detected_by]);
          sources.delete(source);
          seenBy.set(row.id, sources);
          return sources.size === 0;
        });
        if (rows.length > 0) await close(rows);
      }),
    async list(filter) {
      const { limit, offset } = pageOf(filter);
      let query = db.selectFrom('anomaly');
      if (filter?.chargePointId !== undefined) query = query.where('station_id', '=', filter.chargePointId);
      if (filter?.transactionId !== undefined) query = query.where('tx_id', '=', filter.transactionId);
      if (filter?.active !== undefined) query = query.where('cleared_at_ms', filter.active ? 'is' : 'is not', null);
      const [rows, count] = await Promise.all([
        query.selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute(),
        query.select((select) => select.fn.countAll().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map((row) => toAnomaly(row, seenBy.get(row.id))), total: Number(count.total) };
    },
  };
}

function toAnomaly(row: Selectable<AnomalyTable>, seenBy?: ReadonlySet<Source>): Anomaly {
  return {
    id: row.id,
    chargePointId: row.station_id,
    connectorId: row.connector_id,
    kind: row.kind,
    detectedBy: row.detected_by,
    seenBy: seenBy === undefined || seenBy.size === 0 ? [row.detected_by] : [...seenBy],
    transactionId: row.tx_id,
    windowMs: row.window_ms,
    figure: row.figure,
    threshold: row.threshold,
    unit: row.unit,
    currentMa: row.current_ma,
    limitMa: row.limit_ma,
    commanded: row.commanded === 1,
    fromMs: row.from_ms,
    detectedAtMs: row.detected_at_ms,
    clearedAtMs: row.cleared_at_ms,
  };
}
