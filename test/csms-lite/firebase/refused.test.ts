import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChargerDocument } from 'csms-lite/firebase/document.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { closeListeners, listenTo, startRealtimeDatabase, type TestDatabase } from '../../support/realtime-database.js';
import { startTestServer, type TestServer } from '../api/server.js';

const folder = mkdtempSync(join(tmpdir(), 'csms-lite-refused-'));
let database: TestDatabase;
let server: TestServer;

test.before(async () => {
  const rulesFile = join(folder, 'rules.json');
  // Stands for whatever a database may have against a write.
  const refuses = { '.read': true, '.validate': "newData.child('status').val() !== 'FAULTED'" };
  writeFileSync(rulesFile, JSON.stringify({ rules: { chargers: { $id: refuses } } }));
  database = await startRealtimeDatabase(rulesFile);
  process.env.FIREBASE_DATABASE_EMULATOR_HOST = database.host;
  server = await startTestServer();
});
test.after(async () => {
  await closeListeners();
  await server.close();
  await database.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('a write that is refused is told, tried again, and given way to the next state', async () => {
  const status = async () => (await server.api('GET', '/api/v1/firebase')).body;
  const listener = listenTo<ChargerDocument>(database, 'chargers/R1');
  const peer = await server.boot('R1');
  await eventually(() => listener.seen.at(-1)?.status === 'STANDBY', 'STANDBY');
  await peer.call('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'GroundFailure' });
  await eventually(async () => (await status()).refusals >= 2, 'tried again', 60_000);
  const { lastError, pending } = await status();
  assert.match(lastError.message, /^R1: .*permission_denied/i);
  assert.is(pending, 1);
  assert.is(listener.seen.at(-1)?.status, 'STANDBY', 'what the database has stays');
  await peer.call('StatusNotification', { connectorId: 1, status: 'Unavailable', errorCode: 'NoError' });
  await eventually(() => listener.seen.at(-1)?.status === 'UNAVAILABLE', 'the next state', 60_000);
  await eventually(async () => (await status()).pending === 0, 'nothing waits');
  assert.not.ok(listener.seen.some((one) => one?.status === 'FAULTED'));
  await listener.close();
  await peer.close();
});

test.run();
