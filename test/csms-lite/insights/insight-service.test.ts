import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CsmsEvent } from 'csms-lite/core/events.js';
import { storeDemo } from 'csms-lite/demo-data/demo-store.js';
import { planDemo } from 'csms-lite/demo-data/plan.js';
import { createInsightService, type InsightService } from 'csms-lite/insights/insight-service.js';
import { INSIGHT_NAMES } from 'csms-lite/insights/model.js';
import { openReader } from 'csms-lite/store/dialect.js';
import { openStore, type Store } from 'csms-lite/store/store.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';

const test = suite('insight service');
const NEVER = '0 0 1 1 *';
const EVERY_SECOND = '* * * * * *';
const PATIENCE_MS = 100_000;

let directory: string;
let databaseFile: string;
let store: Store;
let service: InsightService | null = null;
let events: CsmsEvent[];
let errors: string[];

test.before.each(async () => {
  directory = mkdtempSync(join(tmpdir(), 'csms-insights-'));
  databaseFile = join(directory, 'csms.sqlite');
  store = await openStore(databaseFile);
  events = [];
  errors = [];
});
test.after.each(async () => {
  await service?.stop();
  service = null;
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

function start(expression = NEVER, file = databaseFile): InsightService {
  service = createInsightService({
    store,
    events: {
      publish: (event) => {
        events.push(event);
        return { id: events.length, atMs: 0, event };
      },
    },
    log: { warn: () => undefined, error: (_facts, message) => errors.push(message) },
    databaseFile: file,
    nowMs: Date.now,
    expression,
  });
  return service;
}

test('an empty database: never computed, then not enough data for each, with both numbers', async () => {
  const insights = start();
  for (const name of INSIGHT_NAMES) assert.equal(await insights.get(name), { name, status: 'not-computed' });
  await insights.compute('ada');
  for (const insight of await insights.list()) {
    assert.is(insight.status, 'not-enough-data', insight.name);
    if (insight.status !== 'not-enough-data') continue;
    assert.ok(insight.shortage.have < insight.shortage.need);
    assert.is(insight.requestedBy, 'ada');
    assert.equal([insight.rowCount, insight.demoRowCount], [0, 0]);
  }
  assert.equal(
    events.map(({ type }) => type),
    ['insights.computed'],
  );
});

test('90 days of demo data: every model says something, of how many rows and how many of them are demo data', async () => {
  const nowMs = Date.now();
  const { sessions } = await storeDemo(store, planDemo({ seed: 1, days: 90, nowMs }), nowMs);
  const insights = start();
  // Two who ask at once get one run.
  await Promise.all([insights.compute('ada'), insights.compute('ben')]);
  assert.is(events.length, 1);
  const list = await insights.list();
  assert.equal(
    list.map(({ name }) => name),
    [...INSIGHT_NAMES],
  );
  for (const insight of list) {
    assert.is(insight.status, 'ok', JSON.stringify(insight).slice(0, 200));
    if (insight.status !== 'ok') continue;
    assert.is(insight.demoRowCount, insight.rowCount, insight.name);
    assert.ok(insight.method.length > 5 && insight.fromMs < insight.toMs && insight.computedAtMs >= nowMs);
  }
  const [forecast, anomalies, users] = await Promise.all([
    insights.get('forecast'),
    insights.get('anomalies'),
    insights.get('users'),
  ]);
  assert.ok(forecast.status === 'ok' && forecast.rowCount > sessions * 0.97);
  if (forecast.status === 'ok') {
    const { candidates, chosen } = forecast.result.energy;
    assert.is(candidates.length, 3);
    const usable = candidates.filter(({ failedFolds }) => failedFolds === 0);
    const best = usable.reduce((a, b) => (b.mae < a.mae ? b : a));
    assert.is(chosen, best.name, 'the one with the smallest error is shown');
  }
  if (anomalies.status === 'ok') {
    const [first] = anomalies.result.connectors;
    assert.equal([first?.stationId, first?.connectorId, first?.flagged], ['DEMO-3', 2, true], 'the ill one is first');
  }
  if (users.status === 'ok') {
    assert.is(users.result.k, 3, 'three habits were planted');
    for (const { user, group } of users.result.users)
      assert.is(
        users.result.users.find((one) => one.user.slice(0, 8) === user.slice(0, 8))?.group,
        group,
        `${user} is with those of the same habit`,
      );
  }
});

test('the schedule computes by itself, as nobody’s request', async () => {
  const insights = start(EVERY_SECOND);
  await eventually(() => events.length > 0, 'the clock', PATIENCE_MS);
  const health = await insights.get('health');
  assert.is(health.status, 'not-enough-data');
  if (health.status === 'not-enough-data') assert.is(health.requestedBy, null);
});

test('a thread that breaks is told and logged; what was stored stays, and the next run works', async () => {
  const insights = start();
  await insights.compute('ada');
  await insights.stop();
  const broken = start(NEVER, join(directory, 'nowhere.sqlite'));
  const failure = await broken.compute('ben').then(
    () => null,
    (error: Error) => error.message,
  );
  assert.ok(failure !== null);
  assert.equal(errors, ['insights failed; what was stored before stays']);
  assert.is((await broken.get('health')).status, 'not-enough-data');
  assert.is(broken.running, false);
});

test('stopping ends a run that is under way, and says no to new ones', async () => {
  const nowMs = Date.now();
  await storeDemo(store, planDemo({ seed: 1, days: 90, nowMs }), nowMs);
  const insights = start();
  const run = insights.compute('ada').then(
    () => 'done',
    (error: Error) => error.message,
  );
  assert.is(insights.running, true);
  await insights.stop();
  assert.is(await run, 'the run was ended');
  assert.equal(errors, [], 'which is no error');
  assert.match(
    await insights.compute('ben').then(
      () => 'done',
      (error: Error) => error.message,
    ),
    'stopping',
  );
});

(process.platform === 'linux' ? test : test.skip)('the thread gives way: it alone has a lower priority', async () => {
  const nowMs = Date.now();
  await storeDemo(store, planDemo({ seed: 1, days: 90, nowMs }), nowMs);
  // proc(5): the nice value is the 19th field, the 17th after the name.
  const nicenessOf = (task: string): number =>
    Number(readFileSync(`/proc/self/task/${task}/stat`, 'utf8').split(') ')[1]?.split(' ')[16]);
  const before = nicenessOf(String(process.pid));
  const insights = start();
  // It has been seen by then: the rest of the run is of no interest.
  const run = insights.compute(null).catch(() => undefined);
  let nicest: number[] = [];
  while (insights.running && nicest.length === 0) {
    nicest = readdirSync('/proc/self/task')
      .map(nicenessOf)
      .filter((niceness) => niceness > before);
    await sleep(5);
  }
  await insights.stop();
  await run;
  assert.equal([...new Set(nicest)], [Math.max(5, before)]);
  assert.is(nicenessOf(String(process.pid)), before);
});

test('the thread’s connection cannot write', async () => {
  const reader = openReader(databaseFile);
  const refused = await reader.db
    .deleteFrom('setting')
    .execute()
    .then(
      () => 'written',
      (error: Error) => error.message,
    );
  assert.match(refused, 'readonly');
  await reader.close();
});

test.run();
