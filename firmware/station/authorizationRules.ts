import type { IdTagInfo } from './journal/stores.js';
import type { Refusal } from './refusal.js';

/** The configuration keys that decide about a tag (1.6 §9.1). */
export interface AuthorizationKeys {
  localPreAuthorize: boolean;
  localAuthorizeOffline: boolean;
  allowOfflineTxForUnknownId: boolean;
}

/** What this side knows of a tag: list before cache (§3.5.3); null when neither knows it. */
export interface KnownTag {
  source: 'list' | 'cache';
  info: IdTagInfo;
}

interface Accept {
  t: 'accept';
  by: 'list' | 'cache' | 'offline';
  parentIdTag: string | null;
}

/** Accepted and not expired at that moment (§3.5.1, §3.5.4). */
export function isValid(info: IdTagInfo, nowMs: number): boolean {
  return info.status === 'Accepted' && (info.expiresAtMs === null || info.expiresAtMs > nowMs);
}

/** Online: a valid tag may start without asking when LocalPreAuthorize is true (§9.1.13); everything else is asked. */
export function decideOnline(known: KnownTag | null, keys: AuthorizationKeys, nowMs: number): Accept | { t: 'ask' } {
  if (known !== null && keys.localPreAuthorize && isValid(known.info, nowMs))
    return { t: 'accept', by: known.source, parentIdTag: known.info.parentIdTag };
  return { t: 'ask' };
}

/** Offline (§3.5.4): what is known and not valid is refused; what is unknown may charge if the operator says so. */
export function decideOffline(
  known: KnownTag | null,
  keys: AuthorizationKeys,
  nowMs: number,
): Accept | { t: 'refuse'; refusal: Refusal } {
  if (known === null)
    return keys.allowOfflineTxForUnknownId
      ? { t: 'accept', by: 'offline', parentIdTag: null }
      : {
          t: 'refuse',
          refusal: {
            reason: 'OfflineUnknown',
            message: 'the central system cannot be asked, and this card is not known here',
            hint: 'Restore the connection, or set AllowOfflineTxForUnknownId to true to let unknown cards charge offline.',
          },
        };
  if (!isValid(known.info, nowMs)) return { t: 'refuse', refusal: refusalOf(known.info, nowMs) };
  if (keys.localAuthorizeOffline) return { t: 'accept', by: known.source, parentIdTag: known.info.parentIdTag };
  if (keys.allowOfflineTxForUnknownId) return { t: 'accept', by: 'offline', parentIdTag: known.info.parentIdTag };
  return {
    t: 'refuse',
    refusal: {
      reason: 'OfflineNotAllowed',
      message: 'the central system cannot be asked, and LocalAuthorizeOffline is false',
      hint: 'Restore the connection, or set LocalAuthorizeOffline to true.',
    },
  };
}

/** The refusal for a status other than Accepted (§7.2), or for an expired tag. */
export function refusalOf(info: IdTagInfo, nowMs: number): Refusal {
  const expired = info.status === 'Accepted' && !isValid(info, nowMs);
  switch (expired ? 'Expired' : info.status) {
    case 'Blocked':
      return { reason: 'Blocked', message: 'the card is blocked', hint: 'The operator can unblock it.' };
    case 'Expired':
      return { reason: 'Expired', message: 'the card has expired', hint: 'The operator can extend it.' };
    case 'ConcurrentTx':
      return {
        reason: 'ConcurrentTx',
        message: 'the card is charging somewhere else',
        hint: 'End that session first.',
      };
    default:
      return {
        reason: 'Invalid',
        message: 'the central system does not know the card',
        hint: 'Add the card in the central system (idTags), then tap again.',
      };
  }
}
