import {
  type CanFrame,
  createEnergyMeter,
  createLock,
  createMemoryRegisterStore,
  createPowerModule,
  createSystemClock,
  HardwareError,
  openCanBus,
  openCardReader,
} from '@tapwatt/hal';
import { createManualClock, createSimulatedBoard, type SimulatedConnectorOptions } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';

/** A board with the real drivers on top of it, as the charge point's main thread has them. */
async function bench(connectors?: SimulatedConnectorOptions[], currentScaleMa = 100) {
  const clock = createManualClock();
  const wanted = connectors ?? [{ connectorId: 1, phases: 3, canIdOffset: 0 }];
  const board = await createSimulatedBoard({ clock, connectors: wanted, currentScaleMa });
  const reader = openCardReader({ clock, openTransport: board.openReaderTransport });
  const uids: string[] = [];
  reader.onTap((tap) => uids.push(tap.uid));
  reader.start();
  const parts = await Promise.all(
    wanted.map(async ({ connectorId, canIdOffset }) => {
      const connector = board.connector(connectorId);
      const powerModule = createPowerModule({ clock, bus: board.can, idOffset: canIdOffset, currentScaleMa });
      const meter = await createEnergyMeter({
        clock,
        powerModule,
        contactor: connector.contactor,
        store: createMemoryRegisterStore(),
        voltageV: 230,
        phases: connector.phasesInUse,
      });
      const on = (limitMa: number): void => {
        connector.contactor.write(true);
        powerModule.start(limitMa);
      };
      const off = (): void => {
        powerModule.stop();
        connector.contactor.write(false);
      };
      return { connector, powerModule, meter, on, off };
    }),
  );
  const [first] = parts;
  assert.ok(first);
  return {
    clock,
    board,
    reader,
    uids,
    parts,
    ...first,
    async close() {
      const closing = reader.close();
      await clock.advance(1000);
      await closing;
      await board.close();
    },
  };
}

test('a session: plug, power, draw, stop; the meter equals the module’s own count', async () => {
  const b = await bench();
  const plugs: boolean[] = [];
  b.connector.plug.onChange((active) => plugs.push(active));
  b.connector.plugIn({ currentMa: 16_000, phases: 3 });
  b.on(32_000);
  await b.clock.advance(600_000);
  const reading = b.meter.read();
  assert.equal(reading.currentMa, [16_000, 16_000, 16_000]);
  assert.is(reading.powerW, 11_040);
  b.off();
  const stop = b.meter.read();
  assert.is(stop.powerW, 0);
  await b.clock.advance(60_000);
  assert.is(b.meter.read().energyWh, stop.energyWh);
  // The reports are rounded to 0.1 A while the current rises.
  const deliveredWh = b.connector.state.deliveredMwh / 1000;
  assert.ok(Math.abs(deliveredWh - stop.energyWh) < 2, `${deliveredWh} Wh delivered, ${stop.energyWh} Wh metered`);
  b.connector.plugOut();
  assert.equal(plugs, [true, false]);
  await b.close();
});

test('the module goes 20 % of the way to its target each second', async () => {
  const b = await bench(undefined, 10);
  b.connector.plugIn({ currentMa: 100_000 });
  b.on(100_000);
  const seen: number[] = [];
  b.powerModule.onCurrent((currentMa) => seen.push(currentMa));
  await b.clock.advance(4000);
  assert.equal(seen, [20_000, 36_000, 48_800, 59_040]);
  await b.close();
});

test('the target is the smaller of limit and demand, and follows both', async () => {
  const b = await bench();
  b.connector.plugIn({ currentMa: 20_000 });
  b.on(10_000);
  await b.clock.advance(60_000);
  assert.is(b.connector.state.currentMa, 10_000);
  b.powerModule.setLimit(32_000);
  await b.clock.advance(60_000);
  assert.is(b.connector.state.currentMa, 20_000);
  b.connector.setEv({ currentMa: 8000 });
  await b.clock.advance(60_000);
  assert.is(b.connector.state.currentMa, 8000);
  b.connector.setEv({ ready: false });
  assert.is(b.connector.state.currentMa, 0, 'the car opens its own circuit');
  await b.clock.advance(60_000);
  assert.is(b.connector.state.currentMa, 0);
  b.connector.setEv({ ready: true });
  await b.clock.advance(60_000);
  assert.is(b.connector.state.currentMa, 8000);
  await b.close();
});

