import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { MAXIMUM_SPAN, type MessageHead, readHeads, readTexts } from '../../store/message-blocks.js';
import type { Database } from '../../store/schema.js';
import type { OcppMessage, Page } from '../model.js';
import type { MessageFilter } from '../services.js';

/** Blocks read at once: a page is nearly always in the first ones. Other work gets its turn in between. */
const FIRST_PART = 60;
const PART = 500;

interface Window {
  limit: number;
  offset: number;
}

/** A head and the block that it stands in. */
interface Found {
  head: MessageHead;
  blockId: number;
  chargePointId: string;
}

type Reader = Kysely<Database>;

/** The messages that pass the filter, newest first, and how many there are. */
export async function searchMessages(
  db: Reader,
  filter: Partial<MessageFilter>,
  { limit, offset }: Window,
): Promise<Page<OcppMessage>> {
  const { action, messageId, direction, beforeId } = filter;
  const selective = action !== undefined || messageId !== undefined || direction !== undefined;
  const wanted = offset + limit;
  let found: Found[] = [];
  let total = 0;
  // Blocks are written by growing id, and the id of a block is that of its last message: what is found above the id of
  // the last block that was read is complete.
  let lastRead = Number.POSITIVE_INFINITY;
  for (;;) {
    const isComplete = found.filter(({ head }) => head.id >= lastRead).length >= wanted;
    if (isComplete && !selective) break;
    const size = lastRead === Number.POSITIVE_INFINITY ? FIRST_PART : PART;
    const part = await readPart(db, filter, { lastRead, size, all: selective });
    for (const block of part) {
      for (const head of readHeads(block.heads)) {
        if (action !== undefined && head.action !== action) continue;
        if (messageId !== undefined && head.messageId !== messageId) continue;
        if (direction !== undefined && head.direction !== direction) continue;
        total += 1;
        if (isComplete || (beforeId !== undefined && head.id >= beforeId)) continue;
        found.push({ head, blockId: block.id, chargePointId: block.station_id });
      }
      lastRead = block.id;
    }
    if (part.length < size) break;
    await nextTurn();
  }
  found = found.sort((a, b) => b.head.id - a.head.id).slice(offset, wanted);
  return { items: await withTexts(db, found), total: selective ? total : await countAll(db, filter) };
}

/** The next blocks, newest first. Where everything is counted anyway, those after `beforeId` are read too. */
async function readPart(
  db: Reader,
  { chargePointId, beforeId }: Partial<MessageFilter>,
  { lastRead, size, all }: { lastRead: number; size: number; all: boolean },
): Promise<{ id: number; station_id: string; heads: string }[]> {
  let query = db.selectFrom('message_block').select(['id', 'station_id', 'heads']);
  if (chargePointId !== undefined) query = query.where('station_id', '=', chargePointId);
  if (Number.isFinite(lastRead)) query = query.where('id', '<', lastRead);
  else if (beforeId !== undefined && !all) query = query.where('id', '<', beforeId + MAXIMUM_SPAN);
  return await query.orderBy('id', 'desc').limit(size).execute();
}

async function countAll(db: Reader, { chargePointId }: Partial<MessageFilter>): Promise<number> {
  let query = db.selectFrom('message_block').select((select) => select.fn.sum('count').as('total'));
  if (chargePointId !== undefined) query = query.where('station_id', '=', chargePointId);
  return Number((await query.executeTakeFirstOrThrow()).total ?? 0);
}

async function withTexts(db: Reader, found: readonly Found[]): Promise<OcppMessage[]> {
  if (found.length === 0) return [];
  const rows = await db
    .selectFrom('message_block')
    .select(['id', 'heads', 'texts'])
    .where('id', 'in', [...new Set(found.map(({ blockId }) => blockId))])
    .execute();
  const texts = new Map(rows.map(({ id, heads, texts: packed }) => [id, readTexts(heads, packed)]));
  return found.map(({ head: { id, ...head }, blockId, chargePointId }) => ({
    id,
    chargePointId,
    ...head,
    text: texts.get(blockId)?.get(id) ?? '',
  }));
}
