import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOCK_FILE, clockRequest, systemClockSetter, trustOrSet } from 'tapwatt/station/time/set-clock.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('the request is Unix seconds and uptime', () => {
  assert.is(clockRequest(1_800_000_000_600, 77.9), '1800000001 77\n');
});

test('nothing is written unless it is wanted and this is a service', async () => {
  assert.is(systemClockSetter(false, { RUNTIME_DIRECTORY: '/run/tapwatt' }), null);
  assert.is(systemClockSetter(true, {}), null);
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-set-clock-'));
  try {
    await systemClockSetter(true, { RUNTIME_DIRECTORY: directory })?.(1_800_000_000_000);
    assert.match(readFileSync(join(directory, CLOCK_FILE), 'utf8'), /^1800000000 \d+\n$/);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('asked for only where the system clock is not trusted, the time is known, and they differ', async () => {
  const asked: number[] = [];
  const look = (trusted: boolean, known: boolean, offsetMs: number) =>
    trustOrSet(
      async () => trusted,
      { known, nowMs: () => 1_800_000_000_000, offsetMs: () => offsetMs },
      async (trueMs) => void asked.push(trueMs),
    )();
  assert.is(await look(true, true, 90_000), true);
  assert.is(await look(false, false, 90_000), false);
  assert.is(await look(false, true, 4000), false);
  assert.equal(asked, []);
  await look(false, true, -90_000);
  assert.equal(asked, [1_800_000_000_000]);
});

test.run();