test('nothing flows without START, without contactor, or without a car', async () => {
  const b = await bench();
  b.connector.plugIn();
  b.connector.contactor.write(true);
  await b.clock.advance(5000);
  assert.is(b.connector.state.currentMa, 0);
  b.connector.contactor.write(false);
  b.powerModule.start(32_000);
  await b.clock.advance(5000);
  assert.is(b.connector.state.currentMa, 0);
  b.connector.contactor.write(true);
  b.connector.plugOut();
  await b.clock.advance(5000);
  assert.is(b.connector.state.currentMa, 0);
  assert.is(b.meter.read().energyWh, 0);
  await b.close();
});

test('the current is zero at once when the contactor opens, and when the car is unplugged', async () => {
  const b = await bench();
  b.connector.plugIn();
  b.on(32_000);
  await b.clock.advance(30_000);
  assert.ok(b.connector.state.currentMa > 30_000);
  b.connector.contactor.write(false);
  assert.is(b.connector.state.currentMa, 0);
  b.connector.contactor.write(true);
  await b.clock.advance(30_000);
  b.connector.plugOut();
  assert.is(b.connector.state.currentMa, 0);
  await b.close();
});

test('the car draws drawDelayMs after power was offered, each time anew', async () => {
  const b = await bench();
  b.connector.plugIn({ drawDelayMs: 10_000 });
  await b.clock.advance(20_000);
  for (let n = 0; n < 2; n += 1) {
    b.on(32_000);
    await b.clock.advance(9000);
    assert.is(b.connector.state.currentMa, 0);
    await b.clock.advance(4000);
    assert.ok(b.connector.state.currentMa > 0);
    b.off();
    await b.clock.advance(3000);
  }
  await b.close();
});

test('a car with fewer phases uses fewer, a car with more is served what is there', async () => {
  const b = await bench([{ connectorId: 1, phases: 1, canIdOffset: 0 }]);
  b.connector.plugIn({ phases: 3 });
  assert.is(b.connector.phasesInUse(), 1);
  await b.close();
  const c = await bench();
  c.connector.plugIn({ phases: 1 });
  assert.is(c.connector.phasesInUse(), 1);
  c.connector.plugOut();
  assert.is(c.connector.phasesInUse(), 3);
  await c.close();
});

test('silent: current flows, no report comes, the driver says failed after 3 s', async () => {
  const b = await bench();
  b.connector.plugIn();
  b.on(32_000);
  await b.clock.advance(20_000);
  b.connector.setPowerModuleMode('silent');
  await b.clock.advance(5000);
  assert.is(b.powerModule.health.state, 'failed');
  assert.ok(b.connector.state.currentMa > 20_000);
  b.connector.setPowerModuleMode('normal');
  await b.clock.advance(1500);
  assert.is(b.powerModule.health.state, 'ok');
  await b.close();
});

test('stuck-on: neither STOP nor limits help, the contactor does', async () => {
  const b = await bench();
  b.connector.plugIn();
  b.on(10_000);
  await b.clock.advance(20_000);
  b.connector.setPowerModuleMode('stuck-on');
  await b.clock.advance(20_000);
  assert.ok(b.connector.state.currentMa > 30_000);
  b.powerModule.stop();
  await b.clock.advance(10_000);
  assert.ok(b.connector.state.currentMa > 30_000);
  b.connector.contactor.write(false);
  await b.clock.advance(2000);
  assert.is(b.connector.state.currentMa, 0);
  await b.close();
});

