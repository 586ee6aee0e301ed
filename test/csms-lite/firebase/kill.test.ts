import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChargerDocument } from 'csms-lite/firebase/document.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { type Program, startProgram } from '../../support/programs.js';
import { closeListeners, listenTo, startRealtimeDatabase, type TestDatabase } from '../../support/realtime-database.js';
import { connectScriptedChargePoint } from '../../support/scripted-charge-point.js';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { session } from '../api/server.js';

const dataDirectory = mkdtempSync(join(tmpdir(), 'csms-lite-kill-'));
let database: TestDatabase;
const programs: Program[] = [];

test.before(async () => {
  database = await startRealtimeDatabase();
});
test.after(async () => {
  await closeListeners();
  await Promise.all(programs.map((program) => program.end('SIGKILL')));
  await database.kill();
  rmSync(dataDirectory, { recursive: true, force: true });
});

/** csms-lite as a process, on a port of its own. */
async function start(): Promise<{ program: Program; url: string }> {
  const program = startProgram(
    'csms-lite/bin/csms-lite.js',
    ['serve', '--port', '0', '--data', dataDirectory, '--json'],
    { FIREBASE_DATABASE_EMULATOR_HOST: database.host },
  );
  programs.push(program);
  const line = await eventually(() => /\{.*"ocppUrl".*\}/.exec(program.output())?.[0], 'csms-lite listening');
  return { program, url: (JSON.parse(line) as { url: string }).url };
}

async function boot(url: string, status: string): Promise<ScriptedPeer> {
  const peer = await connectScriptedChargePoint({ url: `${url.replace('http', 'ws')}/ocpp`, identity: 'CP01' });
  await peer.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
  await peer.call('StatusNotification', { connectorId: 1, status, errorCode: 'NoError' });
  return peer;
}

async function pending(url: string): Promise<number> {
  const answer = await fetch(`${url}/api/v1/firebase`);
  return ((await answer.json()) as { pending: number }).pending;
}

test('killed after a session’s end and before its write: the next start writes FINISHED with its energy, then STANDBY', async () => {
  const listener = listenTo<ChargerDocument>(database, 'chargers/CP01');
  const first = await start();
  await fetch(`${first.url}/api/v1/id-tags/A1B2C3D4`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'Accepted' }),
  });
  const peer = await boot(first.url, 'Available');
  const transactionId = await session(peer, { idTag: 'A1B2C3D4', meterStart: 0 });
  await peer.call('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' });
  // The database keeps no empty members: a charger without connectors has none.
  const connector = (): string | undefined => listener.seen.at(-1)?.connectors?.['1']?.connector_status;
  await eventually(() => connector() === 'Charging', 'CHARGING is there');
  await eventually(async () => (await pending(first.url)) === 0, 'and acknowledged');
  // From now on the database is silent: FINISHED is on its way, and nobody has it.
  database.freeze();
  await peer.call('StopTransaction', { transactionId, meterStop: 5000, timestamp: new Date().toISOString() });
  await eventually(async () => (await pending(first.url)) === 1, 'FINISHED waits');
  await first.program.end('SIGKILL');
  await peer.close();
  // What the dead process had sent is lost too: a database that never got it.
  const { port } = database;
  await database.kill();
  database = await startRealtimeDatabase('-', port);

  const second = await start();
  const finished = await eventually(
    () => listener.seen.find((one) => one?.status === 'FINISHED'),
    'FINISHED after the restart',
    60_000,
  );
  assert.is(finished.energy, '5.00 kWh');
  assert.is(finished.connectors['1']?.session, transactionId);
  const again = await boot(second.url, 'Available');
  await eventually(() => listener.seen.at(-1)?.status === 'STANDBY', 'STANDBY', 60_000);
  await eventually(async () => (await pending(second.url)) === 0, 'nothing pending');
  await again.close();

  // A third start finds nothing that the database does not have, but the charger, which has gone meanwhile.
  await second.program.end('SIGKILL');
  const before = listener.seen.length;
  const third = await start();
  await eventually(() => listener.seen.at(-1)?.status === 'OFFLINE', 'OFFLINE', 60_000);
  const later = listener.seen.slice(before).map((one) => one?.status);
  assert.not.ok(later.includes('FINISHED'), 'FINISHED is not told twice');
  await third.program.end('SIGTERM');
  await listener.close();
});

test.run();
