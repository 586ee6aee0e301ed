import { bandsOf } from 'csms-lite/web/shared/bands.js';
import { configurationOf } from 'csms-lite/web/shared/configuration.js';
import { bytes } from 'csms-lite/web/shared/format.js';
import { fitsFilter, mergeMessages, partnerOf } from 'csms-lite/web/shared/message-pairs.js';
import { amountText, readAmount } from 'csms-lite/web/shared/money.js';
import { isClientPage } from 'csms-lite/web/shared/navigation.js';
import { outcomeText } from 'csms-lite/web/shared/outcome.js';
import { readingsOf, withReading } from 'csms-lite/web/shared/readings.js';
import { scheduleSteps } from 'csms-lite/web/shared/schedule.js';
import { bodyOf, fieldsOf } from 'csms-lite/web/shared/schema-form.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startTestServer, type TestServer } from '../api/server.js';

let server: TestServer;
test.before(async () => {
  server = await startTestServer();
});
test.after(() => server.close());

test('forms: every command’s schema becomes fields, and no member is lost', async () => {
  const { body } = await server.api('GET', '/api/v1/command-descriptions');
  assert.ok(body.items.length > 20);
  for (const { name, bodySchema } of body.items) {
    const top = new Set(fieldsOf(bodySchema).map((field) => field.path.split('.')[0]));
    assert.equal([...top].sort(), Object.keys(bodySchema.properties).sort(), name);
  }
});

test('forms: empty members are absent, required ones are asked for, nested ones are nested, values have their types', () => {
  const fields = fieldsOf({
    type: 'object',
    required: ['kind', 'log'],
    properties: {
      count: { type: 'integer' },
      kind: { enum: ['a', 'b'] },
      keys: { type: 'array', items: { type: 'string' } },
      rows: { type: 'array', items: { type: 'object' } },
      yes: { type: ['boolean', 'null'] },
      log: {
        type: 'object',
        required: ['at'],
        properties: { at: { type: 'string', format: 'date-time' }, note: { type: 'string' } },
      },
    },
  });
  assert.equal(
    fields.map(({ path, required, kind }) => `${path}${required ? '!' : ''} ${kind}`),
    ['kind! choice', 'log.at! time', 'count integer', 'keys texts', 'rows json', 'yes boolean', 'log.note text'],
  );
  const made = bodyOf(fields, {
    kind: 'a',
    count: '7',
    keys: 'x, y\nz',
    rows: '[{"n":1}]',
    yes: 'false',
    'log.at': '2026-01-02T03:04:05Z',
  });
  assert.equal(made.problems, {});
  assert.equal(made.body, {
    kind: 'a',
    count: 7,
    keys: ['x', 'y', 'z'],
    rows: [{ n: 1 }],
    yes: false,
    log: { at: '2026-01-02T03:04:05.000Z' },
  });
  const wrong = bodyOf(fields, { count: '1.5', rows: '[', 'log.at': 'soon' }).problems;
  assert.equal(Object.keys(wrong).sort(), ['count', 'kind', 'log.at', 'rows']);
});

test('forms: members of an optional object are not asked for unless it is there', () => {
  const fields = fieldsOf({
    type: 'object',
    properties: { inner: { type: 'object', required: ['a'], properties: { a: { type: 'string' } } } },
  });
  assert.is(fields[0]?.required, false);
});

test('outcome: the charger’s word, what it means, and that a time-out is no refusal', () => {
  const base = { action: 'Reset', status: 'completed', response: null, error: null } as const;
  assert.is(outcomeText({ ...base, status: 'pending' }).tone, 'wait');
  assert.is(outcomeText({ ...base, response: { status: 'Accepted' } }).tone, 'good');
  assert.is(outcomeText({ ...base, response: { status: 'Rejected' } }).meaning, 'The charger refused.');
  assert.is(outcomeText({ ...base, response: {} }).word, 'Answered');
  assert.match(outcomeText({ ...base, error: { code: 'Timeout', description: '' } }).meaning, 'may still');
  assert.is(outcomeText({ ...base, error: { code: 'Odd', description: 'flash is full' } }).meaning, 'flash is full');
  const late = { ...base, response: { status: 'Accepted' }, error: { code: 'Timeout', description: '' } };
  assert.is(outcomeText(late).word, 'Accepted', 'an answer that came late is the answer');
});

test('configuration: the newest whole answer, with single keys that were read since', () => {
  const answer = (at: string, keys: [string, string][], asked?: string[]) => ({
    name: 'get-configuration',
    request: asked === undefined ? {} : { key: asked },
    response: { configurationKey: keys.map(([key, value]) => ({ key, value, readonly: false })) },
    completedAt: at,
  });
  assert.is(configurationOf([]), null);
  assert.is(configurationOf([answer('2026-01-01T00:00:00Z', [['A', '1']], ['A'])]), null);
  const known = configurationOf([
    answer('2026-01-03T00:00:00Z', [['A', '3']], ['A']),
    answer('2026-01-02T00:00:00Z', [['A', '2']], ['A']),
    answer('2026-01-01T00:00:00Z', [
      ['B', '9'],
      ['A', '1'],
    ]),
  ]);
  assert.equal(
    known?.keys.map(({ key, value }) => `${key}=${value}`),
    ['A=3', 'B=9'],
  );
});

