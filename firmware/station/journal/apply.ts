import type { ConnectorRecord, ReadingContext } from '../../domain/records.js';
import type { ClockKeeper } from '../time/clock-keeper.js';
import type { JournaledStamp } from '../time/types.js';
import type { Boots } from './boots.js';
import type { Db } from './database.js';
import type { Application, Applied } from './journal.js';
import type { OutboxInternals } from './outbox.js';
import type { SampleContent } from './owed-rows.js';
import { encodeStamp } from './stamps.js';
import type { TransactionsInternals } from './transactions.js';

type Started = Extract<ConnectorRecord, { t: 'TransactionStarted' }>;
type Sampled = Extract<ConnectorRecord, { t: 'MeterSampled' }>;
type Checkpoint = Extract<ConnectorRecord, { t: 'EnergyCheckpoint' }>;
type Ended = Extract<ConnectorRecord, { t: 'TransactionEnded' }>;

/**
 * Gives the function that applies one record: to be called inside of a commit. State and owed message are written by
 * it together (rule 1), and each (connectorId, incarnation, seq) once.
 */
export function createApply(
  db: Db,
  boots: Boots,
  clock: ClockKeeper,
  outbox: OutboxInternals,
  transactions: TransactionsInternals,
): (application: Application) => Applied {
  const advance = db.prepare<[number, string, number, number]>(
    `INSERT INTO progress (connector_id, incarnation, last_seq, boot) VALUES (?, ?, ?, ?)
     ON CONFLICT (connector_id, incarnation) DO UPDATE SET last_seq = excluded.last_seq, boot = excluded.boot
     WHERE excluded.last_seq > last_seq`,
  );
  const raiseFloor = db.prepare<[number, number]>(
    `INSERT INTO meters (connector_id, floor_wh) VALUES (?, ?)
     ON CONFLICT (connector_id) DO UPDATE SET floor_wh = excluded.floor_wh WHERE excluded.floor_wh > floor_wh`,
  );
  const find = db.prepare<[string], { ended: number }>('SELECT ended FROM transactions WHERE local_id = ?');
  const othersOpen = db.prepare<[number], { local_id: string }>(
    'SELECT local_id FROM transactions WHERE ended = 0 AND connector_id = ?',
  );
  const insert = db.prepare<[string, number, string | null, number, string, string, number, string]>(
    `INSERT INTO transactions
       (local_id, connector_id, authorization, meter_start_wh, started_at, start_state, last_energy_wh, last_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const progress = db.prepare<[number, string, string]>(
    'UPDATE transactions SET last_energy_wh = max(last_energy_wh, ?), last_at = ? WHERE local_id = ?',
  );
  const end = db.prepare<[number, string, string, string]>(
    'UPDATE transactions SET ended = 1, meter_stop_wh = ?, reason = ?, last_at = ? WHERE local_id = ?',
  );
  // Transaction.Begin and Transaction.End exist once: the connector may send them as samples of their own as well.
  const addSample = db.prepare<[string, string, string, string]>(
    'INSERT OR IGNORE INTO samples (local_id, context, content, at) VALUES (?, ?, ?, ?)',
  );

  function keepSample(
    localId: string,
    context: ReadingContext,
    content: Omit<SampleContent, 'measurands'>,
    measurands: readonly string[] | null,
    at: JournaledStamp,
  ): void {
    if (measurands === null || measurands.length === 0) return;
    addSample.run(localId, context, JSON.stringify({ ...content, measurands }), encodeStamp(at));
  }

  /** 'open', 'ended', or null after the beginning was lost with a damaged database: then it is entered as lost. */
  function ensure(localId: string, connectorId: number, energyWh: number, at: JournaledStamp): 'open' | 'ended' {
    const row = find.get(localId);
    if (row !== undefined) return row.ended === 1 ? 'ended' : 'open';
    endOthers(connectorId);
    const column = encodeStamp(at);
    insert.run(localId, connectorId, null, energyWh, column, 'lost', energyWh, column);
    return 'open';
  }

  /** One open transaction per connector, always: one that never got its end is ended where it was seen last. */
  function endOthers(connectorId: number): void {
    for (const { local_id } of othersOpen.all(connectorId)) transactions.endAtLastRegister(local_id, 'Other');
  }

  function started(connectorId: number, record: Started, stopTransaction: readonly string[] | null): Applied {
    if (find.get(record.localId) !== undefined) return { t: 'duplicate' };
    const at = clock.journaled(record.at);
    const column = encodeStamp(at);
    endOthers(connectorId);
    const { localId, meterStartWh } = record;
    const authorization = JSON.stringify(record.authorization);
    insert.run(localId, connectorId, authorization, meterStartWh, column, 'owed', meterStartWh, column);
    raiseFloor.run(connectorId, meterStartWh);
    keepSample(localId, 'Transaction.Begin', { reading: record.reading, offeredMa: null }, stopTransaction, at);
    const content = { record };
    outbox.owe({ chain: localId, kind: 'Started', connectorId, localId, content, at, droppable: false });
    return { t: 'applied', owes: true };
  }

  function sampled(connectorId: number, record: Sampled, wanted: Application['wanted']): Applied {
    const { localId, reading, offeredMa, context } = record;
    const at = clock.journaled(record.at);
    raiseFloor.run(connectorId, reading.energyWh);
    if (localId !== null) {
      // After the Stop nothing may follow (rule 4); the Stop itself has the last reading.
      if (ensure(localId, connectorId, reading.energyWh, at) === 'ended') return { t: 'applied', owes: false };
      progress.run(reading.energyWh, encodeStamp(at), localId);
      keepSample(localId, context, { reading, offeredMa }, wanted.stopTransaction, at);
    }
    const measurands = wanted.meterValues;
    if (measurands === null || measurands.length === 0) return { t: 'applied', owes: false };
    outbox.owe({
      chain: localId ?? `connector-${connectorId}`,
      kind: 'Metered',
      connectorId,
      localId,
      content: { record, measurands },
      at,
      droppable: context !== 'Transaction.Begin' && context !== 'Transaction.End',
    });
    return { t: 'applied', owes: true };
  }

  function checkpoint(connectorId: number, record: Checkpoint): Applied {
    const at = clock.journaled(record.at);
    raiseFloor.run(connectorId, record.energyWh);
    if (ensure(record.localId, connectorId, record.energyWh, at) === 'open')
      progress.run(record.energyWh, encodeStamp(at), record.localId);
    return { t: 'applied', owes: false };
  }

  function ended(connectorId: number, record: Ended, stopTransaction: readonly string[] | null): Applied {
    const { localId, meterStopWh, reading, reason } = record;
    const at = clock.journaled(record.at);
    raiseFloor.run(connectorId, meterStopWh);
    if (ensure(localId, connectorId, meterStopWh, at) === 'ended') return { t: 'duplicate' };
    progress.run(meterStopWh, encodeStamp(at), localId);
    end.run(meterStopWh, reason, encodeStamp(at), localId);
    keepSample(localId, 'Transaction.End', { reading, offeredMa: null }, stopTransaction, at);
    const content = { record, interrupted: false };
    outbox.owe({ chain: localId, kind: 'Ended', connectorId, localId, content, at, droppable: false });
    return { t: 'applied', owes: true };
  }

  return ({ connectorId, incarnation, seq, record, wanted }) => {
    if (advance.run(connectorId, incarnation, seq, boots.current).changes === 0) return { t: 'duplicate' };
    switch (record.t) {
      case 'TransactionStarted':
        return started(connectorId, record, wanted.stopTransaction);
      case 'MeterSampled':
        return sampled(connectorId, record, wanted);
      case 'EnergyCheckpoint':
        return checkpoint(connectorId, record);
      case 'TransactionEnded':
        return ended(connectorId, record, wanted.stopTransaction);
    }
  };
}
