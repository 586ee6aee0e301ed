import type { ConnectorRecord, ReadingContext } from '../../domain/records.js';
import type { ResolvedTime, TimeBasis } from '../time/types.js';
import type { Boots } from './boots.js';
import type { Db } from './database.js';
import type { OwedContent, OwedMessage, StoredSample } from './outbox-types.js';
import { decodeStamp } from './stamps.js';

/** A row of `owed` with what its transaction says of the transactionId. */
export interface OwedRow {
  ordinal: number;
  id: string;
  kind: OwedContent['t'];
  connector_id: number | null;
  local_id: string | null;
  content: string;
  at: string;
  attempts: number;
  sent_ms: number | null;
  sent_basis: TimeBasis | null;
  start_state: 'owed' | 'bound' | 'given-up' | 'lost' | null;
  transaction_id: number | null;
}

export const SELECT_OWED = `SELECT o.ordinal, o.id, o.kind, o.connector_id, o.local_id, o.content, o.at, o.attempts,
  o.sent_ms, o.sent_basis, t.start_state, t.transaction_id
  FROM owed o LEFT JOIN transactions t ON t.local_id = o.local_id`;

/** What the column `samples.content` holds. */
export interface SampleContent {
  reading: StoredSample['reading'];
  offeredMa: number | null;
  measurands: readonly string[];
}

/** What the column `owed.content` holds, by kind. */
type Content =
  | { record: Extract<ConnectorRecord, { t: 'TransactionStarted' }> }
  | { record: Extract<ConnectorRecord, { t: 'MeterSampled' }>; measurands: string[] }
  | { record: Extract<ConnectorRecord, { t: 'TransactionEnded' }>; interrupted: boolean }
  | { type: string; body: unknown };

/** Gives the function that turns rows into messages. */
export function createOwedReader(db: Db, boots: Boots): (row: OwedRow) => OwedMessage {
  const samplesOf = db.prepare<[string], { context: ReadingContext; content: string; at: string }>(
    `SELECT context, content, at FROM samples WHERE local_id = ?
     ORDER BY CASE context WHEN 'Transaction.Begin' THEN 0 WHEN 'Transaction.End' THEN 2 ELSE 1 END, id`,
  );

  function samples(localId: string): StoredSample[] {
    return samplesOf.all(localId).map((row) => {
      const { reading, offeredMa, measurands } = JSON.parse(row.content) as SampleContent;
      return {
        context: row.context,
        reading,
        offeredMa,
        measurands: [...measurands],
        time: boots.resolve(decodeStamp(row.at)),
      };
    });
  }

  /** The journal is the only one who writes these columns, so their shape is what it wrote. */
  function content(row: OwedRow): OwedContent {
    const parsed = JSON.parse(row.content) as Content;
    if ('type' in parsed) return { t: 'Other', type: parsed.type, body: parsed.body };
    switch (parsed.record.t) {
      case 'TransactionStarted':
        return { t: 'Started', record: parsed.record };
      case 'MeterSampled':
        return { t: 'Metered', record: parsed.record, measurands: 'measurands' in parsed ? parsed.measurands : [] };
      case 'TransactionEnded':
        return {
          t: 'Ended',
          record: parsed.record,
          samples: row.local_id === null ? [] : samples(row.local_id),
          interrupted: 'interrupted' in parsed && parsed.interrupted,
        };
    }
  }

  function time(row: OwedRow): ResolvedTime {
    if (row.sent_ms !== null && row.sent_basis !== null) return { ms: row.sent_ms, basis: row.sent_basis };
    return boots.resolve(decodeStamp(row.at));
  }

  return (row) => ({
    id: row.id,
    ordinal: row.ordinal,
    connectorId: row.connector_id,
    localId: row.local_id,
    transactionId: row.kind === 'Started' ? null : transactionIdOf(row),
    attempts: row.attempts,
    time: time(row),
    content: content(row),
  });
}

/** Errata 3.18: -1 for everything that follows a StartTransaction that was given up. Null while it is not answered. */
export function transactionIdOf(row: Pick<OwedRow, 'start_state' | 'transaction_id'>): number | null {
  switch (row.start_state) {
    case 'given-up':
    case 'lost':
      return -1;
    case 'bound':
    case 'owed':
    case null:
      return row.transaction_id;
  }
}
