import type { Configuration } from '../ocpp/v16/configuration.js';
import { decideOffline, decideOnline, isValid, type KnownTag, refusalOf } from './authorizationRules.js';
import type { AuthorizationCache, IdTagInfo } from './journal/stores.js';
import type { LocalAuthorizationList } from './localList.js';
import type { Refusal } from './refusal.js';

export type Verdict =
  | {
      t: 'accepted';
      parentIdTag: string | null;
      /** Who said so. `offline`: nobody, by AllowOfflineTxForUnknownId. */
      by: 'central-system' | 'list' | 'cache' | 'offline';
    }
  | { t: 'refused'; refusal: Refusal };

export interface AuthorizationOptions {
  configuration: Configuration;
  cache: AuthorizationCache;
  localList: Pick<LocalAuthorizationList, 'get' | 'compare'>;
  /** Asks the central system; null when it cannot be asked or does not answer in time. */
  ask: (idTag: string) => Promise<IdTagInfo | null>;
  nowMs: () => number;
}

/** Who may charge (1.6 §3.5, §4.1). */
export interface Authorization {
  authorize(idTag: string): Promise<Verdict>;
  /** idTagInfo from Authorize, StartTransaction and StopTransaction answers (§3.5.1); not for tags of the list (§3.5.3). */
  learn(idTag: string, info: IdTagInfo): void;
  /** False when there is no cache (errata 3.23). */
  clearCache(): boolean;
  /** As far as list or cache know it. */
  parentOf(idTag: string): string | null;
}

/** CiString20Type (§7.28). */
const ID_TAG_MAXIMUM_LENGTH = 20;

export function createAuthorization(options: AuthorizationOptions): Authorization {
  const { configuration, cache } = options;
  const cacheEnabled = (): boolean => configuration.boolean('AuthorizationCacheEnabled');

  const keys = () => ({
    localPreAuthorize: configuration.boolean('LocalPreAuthorize'),
    localAuthorizeOffline: configuration.boolean('LocalAuthorizeOffline'),
    allowOfflineTxForUnknownId: configuration.boolean('AllowOfflineTxForUnknownId'),
  });

  const known = (idTag: string): KnownTag | null => {
    const listed = options.localList.get(idTag);
    if (listed !== null) return { source: 'list', info: listed };
    const cached = cacheEnabled() ? cache.get(idTag) : null;
    if (cached === null) return null;
    // §3.5.1: "When the validity of a Cache entry expires, it SHALL be changed to expired in the Cache."
    if (cached.status === 'Accepted' && !isValid(cached, options.nowMs())) {
      const expired: IdTagInfo = { ...cached, status: 'Expired' };
      cache.put(idTag, expired);
      return { source: 'cache', info: expired };
    }
    return { source: 'cache', info: cached };
  };

  const learn = (idTag: string, info: IdTagInfo): void => {
    if (options.localList.get(idTag) !== null) options.localList.compare(idTag, info);
    else if (cacheEnabled()) cache.put(idTag, info);
  };

  const verdictOf = (info: IdTagInfo): Verdict =>
    isValid(info, options.nowMs())
      ? { t: 'accepted', parentIdTag: info.parentIdTag, by: 'central-system' }
      : { t: 'refused', refusal: refusalOf(info, options.nowMs()) };

  return {
    async authorize(idTag) {
      if (idTag.length === 0 || idTag.length > ID_TAG_MAXIMUM_LENGTH) return { t: 'refused', refusal: tooLong(idTag) };
      const online = decideOnline(known(idTag), keys(), options.nowMs());
      if (online.t === 'accept') return { t: 'accepted', parentIdTag: online.parentIdTag, by: online.by };
      const info = await options.ask(idTag);
      if (info !== null) {
        learn(idTag, info);
        return verdictOf(info);
      }
      const offline = decideOffline(known(idTag), keys(), options.nowMs());
      return offline.t === 'accept'
        ? { t: 'accepted', parentIdTag: offline.parentIdTag, by: offline.by }
        : { t: 'refused', refusal: offline.refusal };
    },
    learn,
    clearCache() {
      if (!cacheEnabled()) return false;
      cache.clear();
      return true;
    },
    parentOf: (idTag) => known(idTag)?.info.parentIdTag ?? null,
  };
}

function tooLong(idTag: string): Refusal {
  return {
    reason: 'BadIdTag',
    message: idTag === '' ? 'the idTag is empty' : `the idTag has ${idTag.length} characters`,
    hint: `OCPP 1.6 has room for 1 to ${ID_TAG_MAXIMUM_LENGTH} characters.`,
  };
}
