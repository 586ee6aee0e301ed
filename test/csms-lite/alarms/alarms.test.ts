import type { Anomaly } from 'csms-lite/core/model.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { openEvents } from '../api/event-client.js';
import { type Body, startTestServer, type TestServer } from '../api/server.js';

const WAIT_MS = 30_000;
let server: TestServer;
test.before.each(async () => {
  server = await startTestServer({ alarms: { tickEveryMs: 50, checkEveryMs: 200 } });
});
test.after.each(() => server.close());

async function alarms(query = ''): Promise<Body[]> {
  const answer = await server.api('GET', `/api/v1/alarms${query}`);
  assert.is(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.items;
}

const setRule = (rule: string, change: object) => server.api('PATCH', `/api/v1/alarm-rules/${rule}`, change);

async function fault(peer: ScriptedPeer, status: string, errorCode = 'NoError'): Promise<void> {
  await peer.call('StatusNotification', { connectorId: 1, status, errorCode, vendorErrorCode: 'E17' });
}

test('a faulted connector: raised with what, since, figure, threshold and what to do; acknowledged by name; told live', async () => {
  await setRule('faulted', { threshold: 0 });
  const stream = await openEvents(`${server.url}/api/v1/events?types=alarm.*`);
  // Nobody listens there; what is queued for it is what counts.
  const hook = { url: 'http://127.0.0.1:9/', events: ['alarm.*'], allowPrivate: true };
  assert.is((await server.api('POST', '/api/v1/webhooks', hook)).status, 201);
  const peer = await server.boot('AL-1');
  await fault(peer, 'Faulted', 'GroundFailure');
  const [alarm] = await eventually(
    async () => {
      const open = await alarms('?status=open&rule=faulted');
      return open.length === 1 && open;
    },
    'the alarm',
    WAIT_MS,
  );
  assert.is(alarm.what, 'Connector 1 of AL-1 reports Faulted: GroundFailure, E17.');
  assert.is(alarm.subject, 'AL-1/1');
  assert.is(alarm.chargePointId, 'AL-1');
  assert.is(alarm.connectorId, 1);
  assert.is(alarm.threshold, 0);
  assert.is(alarm.unit, 's');
  assert.ok(alarm.next.length > 20);
  assert.ok(Date.parse(alarm.since) <= Date.parse(alarm.raisedAt));
  assert.match((await server.api('GET', '/metrics')).body, /csms_alarms\{acknowledged="false"\} 1\n/);

  const acknowledged = await server.api('POST', `/api/v1/alarms/${alarm.id}/acknowledge`, {
    note: 'electrician called',
  });
  assert.is(acknowledged.status, 200);
  assert.is(acknowledged.body.note, 'electrician called');
  assert.is(acknowledged.body.status, 'open');
  assert.ok(acknowledged.body.acknowledgedBy.length > 0);
  assert.match((await server.api('GET', '/metrics')).body, /csms_alarms\{acknowledged="true"\} 1\n/);
  assert.equal(await alarms('?acknowledged=false'), []);

  // The same fault again is the same alarm; switching the rule off ends it.
  await fault(peer, 'Faulted', 'GroundFailure');
  await setRule('faulted', { enabled: false });
  await eventually(async () => (await alarms('?status=open')).length === 0, 'over', WAIT_MS);
  assert.is((await alarms('?rule=faulted')).length, 1);
  const types = await eventually(
    () => {
      const told = stream.events.map(({ event }) => event).filter((event) => event.startsWith('alarm.'));
      return told.length === 3 && told;
    },
    'three events',
    WAIT_MS,
  );
  assert.equal(types, ['alarm.raised', 'alarm.acknowledged', 'alarm.cleared']);
  const queued = (await server.api('GET', '/api/v1/webhook-deliveries')).body.items as Body[];
  assert.equal(queued.map(({ eventType }) => eventType).reverse(), types);
  assert.is(queued[2].body.alarm.what, alarm.what);
  stream.close();
  await peer.close();
});

test('a charge point that goes away and does not come back; it stays open over a restart; its removal ends it', async () => {
  await setRule('offline', { threshold: 10 });
  const refused = await setRule('offline', { threshold: 1 });
  assert.is(refused.status, 422);
  assert.match(refused.body.hint, 'from 10 to');
  await setRule('offline', { threshold: 10 });
  const peer = await server.boot('AL-2');
  await peer.close();
  const [alarm] = await eventually(
    async () => {
      const open = await alarms('?status=open');
      return open.length === 1 && open;
    },
    'offline',
    WAIT_MS,
  );
  assert.is(alarm.rule, 'offline');
  assert.is(alarm.figure, 10);
  await server.restart();
  assert.is((await alarms('?status=open'))[0].id, alarm.id);
  await server.api('DELETE', '/api/v1/charge-points/AL-2');
  await eventually(async () => (await alarms('?status=open')).length === 0, 'over', WAIT_MS);
  assert.is((await alarms()).length, 1, 'once');
});

test('figures: the disk, by a threshold of 1 %; a wrong clock; each ends when its rule allows more', async () => {
  await setRule('disk-filling', { threshold: 1 });
  const [disk] = await eventually(
    async () => {
      const open = await alarms('?rule=disk-filling');
      return open.length === 1 && open;
    },
    'the disk',
    WAIT_MS,
  );
  assert.match(disk.what, /^The disk of .* is \d+ % full; [\d.]+ GB are free\.$/);
  assert.is(disk.unit, '%');
  await setRule('disk-filling', { threshold: 100 });
  await eventually(async () => (await alarms('?status=cleared')).length === 1, 'over', WAIT_MS);
  const rules = (await server.api('GET', '/api/v1/alarm-rules')).body.items as Body[];
  assert.is(rules.find(({ rule }) => rule === 'disk-filling').threshold, 100);
  assert.is((await setRule('disk-filling', { threshold: null })).body.threshold, 90);
  assert.is((await setRule('nonsense', { enabled: false })).body.code, 'alarm_rule_not_found');
  assert.is((await setRule('anomaly', { threshold: 5 })).status, 422);
});

test('a clock that is ten minutes fast', async () => {
  const peer = await server.boot('AL-4');
  const timestamp = new Date(Date.now() + 600_000).toISOString();
  await peer.call('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError', timestamp });
  const [alarm] = await eventually(
    async () => {
      const open = await alarms('?rule=clock-skew');
      return open.length === 1 && open;
    },
    'the clock',
    WAIT_MS,
  );
  assert.match(alarm.what, /^The clock of AL-4 is (600|599) s fast\.$/);
  assert.is(alarm.threshold, 120);
  await peer.close();
});

