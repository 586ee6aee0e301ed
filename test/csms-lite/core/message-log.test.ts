import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessageLog } from 'csms-lite/core/messages/message-log.js';
import type { MessageFilter } from 'csms-lite/core/services.js';
import { openStore, type Store } from 'csms-lite/store/store.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('message log');
const log = { warn: () => {}, error: () => {} };
const ACTIONS = ['Heartbeat', 'MeterValues', 'StatusNotification'];
let directory: string;
let store: Store;

const open = async (): Promise<void> => {
  store = await openStore(join(directory, 'csms.sqlite'));
};
test.before.each(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csms-log-'));
  await open();
});
test.after.each(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

/** Exchanges of several charge points, interleaved; message n has id n and the text `text n`. */
async function record(from: number, to: number, stations: number): Promise<void> {
  const messages = createMessageLog({ store, log });
  for (let n = from; n <= to; n += 1) {
    const exchange = Math.floor((n - 1) / 2);
    const isCall = n % 2 === 1;
    messages.record({
      chargePointId: `CP${exchange % stations}`,
      direction: isCall ? 'in' : 'out',
      atMs: n,
      kind: isCall ? 'CALL' : 'CALLRESULT',
      messageId: `m${exchange}`,
      action: ACTIONS[exchange % ACTIONS.length] ?? null,
      latencyMs: isCall ? null : 1,
      text: `text ${n}`,
    });
  }
  // Closing writes what is collected; so the log consists of several moments.
  await store.close();
  await open();
}

async function list(filter: Partial<MessageFilter>): Promise<{ ids: number[]; total: number }> {
  const { items, total } = await createMessageLog({ store, log }).list(filter as MessageFilter);
  for (const { id, text } of items) assert.is(text, `text ${id}`);
  return { ids: items.map(({ id }) => id), total };
}

const down = (from: number, count: number, step = 1): number[] =>
  Array.from({ length: count }, (_, n) => from - n * step);

test('newest first over all charge points, page by page, whatever block a message stands in', async () => {
  await record(1, 400, 70);
  await record(401, 1000, 90);
  await record(1001, 1003, 1);
  assert.equal(await list({ limit: 10 }), { ids: down(1003, 10), total: 1003 });
  assert.equal(await list({ limit: 300, offset: 500 }), { ids: down(503, 300), total: 1003 });
  assert.equal(await list({ limit: 10, offset: 1000 }), { ids: [3, 2, 1], total: 1003 });
  assert.equal(await list({ limit: 1000, offset: 2000 }), { ids: [], total: 1003 });
  assert.equal(await list({ limit: 4, beforeId: 401 }), { ids: down(400, 4), total: 1003 });
});

test('of one charge point, with its pair', async () => {
  await record(1, 400, 4);
  const { ids, total } = await list({ chargePointId: 'CP1', limit: 4 });
  assert.equal([ids, total], [[396, 395, 388, 387], 100]);
  assert.equal(await list({ chargePointId: 'CP1', beforeId: 388, limit: 2 }), { ids: [387, 380], total: 100 });
  assert.equal(await list({ chargePointId: 'NOBODY' }), { ids: [], total: 0 });
});

test('by action, direction and message id, alone and together; the total counts all that pass', async () => {
  await record(1, 600, 5);
  await record(601, 1200, 500);
  assert.equal(await list({ action: 'Heartbeat', direction: 'in', limit: 3 }), { ids: [1195, 1189, 1183], total: 200 });
  assert.equal(await list({ action: 'Heartbeat', beforeId: 600, limit: 2 }), { ids: [596, 595], total: 400 });
  assert.equal(await list({ messageId: 'm7' }), { ids: [16, 15], total: 2 });
  assert.equal(await list({ messageId: 'm7', direction: 'out' }), { ids: [16], total: 1 });
  assert.equal(await list({ direction: 'in', limit: 2, offset: 599 }), { ids: [1], total: 600 });
  assert.equal(
    await list({ chargePointId: 'CP3', action: 'MeterValues', offset: 38, limit: 5 }).then((r) => r.total),
    40,
  );
  assert.equal(await list({ action: 'Reset' }), { ids: [], total: 0 });
});

test('watchers get every message with its id; one that throws is taken off', () => {
  const messages = createMessageLog({ store, log });
  const seen: number[] = [];
  messages.watch(() => {
    throw new Error('no');
  });
  const stop = messages.watch(({ id }) => seen.push(id));
  const message = { chargePointId: 'CP1', direction: 'in', atMs: 1, kind: 'INVALID', text: 'x' } as const;
  const more = { messageId: null, action: null, latencyMs: null };
  messages.record({ ...message, ...more });
  messages.record({ ...message, ...more });
  stop();
  messages.record({ ...message, ...more });
  assert.equal(seen, [1, 2]);
});

test.run();
