import {
  createEnergyMeter,
  createMemoryRegisterStore,
  createPowerModule,
  decodePowerModuleMessage,
  type MeterReading,
} from '@tapwatt/hal';
import { createManualClock, createSimulatedBoard } from '@tapwatt/hal/simulated';
import { createPilot, pilotDuty } from 'tapwatt/supervisor/pilot.js';
import { createPowerOutput } from 'tapwatt/supervisor/powerOutput.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** Real drivers on a simulated board, time by hand, and a log of what happens on bus and contactor, in order. */
async function bench() {
  const clock = createManualClock();
  const board = await createSimulatedBoard({
    clock,
    connectors: [{ connectorId: 1, phases: 1, canIdOffset: 0 }],
    currentScaleMa: 1000,
  });
  const connector = board.connector(1);
  const address = { idOffset: 0, currentScaleMa: 1000 };
  const log: string[] = [];
  const lost: { reason: string; reading: MeterReading }[] = [];
  const off: MeterReading[] = [];
  const bus: typeof board.can = {
    get busState() {
      return board.can.busState;
    },
    send(frame) {
      const message = decodePowerModuleMessage(frame, address);
      if (message !== null) log.push(message.t === 'limit' ? `limit ${message.limitMa}` : message.t);
      board.can.send(frame);
    },
    onFrame: (listener) => board.can.onFrame(listener),
    onBusState: (listener) => board.can.onBusState(listener),
    close: () => board.can.close(),
  };
  connector.contactor.onWrite((closed) => log.push(closed ? 'contactor closed' : 'contactor open'));
  const powerModule = createPowerModule({ clock, bus, ...address });
  const meter = await createEnergyMeter({
    clock,
    powerModule,
    contactor: connector.contactor,
    store: createMemoryRegisterStore(),
    voltageV: 230,
    phases: 1,
  });
  let blocked: string | null = null;
  const power = createPowerOutput({
    clock,
    powerModule,
    contactor: connector.contactor,
    meter,
    pilot: null,
    blocked: () => blocked ?? (powerModule.health.state === 'failed' ? powerModule.health.reason : null),
    onOff: (reading) => off.push(reading),
    onLost: (reason, reading) => lost.push({ reason, reading }),
  });
  await clock.advance(1500);
  log.length = 0;
  return {
    clock,
    connector,
    power,
    log,
    lost,
    off,
    block: (reason: string | null) => {
      blocked = reason;
    },
    async close() {
      power.close();
      await powerModule.close();
      await meter.close();
      await board.close();
    },
  };
}

test('on: contactor closed, limit, START; a changed limit at once; off: STOP, contactor open, last reading', async () => {
  const { clock, connector, power, log, off, close } = await bench();
  connector.plugIn({ currentMa: 32_000 });
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  assert.equal(log, ['contactor closed', 'limit 16000', 'start']);
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  assert.is(log.length, 3, 'a renewal says nothing new');
  power.lease({ t: 'power', on: true, limitMa: 10_000 });
  assert.equal(log.slice(3), ['limit 10000']);
  for (let i = 0; i < 20; i += 1) {
    await clock.advance(500);
    power.lease({ t: 'power', on: true, limitMa: 10_000 });
  }
  assert.ok(connector.state.currentMa > 5000);
  log.length = 0;
  power.lease({ t: 'power', on: false });
  assert.equal(log.slice(0, 2), ['stop', 'contactor open']);
  assert.is(off.length, 1);
  const atOnceWh = off[0]?.energyWh ?? 0;
  assert.ok(atOnceWh > 2, `${atOnceWh} Wh`);
  await clock.advance(10_000);
  power.lease({ t: 'power', on: false });
  assert.is(off[1]?.energyWh, atOnceWh, 'every off is answered, and nothing was counted after the first');
  await close();
});

test('a lease that is not renewed ends after 2 s: STOP and contactor open, with nobody asking', async () => {
  const { clock, connector, power, log, lost, close } = await bench();
  connector.plugIn();
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  await clock.advance(1900);
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  await clock.advance(1900);
  assert.is(lost.length, 0);
  log.length = 0;
  await clock.advance(100);
  assert.equal(log, ['stop', 'contactor open']);
  assert.is(lost.length, 1);
  assert.match(lost[0]?.reason ?? '', /lease/);
  assert.not(power.isOn);
  await close();
});

test('power that was taken away comes back only after an off, or with a new thread', async () => {
  const { clock, power, log, lost, close } = await bench();
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  await clock.advance(2500);
  assert.is(lost.length, 1);
  log.length = 0;
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  assert.equal(log, [], 'a renewal from before it knew');
  power.lease({ t: 'power', on: false });
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  assert.ok(log.includes('start'));
  power.cut('test');
  assert.is(lost.length, 2);
  power.release();
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  assert.ok(power.isOn);
  await close();
});

test('a module that is silent for 3 s loses the power at once, and gets none while it is silent', async () => {
  const { clock, connector, power, log, lost, close } = await bench();
  connector.plugIn();
  const renew = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      power.lease({ t: 'power', on: true, limitMa: 16_000 });
      await clock.advance(500);
    }
  };
  await renew(4);
  connector.setPowerModuleMode('silent');
  log.length = 0;
  await renew(8);
  assert.equal(log.slice(0, 2), ['stop', 'contactor open']);
  assert.is(lost.length, 1, 'said once');
  assert.match(lost[0]?.reason ?? '', /not reported/);
  power.lease({ t: 'power', on: false });
  log.length = 0;
  await renew(2);
  assert.equal(log, []);
  assert.is(lost.length, 2);
  connector.setPowerModuleMode('normal');
  await clock.advance(2000);
  power.lease({ t: 'power', on: false });
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  assert.ok(power.isOn);
  await close();
});

test('what blocks power (a relay that cannot be switched) is told once per request', async () => {
  const { power, log, lost, block, close } = await bench();
  block('contactor: EACCES');
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  assert.equal(log, []);
  assert.equal(
    lost.map(({ reason }) => reason),
    ['contactor: EACCES'],
  );
  await close();
});

test('closed for ever: a lease that comes after it does nothing', async () => {
  const { power, log, close } = await bench();
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  power.close();
  log.length = 0;
  power.lease({ t: 'power', on: true, limitMa: 16_000 });
  assert.equal(log, []);
  assert.not(power.isOn);
  await close();
});

test('control pilot duty cycles of IEC 61851-1 table A.7', () => {
  for (const [amperes, percent] of [
    [6, 10],
    [10, 16.6],
    [16, 26.6],
    [32, 53.3],
    [51, 85],
    [63, 89.2],
    [80, 96],
  ] as const) {
    assert.ok(Math.abs(pilotDuty(amperes * 1000) * 100 - percent) < 0.1, `${amperes} A`);
  }
  assert.is(pilotDuty(5900), 1, 'below 6 A nothing is offered');
  const calls: number[][] = [];
  const pilot = createPilot({
    set: (frequencyHz, duty) => calls.push([frequencyHz, duty]),
    off() {},
    async close() {},
  });
  pilot.offer(6000);
  pilot.offer(null);
  assert.equal(calls, [
    [1000, 0.1],
    [1000, 1],
  ]);
});

test.run();
