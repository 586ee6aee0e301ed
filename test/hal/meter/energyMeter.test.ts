import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEnergyMeter,
  createFileRegisterStore,
  createMemoryCanNetwork,
  createMemoryOutput,
  createMemoryRegisterStore,
  createPowerModule,
  type EnergyMeterOptions,
  observeOutput,
  type RegisterStore,
} from '@tapwatt/hal';
import { addEnergy } from '@tapwatt/hal/meter/register.js';
import { createManualClock } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { createRandom } from '../../support/random.js';

async function bench(options: { store?: RegisterStore; phases?: EnergyMeterOptions['phases'] } = {}) {
  const { store = createMemoryRegisterStore(), phases = 1 } = options;
  const clock = createManualClock();
  const network = createMemoryCanNetwork();
  const module = network.attach();
  const contactor = observeOutput(createMemoryOutput());
  const powerModule = createPowerModule({ clock, bus: network.attach(), idOffset: 0, currentScaleMa: 1000 });
  const meter = await createEnergyMeter({ clock, powerModule, contactor, store, voltageV: 230, phases });
  const report = (ampere: number): void => module.send({ id: 0x300, data: Uint8Array.of(ampere, 0) });
  /** Reports each second. */
  const flow = async (seconds: number, ampere: number): Promise<void> => {
    for (let n = 0; n < seconds; n += 1) {
      report(ampere);
      await clock.advance(1000);
    }
  };
  return { clock, network, contactor, powerModule, meter, report, flow, store };
}

test('10 A at 230 V for an hour are 2300 Wh per phase', async () => {
  for (const phases of [1, 3]) {
    const b = await bench({ phases });
    b.contactor.write(true);
    await b.flow(3600, 10);
    assert.is(b.meter.read().energyWh, 2300 * phases);
    await b.meter.close();
  }
});

test('a reading: register rounded down, power over all phases, current and voltage per phase', async () => {
  const b = await bench({ phases: 3 });
  b.contactor.write(true);
  await b.flow(1, 10);
  const reading = b.meter.read();
  // 10 A · 230 V · 3 · 1 s = 6900 J = 1.916 Wh
  assert.equal(reading, {
    energyWh: 1,
    powerW: 6900,
    currentMa: [10_000, 10_000, 10_000],
    voltageV: [230, 230, 230],
    temperatureC: null,
    socPercent: null,
  });
});

test('energy between reports counts at the current reported last', async () => {
  const b = await bench();
  b.contactor.write(true);
  b.report(32);
  await b.clock.advance(500);
  // 32 A · 230 V · 0.5 s = 3680 J = 1.02 Wh
  assert.is(b.meter.read().energyWh, 1);
  b.report(0);
  await b.clock.advance(2000);
  assert.is(b.meter.read().energyWh, 1);
});

test('an open contactor ends the flow at that instant: the reading after it is final', async () => {
  const b = await bench();
  b.contactor.write(true);
  await b.flow(100, 30);
  b.contactor.write(false);
  const final = b.meter.read();
  assert.is(final.powerW, 0);
  assert.equal(final.currentMa, [0]);
  await b.flow(1000, 30);
  assert.is(b.meter.read().energyWh, final.energyWh);
});

test('after closing again, the report of a time before does not count', async () => {
  const b = await bench();
  b.contactor.write(true);
  await b.flow(10, 30);
  b.contactor.write(false);
  const before = b.meter.read().energyWh;
  b.contactor.write(true);
  await b.clock.advance(2000);
  assert.is(b.meter.read().energyWh, before);
});

test('after 3 s of silence nothing is measured, so nothing is counted', async () => {
  const b = await bench();
  b.contactor.write(true);
  b.report(32);
  await b.clock.advance(100_000);
  // 32 A · 230 V · 3 s = 6.13 Wh
  assert.is(b.meter.read().energyWh, 6);
  assert.is(b.meter.read().powerW, 0);
});

test('the car decides how many of the phases are in use', async () => {
  let phases = 1;
  const b = await bench({ phases: () => phases });
  b.contactor.write(true);
  await b.flow(3600, 1);
  assert.is(b.meter.read().energyWh, 230);
  phases = 3;
  await b.flow(3600, 1);
  assert.is(b.meter.read().energyWh, 920);
  assert.is(b.meter.read().currentMa.length, 3);
});

test('raiseTo lifts and never lowers; setRegister may lower', async () => {
  const b = await bench();
  b.meter.raiseTo(500);
  assert.is(b.meter.read().energyWh, 500);
  b.meter.raiseTo(100);
  assert.is(b.meter.read().energyWh, 500);
  b.meter.setRegister(70);
  assert.is(b.meter.read().energyWh, 70);
});