test('welded: the contactor does not help either, only the car ends the current', async () => {
  const b = await bench();
  b.connector.plugIn();
  b.on(10_000);
  await b.clock.advance(20_000);
  b.connector.setPowerModuleMode('welded');
  b.off();
  await b.clock.advance(20_000);
  assert.ok(b.connector.state.currentMa > 30_000);
  assert.ok((b.powerModule.currentMa ?? 0) > 30_000, 'it is reported');
  b.connector.setPowerModuleMode('normal');
  assert.is(b.connector.state.currentMa, 0, 'mended: the open contactor counts again');
  b.connector.setPowerModuleMode('welded');
  await b.clock.advance(10_000);
  b.connector.plugOut();
  await b.clock.advance(2000);
  assert.is(b.connector.state.currentMa, 0);
  await b.close();
});

test('oscillating, runaway, drifting: what they do to a limit of 20 A', async () => {
  const b = await bench();
  b.connector.plugIn();
  b.on(20_000);
  await b.clock.advance(60_000);
  const range = async (mode: 'oscillating' | 'runaway' | 'drifting'): Promise<[number, number]> => {
    b.connector.setPowerModuleMode(mode);
    await b.clock.advance(30_000);
    const seen: number[] = [];
    const stop = b.powerModule.onCurrent((currentMa) => seen.push(currentMa));
    await b.clock.advance(20_000);
    stop();
    return [Math.min(...seen), Math.max(...seen)];
  };
  const [low, high] = await range('oscillating');
  assert.ok(low < 10_000 && high > 14_000 && high <= 20_000, `${low} to ${high}`);
  assert.equal(await range('runaway'), [30_000, 30_000]);
  assert.equal(await range('drifting'), [21_600, 21_600]);
  await b.close();
});

test('noisy: reports up to 20 % beside the truth among broken frames; the driver stays well', async () => {
  const b = await bench();
  b.connector.plugIn();
  b.on(32_000);
  await b.clock.advance(60_000);
  b.connector.setPowerModuleMode('noisy');
  const seen: number[] = [];
  b.powerModule.onCurrent((currentMa) => seen.push(currentMa));
  await b.clock.advance(30_000);
  assert.is(seen.length, 30);
  assert.ok(seen.every((currentMa) => currentMa >= 25_500 && currentMa <= 38_500));
  assert.ok(new Set(seen).size > 20);
  assert.is(b.powerModule.health.state, 'ok');
  await b.close();
});

test('several modules on one bus, apart by their id offset', async () => {
  const b = await bench([
    { connectorId: 1, phases: 1, canIdOffset: 0 },
    { connectorId: 2, phases: 1, canIdOffset: 1 },
  ]);
  const [one, two] = b.parts;
  assert.ok(one && two);
  two.connector.plugIn({ currentMa: 13_000 });
  two.on(32_000);
  await b.clock.advance(60_000);
  assert.is(one.powerModule.currentMa, 0);
  assert.is(two.powerModule.currentMa, 13_000);
  assert.is(one.meter.read().energyWh, 0);
  assert.ok(two.meter.read().energyWh > 0);
  await b.close();
});

test('a cut CAN cable: the module goes on by itself until the contactor opens; mended, it is told again', async () => {
  const b = await bench();
  b.connector.plugIn();
  b.on(32_000);
  await b.clock.advance(20_000);
  b.board.setCanDown(true);
  assert.is(b.powerModule.health.state, 'failed');
  b.off();
  await b.clock.advance(5000);
  assert.is(b.connector.state.currentMa, 0);
  b.board.setCanDown(false);
  b.connector.contactor.write(true);
  await b.clock.advance(5000);
  assert.is(b.connector.state.currentMa, 0, 'the STOP that the bus had dropped was said again');
  await b.close();
});

test('taps come through the PN532, also two of the same card in a row', async () => {
  const b = await bench();
  await b.clock.advance(1000);
  b.board.tap('a1b2c3d4');
  b.board.tap('A1B2C3D4');
  b.board.tap('04C63A63110189');
  await b.clock.advance(8000);
  assert.equal(b.uids, ['A1B2C3D4', 'A1B2C3D4', '04C63A63110189']);
  await b.clock.advance(1000);
  b.board.tap('04C63A63110189');
  await b.clock.advance(1000);
  assert.is(b.uids.length, 4);
  await b.close();
});

