import type { IdTagInfo } from '../stores.js';

/** Columns of a tag, the same in the cache and in the local list. */
export interface IdTagRow {
  status: IdTagInfo['status'];
  expires_ms: number | null;
  parent: string | null;
}

export function toInfo(row: IdTagRow | undefined): IdTagInfo | null {
  return row === undefined ? null : { status: row.status, expiresAtMs: row.expires_ms, parentIdTag: row.parent };
}

export function sameInfo(a: IdTagInfo | null, b: IdTagInfo): boolean {
  return a !== null && a.status === b.status && a.expiresAtMs === b.expiresAtMs && a.parentIdTag === b.parentIdTag;
}
