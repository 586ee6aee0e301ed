import {
  assertDistinctPins,
  createLock,
  createMemoryInput,
  createMemoryOutput,
  HardwareError,
  observeOutput,
} from '@tapwatt/hal';
import { createManualClock } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('two roles on one pin: an error that names both', () => {
  assert.throws(
    () =>
      assertDistinctPins([
        { role: 'connector 1 relay', pin: 17 },
        { role: 'connector 2 relay', pin: null },
        { role: 'connector 2 lock', pin: null },
        { role: 'reader reset', pin: 17 },
      ]),
    (e: unknown) =>
      e instanceof HardwareError && e.code === 'PIN_TWICE' && /connector 1 relay and by reader reset/.test(e.message),
  );
});

test('a pin that is not on the header', () => {
  for (const pin of [-1, 28, 40, 1.5]) {
    assert.throws(
      () => assertDistinctPins([{ role: 'lock', pin }]),
      (e: unknown) => e instanceof HardwareError && e.code === 'PIN_RANGE',
    );
  }
  assertDistinctPins([
    { role: 'a', pin: 0 },
    { role: 'b', pin: 27 },
  ]);
});

test('an observed output tells of changes, at once and only of changes, and of its end', async () => {
  const output = observeOutput(createMemoryOutput());
  const seen: boolean[] = [];
  output.onWrite((active) => seen.push(active));
  output.write(false);
  output.write(true);
  output.write(true);
  assert.equal(seen, [true]);
  await output.close();
  assert.equal(seen, [true, false]);
  output.write(true);
  assert.is(output.value, false);
  assert.equal(seen, [true, false]);
});

test('a bolt without a switch is believed after its travel', async () => {
  const clock = createManualClock();
  const lock = createLock({ clock, output: createMemoryOutput(), feedback: null, travelMs: 300 });
  let result: boolean | null = null;
  void lock.set(true).then((arrived) => {
    result = arrived;
  });
  await clock.advance(299);
  assert.is(result, null);
  await clock.advance(1);
  assert.is(result, true);
  assert.is(lock.locked, true);
});

test('a bolt with a switch: true as soon as it is in, false when it does not get there', async () => {
  const clock = createManualClock();
  const feedback = createMemoryInput(clock);
  const lock = createLock({ clock, output: createMemoryOutput(), feedback, travelMs: 300 });
  const locking = lock.set(true);
  await clock.advance(100);
  feedback.set(true);
  assert.is(await locking, true);
  const unlocking = lock.set(false);
  await clock.advance(300);
  assert.is(await unlocking, false);
});

test('a later command overtakes: the earlier one did not get there', async () => {
  const clock = createManualClock();
  const feedback = createMemoryInput(clock);
  const lock = createLock({ clock, output: createMemoryOutput(), feedback });
  const first = lock.set(true);
  const second = lock.set(false);
  assert.is(await first, false);
  assert.is(await second, true);
});

test('closing a lock unlocks it', async () => {
  const clock = createManualClock();
  const output = createMemoryOutput();
  const lock = createLock({ clock, output, feedback: null });
  const locking = lock.set(true);
  await lock.close();
  assert.is(output.value, false);
  assert.is(await locking, false);
  assert.is(clock.pendingTimers, 0);
});

test.run();