test('a card is taken away after about 400 ms', async () => {
  const b = await bench();
  await b.clock.advance(1000);
  b.board.tap('A1B2C3D4');
  await b.clock.advance(3000);
  b.board.tap('A1B2C3D4');
  await b.clock.advance(500);
  assert.is(b.uids.length, 2);
  await b.close();
});

test('what is no UID is refused with a hint', async () => {
  const b = await bench();
  for (const text of ['', 'TAG-1', 'A1B2C3', 'A1B2C3D', 'A1B2C3D4E5', 'G1B2C3D4']) {
    assert.throws(
      () => b.board.tap(text),
      (e: unknown) => e instanceof HardwareError && e.code === 'NOT_A_UID' && e.hint.length > 0,
    );
  }
  await b.close();
});

test('the reader’s faults are reached through the board', async () => {
  const b = await bench();
  await b.clock.advance(1000);
  assert.is(b.reader.health.state, 'ok');
  b.board.setReaderMode('missing');
  await b.clock.advance(5000);
  assert.is(b.reader.health.state, 'failed');
  b.board.setReaderMode('normal');
  await b.clock.advance(10_000);
  assert.is(b.reader.health.state, 'ok');
  b.board.injectReaderFault('bad-checksum');
  b.board.tap('A1B2C3D4');
  await b.clock.advance(2000);
  assert.is(b.uids.length, 1);
  await b.close();
});

test('the bolt moves, and stays when it is made to fail', async () => {
  const b = await bench();
  const lock = createLock({ clock: b.clock, output: b.connector.lock, feedback: b.connector.lockFeedback });
  const locking = lock.set(true);
  await b.clock.advance(200);
  assert.is(await locking, true);
  assert.is(b.connector.state.locked, true);
  b.connector.setLockFails(true);
  const unlocking = lock.set(false);
  await b.clock.advance(1000);
  assert.is(await unlocking, false);
  assert.is(b.connector.state.locked, true);
  await b.close();
});

test('connectors and cars that are not there are errors with a hint', async () => {
  const b = await bench();
  assert.throws(
    () => b.board.connector(2),
    (e: unknown) => e instanceof HardwareError && e.code === 'NO_CONNECTOR',
  );
  assert.throws(
    () => b.connector.setEv({ ready: false }),
    (e: unknown) => e instanceof HardwareError && e.code === 'NO_CAR',
  );
  await b.close();
});

test('other programs hear the bus, and speak on it, over socketcand', async () => {
  const clock = createSystemClock();
  const board = await createSimulatedBoard({
    clock,
    connectors: [{ connectorId: 1, phases: 1, canIdOffset: 0 }],
    currentScaleMa: 1000,
    listen: { host: '127.0.0.1', port: 0 },
  });
  assert.ok(board.socketcand);
  const outside = openCanBus({ kind: 'socketcand', clock, interface: 'can0', ...board.socketcand });
  const heard: CanFrame[] = [];
  outside.onFrame((frame) => heard.push(frame));
  const inside: CanFrame[] = [];
  board.can.onFrame((frame) => inside.push(frame));
  await eventually(() => outside.busState.state === 'up', 'the connection');
  await eventually(() => heard.some((frame) => frame.id === 0x300), 'a report of the module');
  outside.send({ id: 0x210, data: Uint8Array.of(16, 0) });
  await eventually(() => inside.some((frame) => frame.id === 0x210), 'the frame from outside');
  await outside.close();
  await board.close();
});

test('a closed board leaves no timer', async () => {
  const clock = createManualClock();
  const board = await createSimulatedBoard({
    clock,
    connectors: [{ connectorId: 1, phases: 1, canIdOffset: 0 }],
    currentScaleMa: 1000,
  });
  board.connector(1).plugIn();
  board.tap('A1B2C3D4');
  board.connector(1).lock.write(true);
  await board.close();
  assert.is(clock.pendingTimers, 0);
});

test.run();
