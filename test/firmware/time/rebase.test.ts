import { type BootTimes, resolveTime, trueTimeAt } from 'tapwatt/station/time/rebase.js';
import type { Anchor, JournaledStamp } from 'tapwatt/station/time/types.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../support/random.js';

const T = Date.UTC(2026, 5, 1, 12);
const anchor = (monotonicMs: number, trueMs: number): Anchor => ({ monotonicMs, trueMs, source: 'csms' });
const stamp = (boot: number, monotonicMs: number, wallMs = 5000 + monotonicMs, trusted = false): JournaledStamp => ({
  wallMs,
  monotonicMs,
  boot,
  trusted,
});
const boot = (number: number, anchors: Anchor[], first?: JournaledStamp, last?: JournaledStamp): BootTimes => ({
  boot: number,
  anchors,
  span: first === undefined || last === undefined ? null : { first, last },
});

test('rule 7: a trusted stamp is its wall time', () => {
  assert.equal(resolveTime(stamp(1, 10, T, true), [boot(1, [anchor(0, 0)])]), { ms: T, basis: 'clock' });
});

test('rule 7: in the same boot by monotonic distance, before and after the moment when the time became known', () => {
  const boots = [boot(1, [anchor(60_000, T)])];
  assert.equal(resolveTime(stamp(1, 0), boots), { ms: T - 60_000, basis: 'rebased' });
  assert.equal(resolveTime(stamp(1, 61_000), boots), { ms: T + 1000, basis: 'rebased' });
});

test('rule 7: nothing is known: the system clock, and the basis says so', () => {
  assert.equal(resolveTime(stamp(1, 10), [boot(1, [])]), { ms: 5010, basis: 'unknown' });
  assert.equal(resolveTime(stamp(1, 10), []), { ms: 5010, basis: 'unknown' });
});

test('a later anchor never changes what was said of a moment before it', () => {
  const random = createRandom(11);
  for (let round = 0; round < 200; round += 1) {
    const anchors: Anchor[] = [];
    let monotonicMs = 0;
    for (let n = 0; n < 6; n += 1) {
      monotonicMs += random.integer(1, 100_000);
      anchors.push(anchor(monotonicMs, T + monotonicMs + random.integer(-20_000, 20_000)));
    }
    const asked = random.integer(0, monotonicMs);
    const known = anchors.filter((one) => one.monotonicMs <= asked);
    const then = trueTimeAt(known.length === 0 ? anchors.slice(0, 1) : known, asked);
    assert.is(trueTimeAt(anchors, asked), then);
  }
});

test('time never runs backwards, whatever corrections come', () => {
  const random = createRandom(12);
  for (let round = 0; round < 200; round += 1) {
    const anchors: Anchor[] = [];
    let monotonicMs = 0;
    for (let n = 0; n < 5; n += 1) {
      monotonicMs += random.integer(1, 10_000);
      anchors.push(anchor(monotonicMs, T + monotonicMs + random.integer(-30_000, 30_000)));
    }
    let before = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < monotonicMs + 5000; at += 97) {
      const now = trueTimeAt(anchors, at) ?? Number.NaN;
      assert.ok(now >= before, `at ${at}: ${now} after ${before}`);
      before = now;
    }
  }
});

test('an earlier boot without the time: its clock is kept where it fits between its neighbours', () => {
  const first = stamp(1, 1000, T - 100_000);
  const last = stamp(1, 51_000, T - 50_000);
  const boots = [boot(1, [], first, last), boot(2, [anchor(10_000, T)])];
  assert.equal(resolveTime(first, boots), { ms: T - 100_000, basis: 'assumed' });
  assert.equal(resolveTime(last, boots), { ms: T - 50_000, basis: 'assumed' });
});

test('an earlier boot with a clock that cannot be right: it is assumed to have ended when the next one began', () => {
  const first = stamp(1, 1000);
  const last = stamp(1, 51_000);
  const boots = [boot(1, [], first, last), boot(2, [anchor(10_000, T)])];
  assert.equal(resolveTime(last, boots), { ms: T - 10_000, basis: 'assumed' });
  assert.equal(resolveTime(first, boots), { ms: T - 10_000 - 50_000, basis: 'assumed' });
});

test('several boots without the time keep their order, and none begins before what is known of the one before', () => {
  const boots = [
    boot(1, [anchor(1000, T)], stamp(1, 1000), stamp(1, 2000)),
    boot(2, [], stamp(2, 10), stamp(2, 30_000)),
    boot(3, [], stamp(3, 10), stamp(3, 40_000)),
    boot(4, [anchor(5000, T + 200_000)], stamp(4, 5000), stamp(4, 6000)),
  ];
  const times = [stamp(1, 2000), stamp(2, 10), stamp(2, 30_000), stamp(3, 10), stamp(3, 40_000), stamp(4, 0)].map(
    (one) => resolveTime(one, boots).ms,
  );
  assert.equal(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert.is(times[2], (times[3] ?? 0) - 10, 'boot 2 ended when boot 3 began');
});

test('an earlier boot is unknown until a later boot knows the time', () => {
  const first = stamp(1, 1000);
  assert.is(resolveTime(first, [boot(1, [], first, first), boot(2, [])]).basis, 'unknown');
});

test.run();
