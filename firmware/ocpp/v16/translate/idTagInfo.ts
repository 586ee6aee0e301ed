import type { IdTagInfo } from '../../../station/journal/stores.js';
import { readTimestamp } from './timestamp.js';

const STATUSES: readonly IdTagInfo['status'][] = ['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'];

/**
 * Reads the idTagInfo of an answer (1.6 §7.27), whatever the central system made of it; null when there is none or its
 * status is no AuthorizationStatus.
 */
export function readIdTagInfo(answer: object): IdTagInfo | null {
  const info: unknown = Reflect.get(answer, 'idTagInfo');
  if (typeof info !== 'object' || info === null) return null;
  const status = STATUSES.find((candidate) => candidate === Reflect.get(info, 'status'));
  if (status === undefined) return null;
  const parent: unknown = Reflect.get(info, 'parentIdTag');
  return {
    status,
    expiresAtMs: readTimestamp(Reflect.get(info, 'expiryDate')),
    parentIdTag: typeof parent === 'string' && parent !== '' ? parent : null,
  };
}
