import { request } from 'node:http';
import { PROBLEMS } from 'csms-lite/api/problem.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sendBytes } from '../../support/scripted-charge-point.js';
import { assertFits } from './schemas.js';
import { type Answer, startTestServer, type TestServer } from './server.js';

let server: TestServer;
let locked: TestServer;
test.before(async () => {
  server = await startTestServer();
  locked = await startTestServer({ tokens: [{ name: 'ops', token: 'a-long-token' }] });
});
test.after(async () => {
  await server.close();
  await locked.close();
});

function assertProblem(answer: Answer, status: number, code: string): void {
  assert.is(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.is(answer.body.code, code);
  assert.ok(answer.body.hint.length > 10, 'says what to do next');
  assertFits('Problem', answer.body);
}

/** fetch does not let a Host header pass. */
function statusWithHost(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/api/v1/charge-points', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

test('every problem code has the status, a title and a hint', () => {
  for (const [code, [status, title, hint]] of Object.entries(PROBLEMS)) {
    assert.match(code, /^[a-z_]+$/);
    assert.ok(status >= 400 && status < 600 && title.length > 5 && hint.length > 10, code);
  }
});

test('malformed JSON is 400, another media type 415, too much 413, an unknown route 404', async () => {
  assertProblem(await server.api('PUT', '/api/v1/id-tags/X', '{"status":'), 400, 'malformed_request');
  assertProblem(
    await server.api('PUT', '/api/v1/id-tags/X', 'status=Accepted', { 'content-type': 'text/plain' }),
    415,
    'unsupported_media_type',
  );
  assertProblem(
    await server.api('PUT', '/api/v1/id-tags/X', `{"note":"${'x'.repeat(1_100_000)}"}`),
    413,
    'request_too_large',
  );
  assertProblem(await server.api('GET', '/api/v1/teapots'), 404, 'not_found');
  assertProblem(await server.api('PUT', '/api/v1/id-tags/X', '[1]'), 422, 'invalid_request');
});

test('a body that is tried with __proto__ is refused', async () => {
  assertProblem(
    await server.api('PUT', '/api/v1/id-tags/X', '{"__proto__":{"status":"Accepted"}}'),
    400,
    'malformed_request',
  );
});

test('a broken percent escape in a plain request is 400, and the server lives', async () => {
  const answer = await sendBytes(
    server.port,
    'GET /api/v1/id-tags/%E0%A4%A HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
  );
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.match(answer, 'malformed_request');
  assert.is((await server.api('GET', '/api/v1/health')).status, 200);
});

test('bytes that are no HTTP get 400', async () => {
  assert.match(await sendBytes(server.port, 'HELO there\r\n\r\n'), /^HTTP\/1\.1 400 /);
});

test('a page on another site cannot command the server (Origin)', async () => {
  assertProblem(
    await server.api('PUT', '/api/v1/id-tags/X', {}, { origin: 'https://evil.example' }),
    403,
    'cross_origin_refused',
  );
  assert.is((await server.api('PUT', '/api/v1/id-tags/X', {}, { origin: server.url })).status, 201);
});

test('without a token only loopback names are served: a foreign name that points here is refused (DNS rebinding)', async () => {
  assert.is(await statusWithHost(server.port, `evil.example:${server.port}`), 403);
  assert.is(await statusWithHost(server.port, `localhost:${server.port}`), 200);
  assert.is(await statusWithHost(server.port, `[::1]:${server.port}`), 200);
});

test('with a token: 401 without it or with a wrong one, on every route of the API but health', async () => {
  const { paths } = (await server.api('GET', '/api/openapi.json')).body;
  for (const [path, methods] of Object.entries(paths as Record<string, Record<string, { security?: object[] }>>)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation.security?.length === 0) continue;
      const answer = await locked.api(method.toUpperCase(), path.replace(/\{\w+\}/g, '1'));
      assertProblem(answer, 401, 'unauthorized');
    }
  }
  assert.is((await locked.api('GET', '/api/v1/health')).status, 200);
  const unguarded = Object.entries(paths as Record<string, Record<string, { security?: object[] }>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security }]) =>
        security?.length === 0 ? [`${method} ${path}`] : [],
      ),
  );
  for (const name of unguarded)
    assert.match(name, /^(get \/api\/v1\/health|post \/api\/v1\/session|get \/(healthz|readyz))$/);
  assertProblem(await locked.api('GET', '/cps'), 401, 'unauthorized');
  assertProblem(
    await locked.api('GET', '/api/v1/charge-points', undefined, { authorization: 'Bearer wrong' }),
    401,
    'unauthorized',
  );
  assertProblem(
    await locked.api('GET', '/api/v1/charge-points', undefined, { authorization: 'Basic YTpi' }),
    401,
    'unauthorized',
  );
  const answer = await locked.api('GET', '/api/v1/charge-points', undefined, { authorization: 'Bearer a-long-token' });
  assert.is(answer.status, 200);
});

