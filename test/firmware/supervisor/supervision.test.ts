import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileRegisterStore } from '@tapwatt/hal';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { fastClock, startChargePoint } from './chargePoint.js';

type ChargePoint = Awaited<ReturnType<typeof startChargePoint>>;

function stopAfter(point: ChargePoint, connectorId: number, sinceMs: number): number | null {
  const stop = point.frames.find((f) => f.connectorId === connectorId && f.t === 'stop' && f.atMs >= sinceMs);
  return stop?.atMs ?? null;
}

const journal = (point: ChargePoint) =>
  JSON.parse(readFileSync(join(point.config.stateDirectory, 'open-transactions.json'), 'utf8')) as { log: string[] };

for (const mode of ['throw', 'spin', 'exit'] as const) {
  // That the lease is over after 2 s to the millisecond is shown in powerOutput.test, with time by hand.
  test(`connector thread: ${mode}. STOP and contactor open, the other charges on, the transaction comes back`, async () => {
    const point = await startChargePoint();
    try {
      await point.charge(1);
      await point.charge(2);
      const before = (await point.connector(1)).transaction?.localId;
      assert.ok(before);
      const sinceMs = point.clock.monotonicMs();
      await point.post('/chaos', { thread: 'connector', connectorId: 1, mode });
      await eventually(() => stopAfter(point, 1, sinceMs) !== null, 'CAN STOP');
      await eventually(() => point.events.some((e) => e.type === 'PowerLost' && e.connectorId === 1), 'power lost');
      // The same transaction, by the thread that came after.
      await eventually(async () => {
        const { status, powerOn } = await point.connector(1);
        return status === 'Charging' && powerOn;
      }, 'charging again');
      assert.is((await point.connector(1)).transaction?.localId, before);
      assert.ok((await point.get()).threads.some((t) => t.name === 'connector-1' && t.restarts >= 1));
      // The other one never noticed.
      assert.is((await point.connector(2)).status, 'Charging');
      assert.is(stopAfter(point, 2, sinceMs), null);
      assert.equal(
        journal(point).log.filter((t) => t.startsWith('Transaction')),
        ['TransactionStarted', 'TransactionStarted'],
      );
    } finally {
      await point.stop();
    }
  });
}

for (const mode of ['exit', 'throw'] as const) {
  test(`station thread: ${mode}. Cars charge on; what happened meanwhile is recorded once by the thread after it`, async () => {
    const point = await startChargePoint();
    try {
      await point.charge(1);
      const sinceMs = point.clock.monotonicMs();
      await point.post('/chaos', { thread: 'station', mode });
      await eventually(() => point.events.some((e) => e.type === 'ThreadEnded'), 'the thread ended');
      // While nobody can write it down, the car leaves.
      await point.post('/plug-out', { connectorId: 1 });
      await eventually(
        () => point.events.some((e) => e.type === 'Record' && e.data?.t === 'TransactionEnded'),
        'the end is recorded',
      );
      assert.equal(
        journal(point).log.filter((t) => t.startsWith('Transaction')),
        ['TransactionStarted', 'TransactionEnded'],
      );
      assert.ok(point.events.some((e) => e.type === 'RestoreWanted'));
      assert.ok(sinceMs > 0);
      assert.is((await point.connector(1)).transaction, null);
    } finally {
      await point.stop();
    }
  });
}

test('station thread gone for a moment: a charging car is not interrupted, and a tap meanwhile is not forgotten', async () => {
  const point = await startChargePoint();
  try {
    await point.charge(1);
    const sinceMs = point.clock.monotonicMs();
    await point.post('/plug-in', { connectorId: 2 });
    await point.post('/chaos', { thread: 'station', mode: 'exit' });
    await eventually(() => point.events.some((e) => e.type === 'ThreadEnded'), 'the thread ended');
    await point.post('/tap', { idTag: 'not a UID', connectorIds: [2] });
    await eventually(async () => (await point.connector(2)).status === 'Charging', 'charging');
    assert.is(stopAfter(point, 1, sinceMs), null);
    assert.is((await point.connector(1)).status, 'Charging');
  } finally {
    await point.stop();
  }
});

