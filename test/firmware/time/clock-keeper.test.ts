import { type ClockKeeper, createClockKeeper } from 'tapwatt/station/time/clock-keeper.js';
import { resolveTime } from 'tapwatt/station/time/rebase.js';
import type { Anchor } from 'tapwatt/station/time/types.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestClock } from '../journal/support.js';

const T = Date.UTC(2026, 5, 1, 12);

function make(
  systemTrusted: boolean,
  wallMs: number,
  known: Anchor[] = [],
): { clock: TestClock; stored: Anchor[]; keeper: ClockKeeper } {
  const clock = new TestClock();
  clock.wall = wallMs;
  const stored = [...known];
  const keeper = createClockKeeper({
    clock,
    boot: 3,
    anchors: known,
    systemTrusted,
    store: (anchor) => stored.push(anchor),
    resolve: (stamp) => resolveTime(stamp, [{ boot: 3, anchors: stored, span: null }]),
  });
  return { clock, stored, keeper };
}

test('a trusted system clock is used as it is and the central system is not asked', () => {
  const { clock, stored, keeper } = make(true, T);
  assert.equal([keeper.known, keeper.nowMs(), keeper.offsetMs()], [true, T, 0]);
  assert.is(keeper.learn(T + 3_600_000, clock.now()), false);
  assert.is(keeper.offsetMs(), 0);
  assert.is(stored.length, 1, 'the moment is an anchor: earlier stamps of this boot are rebased onto it');
});

test('BootNotification.conf currentTime gives the time where nothing better does', () => {
  const { clock, keeper } = make(false, 5000);
  assert.equal([keeper.known, keeper.offsetMs()], [false, 0]);
  const before = clock.now();
  clock.advance(30_000);
  assert.is(keeper.learn(T, clock.now()), true);
  assert.equal([keeper.known, keeper.nowMs()], [true, T]);
  assert.is(keeper.offsetMs(), T - clock.wall);
  assert.equal(keeper.resolve(before), { ms: T - 30_000, basis: 'rebased' });
  clock.advance(1000);
  assert.is(keeper.nowMs(), T + 1000);
});

test('a jump of an untrusted system clock changes nothing of the true time', () => {
  const { clock, keeper } = make(false, 5000);
  keeper.learn(T, clock.now());
  clock.wall += 86_400_000;
  clock.advance(1000);
  assert.is(keeper.nowMs(), T + 1000);
  assert.is(keeper.offsetMs(), T + 1000 - clock.wall);
});

test('heartbeats that agree within two seconds store nothing; one that does not is a new anchor', () => {
  const { clock, stored, keeper } = make(false, 5000);
  keeper.learn(T, clock.now());
  for (let n = 1; n <= 50; n += 1) {
    clock.advance(10_000);
    assert.is(keeper.learn(T + n * 10_000 + (n % 3) * 700, clock.now()), true);
  }
  assert.is(stored.length, 1);
  clock.advance(10_000);
  keeper.learn(T + 510_000 + 60_000, clock.now());
  assert.is(stored.length, 2);
  assert.is(keeper.nowMs(), T + 570_000);
});

test('an absurd currentTime is not believed', () => {
  const { clock, keeper } = make(false, 5000);
  for (const absurd of [0, Date.UTC(2023, 11, 31), Number.NaN]) assert.is(keeper.learn(absurd, clock.now()), false);
  assert.is(keeper.known, false);
});

test('NTP sets the clock: stamps from before are rebased although they are told afterwards', () => {
  const { clock, keeper } = make(false, 5000);
  const before = clock.now();
  clock.advance(20_000);
  clock.wall = T;
  keeper.systemClockTrusted(true);
  const journaled = keeper.journaled(before);
  assert.is(journaled.trusted, false, 'made before the step');
  assert.equal(keeper.resolve(before), { ms: T - 20_000, basis: 'rebased' });
  assert.equal(keeper.resolve(clock.now()), { ms: T, basis: 'clock' });
});

test('a process that was restarted in the same boot still knows the time', () => {
  const { clock, keeper } = make(false, 5000, [{ monotonicMs: 500, trueMs: T, source: 'csms' }]);
  assert.is(keeper.known, true);
  assert.is(keeper.nowMs(), T + clock.monotonic - 500);
});

test.run();
