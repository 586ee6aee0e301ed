import { type Kysely, sql } from 'kysely';
import type { Database } from '../../store/schema.js';
import { tagKey } from '../authorization.js';
import type { TransactionFilter } from '../services.js';
import type { TxRow } from './view.js';

type Filter = Omit<TransactionFilter, 'limit' | 'offset'>;

/** A page of sessions, newest first, and how many there are in all. Quick also in the middle of a million. */
export async function listSessions(
  db: Kysely<Database>,
  filter: Filter,
  limit: number,
  offset: number,
): Promise<{ rows: TxRow[]; total: number }> {
  const total = await count(db, filter);
  if (offset >= total || limit === 0) return { rows: [], total };
  const numbers = await seqsOf(db, filter, { limit, offset, total });
  if (numbers.length === 0) return { rows: [], total };
  const rows = await db.selectFrom('tx').selectAll().where('seq', 'in', numbers).orderBy('seq', 'desc').execute();
  return { rows, total };
}

/** Their place in the order, without reading the sessions: an index has it. */
async function seqsOf(
  db: Kysely<Database>,
  filter: Filter,
  { limit, offset, total }: { limit: number; offset: number; total: number },
): Promise<number[]> {
  const { chargePointId, idTag, status } = filter;
  const isUnfiltered = chargePointId === undefined && idTag === undefined && status === undefined;
  if (isUnfiltered) {
    const first = await endOf(db, 'asc');
    const last = await endOf(db, 'desc');
    // Sessions are never deleted one by one: without gaps, the place says the number.
    if (last - first + 1 === total)
      return Array.from({ length: Math.min(limit, total - offset) }, (_, n) => last - offset - n);
  }
  // From the end that is nearer.
  const size = Math.min(limit, total - offset);
  const fromOldest = total - offset - size;
  const backwards = fromOldest < offset;
  const found = await filtered(db, filter)
    .select('seq')
    .orderBy('seq', backwards ? 'asc' : 'desc')
    .limit(size)
    .offset(backwards ? fromOldest : offset)
    .execute();
  return found.map(({ seq }) => seq);
}

/** Two questions: SQLite answers min and max in one by looking at every session. */
async function endOf(db: Kysely<Database>, order: 'asc' | 'desc'): Promise<number> {
  return (await db.selectFrom('tx').select('seq').orderBy('seq', order).limit(1).executeTakeFirstOrThrow()).seq;
}

/** Few sessions run, so those that have ended are all without them. */
async function count(db: Kysely<Database>, filter: Filter): Promise<number> {
  if (filter.status !== 'completed') return await countOf(db, filter);
  const { status: _status, ...rest } = filter;
  return (await countOf(db, rest)) - (await countOf(db, { ...rest, status: 'active' }));
}

async function countOf(db: Kysely<Database>, filter: Filter): Promise<number> {
  const all = filtered(db, filter).select((select) => select.fn.countAll().as('total'));
  return Number((await all.executeTakeFirstOrThrow()).total);
}

function filtered(db: Kysely<Database>, { chargePointId, idTag, status }: Filter) {
  let query = db.selectFrom('tx');
  if (chargePointId !== undefined) query = query.where('station_id', '=', chargePointId);
  if (idTag !== undefined) query = query.where('id_tag_key', '=', tagKey(idTag));
  if (status === undefined) return query;
  // Nearly all have ended: that must not be what the search begins with. No index has an expression.
  if (status === 'completed' && (chargePointId !== undefined || idTag !== undefined))
    return query.where(sql`state || ''`, '=', status);
  return query.where('state', '=', status);
}
