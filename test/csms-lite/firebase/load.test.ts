import { setTimeout as sleep } from 'node:timers/promises';
import type { ChargerDocument } from 'csms-lite/firebase/document.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { closeListeners, listenTo, startRealtimeDatabase, type TestDatabase } from '../../support/realtime-database.js';
import { session, startTestServer, type TestServer } from '../api/server.js';

/** Chargers, and events for all of them together. */
const CHARGERS = 10;
const EVENTS = 5_000;
/** Every 10 ms: 1,000 each second, as far as the machine lets it. */
const AT_ONCE = 10;

let database: TestDatabase;
let server: TestServer;

test.before(async () => {
  database = await startRealtimeDatabase();
  process.env.FIREBASE_DATABASE_EMULATOR_HOST = database.host;
  server = await startTestServer();
});
test.after(async () => {
  await closeListeners();
  await server.close();
  await database.kill();
});

test('1,000 events a second: readings are written 2 s apart, the last one arrives, the rest is never queued', async () => {
  await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
  const { csms } = server.running;
  const peers = await Promise.all(Array.from({ length: CHARGERS }, (_, n) => server.boot(`L${n}`)));
  const ids = await Promise.all(peers.map((peer) => session(peer, { idTag: 'A1B2C3D4', meterStart: 0 })));
  const sessions = await Promise.all(ids.map((id) => csms.transactions.get(id)));
  const listener = listenTo<ChargerDocument>(database, 'chargers/L0');
  await eventually(() => listener.seen.at(-1)?.status === 'CHARGING', 'CHARGING');

  let published = 0;
  while (published < EVENTS) {
    for (let n = 0; n < AT_ONCE; n += 1) {
      const transaction = sessions[published % CHARGERS];
      if (transaction === undefined) throw new Error('no session');
      published += 1;
      csms.events.publish({ type: 'transaction.metered', transaction: { ...transaction, energyWh: published * 10 } });
    }
    // OCPP is served in between: an answer, not how fast it comes.
    if (published % 500 === 0) await peers[0]?.call('Heartbeat', {});
    await sleep(10);
  }
  const last = `${(((EVENTS - CHARGERS + 1) * 10) / 1000).toFixed(2)} kWh`;
  await eventually(() => listener.seen.at(-1)?.energy === last, 'the newest reading', 60_000);
  const times = [...new Set(listener.seen.flatMap((one) => (one?.status === 'CHARGING' ? [one.last_updated] : [])))];
  const gaps = times.slice(1).map((time, index) => Date.parse(time) - Date.parse(times[index] ?? ''));
  // The first may follow the change of state at once.
  assert.ok(
    gaps.slice(1).every((gapMs) => gapMs >= 2_000),
    `gaps of ${gaps.join(', ')} ms`,
  );
  assert.ok(
    listener.seen.length < EVENTS / CHARGERS / 10,
    `${listener.seen.length} writes for ${EVENTS / CHARGERS} events`,
  );
  await eventually(
    async () => (await server.api('GET', '/api/v1/firebase')).body.pending === 0,
    'nothing waits',
    60_000,
  );
  await listener.close();
  await Promise.all(peers.map((peer) => peer.close()));
});

test.run();
