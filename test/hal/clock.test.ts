import { Worker } from 'node:worker_threads';
import { createSystemClock } from '@tapwatt/hal';
import { createManualClock } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withDeadline } from '../support/deadline.js';

test('the monotonic clock is the same scale in every thread', async () => {
  const clock = createSystemClock();
  const before = clock.monotonicMs();
  const source = `
    import { createSystemClock } from ${JSON.stringify(import.meta.resolve('@tapwatt/hal'))};
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage(createSystemClock().monotonicMs());`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  const there = await withDeadline(
    new Promise<number>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    }),
    20_000,
    'the worker',
  );
  assert.ok(before <= there && there <= clock.monotonicMs(), `${before} ${there}`);
  await worker.terminate();
});

test('times are whole milliseconds, and the wall clock is the system’s', () => {
  const clock = createSystemClock();
  assert.ok(Number.isInteger(clock.monotonicMs()));
  assert.ok(Math.abs(clock.wallMs() - Date.now()) < 1000);
});

test('an action never runs before its time by the monotonic clock, and not after it was cancelled', async () => {
  const clock = createSystemClock();
  const early: number[] = [];
  await Promise.all(
    Array.from(
      { length: 50 },
      (_, n) =>
        new Promise<void>((resolve) => {
          const dueMs = clock.monotonicMs() + n;
          clock.after(n, () => {
            if (clock.monotonicMs() < dueMs) early.push(n);
            resolve();
          });
        }),
    ),
  );
  assert.equal(early, []);
  let ran = false;
  const timer = clock.after(5, () => {
    ran = true;
  });
  timer.cancel();
  timer.cancel();
  await new Promise<void>((resolve) => void clock.after(20, resolve));
  assert.is(ran, false);
});

test('a delay longer than setTimeout can wait does not run at once', async () => {
  const clock = createSystemClock();
  let ran = false;
  const timer = clock.after(30 * 24 * 3600 * 1000, () => {
    ran = true;
  });
  await new Promise<void>((resolve) => void clock.after(20, resolve));
  timer.cancel();
  assert.is(ran, false);
});

test('the manual clock runs timers in order, each at its own time, also those made on the way', async () => {
  const clock = createManualClock();
  const start = clock.monotonicMs();
  const seen: string[] = [];
  const note = (name: string): void => void seen.push(`${name}@${clock.monotonicMs() - start}`);
  clock.after(30, () => note('c'));
  clock.after(10, () => {
    note('a');
    clock.after(5, () => note('b'));
  });
  clock.after(30, () => note('d'));
  clock.after(100, () => note('late')).cancel();
  await clock.advance(50);
  assert.equal(seen, ['a@10', 'b@15', 'c@30', 'd@30']);
  assert.is(clock.monotonicMs() - start, 50);
  assert.is(clock.pendingTimers, 0);
});

test('the manual wall clock jumps alone', async () => {
  const clock = createManualClock(0);
  const before = clock.monotonicMs();
  clock.setWallMs(5_000_000);
  assert.is(clock.wallMs(), 5_000_000);
  assert.is(clock.monotonicMs(), before);
  await clock.advance(10);
  assert.is(clock.wallMs(), 5_000_010);
});

test.run();
