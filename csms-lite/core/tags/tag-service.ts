import { audit } from '../audit.js';
import { tagKey } from '../authorization.js';
import { commit } from '../commit.js';
import type { Core } from '../core.js';
import { ServiceError } from '../errors.js';
import type { TagStatus } from '../model.js';
import { pageOf } from '../paging.js';
import type { TagService } from '../services.js';
import { findTag, toTag, toUnknownTag } from './tag-store.js';

const STATUSES: readonly TagStatus[] = ['Accepted', 'Blocked', 'Expired', 'Invalid'];
/** 1.6 idTags have at most 20 characters, 2.x idTokens 36 (255 in 2.1). */
const MAXIMUM_LENGTH = 255;

export function createTagService(core: Core): TagService {
  const db = core.store.read;
  return {
    async list(page) {
      const { limit, offset } = pageOf(page);
      const [rows, count] = await Promise.all([
        db.selectFrom('tag').selectAll().orderBy('seq', 'desc').limit(limit).offset(offset).execute(),
        db
          .selectFrom('tag')
          .select((select) => select.fn.countAll().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toTag), total: Number(count.total) };
    },
    async get(idTag) {
      const tag = await findTag(db, idTag);
      if (tag === null) throw notFound(idTag);
      return tag;
    },
    async put(idTag, update, actor) {
      check(idTag, update.status, update.maxActiveTransactions);
      const nowMs = core.nowMs();
      const values = {
        id_tag: idTag,
        status: update.status ?? 'Accepted',
        expiry_at_ms: update.expiryDateMs ?? null,
        parent_id_tag: update.parentIdTag ?? null,
        type: update.type ?? null,
        max_active_transactions: update.maxActiveTransactions ?? null,
        allowed_stations: update.allowedStations == null ? null : JSON.stringify(update.allowedStations),
        note: update.note ?? null,
      } as const;
      const key = tagKey(idTag);
      return await commit(core, async (trx, announce) => {
        const known = await trx.selectFrom('tag').select('seq').where('id_tag_key', '=', key).executeTakeFirst();
        const row = await trx
          .insertInto('tag')
          .values({ ...values, id_tag_key: key, created_at_ms: nowMs })
          .onConflict((conflict) => conflict.column('id_tag_key').doUpdateSet(values))
          .returningAll()
          .executeTakeFirstOrThrow();
        await trx.deleteFrom('unknown_tag').where('id_tag_key', '=', key).execute();
        await audit(trx, { atMs: nowMs, actor, action: 'tag.put', subject: idTag, details: update });
        const tag = toTag(row);
        announce({ type: 'tag.updated', tag });
        return { tag, created: known === undefined };
      });
    },
    async remove(idTag, actor) {
      const removed = await commit(core, async (trx, announce) => {
        const row = await trx
          .deleteFrom('tag')
          .where('id_tag_key', '=', tagKey(idTag))
          .returning('id_tag')
          .executeTakeFirst();
        if (row === undefined) return row;
        await audit(trx, { atMs: core.nowMs(), actor, action: 'tag.remove', subject: row.id_tag });
        announce({ type: 'tag.removed', idTag: row.id_tag });
        return row;
      });
      if (removed === undefined) throw notFound(idTag);
    },
    async unknown(page) {
      const { limit, offset } = pageOf(page);
      const [rows, count] = await Promise.all([
        db
          .selectFrom('unknown_tag')
          .selectAll()
          .orderBy('last_seen_at_ms', 'desc')
          .limit(limit)
          .offset(offset)
          .execute(),
        db
          .selectFrom('unknown_tag')
          .select((select) => select.fn.countAll().as('total'))
          .executeTakeFirstOrThrow(),
      ]);
      return { items: rows.map(toUnknownTag), total: Number(count.total) };
    },
  };
}

function notFound(idTag: string): ServiceError {
  return new ServiceError('id_tag_not_found', `There is no idTag ${idTag}.`, 'Make it with PUT /id-tags/{idTag}.');
}

function check(idTag: string, status: TagStatus | undefined, limit: number | null | undefined): void {
  const refuse = (message: string, hint: string): never => {
    throw new ServiceError('invalid_request', message, hint);
  };
  if (idTag.trim() === '' || idTag.length > MAXIMUM_LENGTH)
    refuse(`An idTag has 1 to ${MAXIMUM_LENGTH} characters.`, 'OCPP 1.6 charge points send at most 20.');
  if (status !== undefined && !STATUSES.includes(status))
    refuse(`status cannot be ${status}.`, `It is one of ${STATUSES.join(', ')}.`);
  if (limit != null && (!Number.isInteger(limit) || limit < 0))
    refuse(`maxActiveTransactions cannot be ${limit}.`, 'It is a whole number from 0, or null for any number.');
}