test('an anomaly of current: the figures of the detector, until it says that it is over', async () => {
  const anomaly: Partial<Anomaly> = {
    id: 7,
    chargePointId: 'AL-3',
    connectorId: 2,
    kind: 'runaway',
    windowMs: 5000,
    figure: 41_000,
    threshold: 33_000,
    unit: 'mA',
    currentMa: 41_000,
    limitMa: 32_000,
    commanded: false,
    detectedBy: 'csms',
    seenBy: ['csms'],
    transactionId: null,
    fromMs: Date.now() - 5000,
    detectedAtMs: Date.now(),
    clearedAtMs: null,
  };
  server.running.csms.events.publish({ type: 'anomaly.detected', anomaly: anomaly as Anomaly });
  const [alarm] = await eventually(
    async () => {
      const open = await alarms('?rule=anomaly&status=open');
      return open.length === 1 && open;
    },
    'the anomaly',
    WAIT_MS,
  );
  assert.is(alarm.what, 'The current stays above its limit at connector 2 of AL-3, over 5 s.');
  assert.equal([alarm.figure, alarm.threshold, alarm.unit], [41_000, 33_000, 'mA']);
  assert.is(alarm.subject, 'AL-3/2/runaway');
});

test('what is asked wrongly is said', async () => {
  assert.is((await server.api('GET', '/api/v1/alarms/99')).body.code, 'alarm_not_found');
  assert.is((await server.api('GET', '/api/v1/alarms/x')).body.code, 'alarm_not_found');
  assert.is((await server.api('POST', '/api/v1/alarms/99/acknowledge')).body.code, 'alarm_not_found');
  assert.is((await server.api('GET', '/api/v1/alarms?status=loud')).status, 422);
});

test.run();
