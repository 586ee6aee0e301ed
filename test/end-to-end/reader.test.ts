import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';
import { type ChargePointProcess, type CsmsProcess, createChargePoint, createCsms } from './harness/processes.js';

/** Issue 2: "A reader that is missing, hung or returns garbage: running sessions go on, the state says so, it recovers". */
const CARD = 'A1B2C3D4';

interface State {
  csms: { registration: string };
  reader: { health: string; reason?: string; fix?: string };
  connectors: { status: string; energyWh: number; transaction: { localId: string } | null }[];
}

interface Context {
  directory: string;
  csms: CsmsProcess;
  chargePoint: ChargePointProcess;
}

const test = suite<Context>('a card reader that fails while a session runs');
const state = async (chargePoint: ChargePointProcess): Promise<State> =>
  (await chargePoint.get('/state')).body as State;

test.before(async (context) => {
  context.directory = mkdtempSync(join(tmpdir(), 'tapwatt-reader-'));
  context.csms = await createCsms(join(context.directory, 'csms'));
  await context.csms.start();
  await context.csms.send('PUT', `/api/v1/id-tags/${CARD}`, { status: 'Accepted' });
  const configFile = join(context.directory, 'config.yaml');
  const socketPath = join(context.directory, 'control.sock');
  writeFileSync(
    configFile,
    `version: 1
csms: { url: "ws://127.0.0.1:${context.csms.port}/ocpp", chargePointId: READER }
reader: { kind: simulated }
can: { kind: simulated }
gpio: { backend: simulated }
connectors: [{ id: 1, maximumCurrentA: 32, phases: 3 }]
stateDirectory: ${join(context.directory, 'state')}
controlSocket: ${socketPath}
`,
  );
  context.chargePoint = createChargePoint(configFile, socketPath);
  await context.chargePoint.start();
  await eventually(async () => (await state(context.chargePoint)).csms.registration === 'Accepted', 'accepted');
  await eventually(async () => (await state(context.chargePoint)).reader.health === 'ok', 'the reader works');
  await context.chargePoint.post('/plug-in', { connectorId: 1 });
  await context.chargePoint.post('/tap', { idTag: CARD });
  await eventually(async () => (await state(context.chargePoint)).connectors[0]?.transaction, 'a session runs');
});

test.after(async ({ chargePoint, csms, directory }) => {
  await chargePoint.program().end('SIGTERM');
  await csms.program().end('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
});

for (const mode of ['missing', 'silent', 'garbage', 'busy'] as const) {
  test(`${mode}: the state says so with a fix, the session goes on, and the reader comes back by itself`, async ({
    chargePoint,
  }) => {
    const before = (await state(chargePoint)).connectors[0];
    assert.is((await chargePoint.post('/reader', { mode })).status, 200);
    const failed = await eventually(
      async () => {
        const now = await state(chargePoint);
        return now.reader.health === 'failed' && now;
      },
      'the state says that the reader failed',
      60_000,
      100,
    );
    assert.ok(failed.reader.reason, 'a reason is given');
    assert.ok(failed.reader.fix, 'a fix is given');
    const during = await eventually(
      async () => {
        const connector = (await state(chargePoint)).connectors[0];
        return connector !== undefined && connector.energyWh > (before?.energyWh ?? 0) && connector;
      },
      'energy goes on flowing',
      60_000,
      200,
    );
    assert.is(during.transaction?.localId, before?.transaction?.localId, 'it is the same session');
    await chargePoint.post('/reader', { mode: 'normal' });
    await eventually(
      async () => (await state(chargePoint)).reader.health === 'ok',
      'the reader works again',
      60_000,
      100,
    );
  });
}

test('afterwards the card ends the session, and it is stored once', async ({ chargePoint, csms }) => {
  await chargePoint.post('/tap', { idTag: CARD });
  await eventually(async () => (await state(chargePoint)).connectors[0]?.transaction === null, 'ended');
  const stored = await eventually(async () => {
    const { items } = (await csms.get('/api/v1/transactions')).body as { items: { status: string }[] };
    return items.length > 0 && items.every((t) => t.status === 'completed') && items;
  }, 'stored');
  assert.is(stored.length, 1);
});

test.run();
