import { type Condition, judge, restored, type Seen, type Verdict } from 'csms-lite/core/alarms/judge.js';
import { createWindowLeast } from 'csms-lite/core/alarms/least.js';
import { ALARM_RULES, type AlarmRuleName, type AppliedRule, defaultOf, ruleOf } from 'csms-lite/core/alarms/rules.js';
import { followSkew, isSteady, type SteadySkew } from 'csms-lite/core/clock-skew.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../support/random.js';

type Step = [atS: number, seen: Seen | null, expected: Verdict['t'] | null];

const bad = (atS: number): Seen => ({ t: 'bad', sinceMs: atS * 1000, what: 'bad' });
const well: Seen = { t: 'well' };
const figure = (value: number): Seen => ({ t: 'figure', figure: value, what: `${value}` });

/** Walks through steps, each with the verdict that it must bring. */
function walk(
  rule: AlarmRuleName,
  steps: readonly Step[],
  applied: AppliedRule,
  from: Condition | null = null,
): Verdict[] {
  let condition = from;
  const verdicts: Verdict[] = [];
  for (const [atS, seen, expected] of steps) {
    const judged = judge(condition, seen, ruleOf(rule), applied, atS * 1000);
    condition = judged.condition;
    assert.is(judged.verdict?.t ?? null, expected, `${rule} at ${atS} s`);
    if (judged.verdict !== null) verdicts.push(judged.verdict);
  }
  return verdicts;
}

const applied = (threshold: number, enabled = true): AppliedRule => ({ enabled, threshold });

test('duration: raised when it has lasted as long as the threshold, with the time since which it lasts', () => {
  const [raise] = walk(
    'offline',
    [
      [100, bad(100), null],
      [399, null, null],
      [400, null, 'raise'],
      [401, null, null],
      [900, bad(900), null],
    ],
    applied(300),
  );
  assert.equal(raise, { t: 'raise', figure: 300, threshold: 300, unit: 's', sinceMs: 100_000, what: 'bad' });
});

test('duration: over only when it has been well for the rule’s time; in between it is the same alarm', () => {
  walk(
    'offline',
    [
      [0, bad(0), null],
      [300, null, 'raise'],
      [310, well, null],
      [340, bad(340), null],
      [350, well, null],
      [409, null, null],
      [410, null, 'clear'],
      [420, bad(420), null],
      [719, null, null],
      [720, null, 'raise'],
    ],
    applied(300),
  );
});

test('duration: what is well again before the threshold was never an alarm', () => {
  walk(
    'faulted',
    [
      [0, bad(0), null],
      [29, well, null],
      [300, null, null],
    ],
    applied(30),
  );
});

test('duration: a threshold of 0 raises at once', () => {
  walk('faulted', [[5, bad(5), 'raise']], applied(0));
});

test('level above: raised at the threshold, over only below it with the rule’s margin, for the rule’s time', () => {
  walk(
    'clock-skew',
    [
      [0, figure(119), null],
      [60, figure(120), 'raise'],
      [120, figure(95), null],
      [180, figure(90), null],
      [240, figure(89), null],
      [299, null, null],
      [300, figure(89), 'clear'],
    ],
    applied(120),
  );
});

test('level below: days until a certificate ends', () => {
  const [raise] = walk(
    'certificate-expiring',
    [
      [0, figure(30), null],
      [1, figure(29), 'raise'],
      [2, figure(-1), null],
      [3, figure(364), 'clear'],
    ],
    applied(30),
  );
  assert.equal(raise, { t: 'raise', figure: 29, threshold: 30, unit: 'd', sinceMs: 1000, what: '29' });
});

test('judged: figure, threshold and unit are those of the detector; a repetition raises nothing', () => {
  const seen: Seen = { t: 'judged', figure: 41_000, threshold: 33_000, unit: 'mA', sinceMs: 7000, what: 'runaway' };
  const [raise] = walk(
    'anomaly',
    [
      [9, seen, 'raise'],
      [10, { ...seen, figure: 20_000 }, null],
      [12, well, null],
      [41, null, null],
      [42, null, 'clear'],
    ],
    { enabled: true, threshold: null },
  );
  assert.equal(raise, { t: 'raise', figure: 41_000, threshold: 33_000, unit: 'mA', sinceMs: 7000, what: 'runaway' });
});

