import { randomUUID } from 'node:crypto';
import type { ClockKeeper } from '../time/clock-keeper.js';
import type { JournaledStamp } from '../time/types.js';
import type { Boots } from './boots.js';
import type { Db } from './database.js';
import { JournalError } from './errors.js';
import type {
  Answered,
  DeadLetter,
  Due,
  Failed,
  Outbox,
  OwedContent,
  OwedMessage,
  RetryPolicy,
} from './outbox-types.js';
import { createOwedReader, type OwedRow, SELECT_OWED } from './owed-rows.js';
import { decodeStamp, encodeStamp } from './stamps.js';
import type { IdTagInfo } from './stores.js';

/** A message as the rest of the journal queues it. */
export interface NewOwed {
  chain: string;
  kind: OwedContent['t'];
  connectorId: number | null;
  localId: string | null;
  /** JSON. */
  content: unknown;
  at: JournaledStamp;
  droppable: boolean;
}

export interface OutboxInternals extends Outbox {
  /** Inside of the caller's commit. Mints the message id. */
  owe(message: NewOwed): string;
}

interface DeadRow extends Omit<OwedRow, 'start_state' | 'transaction_id'> {
  chain: string;
  reason: string;
  droppable: number;
}

/**
 * @param write runs a change in one commit, and makes room on a full disk.
 */
