import { type IdTagInfo, idTagInfo, tagKey } from '../authorization.js';
import type { Tag } from '../model.js';
import type { ListEntry, StoredList } from './list-store.js';

/** What a charge point's local list ought to be. Pure. */
export interface WantedList {
  /** By key of the tag. */
  entries: ReadonlyMap<string, Required<ListEntry>>;
  /** Tags for which there was no room (LocalAuthListMaxLength), or that 1.6 cannot carry. */
  omitted: number;
}

/**
 * The tags that say something at this charge point: those that may charge there, and those that are blocked, so that
 * they are refused offline too. Where there is no room for all, those that may charge come first.
 */
export function wantedList(
  tags: readonly Tag[],
  stationId: string,
  nowMs: number,
  maxLength = Number.POSITIVE_INFINITY,
): WantedList {
  const allowed: Tag[] = [];
  const blocked: Tag[] = [];
  let unfit = 0;
  for (const tag of tags) {
    if (!fits(tag)) {
      unfit += 1;
      continue;
    }
    if (tag.status === 'Blocked') blocked.push(tag);
    else if (tag.status === 'Accepted' && isAllowedAt(tag, stationId) && !isExpired(tag, nowMs)) allowed.push(tag);
  }
  const all = [...allowed, ...blocked];
  const kept = all.slice(0, maxLength);
  const entries = new Map(
    kept.map((tag) => [tagKey(tag.idTag), { idTag: tag.idTag, idTagInfo: idTagInfo(tag.status as 'Accepted', tag) }]),
  );
  return { entries, omitted: all.length - kept.length + unfit };
}

/** IdToken of 1.6 is a CiString20 (§7.28); identifiers of 2.x are longer. One of them would spoil the whole message. */
function fits({ idTag, parentIdTag }: Tag): boolean {
  return idTag.length <= 20 && (parentIdTag === null || parentIdTag.length <= 20);
}

function isAllowedAt(tag: Tag, stationId: string): boolean {
  return tag.allowedStations === null || tag.allowedStations.includes(stationId);
}

function isExpired(tag: Tag, nowMs: number): boolean {
  return tag.expiryDateMs !== null && tag.expiryDateMs <= nowMs;
}

/** How what is there differs from what ought to be. */
export interface ListDrift {
  missing: string[];
  changed: string[];
  surplus: string[];
}

export function driftOf(stored: StoredList, wanted: WantedList): ListDrift {
  const drift: ListDrift = { missing: [], changed: [], surplus: [] };
  for (const [key, { idTag, idTagInfo: info }] of wanted.entries) {
    const there = stored.entries.get(key);
    if (there === undefined) drift.missing.push(idTag);
    else if (!sameInfo(there.idTagInfo as IdTagInfo, info as IdTagInfo)) drift.changed.push(idTag);
  }
  for (const [key, { idTag }] of stored.entries) if (!wanted.entries.has(key)) drift.surplus.push(idTag);
  return drift;
}

function sameInfo(a: IdTagInfo, b: IdTagInfo): boolean {
  return a.status === b.status && a.expiryDate === b.expiryDate && a.parentIdTag === b.parentIdTag;
}

/** One SendLocalList. */
export interface ListUpdate {
  updateType: 'Full' | 'Differential';
  entries: ListEntry[];
}

/**
 * The updates that make the list what it ought to be: the differences where its content is known and they are fewer
 * than the list, else all of it; in parts of at most `maxPerMessage` (SendLocalListMaxLength), of which only the first
 * may replace. Empty when there is nothing to do.
 */
export function planUpdates(
  stored: StoredList,
  wanted: WantedList,
  maxPerMessage = Number.POSITIVE_INFINITY,
): ListUpdate[] {
  const drift = driftOf(stored, wanted);
  const changes = drift.missing.length + drift.changed.length + drift.surplus.length;
  if (stored.contentKnown && changes === 0) return [];
  const full = !stored.contentKnown || changes >= wanted.entries.size;
  const entries: ListEntry[] = full
    ? [...wanted.entries.values()]
    : [
        ...[...drift.missing, ...drift.changed].flatMap((idTag) => wanted.entries.get(tagKey(idTag)) ?? []),
        ...drift.surplus.map((idTag) => ({ idTag })),
      ];
  const size = Math.max(1, Math.min(maxPerMessage, Math.max(1, entries.length)));
  const updates: ListUpdate[] = [];
  for (let from = 0; from === 0 || from < entries.length; from += size)
    updates.push({
      updateType: full && from === 0 ? 'Full' : 'Differential',
      entries: entries.slice(from, from + size),
    });
  return updates;
}