test('a connector thread that ends again and again: Faulted with InternalError, for the station too; still tried', async () => {
  const point = await startChargePoint({
    clock: fastClock(),
    entries: { connector: new URL('./workers/failing.js', import.meta.url) },
    ready: 'Faulted',
  });
  try {
    assert.is((await point.connector(1)).errorCode, 'InternalError');
    const restarts = async () => (await point.get()).threads.find((t) => t.name === 'connector-1')?.restarts ?? 0;
    const before = await restarts();
    assert.ok(before >= 5);
    await eventually(async () => (await restarts()) > before, 'tried again');
    assert.is((await point.get()).threads[0]?.restarts, 0, 'the station is not touched by it');
  } finally {
    await point.stop();
  }
});

test('a silent power module: fault, power off; it speaks again: the fault is gone', async () => {
  const point = await startChargePoint();
  try {
    await point.charge(1);
    const sinceMs = point.clock.monotonicMs();
    await point.post('/power-module', { connectorId: 1, mode: 'silent' });
    await eventually(async () => (await point.connector(1)).status === 'Faulted', 'faulted');
    assert.is((await point.connector(1)).errorCode, 'PowerMeterFailure');
    assert.ok(stopAfter(point, 1, sinceMs) !== null);
    assert.not((await point.connector(1)).powerOn);
    await point.post('/power-module', { connectorId: 1, mode: 'normal' });
    await eventually(async () => (await point.connector(1)).status !== 'Faulted', 'the fault is gone');
    assert.is((await point.connector(1)).errorCode, 'NoError');
  } finally {
    await point.stop();
  }
});

test('a reader that is missing: said in the state, charging goes on, it recovers by itself', async () => {
  const point = await startChargePoint();
  try {
    await point.charge(1);
    await point.post('/reader', { mode: 'missing' });
    await eventually(async () => (await point.get()).reader.health === 'failed', 'the reader failed', 30_000);
    const { reader } = await point.get();
    assert.ok(reader.reason && reader.fix);
    assert.is((await point.connector(1)).status, 'Charging');
    await point.post('/reader', { mode: 'normal' });
    await eventually(async () => (await point.get()).reader.health === 'ok', 'the reader works again', 30_000);
  } finally {
    await point.stop();
  }
});

test('two faults with one code: the one that is cleared does not clear the other', async () => {
  const point = await startChargePoint();
  try {
    await point.post('/fault', { connectorId: 2, errorCode: 'GroundFailure', info: 'bench', vendorErrorCode: 'E7' });
    await eventually(async () => (await point.connector(2)).errorCode === 'GroundFailure', 'faulted');
    assert.is((await point.connector(2)).info, 'bench');
    assert.is((await point.connector(1)).errorCode, 'NoError');
    await point.post('/clear-fault', { connectorId: 2 });
    await eventually(async () => (await point.connector(2)).status === 'Available', 'free');
  } finally {
    await point.stop();
  }
});

test('shutdown: outputs off first, journal closed, socket gone, status 0; the meter register is kept', async () => {
  const point = await startChargePoint();
  try {
    await point.charge(1);
    await point.post('/meter', { connectorId: 2, energyWh: 123_456 });
    point.supervisor.shutdown({ kind: 'signal', signal: 'SIGTERM' });
    assert.not(
      point.supervisor.state().connectors.some(({ powerOn }) => powerOn),
      'off before anything else',
    );
    await eventually(() => point.exits.length > 0, 'ended');
    assert.equal(point.exits, [0]);
    assert.not(existsSync(point.socket));
    assert.ok(point.logged.includes('Closed'));
    assert.not(point.logged.some((line) => line.includes('did not say that the journal is closed')));
    const register = createFileRegisterStore({ path: join(point.config.stateDirectory, 'meter-connector-2.register') });
    assert.is((await register.load())?.mWh, 123_456_000);
    await register.close();
  } finally {
    await point.stop();
  }
});

test.run();