test('raiseTo keeps the fraction above an equal whole Wh', async () => {
  const b = await bench();
  b.contactor.write(true);
  await b.flow(1, 30);
  const before = b.meter.read().energyWh;
  b.meter.raiseTo(before);
  // 30 A · 230 V: 1.917 Wh each second; 3.83 Wh after two only if .917 was kept.
  await b.flow(1, 30);
  assert.is(b.meter.read().energyWh, 3);
});

test('the register survives a clean restart to the µJ, and a kill to within a minute', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tapwatt-meter-'));
  const path = join(directory, 'register');
  const exact = { mWh: 0, uJ: 0 };
  let expected = exact;
  for (let run = 0; run < 3; run += 1) {
    const b = await bench({ store: createFileRegisterStore({ path }) });
    assert.is(b.meter.read().energyWh, Math.floor(expected.mWh / 1000));
    b.contactor.write(true);
    await b.flow(7, 13);
    expected = addEnergy(expected, 13_000 * 230 * 7000);
    await b.meter.close();
  }
  const store = createFileRegisterStore({ path });
  assert.equal(await store.load(), expected);
  await store.close();

  const killed = await bench({ store: createFileRegisterStore({ path }) });
  killed.contactor.write(true);
  await killed.flow(150, 32);
  const atDeath = killed.meter.read().energyWh;
  // A minute of 32 A is 123 Wh. The manual clock does not wait for the disk: look again until the save has ended.
  const found = await eventually(async () => {
    const after = await bench({ store: createFileRegisterStore({ path }) });
    const { energyWh } = after.meter.read();
    return atDeath - energyWh <= 123 ? energyWh : null;
  }, 'the register of the last minute');
  assert.ok(found > Math.floor(expected.mWh / 1000) && found <= atDeath, `${found} of ${atDeath}`);
  await killed.meter.close();
  await rm(directory, { recursive: true });
});

test('opening the contactor saves: a kill after the end of a session loses nothing', async () => {
  const store = createMemoryRegisterStore();
  const b = await bench({ store });
  b.contactor.write(true);
  await b.flow(20, 32);
  b.contactor.write(false);
  await b.clock.settle();
  const saved = await store.load();
  assert.is(Math.floor((saved?.mWh ?? 0) / 1000), b.meter.read().energyWh);
});

test('a store that fails shows as health, metering goes on, and recovers', async () => {
  const saved: number[] = [];
  let broken = true;
  const b = await bench({
    store: {
      load: () => Promise.reject(new Error('EIO')),
      async save(value) {
        if (broken) throw new Error('ENOSPC: no space left');
        saved.push(value.mWh);
      },
      async close() {},
    },
  });
  assert.is(b.meter.health.state, 'failed');
  b.contactor.write(true);
  await b.flow(120, 10);
  assert.ok(b.meter.read().energyWh > 70);
  const { health } = b.meter;
  assert.ok(health.state === 'failed');
  assert.match(health.reason, /ENOSPC/);
  broken = false;
  b.meter.persist();
  await b.clock.settle();
  assert.is(b.meter.health.state, 'ok');
  assert.is(saved.length, 1);
});

test('one save at a time; what changes meanwhile is saved once after it', async () => {
  const saved: number[] = [];
  const release: (() => void)[] = [];
  const b = await bench({
    store: {
      load: async () => null,
      save: (value) =>
        new Promise((resolve) => {
          saved.push(value.mWh);
          release.push(() => resolve());
        }),
      async close() {},
    },
  });
  b.meter.setRegister(1);
  b.meter.setRegister(2);
  b.meter.setRegister(3);
  await b.clock.settle();
  assert.equal(saved, [1000]);
  release[0]?.();
  await b.clock.settle();
  assert.equal(saved, [1000, 3000]);
});

test('500 seeded reads, reports and switches: the register never decreases and equals the sum of steps', async () => {
  const random = createRandom(11);
  const b = await bench();
  let expected = { mWh: 0, uJ: 0 };
  let ampere = 0;
  let last = 0;
  for (let n = 0; n < 500; n += 1) {
    const durationMs = random.integer(1, 1500);
    await b.clock.advance(durationMs);
    expected = addEnergy(expected, ampere * 1000 * 230 * durationMs);
    const closed = random.next() < 0.8;
    if (closed !== b.contactor.value) {
      b.contactor.write(closed);
      ampere = 0;
    }
    const reported = random.integer(0, 32);
    b.report(reported);
    ampere = closed ? reported : 0;
    const { energyWh } = b.meter.read();
    assert.ok(energyWh >= last);
    assert.is(energyWh, Math.floor(expected.mWh / 1000));
    last = energyWh;
  }
  assert.ok(last > 100);
});

test.run();