test('with a token: who did it stands in the audit log', async () => {
  const authorization = 'Bearer a-long-token';
  await locked.api('PUT', '/api/v1/charge-points/AUDITED', {}, { authorization });
  const { body } = await locked.api('GET', '/api/v1/audit', undefined, { authorization });
  assert.is(body.items[0].actor, 'ops');
});

test('with a token: pages lead to /login, which sets a cookie that opens pages, API and events', async () => {
  const page = await locked.api('GET', '/sessions');
  assert.is(page.status, 303);
  assert.is(page.headers.get('location'), '/login?next=%2Fsessions');
  const wrong = await locked.api('POST', '/login', 'token=nonsense', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  assert.is(wrong.status, 403);
  const right = await locked.api('POST', '/login', 'token=a-long-token&next=%2Fsessions', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  assert.is(right.status, 303);
  assert.is(right.headers.get('location'), '/sessions');
  const cookie = (right.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  assert.match(right.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Strict/);
  assert.not.match(cookie, 'a-long-token');
  assert.is((await locked.api('GET', '/sessions', undefined, { cookie })).status, 200);
  assert.is((await locked.api('GET', '/api/v1/charge-points', undefined, { cookie })).status, 200);
  const away = await locked.api('POST', '/login', 'token=a-long-token&next=//evil.example', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  assert.is(away.headers.get('location'), '/');
});

test('OpenAPI: every route of the contract is there, with the schemas that validate', async () => {
  const { body } = await server.api('GET', '/api/openapi.json');
  assert.is(body.openapi, '3.1.0');
  const contract: Record<string, string[]> = {
    '/health': ['get'],
    '/charge-points': ['get'],
    '/charge-points/{chargePointId}': ['get', 'put', 'delete'],
    '/charge-points/{chargePointId}/commands/{command}': ['post'],
    '/commands/{commandId}': ['get'],
    '/id-tags/{idTag}': ['get', 'put', 'delete'],
    '/transactions': ['get'],
    '/transactions/{id}': ['get'],
    '/transactions/{id}/close': ['post'],
    '/reservations': ['get'],
    '/reservations/{id}': ['get'],
    '/charging-profiles': ['get'],
    '/charging-profiles/{id}': ['get', 'put', 'delete'],
  };
  for (const [path, methods] of Object.entries(contract))
    for (const method of methods) assert.ok(body.paths[`/api/v1${path}`]?.[method], `${method} ${path}`);
  const names = body.paths['/api/v1/charge-points/{chargePointId}/commands/{command}'].post.requestBody.content[
    'application/json'
  ].schema.anyOf.map((schema: { title: string }) => schema.title.split(' ')[0]);
  for (const name of ['reset', 'remote-start', 'remote-stop', 'reserve-now', 'send-local-list', 'get-variables'])
    assert.ok(names.includes(name), name);
  const page = await server.api('GET', '/api/docs');
  assert.is(page.status, 200);
  assert.match(page.body, 'commands/{command}');
});

test.run();
