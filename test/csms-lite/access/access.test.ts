import { createTokenBuckets } from 'csms-lite/core/access/token-bucket.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startTestServer, type TestServer } from '../api/server.js';

const test = suite('access');
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
let server: TestServer;

test.before.each(async () => {
  server = await startTestServer();
});
test.after.each(() => server.close());

async function makeToken(role: string, by: Record<string, string> = {}): Promise<{ id: string; secret: string }> {
  const answer = await server.api('POST', '/api/v1/tokens', { name: `${role} token`, role }, by);
  assert.is(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

test('without tokens and logins a loopback server asks for nothing', async () => {
  assert.is((await server.api('GET', '/api/v1/charge-points')).status, 200);
  assert.equal((await server.api('GET', '/api/v1/session')).body, { name: 'local', role: 'admin' });
  assert.is(server.running.setupUrl, null);
});

test('the first token switches access control on, so it must be an administrator’s; the last to go is one too', async () => {
  const refused = await server.api('POST', '/api/v1/tokens', { name: 'r', role: 'read' });
  assert.is(refused.status, 409);
  assert.is(refused.body.code, 'last_admin');
  const admin = await makeToken('admin');
  assert.match(admin.secret, /^twk_[0-9a-f]{12}_[\w-]{32}$/);
  assert.is((await server.api('GET', '/api/v1/charge-points')).status, 401);
  const read = await makeToken('read', bearer(admin.secret));
  const last = await server.api('DELETE', `/api/v1/tokens/${admin.id}`, undefined, bearer(admin.secret));
  assert.is(last.body.code, 'last_admin');
  assert.is((await server.api('DELETE', `/api/v1/tokens/${read.id}`, undefined, bearer(admin.secret))).status, 204);
  assert.is((await server.api('GET', '/api/v1/tokens', undefined, bearer(read.secret))).status, 401);
  assert.is((await server.api('DELETE', `/api/v1/tokens/${admin.id}`, undefined, bearer(admin.secret))).status, 204);
  assert.is((await server.api('GET', '/api/v1/charge-points')).status, 200, 'nothing asks for a token any more');
});

test('a token is shown once and kept as a hash; it survives a restart and ends at its time', async () => {
  const admin = await makeToken('admin');
  const listed = await server.api('GET', '/api/v1/tokens', undefined, bearer(admin.secret));
  assert.not.match(JSON.stringify(listed.body), admin.secret);
  await server.restart();
  assert.is((await server.api('GET', '/api/v1/tokens', undefined, bearer(admin.secret))).status, 200);
  const flipped = admin.secret.slice(0, -1) + (admin.secret.endsWith('A') ? 'B' : 'A');
  assert.is((await server.api('GET', '/api/v1/tokens', undefined, bearer(flipped))).status, 401);
  const soon = new Date(Date.now() + 300).toISOString();
  const short = await server.api(
    'POST',
    '/api/v1/tokens',
    { name: 's', role: 'read', expiresAt: soon },
    bearer(admin.secret),
  );
  assert.is((await server.api('GET', '/api/v1/session', undefined, bearer(short.body.secret))).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 350));
  assert.is((await server.api('GET', '/api/v1/session', undefined, bearer(short.body.secret))).status, 401);
});

test('every route: without a token 401, with a lesser role 403; only health, login and what drivers see are public', async () => {
  const admin = await makeToken('admin');
  const read = await makeToken('read', bearer(admin.secret));
  const operate = await makeToken('operate', bearer(admin.secret));
  const PUBLIC =
    /^(\/api\/v1\/(health|session)|\/healthz|\/readyz|\/login|\/logout|\/setup|\/assets\/:name|\/favicon\.svg|\/c\/.*|\/status.*|\/files\/.*)$/;
  assert.ok(server.running.routes.length > 60, 'the list is that of the real server');
  for (const { method, url, isPublic, role } of server.running.routes) {
    if (method === 'OPTIONS') continue;
    const name = `${method} ${url}`;
    if (isPublic) {
      assert.match(url, PUBLIC, `${name} is public`);
      continue;
    }
    const path = url.replace(/\*/g, 'x').replace(/:\w+/g, '1');
    const stranger = await server.api(method, path);
    assert.ok(
      stranger.status === 401 || (stranger.status === 303 && /^\/login/.test(stranger.headers.get('location') ?? '')),
      `${name}: ${stranger.status}`,
    );
    const wrong = await server.api(
      method,
      path,
      undefined,
      bearer('twk_000000000000_wrongwrongwrongwrongwrongwrongwr'),
    );
    assert.ok(wrong.status === 401 || wrong.status === 303, `${name}: ${wrong.status}`);
    const lesser = role === 'admin' ? operate : role === 'operate' ? read : null;
    if (lesser !== null) {
      const answer = await server.api(method, path, undefined, bearer(lesser.secret));
      assert.is(answer.status, 403, name);
      if (method !== 'HEAD') assert.is(answer.body.code, 'forbidden', name);
    }
  }
});

test('what changes something is not for the role read, and what changes access not for operate', async () => {
  const roles = new Map(server.running.routes.map(({ method, url, role }) => [`${method} ${url}`, role]));
  for (const [name, role] of roles)
    if (/^(POST|PUT|PATCH|DELETE) \/api\/v1\//.test(name) && !/\/session$/.test(name))
      assert.is.not(role, 'read', name);
  for (const name of [
    'GET /api/v1/tokens',
    'POST /api/v1/tokens',
    'POST /api/v1/users',
    'PATCH /api/v1/users/:id',
    'POST /api/v1/users/:id/wallet/top-ups',
    'PATCH /api/v1/settings',
  ])
    assert.is(roles.get(name), 'admin', name);
});

test('people sign in with name and password; changes need the CSRF token; signing out ends it on the server', async () => {
  await server.api('POST', '/api/v1/users', { login: 'Ann', role: 'operate', password: 'x' }).then((answer) => {
    assert.is(answer.body.code, 'invalid_request', 'a short password');
  });
  await server.api('POST', '/api/v1/users', { login: 'Ann', role: 'admin', password: 'correct horse battery' });
  assert.is((await server.api('GET', '/api/v1/charge-points')).status, 401);
  const wrong = await server.api('POST', '/api/v1/session', { login: 'ann', password: 'wrong horse battery' });
  assert.is(wrong.status, 401);
  const right = await server.api('POST', '/api/v1/session', { login: 'ann', password: 'correct horse battery' });
  assert.is(right.status, 204);
  const set = right.headers.getSetCookie();
  assert.match(set[0] ?? '', /^csms_lite_session=[\w-]{32}; HttpOnly; SameSite=Strict/);
  const cookie = set.map((line) => line.split(';')[0]).join('; ');
  const csrf = /csms_lite_csrf=([\w-]+)/.exec(cookie)?.[1] ?? '';
  assert.equal((await server.api('GET', '/api/v1/session', undefined, { cookie })).body, {
    name: 'Ann',
    role: 'admin',
  });
  assert.is((await server.api('PUT', '/api/v1/id-tags/X', {}, { cookie })).body.code, 'csrf_token_missing');
  const forged = await server.api('PUT', '/api/v1/id-tags/X', {}, { cookie, 'x-csrf-token': 'A'.repeat(43) });
  assert.is(forged.status, 403);
  const elsewhere = await server.api(
    'PUT',
    '/api/v1/id-tags/X',
    {},
    { cookie, 'x-csrf-token': csrf, origin: 'http://evil.example' },
  );
  assert.is(elsewhere.body.code, 'cross_origin_refused');
  assert.is((await server.api('PUT', '/api/v1/id-tags/X', {}, { cookie, 'x-csrf-token': csrf })).status, 201);
  assert.is((await server.api('GET', '/api/v1/audit', undefined, { cookie })).body.items[0].actor, 'Ann');
  await server.api('DELETE', '/api/v1/session', undefined, { cookie, 'x-csrf-token': csrf });
  assert.is(
    (await server.api('GET', '/api/v1/session', undefined, { cookie })).status,
    401,
    'the old cookie is worth nothing',
  );
});

test('a new password or role ends the sign-ins that there are', async () => {
  const made = await server.api('POST', '/api/v1/users', {
    login: 'bob',
    role: 'admin',
    password: 'correct horse battery',
  });
  const admin = await server.running.csms.access.createToken({ name: 'a', role: 'admin' }, 'test');
  const signedIn = await server.api('POST', '/api/v1/session', { login: 'bob', password: 'correct horse battery' });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  await server.api('PATCH', `/api/v1/users/${made.body.id}`, { role: 'read' }, bearer(admin.secret));
  assert.is((await server.api('GET', '/api/v1/session', undefined, { cookie })).status, 401);
  const log = await server.api('GET', '/api/v1/audit', undefined, bearer(admin.secret));
  assert.not.match(JSON.stringify(log.body), 'correct horse');
});

test('guessing passwords is slowed down: 429 with Retry-After, also on the page', async () => {
  await server.api('POST', '/api/v1/users', { login: 'ann', role: 'admin', password: 'correct horse battery' });
  let limited = null;
  for (let attempt = 0; attempt < 12 && limited === null; attempt += 1) {
    const answer = await server.api('POST', '/api/v1/session', { login: 'ann', password: `guess ${attempt} guess` });
    if (answer.status === 429) limited = answer;
  }
  assert.is(limited?.body.code, 'too_many_requests');
  assert.ok(Number(limited?.headers.get('retry-after')) > 0);
  assert.is((await server.api('POST', '/login', 'login=ann&password=correct+horse+battery', FORM)).status, 429);
});

test('the one-time set-up link makes the first administrator, once', async () => {
  const open = await startTestServer({ host: '0.0.0.0' });
  try {
    const link = new URL(open.running.setupUrl ?? 'none:');
    const path = `${link.pathname}${link.search}`;
    assert.match((await open.api('GET', path)).body, 'The first administrator');
    assert.is((await open.api('GET', '/setup?code=guess')).status, 303);
    const code = link.searchParams.get('code') ?? '';
    const body = (value: string) => `code=${value}&login=ann&password=correct+horse+battery`;
    assert.is((await open.api('POST', '/setup', body('guess'), FORM)).status, 401);
    const short = await open.api('POST', '/setup', `code=${code}&login=ann&password=short`, FORM);
    assert.is(short.status, 422);
    const done = await open.api('POST', '/setup', body(code), FORM);
    assert.is(done.status, 303);
    const cookie = done.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    assert.equal((await open.api('GET', '/api/v1/session', undefined, { cookie })).body, {
      name: 'ann',
      role: 'admin',
    });
    assert.is((await open.api('POST', '/setup', body(code).replace('ann', 'eve'), FORM)).status, 401);
    await open.restart();
    assert.is(open.running.setupUrl, null);
    assert.is(
      (await open.api('GET', '/api/v1/session', undefined, { cookie })).status,
      200,
      'sign-ins survive a restart',
    );
  } finally {
    await open.close();
  }
});

test('token bucket: a burst, then a rate; full ones are forgotten; a clock set back locks nobody out', () => {
  let now = 0;
  const buckets = createTokenBuckets({ burst: 3, perSecond: 1 }, () => now);
  assert.equal(
    [1, 2, 3, 4].map(() => buckets.take('a')),
    [true, true, true, false],
  );
  assert.is(buckets.waitS('a'), 1);
  assert.is(buckets.take('b'), true);
  now = 1500;
  assert.equal([buckets.take('a'), buckets.take('a')], [true, false]);
  now = -100_000;
  assert.is(buckets.has('b'), true);
  now = 10_000;
  buckets.take('c');
  assert.is(buckets.size, 1);
});

test.run();