const frame = (at: string, direction: 'in' | 'out', kind: 'CALL' | 'CALLRESULT', messageId = '1') => ({
  id: 0,
  chargePointId: 'CP',
  direction,
  at,
  kind,
  messageId,
  action: 'Heartbeat',
  latencyMs: kind === 'CALL' ? null : 5,
  text: '[2,"1","Heartbeat",{}]',
});

test('messages: each frame once, newest first; a question and its answer find each other, also when ids repeat', () => {
  const call = frame('2026-01-01T00:00:00Z', 'in', 'CALL');
  const result = frame('2026-01-01T00:00:01Z', 'out', 'CALLRESULT');
  const later = frame('2026-01-02T00:00:00Z', 'in', 'CALL');
  const merged = mergeMessages([call, result], [result, later]);
  assert.equal(merged, [later, result, call]);
  assert.is(partnerOf(result, merged), call, 'the nearest one');
  assert.is(partnerOf(call, merged), result);
  assert.is(partnerOf(frame('2026-01-01T00:00:00Z', 'in', 'CALL', '2'), merged), null);
  assert.ok(fitsFilter(call, 'HEART'));
  assert.not.ok(fitsFilter(call, 'Boot'));
});

test('readings: phases joined as the server does it, a total wins, unknown stays unknown', () => {
  const sample = (measurand: string, value: number | null, phase?: string) => ({
    at: '2026-01-01T00:00:00Z',
    receivedAt: '2026-01-01T00:00:00Z',
    measurand,
    context: 'Sample.Periodic',
    format: 'Raw',
    value,
    unit: 'W',
    rawValue: String(value),
    ...(phase === undefined ? {} : { phase }),
  });
  const [reading] = readingsOf([
    sample('Power.Active.Import', 100, 'L1'),
    sample('Power.Active.Import', 200, 'L2'),
    sample('Current.Import', 5, 'L1'),
    sample('Current.Import', 9, 'L2'),
    sample('Current.Import', 90, 'N'),
    sample('Voltage', 230_000, 'L1-N'),
    sample('Voltage', 999_000),
    sample('SoC', 42_000),
    sample('Frequency', 1),
    sample('Temperature', null),
  ]);
  assert.equal(reading, {
    atMs: Date.parse('2026-01-01T00:00:00Z'),
    powerW: 300,
    currentMa: 9,
    voltageMv: 999_000,
    socPercent: 42,
    temperatureMilliC: null,
  });
  if (reading === undefined) throw new Error('no reading');
  assert.is(withReading([reading], reading, 10).length, 1, 'the same instant again changes nothing');
  assert.is(withReading([reading], { ...reading, atMs: reading.atMs + 1 }, 1).length, 1);
});

test('bands: what held at the start holds there, repetitions are one, nothing sticks out', () => {
  const at = (second: number) => new Date(second * 1000).toISOString();
  const bands = bandsOf(
    [
      { status: 'SuspendedEV', at: at(30) },
      { status: 'Charging', at: at(20) },
      { status: 'Charging', at: at(5) },
      { status: 'Available', at: at(1) },
      { status: 'Finishing', at: at(99) },
    ],
    10_000,
    40_000,
  );
  assert.equal(
    bands.map(({ status, fromMs, toMs }) => [status, fromMs, toMs]),
    [
      ['Charging', 10_000, 30_000],
      ['SuspendedEV', 30_000, 40_000],
    ],
  );
  assert.equal(bandsOf([], 0, 1), []);
});

test('schedule: corners of its steps in order, ending with its duration (1.6 §6.22)', () => {
  assert.is(scheduleSteps({ status: 'Rejected' }, 60), null);
  const steps = scheduleSteps(
    {
      scheduleStart: '1970-01-01T00:00:10Z',
      chargingSchedule: {
        duration: 100,
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [
          { startPeriod: 50, limit: 6 },
          { startPeriod: 0, limit: 16 },
          { startPeriod: 200, limit: 1 },
        ],
      },
    },
    60,
  );
  assert.equal(steps, { times: [10, 59.999, 60, 109.999], values: [16, 16, 6, 6], unit: 'A' });
});

test('money: minor units exactly, in and out; finer than the currency is refused', () => {
  assert.is(amountText(-5, 2), '−0.05');
  assert.is(amountText(1234, 0), '1234');
  assert.is(readAmount('12,5', 2), 1250);
  assert.is(readAmount('-0.07', 2), -7);
  assert.is(readAmount('0.075', 2), null);
  assert.is(readAmount('1e3', 2), null);
});

test('format: bytes', () => {
  assert.equal(bytes(999), { value: '999', unit: 'B' });
  assert.equal(bytes(1_234_567), { value: '1.2', unit: 'MB' });
  assert.equal(bytes(null), { value: '–', unit: '' });
});

test('navigation: pages of one thing are the client’s, everything else is the server’s', () => {
  for (const path of ['/', '/sessions/1', '/stations/CP%2F1', '/stations/CP/messages', '/users/3'])
    assert.ok(isClientPage(path), path);
  for (const path of ['/api/docs', '/c/CP/1', '/qr', '/status', '/login', '/stations/a/b/c'])
    assert.not.ok(isClientPage(path), path);
});

test.run();
