import { setTimeout as sleep } from 'node:timers/promises';
import { createLinkWatch } from 'csms-lite/firebase/link-watch.js';
import type { RealtimeDatabase } from 'csms-lite/firebase/port.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';

const STALL_MS = 30;

/** A watch over a link that does as it is told; `writeAtMs` is when the oldest unanswered write was made. */
function bench(explanation: string | null = null) {
  const told: string[] = [];
  const link = { reconnects: 0, writeAtMs: Infinity, tell: (_isUp: boolean): void => undefined };
  const database: RealtimeDatabase = {
    set: async () => undefined,
    onLink(listener) {
      link.tell = listener;
    },
    reconnect() {
      link.reconnects += 1;
    },
    explain: async () => explanation,
    close: async () => undefined,
  };
  const watch = createLinkWatch({
    database,
    nowMs: Date.now,
    stallMs: STALL_MS,
    oldestWriteAtMs: () => link.writeAtMs,
    log: { warn: (facts) => told.push((facts as { trouble: string }).trouble), error: () => undefined },
  });
  return { watch, link, told };
}

test('a link that is up and answers is left alone', async () => {
  const { watch, link, told } = bench();
  link.tell(true);
  await sleep(STALL_MS * 5);
  assert.equal([link.reconnects, told, watch.lastError()], [0, [], null]);
  assert.is(watch.isUp(), true);
  watch.close();
});

test('a write without an answer: the link is made anew, less and less often', async () => {
  const { watch, link, told } = bench();
  link.tell(true);
  link.writeAtMs = Date.now();
  await eventually(() => link.reconnects >= 3, 'three new links');
  assert.equal(new Set(told), new Set(['the database has not answered; the link is made anew']));
  assert.is(told.length, 1, 'the same is logged once a minute');
  assert.match(watch.lastError()?.message ?? '', 'has not answered');
  watch.close();
});

test('no link: told why, credentials first; the SDK makes a new one by itself', async () => {
  const refused = bench('invalid_grant: account not found');
  await eventually(() => refused.watch.lastError(), 'told');
  assert.is(
    refused.watch.lastError()?.message,
    'Google has given no access token for the service account: invalid_grant: account not found',
  );
  refused.watch.close();
  const offline = bench(null);
  await eventually(() => offline.watch.lastError(), 'told');
  assert.match(offline.watch.lastError()?.message ?? '', /no link to the database; check --firebase-database/);
  assert.is(offline.link.reconnects, 0);
  offline.watch.close();
});

test.run();
