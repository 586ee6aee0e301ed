import type { Configuration } from 'tapwatt/ocpp/v16/configuration.js';
import { createAuthorization } from 'tapwatt/station/authorization.js';
import type { IdTagInfo } from 'tapwatt/station/journal/stores.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const NOW = Date.UTC(2026, 0, 5);

function info(status: IdTagInfo['status'], more: Partial<IdTagInfo> = {}): IdTagInfo {
  return { status, expiresAtMs: null, parentIdTag: null, ...more };
}

interface World {
  keys?: Record<string, boolean>;
  cache?: Record<string, IdTagInfo>;
  list?: Record<string, IdTagInfo>;
  /** What the central system says; null: it cannot be asked. */
  central?: IdTagInfo | null;
}

function world({ keys = {}, cache = {}, list = {}, central = null }: World) {
  const cached = new Map(Object.entries(cache));
  const asked: string[] = [];
  const values: Record<string, boolean> = {
    AuthorizationCacheEnabled: true,
    LocalPreAuthorize: false,
    LocalAuthorizeOffline: true,
    AllowOfflineTxForUnknownId: false,
    ...keys,
  };
  const authorization = createAuthorization({
    configuration: { boolean: (name: string) => values[name] ?? false } as Configuration,
    cache: {
      get: (tag) => cached.get(tag) ?? null,
      put: (tag, entry) => void cached.set(tag, entry),
      remove: (tag) => void cached.delete(tag),
      clear: () => cached.clear(),
      size: () => cached.size,
    },
    localList: { get: (tag) => list[tag] ?? null, compare: () => {} },
    ask: async (tag) => {
      asked.push(tag);
      return central;
    },
    nowMs: () => NOW,
  });
  return { authorization, cached, asked };
}

async function outcome(given: World): Promise<string> {
  const { authorization, asked } = world(given);
  const verdict = await authorization.authorize('TAG');
  const asking = asked.length > 0 ? 'asked, ' : '';
  return asking + (verdict.t === 'accepted' ? `accepted by ${verdict.by}` : `refused ${verdict.refusal.reason}`);
}

const EXPIRED = info('Accepted', { expiresAtMs: NOW - 1 });
const PRE = { LocalPreAuthorize: true };
const ok = info('Accepted');

const TABLE: [string, World, string][] = [
  ['online, unknown', { central: ok }, 'asked, accepted by central-system'],
  [
    'online, cached, no LocalPreAuthorize: asked',
    { central: ok, cache: { TAG: ok } },
    'asked, accepted by central-system',
  ],
  ['online, cached, LocalPreAuthorize', { central: ok, cache: { TAG: ok }, keys: PRE }, 'accepted by cache'],
  ['online, listed, LocalPreAuthorize', { central: ok, list: { TAG: ok }, keys: PRE }, 'accepted by list'],
  [
    '§3.5.3: the list goes before the cache',
    { list: { TAG: info('Blocked') }, cache: { TAG: ok }, keys: PRE },
    'asked, refused Blocked',
  ],
  [
    '§3.5.1: known as not valid, online: asked',
    { central: ok, cache: { TAG: info('Invalid') }, keys: PRE },
    'asked, accepted by central-system',
  ],
  [
    'expired in the cache, online: asked',
    { central: ok, cache: { TAG: EXPIRED }, keys: PRE },
    'asked, accepted by central-system',
  ],
  ['online, accepted but expired already', { central: EXPIRED }, 'asked, refused Expired'],
  ['online, ConcurrentTx', { central: info('ConcurrentTx') }, 'asked, refused ConcurrentTx'],
  ['offline, unknown', {}, 'asked, refused OfflineUnknown'],
  ['§3.5.4: offline, unknown, allowed', { keys: { AllowOfflineTxForUnknownId: true } }, 'asked, accepted by offline'],
  ['offline, cached', { cache: { TAG: ok } }, 'asked, accepted by cache'],
  [
    'offline, cached as Blocked, unknown ids allowed',
    { cache: { TAG: info('Blocked') }, keys: { AllowOfflineTxForUnknownId: true } },
    'asked, refused Blocked',
  ],
  [
    'offline, expired, unknown ids allowed',
    { cache: { TAG: EXPIRED }, keys: { AllowOfflineTxForUnknownId: true } },
    'asked, refused Expired',
  ],
  [
    'offline, listed as Invalid, unknown ids allowed',
    { list: { TAG: info('Invalid') }, keys: { AllowOfflineTxForUnknownId: true } },
    'asked, refused Invalid',
  ],
  [
    'offline, cached, LocalAuthorizeOffline false',
    { cache: { TAG: ok }, keys: { LocalAuthorizeOffline: false } },
    'asked, refused OfflineNotAllowed',
  ],
  [
    'offline, cached, no cache',
    { cache: { TAG: ok }, keys: { AuthorizationCacheEnabled: false } },
    'asked, refused OfflineUnknown',
  ],
];

for (const [name, given, expected] of TABLE)
  test(`Authorisation: ${name}`, async () => assert.is(await outcome(given), expected));

test('§3.5.1: what the central system says goes into the cache, refusals too; expired entries become Expired', async () => {
  const { authorization, cached } = world({ central: info('Blocked', { parentIdTag: 'G' }), cache: { OLD: EXPIRED } });
  await authorization.authorize('TAG');
  assert.equal(cached.get('TAG'), info('Blocked', { parentIdTag: 'G' }));
  await authorization.authorize('OLD');
  const other = world({ cache: { OLD: EXPIRED } });
  await other.authorization.authorize('OLD');
  assert.is(other.cached.get('OLD')?.status, 'Expired');
  assert.is(authorization.parentOf('TAG'), 'G');
});

test('§3.5.3: tags of the list never go into the cache; without a cache nothing does', async () => {
  const listed = world({ central: ok, list: { TAG: ok } });
  await listed.authorization.authorize('TAG');
  assert.is(listed.cached.size, 0);
  const uncached = world({ central: ok, keys: { AuthorizationCacheEnabled: false } });
  await uncached.authorization.authorize('TAG');
  assert.is(uncached.cached.size, 0);
  assert.is(uncached.authorization.clearCache(), false);
});

test('An idTag that OCPP 1.6 has no room for is refused and not sent', async () => {
  const { authorization, asked } = world({ central: ok });
  const verdict = await authorization.authorize('X'.repeat(21));
  assert.is(verdict.t === 'refused' && verdict.refusal.reason, 'BadIdTag');
  assert.is((await authorization.authorize('')).t, 'refused');
  assert.equal(asked, []);
});

test.run();
