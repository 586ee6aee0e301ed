import { join } from 'node:path';
import { Ajv } from 'ajv';
import { insightSchema, insightSchemas } from 'csms-lite/api/schemas/insights.js';
import { storeDemo } from 'csms-lite/demo-data/demo-store.js';
import { planDemo } from 'csms-lite/demo-data/plan.js';
import { INSIGHT_NAMES, type InsightName } from 'csms-lite/insights/model.js';
import { openStore } from 'csms-lite/store/store.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { type Body, startTestServer, type TestServer } from '../api/server.js';

const ajv = new Ajv({ allErrors: true, strict: false });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

function assertFits(schema: object, value: Body): void {
  const validate = ajv.compile(schema);
  assert.ok(validate(value), ajv.errorsText(validate.errors));
}

const ADMIN = { authorization: 'Bearer secret-of-the-operator' };
let server: TestServer;
test.before(async () => {
  server = await startTestServer({ tokens: [{ name: 'operator', token: 'secret-of-the-operator' }] });
});
test.after(() => server.close());

async function get(path: string): Promise<Body> {
  const answer = await server.api('GET', path, undefined, ADMIN);
  assert.is(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function compute(): Promise<void> {
  await server.api('POST', '/api/v1/insights/compute', undefined, ADMIN);
  await eventually(async () => !(await get('/api/v1/insights')).running, 'the run', 100_000, 200);
}

test('before and without data: not computed, then not enough data; each fits its schema', async () => {
  const before = await get('/api/v1/insights');
  assert.is(before.total, 6);
  assert.is(before.running, false);
  for (const insight of before.items) assert.is(insight.status, 'not-computed');
  await compute();
  for (const insight of (await get('/api/v1/insights')).items) {
    assert.is(insight.status, 'not-enough-data');
    assert.is(insight.requestedBy, 'operator');
    assertFits(insightSchema, insight);
  }
});

test('with demo data: every insight fits its schema and says what it is made of', async () => {
  const store = await openStore(join(server.dataDirectory, 'csms.sqlite'));
  const nowMs = Date.now();
  await storeDemo(store, planDemo({ seed: 1, days: 40, nowMs }), nowMs);
  await store.close();
  await compute();
  for (const name of INSIGHT_NAMES) {
    const insight = await get(`/api/v1/insights/${name}`);
    assert.is(insight.status, 'ok', JSON.stringify(insight).slice(0, 300));
    assertFits(insightSchemas[name], insight);
    assert.is(insight.demoRows, insight.rows);
  }
  const listed = (await get('/api/v1/insights')).items as { name: InsightName }[];
  assert.equal(
    listed.map(({ name }) => name),
    [...INSIGHT_NAMES],
  );
});

test('the seed’s routes are answered by the same handlers', async () => {
  for (const [legacy, current] of [
    ['/predict/availability?hours=6', '/api/v1/insights/forecast?hours=6'],
    ['/predict/maintenance', '/api/v1/insights/anomalies'],
    ['/analytics/users', '/api/v1/insights/users'],
    ['/optimize/load?hours=2.5', '/api/v1/insights/energy?hours=2.5'],
    ['/health/score', '/api/v1/insights/health'],
  ] as const)
    assert.equal(await get(legacy), await get(current), legacy);
});

test('hours of the forecast, a prediction, and the heat map of a zone', async () => {
  assert.is((await get('/api/v1/insights/forecast?hours=6')).result.energy.points.length, 6);
  assert.is((await get('/api/v1/insights/forecast')).result.starts.points.length, 24);
  const { prediction } = (await get('/api/v1/insights/energy?hours=100')).result;
  assert.is(prediction.hours, 100);
  assert.is(prediction.extrapolated, true);
  const berlin = (await get('/api/v1/insights/utilisation?timeZone=Europe/Berlin')).result;
  const utc = (await get('/api/v1/insights/utilisation?timeZone=UTC')).result;
  assert.equal([berlin.timeZone, utc.timeZone], ['Europe/Berlin', 'UTC']);
  assert.is(utc.cells.length, 7);
  assert.is(utc.cells[0].length, 24);
  assert.not.equal(berlin.cells, utc.cells);
});

test('what cannot be is refused with what to do', async () => {
  for (const path of [
    '/insights/utilisation?timeZone=Mars/Olympus',
    '/insights/forecast?hours=25',
    '/insights/energy?hours=0',
  ]) {
    const { status, body } = await server.api('GET', `/api/v1${path}`, undefined, ADMIN);
    assert.is(status, 422, path);
    assert.is(body.code, 'invalid_request');
    assert.ok(body.hint.length > 5);
  }
  assert.is((await server.api('GET', '/api/v1/insights/nothing', undefined, ADMIN)).status, 404);
});

test('read is enough to look, not to compute; without a token neither', async () => {
  assert.is((await server.api('GET', '/predict/maintenance')).status, 401);
  // The first token is an administrator’s.
  await server.api('POST', '/api/v1/tokens', { name: 'chief', role: 'admin' }, ADMIN);
  const token = await server.api('POST', '/api/v1/tokens', { name: 'looker', role: 'read' }, ADMIN);
  const looker = { authorization: `Bearer ${token.body.secret}` };
  assert.is((await server.api('GET', '/api/v1/insights', undefined, looker)).status, 200);
  assert.is((await server.api('POST', '/api/v1/insights/compute', undefined, looker)).status, 403);
});

test('they stand in the documentation', async () => {
  const { paths } = await get('/api/openapi.json');
  for (const name of INSIGHT_NAMES) assert.ok(paths[`/api/v1/insights/${name}`]?.get, name);
  assert.ok(paths['/api/v1/insights/compute']?.post);
});

test.run();