test('a rule that is switched off raises nothing and ends what is open; switched on again it raises anew', () => {
  const seen: Step[] = [
    [0, bad(0), null],
    [400, null, null],
  ];
  walk('offline', seen, applied(300, false));
  let judged = judge(null, bad(0), ruleOf('offline'), applied(0), 1000);
  assert.is(judged.verdict?.t, 'raise');
  judged = judge(judged.condition, null, ruleOf('offline'), applied(0, false), 2000);
  assert.is(judged.verdict?.t, 'clear');
  judged = judge(judged.condition, null, ruleOf('offline'), applied(0), 3000);
  assert.is(judged.verdict?.t, 'raise');
});

test('an alarm of an earlier process stays until something is heard; an anomaly that nobody repeats is over', () => {
  walk(
    'offline',
    [
      [0, null, null],
      [9999, null, null],
      [10_000, well, null],
      [10_060, null, 'clear'],
    ],
    applied(300),
    restored('x'),
  );
  walk(
    'offline',
    [
      [0, bad(0), null],
      [9999, null, null],
    ],
    applied(300),
    restored('x'),
  );
  walk(
    'anomaly',
    [
      [0, null, null],
      [30, null, 'clear'],
    ],
    { enabled: true, threshold: null },
    restored('x'),
  );
});

test('property: whatever is seen, raise and clear alternate, and a figure is raised only beyond its threshold', () => {
  const random = createRandom(20_261_121);
  const pick = (limit: number): number => random.integer(0, limit - 1);
  for (let round = 0; round < 400; round += 1) {
    const name = ALARM_RULES[pick(ALARM_RULES.length)] ?? 'offline';
    const rule = ruleOf(name);
    let setting = defaultOf(name);
    let condition: Condition | null = null;
    let open = false;
    let atMs = 0;
    for (let step = 0; step < 60; step += 1) {
      atMs += pick(90_000);
      if (pick(20) === 0) setting = { ...setting, enabled: !setting.enabled };
      const threshold = setting.threshold ?? 50;
      const value = pick(threshold * 2 + 2);
      const seen: Seen | null =
        pick(3) === 0
          ? null
          : pick(2) === 0
            ? { t: 'well' }
            : rule.kind === 'duration'
              ? { t: 'bad', sinceMs: atMs, what: 'x' }
              : rule.kind === 'level'
                ? { t: 'figure', figure: value, what: 'x' }
                : { t: 'judged', figure: value, threshold, unit: 'mA', sinceMs: atMs, what: 'x' };
      const judged = judge(condition, seen, rule, setting, atMs);
      condition = judged.condition;
      const { verdict } = judged;
      if (verdict?.t === 'raise') {
        assert.not.ok(open, 'one alarm at a time');
        assert.ok(setting.enabled);
        assert.ok(verdict.sinceMs <= atMs);
        if (rule.kind !== 'judged')
          assert.ok(rule.breach === 'above' ? verdict.figure >= verdict.threshold : verdict.figure < verdict.threshold);
        open = true;
      }
      if (verdict?.t === 'clear') {
        assert.ok(open, 'only what is open ends');
        open = false;
      }
      assert.is(condition?.open ?? false, open);
    }
  }
});

test('a clock: fast is proven at once, slow only by readings that agree; what was stored offline proves nothing', () => {
  const at = (receivedS: number, skewS: number): [number, number] => [(receivedS + skewS) * 1000, receivedS * 1000];
  const follow = (first: [number, number], ...rest: [number, number][]): SteadySkew =>
    rest.reduce((known, [told, received]) => followSkew(known, told, received), followSkew(null, ...first));
  assert.is(isSteady(follow(at(1000, 600))), true);
  const slow = follow(at(1000, -600), at(1010, -601), at(1040, -600));
  assert.equal([isSteady(slow), slow.skewMs], [true, -600_000]);
  // A session of an hour ago, delivered in a second; then a live message shows that nothing is wrong.
  const offline: [[number, number], ...[number, number][]] = [at(1000, -3600), at(1000.3, -3000), at(1000.6, -2400)];
  assert.is(isSteady(follow(...offline)), false);
  assert.is(isSteady(follow(...offline, at(1050, -3000))), false);
  const live = follow(...offline, at(1060, 0));
  assert.equal([isSteady(live), live.skewMs], [true, 0]);
});

test('the least that waited: a burst that drains does not show, a queue that never drains does', () => {
  const least = createWindowLeast(300_000);
  const figures = [0, 5000, 0, 400, 300, 250, 250, 260, 270, 280].map((waiting, minute) =>
    least.add(waiting, minute * 60_000),
  );
  assert.equal(figures, [null, null, null, null, null, 0, 0, 250, 250, 250]);
});

test.run();
