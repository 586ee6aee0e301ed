import type { Authorization } from '../../domain/records.js';
import type { Boots } from './boots.js';
import type { Db } from './database.js';
import type { ConnectorTransaction, JournalTransaction, Transactions } from './journal.js';
import type { OutboxInternals } from './outbox.js';
import { type SampleContent, transactionIdOf } from './owed-rows.js';
import { decodeStamp } from './stamps.js';

interface TransactionRow {
  ordinal: number;
  local_id: string;
  connector_id: number;
  authorization: string | null;
  meter_start_wh: number;
  started_at: string;
  start_state: 'owed' | 'bound' | 'given-up' | 'lost';
  transaction_id: number | null;
  deauthorized: number;
  last_energy_wh: number;
  last_at: string;
  ended: number;
  meter_stop_wh: number | null;
  reason: string | null;
}

const EXPECTED_RESTART = 'expectedRestart';
const KEPT_FINISHED = 1000;

export interface TransactionsInternals extends Transactions {
  /** Forgets finished transactions beyond the newest thousand that owe nothing. */
  prune(): void;
  /** Inside of the caller's commit: ends an open transaction at its last register with the Stop that it owes. */
  endAtLastRegister(localId: string, reason: InterruptionReason): { meterStopWh: number } | null;
}

type InterruptionReason = 'PowerLoss' | 'HardReset' | 'SoftReset' | 'Other';