export function createOutbox(
  db: Db,
  boots: Boots,
  clock: ClockKeeper,
  write: <T>(work: () => T) => T,
): OutboxInternals {
  const read = createOwedReader(db, boots);
  // A message that waits for its retry holds back what comes after it in its chain, and nothing else. It is the first
  // of its chain, so the first message of a chain that does not wait is the head of that chain.
  const firstOf = (kind: string) =>
    db.prepare<[number, number], OwedRow>(
      `${SELECT_OWED} WHERE ${kind} AND o.chain NOT IN
         (SELECT chain FROM owed WHERE retry_mono_ms > ? AND retry_boot = ?) ORDER BY o.ordinal LIMIT 1`,
    );
  // What bills hang on goes first. Two statements: each ends at its first row, a sort would read the whole queue.
  const nextOfTransactions = firstOf(`o.kind <> 'Other'`);
  const nextOther = firstOf(`o.kind = 'Other'`);
  const firstRetry = db.prepare<[number], { at: number | null }>(
    'SELECT min(retry_mono_ms) AS at FROM owed WHERE retry_mono_ms IS NOT NULL AND retry_boot = ?',
  );
  const byId = db.prepare<[string], OwedRow>(`${SELECT_OWED} WHERE o.id = ? ORDER BY o.ordinal LIMIT 1`);
  const listing = db.prepare<[number], OwedRow>(`${SELECT_OWED} ORDER BY o.ordinal LIMIT ?`);
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM owed');
  const countDead = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM dead_letters');
  const insert = db.prepare<[number, string, string, string, number | null, string | null, string, string, number]>(
    `INSERT INTO owed (ordinal, id, chain, kind, connector_id, local_id, content, at, droppable)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const freeze = db.prepare<[number, string, number]>('UPDATE owed SET sent_ms = ?, sent_basis = ? WHERE ordinal = ?');
  const remove = db.prepare<[number]>('DELETE FROM owed WHERE ordinal = ?');
  const retryLater = db.prepare<[number, number, number, number]>(
    'UPDATE owed SET attempts = ?, retry_mono_ms = ?, retry_boot = ? WHERE ordinal = ?',
  );
  const forgetRetries = db.prepare('UPDATE owed SET retry_mono_ms = NULL WHERE retry_mono_ms IS NOT NULL');
  const bind = db.prepare<[number, string, number, string]>(
    `UPDATE transactions SET start_state = 'bound', transaction_id = ?, id_tag_info = ?, deauthorized = ? WHERE local_id = ?`,
  );
  const setStartState = db.prepare<[string, string]>('UPDATE transactions SET start_state = ? WHERE local_id = ?');
  const isOpen = db.prepare<[string]>('SELECT 1 FROM transactions WHERE local_id = ? AND ended = 0');
  const removeSamples = db.prepare<[string]>('DELETE FROM samples WHERE local_id = ?');
  const bury = db.prepare<[number, string, number]>(
    `INSERT INTO dead_letters (ordinal, id, chain, kind, connector_id, local_id, content, at, droppable, attempts, sent_ms, sent_basis, reason)
     SELECT ordinal, id, chain, kind, connector_id, local_id, content, at, droppable, ?, sent_ms, sent_basis, ? FROM owed WHERE ordinal = ?`,
  );
  const deadById = db.prepare<[string], DeadRow>('SELECT * FROM dead_letters WHERE id = ?');
  const deadListing = db.prepare<[number], DeadRow>('SELECT * FROM dead_letters ORDER BY ordinal LIMIT ?');
  const unbury = db.prepare<[string]>(
    `INSERT INTO owed (ordinal, id, chain, kind, connector_id, local_id, content, at, droppable, sent_ms, sent_basis)
     SELECT ordinal, id, chain, kind, connector_id, local_id, content, at, droppable, sent_ms, sent_basis FROM dead_letters WHERE id = ?`,
  );
  const removeDead = db.prepare<[string]>('DELETE FROM dead_letters WHERE id = ?');

  // Above everything that is queued or buried, and above everything that was queued in this process.
  let ordinal =
    db
      .prepare<[], { last: number | null }>(
        'SELECT max(ordinal) AS last FROM (SELECT max(ordinal) AS ordinal FROM owed UNION ALL SELECT max(ordinal) FROM dead_letters)',
      )
      .get()?.last ?? 0;

  function owe(message: NewOwed): string {
    const id = randomUUID();
    ordinal += 1;
    insert.run(
      ordinal,
      id,
      message.chain,
      message.kind,
      message.connectorId,
      message.localId,
      JSON.stringify(message.content),
      encodeStamp(message.at),
      message.droppable ? 1 : 0,
    );
    return id;
  }

  /** What was only assumed may be known better later; the central system recognises a repeated Start by its timestamp. */
  function keepTime(message: OwedMessage, row: OwedRow): void {
    if (row.sent_ms !== null || message.time.basis === 'clock' || message.time.basis === 'rebased') return;
    write(() => freeze.run(message.time.ms, message.time.basis, message.ordinal));
  }

  function nextDue(nowMonotonicMs: number): Due {
    const row = nextOfTransactions.get(nowMonotonicMs, boots.current) ?? nextOther.get(nowMonotonicMs, boots.current);
    if (row !== undefined) {
      const message = read(row);
      keepTime(message, row);
      return { t: 'send', message };
    }
    const retryAt = firstRetry.get(boots.current)?.at ?? null;
    return retryAt === null ? { t: 'empty' } : { t: 'wait', untilMonotonicMs: retryAt };
  }

  function answered(id: string, start: { transactionId: number; idTagInfo: IdTagInfo } | null): Answered {
    return write(() => {
      const row = byId.get(id);
      if (row === undefined) return { t: 'unknown' };
      const { kind, connector_id: connectorId, local_id: localId } = row;
      if (kind === 'Started' && localId !== null) {
        if (start === null)
          throw new JournalError(
            'START_ANSWER_MISSING',
            'A StartTransaction was reported as answered without a transactionId.',
            'This is a defect in tapwatt: please report it with the log.',
          );
        const deauthorized = start.idTagInfo.status === 'Accepted' ? 0 : 1;
        bind.run(start.transactionId, JSON.stringify(start.idTagInfo), deauthorized, localId);
      }
      if (kind === 'Ended' && localId !== null) removeSamples.run(localId);
      remove.run(row.ordinal);
      const transactionOpen = localId !== null && isOpen.get(localId) !== undefined;
      return { t: 'answered', kind, connectorId, localId, transactionOpen };
    });
  }

  function failed(
    id: string,
    error: { code: string; description: string },
    policy: RetryPolicy,
    nowMonotonicMs: number,
  ): Failed {
    return write(() => {
      const row = byId.get(id);
      if (row === undefined) return { t: 'unknown' };
      const attempts = row.attempts + 1;
      if (policy.attempts === null || attempts < policy.attempts) {
        const atMonotonicMs = Math.round(nowMonotonicMs + policy.retryIntervalS * 1000 * attempts);
        retryLater.run(attempts, atMonotonicMs, boots.current, row.ordinal);
        return { t: 'will-retry', attempts, atMonotonicMs };
      }
      bury.run(attempts, `${error.code}: ${error.description}`, row.ordinal);
      remove.run(row.ordinal);
      if (row.kind === 'Started' && row.local_id !== null) setStartState.run('given-up', row.local_id);
      return { t: 'given-up', attempts };
    });
  }

  return {
    owe,
    nextDue,
    answered,
    failed,
    enqueue: ({ type, body, chain, connectorId, at }) =>
      write(() =>
        owe({
          chain: `other-${chain}`,
          kind: 'Other',
          connectorId,
          localId: null,
          content: { type, body },
          at: clock.journaled(at),
          droppable: false,
        }),
      ),
    retryNow() {
      write(() => forgetRetries.run());
    },
    stats() {
      const oldest = listing.get(1);
      return {
        pending: count.get()?.n ?? 0,
        oldest: oldest === undefined ? null : boots.resolve(decodeStamp(oldest.at)),
        deadLetters: countDead.get()?.n ?? 0,
      };
    },
    list: (limit) => listing.all(limit).map(read),
    deadLetters: (limit) => deadListing.all(limit).map((row) => toDeadLetter(row, boots)),
    retryDeadLetter: (id) =>
      write(() => {
        const row = deadById.get(id);
        if (row === undefined) return false;
        unbury.run(id);
        removeDead.run(id);
        if (row.kind === 'Started' && row.local_id !== null) setStartState.run('owed', row.local_id);
        return true;
      }),
    discardDeadLetter: (id) =>
      write(() => {
        const row = deadById.get(id);
        if (row === undefined) return false;
        if (row.kind === 'Ended' && row.local_id !== null) removeSamples.run(row.local_id);
        removeDead.run(id);
        return true;
      }),
  };
}

function toDeadLetter(row: DeadRow, boots: Boots): DeadLetter {
  return {
    id: row.id,
    ordinal: row.ordinal,
    connectorId: row.connector_id,
    localId: row.local_id,
    kind: row.kind,
    attempts: row.attempts,
    reason: row.reason,
    time: boots.resolve(decodeStamp(row.at)),
    content: JSON.parse(row.content) as unknown,
  };
}
