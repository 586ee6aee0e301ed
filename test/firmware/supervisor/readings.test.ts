import type { MeterReading } from '@tapwatt/hal';
import { createManualClock } from '@tapwatt/hal/simulated';
import { createReadings } from 'tapwatt/supervisor/readings.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

function bench() {
  const clock = createManualClock();
  const told: number[] = [];
  const scene = { energyWh: 100, isPowered: false, isWanted: true };
  const reading = (): MeterReading => ({
    energyWh: scene.energyWh,
    powerW: 0,
    currentMa: [0],
    voltageV: [230],
    temperatureC: null,
    socPercent: null,
  });
  const readings = createReadings({
    clock,
    read: reading,
    isPowered: () => scene.isPowered,
    isWanted: () => scene.isWanted,
    tell: ({ energyWh }) => told.push(energyWh),
  });
  /** The power module reports each second. */
  const pass = async (seconds: number, reports = true): Promise<void> => {
    for (let n = 0; n < seconds; n += 1) {
      await clock.advance(1000);
      if (reports) readings.onCurrent();
    }
  };
  return { clock, told, scene, readings, pass };
}

test('with power each reading is told, once a second, also when it is the same', async () => {
  const { told, scene, readings, pass } = bench();
  scene.isPowered = true;
  readings.now();
  await pass(10);
  assert.is(told.length, 11);
});

test('without power only what changed is told, and the same again after 30 s', async () => {
  const { told, scene, readings, pass } = bench();
  readings.now();
  await pass(29);
  assert.equal(told, [100]);
  await pass(2);
  assert.equal(told, [100, 100]);
  scene.energyWh = 101;
  await pass(1);
  assert.equal(told, [100, 100, 101]);
});

test('while the power module is silent a timer reads', async () => {
  const { told, scene, readings, pass } = bench();
  scene.isPowered = true;
  readings.now();
  await pass(6, false);
  assert.is(told.length, 5);
});

test('a new thread is told anew; nothing is told to one that does not listen, or after stop', async () => {
  const { told, scene, readings, pass } = bench();
  readings.now();
  readings.forget();
  await pass(1);
  assert.is(told.length, 2);
  scene.isWanted = false;
  readings.forget();
  await pass(3);
  assert.is(told.length, 2);
  scene.isWanted = true;
  readings.stop();
  await pass(3);
  assert.is(told.length, 2);
});

test.run();