export function createTransactions(
  db: Db,
  boots: Boots,
  outbox: OutboxInternals,
  write: <T>(work: () => T) => T,
): TransactionsInternals {
  const selectOpen = db.prepare<[], TransactionRow>('SELECT * FROM transactions WHERE ended = 0 ORDER BY ordinal');
  const selectOpenOn = db.prepare<[number], TransactionRow>(
    'SELECT * FROM transactions WHERE ended = 0 AND connector_id = ? ORDER BY ordinal DESC LIMIT 1',
  );
  const selectByTransactionId = db.prepare<[number], TransactionRow>(
    'SELECT * FROM transactions WHERE transaction_id = ? ORDER BY ended, ordinal DESC LIMIT 1',
  );
  const selectByLocalId = db.prepare<[string], TransactionRow>('SELECT * FROM transactions WHERE local_id = ?');
  const selectNewest = db.prepare<[number], TransactionRow & { pending: number }>(
    `SELECT t.*, coalesce(o.n, 0) AS pending FROM transactions t
     LEFT JOIN (SELECT local_id, count(*) AS n FROM owed GROUP BY local_id) o ON o.local_id = t.local_id
     ORDER BY t.ordinal DESC LIMIT ?`,
  );
  const selectFloors = db.prepare<[], { connector_id: number; floor_wh: number }>('SELECT * FROM meters');
  const end = db.prepare<[number, string, string]>(
    'UPDATE transactions SET ended = 1, meter_stop_wh = ?, reason = ? WHERE local_id = ?',
  );
  const lastSample = db.prepare<[string], { content: string }>(
    'SELECT content FROM samples WHERE local_id = ? ORDER BY id DESC LIMIT 1',
  );
  const addEndSample = db.prepare<[string, string, string]>(
    `INSERT OR IGNORE INTO samples (local_id, context, content, at) VALUES (?, 'Transaction.End', ?, ?)`,
  );
  const prune = db.prepare<[number]>(
    `DELETE FROM transactions WHERE ended = 1 AND ordinal <= (SELECT max(ordinal) FROM transactions) - ?
       AND local_id NOT IN (SELECT local_id FROM owed WHERE local_id IS NOT NULL)
       AND local_id NOT IN (SELECT local_id FROM dead_letters WHERE local_id IS NOT NULL)`,
  );
  const getState = db.prepare<[string], { value: string }>('SELECT value FROM state WHERE name = ?');
  const setState = db.prepare<[string, string]>(
    'INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const removeState = db.prepare<[string]>('DELETE FROM state WHERE name = ?');

  function endAtLastRegister(localId: string, reason: InterruptionReason): { meterStopWh: number } | null {
    const row = selectByLocalId.get(localId);
    if (row === undefined || row.ended === 1) return null;
    const at = decodeStamp(row.last_at);
    const meterStopWh = row.last_energy_wh;
    // Nobody measured at that moment: the register is known and nothing else.
    const reading = {
      energyWh: meterStopWh,
      powerW: 0,
      currentMa: [],
      voltageV: [],
      temperatureC: null,
      socPercent: null,
    };
    const stamp = { wallMs: at.wallMs, monotonicMs: at.monotonicMs };
    const record = { t: 'TransactionEnded', localId, reason, idTag: null, meterStopWh, reading, at: stamp };
    const sample = lastSample.get(localId);
    if (sample !== undefined) {
      const { measurands } = JSON.parse(sample.content) as SampleContent;
      const content: SampleContent = { reading, offeredMa: null, measurands };
      addEndSample.run(localId, JSON.stringify(content), row.last_at);
    }
    end.run(meterStopWh, reason, localId);
    outbox.owe({
      chain: localId,
      kind: 'Ended',
      connectorId: row.connector_id,
      localId,
      content: { record, interrupted: true },
      at,
      droppable: false,
    });
    return { meterStopWh };
  }

  /** Reads and forgets what `expectRestart` left. */
  function takeReason(): InterruptionReason {
    const kind = getState.get(EXPECTED_RESTART)?.value;
    removeState.run(EXPECTED_RESTART);
    if (kind === '"Hard"') return 'HardReset';
    return kind === '"Soft"' ? 'SoftReset' : 'PowerLoss';
  }

  function resumable(row: TransactionRow): ConnectorTransaction[] {
    if (row.authorization === null) return [];
    const authorization = JSON.parse(row.authorization) as Authorization;
    const { wallMs, monotonicMs } = decodeStamp(row.started_at);
    return [
      {
        connectorId: row.connector_id,
        localId: row.local_id,
        authorization,
        meterStartWh: row.meter_start_wh,
        startedAt: { wallMs, monotonicMs },
        lastEnergyWh: row.last_energy_wh,
        transactionId: row.transaction_id,
        deauthorized: row.deauthorized === 1,
      },
    ];
  }

  function toJournalTransaction(row: TransactionRow & { pending: number }): JournalTransaction {
    const authorization = row.authorization === null ? null : (JSON.parse(row.authorization) as Authorization);
    return {
      localId: row.local_id,
      connectorId: row.connector_id,
      idTag: authorization?.idTag ?? null,
      transactionId: transactionIdOf(row),
      startedAt: boots.resolve(decodeStamp(row.started_at)),
      meterStartWh: row.meter_start_wh,
      lastEnergyWh: row.last_energy_wh,
      end:
        row.ended === 0 || row.meter_stop_wh === null || row.reason === null
          ? null
          : { at: boots.resolve(decodeStamp(row.last_at)), meterStopWh: row.meter_stop_wh, reason: row.reason },
      pending: row.pending,
      deauthorized: row.deauthorized === 1,
    };
  }

  return {
    endAtLastRegister,
    open: () => selectOpen.all().flatMap(resumable),
    openOn(connectorId) {
      const row = selectOpenOn.get(connectorId);
      return row === undefined ? null : (resumable(row)[0] ?? null);
    },
    endInterrupted: () =>
      write(() => {
        const reason = takeReason();
        return selectOpen.all().flatMap((row) => {
          const ended = endAtLastRegister(row.local_id, reason);
          if (ended === null) return [];
          return [{ connectorId: row.connector_id, localId: row.local_id, meterStopWh: ended.meterStopWh, reason }];
        });
      }),
    resumeInterrupted: () =>
      write(() => {
        const reason = takeReason();
        const rows = selectOpen.all();
        for (const row of rows) if (row.authorization === null) endAtLastRegister(row.local_id, reason);
        return rows.flatMap(resumable);
      }),
    expectRestart(kind) {
      write(() => setState.run(EXPECTED_RESTART, JSON.stringify(kind)));
    },
    transactionIds: () =>
      Object.fromEntries(
        selectOpen.all().flatMap((row) => (row.transaction_id === null ? [] : [[row.local_id, row.transaction_id]])),
      ),
    byTransactionId(transactionId) {
      const row = selectByTransactionId.get(transactionId);
      return row === undefined || row.ended === 1 ? null : (resumable(row)[0] ?? null);
    },
    list: (limit) => selectNewest.all(limit).map(toJournalTransaction),
    meterFloorsWh: () => Object.fromEntries(selectFloors.all().map((row) => [row.connector_id, row.floor_wh])),
    prune() {
      prune.run(KEPT_FINISHED);
    },
  };
}
