import { idTagInfo, judgeTag } from '../authorization.js';
import { commit } from '../commit.js';
import { requiredText } from '../payload.js';
import { findTag, rememberUnknownTag } from '../tags/tag-store.js';
import { judgeWallet } from '../wallets/billing.js';
import type { Handler } from './handler.js';

/** Authorize.req (1.6 §4.1). Never ConcurrentTx: the card that ends a session must be accepted (§7.2). */
export const authorize: Handler = async ({ core, stationId, receivedAtMs, payload }) => {
  const idTag = requiredText(payload, 'idTag');
  const tag = await findTag(core.store.read, idTag);
  if (tag === null) {
    await commit(core, async (db, announce) => {
      const unknown = await rememberUnknownTag(db, { idTag, stationId, atMs: receivedAtMs });
      announce({ type: 'tag.unknown', tag: unknown });
    });
  }
  const verdict = await judgeWallet(
    core.store.read,
    judgeTag(tag, receivedAtMs, null, stationId),
    idTag,
    stationId,
    receivedAtMs,
  );
  return { idTagInfo: idTagInfo(verdict, tag) };
};
