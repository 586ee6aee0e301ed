import type { AuthorizationStatus, Tag } from './model.js';

/** idTags are CiStrings (1.6 §7.28): `ab12` and `AB12` are one tag. */
export function tagKey(idTag: string): string {
  return idTag.toUpperCase();
}

/**
 * The answer to "may this tag charge?". Blocked weighs more than expired: it was somebody's decision.
 * @param tag null when it is not known
 * @param activeElsewhere sessions of this tag that run now, without the one being asked about; null: do not look at
 *   concurrency (ConcurrentTx is only for StartTransaction, 1.6 §7.2)
 * @param stationId where it wants to charge; null: do not look at permissions. A tag that may not charge there is Blocked:
 *   Invalid would mean that it is unknown
 */
export function judgeTag(
  tag: Tag | null,
  nowMs: number,
  activeElsewhere: number | null,
  stationId: string | null,
): AuthorizationStatus {
  if (tag === null) return 'Invalid';
  if (tag.status === 'Blocked') return 'Blocked';
  if (tag.expiryDateMs !== null && tag.expiryDateMs <= nowMs) return 'Expired';
  if (tag.status !== 'Accepted') return tag.status;
  if (stationId !== null && tag.allowedStations !== null && !tag.allowedStations.includes(stationId)) return 'Blocked';
  const limit = tag.maxActiveTransactions;
  if (activeElsewhere !== null && limit !== null && activeElsewhere >= limit) return 'ConcurrentTx';
  return 'Accepted';
}

/** IdTagInfo on the wire (1.6 §7.29): optional members only where there is something to say. */
export interface IdTagInfo {
  status: AuthorizationStatus;
  expiryDate?: string;
  parentIdTag?: string;
}

export function idTagInfo(status: AuthorizationStatus, tag: Tag | null): IdTagInfo {
  return {
    ...(tag?.expiryDateMs != null ? { expiryDate: new Date(tag.expiryDateMs).toISOString() } : {}),
    ...(tag?.parentIdTag != null ? { parentIdTag: tag.parentIdTag } : {}),
    status,
  };
}
