import {
  type AnomalyChange,
  anomalyFigures,
  anomalyName,
  type CurrentSample,
  type DetectorParameters,
  EACH_SECOND,
  everyInterval,
  NOTHING_SEEN,
  takeSample,
  takeSilence,
} from '@tapwatt/ocpp/anomaly/index.js';
import { turnsOf } from '@tapwatt/ocpp/anomaly/oscillation.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

type At = (s: number) => { a: number; limitA?: number | null; on?: boolean | null };

/** Samples each `everyS`, in A; what the detectors said, with the second at which they did. */
function watch(seconds: number, at: At, everyS = 1, parameters: DetectorParameters = EACH_SECOND) {
  let state = NOTHING_SEEN;
  const said: (AnomalyChange & { s: number })[] = [];
  for (let s = 0; s <= seconds; s += everyS) {
    const { a, limitA = 32, on = true } = at(s);
    const sample: CurrentSample = {
      atMs: s * 1000,
      currentMa: Math.round(a * 1000),
      limitMa: limitA === null ? null : limitA * 1000,
      permitted: on,
    };
    const taken = takeSample(state, sample, parameters);
    state = taken.state;
    for (const change of taken.changes) said.push({ ...change, s });
  }
  return { state, said, kinds: said.map(({ t, finding }) => `${t} ${finding.kind}`) };
}

test('turns: changes of direction by at least the swing', () => {
  assert.is(turnsOf([0, 10, 0, 10, 0], 5).length, 3);
  assert.is(turnsOf([0, 4, 0, 4, 0], 5).length, 0);
  assert.is(turnsOf([0, 2, 4, 6, 4, 5, 3, 6, 0], 5).length, 1);
  assert.is(turnsOf([], 5).length, 0);
  assert.is(turnsOf([10, 10, 0, 0, 10], 10).length, 1);
});

test('oscillation: six turns within 60 s, with figure, window and threshold; over when it is calm', () => {
  const { said, kinds } = watch(300, (s) => ({ a: s >= 100 && s < 200 && Math.floor(s / 5) % 2 === 0 ? 6 : 20 }));
  assert.equal(kinds, ['detected oscillation', 'cleared oscillation']);
  const [first, last] = said;
  assert.is(first?.finding.figure, 6);
  assert.is(first?.finding.threshold, 6);
  assert.is(first?.finding.windowMs, 60_000);
  assert.is(first?.finding.unit, 'turns');
  assert.is(first?.finding.commanded, false);
  assert.is(first?.fromMs, 105_000, 'its first turn');
  assert.ok((first?.s ?? 0) <= 135);
  // The worst figure is told at the end.
  assert.ok((last?.finding.figure ?? 0) >= 10);
});

test('oscillation that the limit or the permission commands is told apart', () => {
  const byLimit = watch(120, (s) => ({
    a: Math.floor(s / 8) % 2 === 0 ? 6 : 20,
    limitA: Math.floor(s / 8) % 2 === 0 ? 6 : 20,
  }));
  assert.is(byLimit.said[0]?.finding.commanded, true);
  const byStops = watch(120, (s) => ({ a: Math.floor(s / 8) % 2 === 0 ? 0 : 20, on: Math.floor(s / 8) % 2 === 1 }));
  assert.is(byStops.said[0]?.finding.kind, 'oscillation');
  assert.is(byStops.said[0]?.finding.commanded, true);
});

test('a car that pauses twice in a minute, and one step each ten seconds, are no oscillation', () => {
  assert.equal(watch(120, (s) => ({ a: (s > 20 && s < 30) || (s > 50 && s < 60) ? 0 : 20 })).kinds, []);
  assert.equal(watch(120, (s) => ({ a: 6 + Math.floor(s / 10) })).kinds, []);
});

test('runaway: above the limit for 5 s, by more than 2 A or 10 %; figure is the least of it', () => {
  const { said, kinds } = watch(60, (s) => ({ a: s >= 30 ? 20 : 15.5, limitA: 16 }));
  assert.equal(kinds, ['detected runaway']);
  assert.is(said[0]?.s, 35);
  assert.is(said[0]?.finding.figure, 4000);
  assert.is(said[0]?.finding.threshold, 2000);
  assert.is(watch(60, () => ({ a: 52, limitA: 50 })).kinds.includes('detected runaway'), false);
  assert.is(watch(60, () => ({ a: 56, limitA: 50 })).said[0]?.finding.threshold, 5000);
});

test('a limit that falls gives the current 20 s to follow', () => {
  const falls = (s: number): number => (s < 30 ? 100 : 6 + 94 * 0.8 ** (s - 30));
  assert.equal(watch(90, (s) => ({ a: falls(s), limitA: s < 30 ? 100 : 6 })).kinds, []);
  const stays = watch(90, (s) => ({ a: 30, limitA: s < 30 ? 32 : 10 }));
  assert.is(stays.said[0]?.finding.kind, 'runaway');
  assert.ok((stays.said[0]?.s ?? 0) >= 50 && (stays.said[0]?.s ?? 0) <= 56);
});

test('no limit, or one that nobody knows, makes no runaway and no drift', () => {
  assert.equal(watch(200, () => ({ a: 80, limitA: null })).kinds, []);
});

test('stuck-on: current though nobody charges; the ramp after a stop is none', () => {
  const { said, kinds } = watch(80, (s) => ({ a: s > 60 ? 0 : 16, on: s < 20 }));
  assert.equal(kinds, ['detected stuck-on', 'cleared stuck-on']);
  assert.ok((said[0]?.s ?? 0) >= 43 && (said[0]?.s ?? 0) <= 46);
  assert.is(said[0]?.finding.figure, 16_000);
  const ramp = watch(80, (s) => ({ a: s < 20 ? 100 : 100 * 0.8 ** (s - 20), limitA: 100, on: s < 20 }));
  assert.equal(ramp.kinds, []);
  assert.equal(watch(80, () => ({ a: 0.9, on: false })).kinds, [], 'the offset of a sensor');
  assert.equal(watch(80, () => ({ a: 16, on: null })).kinds, [], 'nobody knows whether somebody charges');
  // From nothing, without anybody having charged, it needs only the hold window.
  assert.is(watch(80, (s) => ({ a: s < 40 ? 0 : 10, on: false })).said[0]?.s, 45);
});

test('drift above: a mean of 60 s under an unchanged limit', () => {
  const { said, kinds } = watch(200, () => ({ a: 17.2, limitA: 16 }));
  assert.equal(kinds, ['detected drift']);
  assert.is(said[0]?.finding.figure, 1200);
  assert.is(said[0]?.finding.threshold, 1000);
  assert.ok((said[0]?.s ?? 0) >= 80);
  assert.equal(watch(200, () => ({ a: 16.5, limitA: 16 })).kinds, []);
});

test('drift below: three limits that were followed, each too low; a car that wants less is none', () => {
  const limitA = (s: number): number => (Math.floor(s / 100) % 2 === 0 ? 32 : 16);
  const { said } = watch(400, (s) => ({ a: limitA(s) * 0.75, limitA: limitA(s) }));
  assert.is(said[0]?.finding.kind, 'drift');
  assert.is(said[0]?.finding.figure, 4000);
  assert.equal(watch(600, (s) => ({ a: Math.min(10, limitA(s)), limitA: limitA(s) })).kinds, [], 'wants 10 A');
  assert.equal(watch(600, (s) => ({ a: Math.max(0, 12 - s / 60), limitA: limitA(s) })).kinds, [], 'nearly full');
});

test('silence: after the threshold, over with the next sample; nothing is owed, nothing is wrong', () => {
  const { state } = watch(10, () => ({ a: 10 }));
  assert.equal(takeSilence(state, 10_000, 12_900, EACH_SECOND).changes, []);
  const silent = takeSilence(state, 10_000, 13_100, EACH_SECOND);
  assert.is(silent.changes[0]?.finding.kind, 'silence');
  assert.is(silent.changes[0]?.finding.figure, 3100);
  assert.is(silent.changes[0]?.finding.threshold, 3000);
  assert.is(silent.changes[0]?.finding.currentMa, null);
  const heard = takeSample(silent.state, { atMs: 14_000, currentMa: 1, limitMa: null, permitted: true }, EACH_SECOND);
  assert.equal(
    heard.changes.map(({ t, finding }) => `${t} ${finding.kind}`),
    ['cleared silence'],
  );
  assert.equal(takeSilence(state, null, 1_000_000, EACH_SECOND).changes, []);
});

test('what was wrong in a session that has ended is over once its samples are old', () => {
  const { state } = watch(60, () => ({ a: 20, limitA: 16 }));
  assert.equal(takeSilence(state, null, 70_000, EACH_SECOND).changes, []);
  const later = takeSilence(state, null, 200_000, EACH_SECOND);
  assert.equal(
    later.changes.map(({ t, finding }) => `${t} ${finding.kind}`),
    ['cleared runaway'],
  );
});

test('samples that come late or twice change nothing; a clock that was set back begins anew', () => {
  const { state } = watch(10, () => ({ a: 10 }));
  const late = takeSample(state, { atMs: 9000, currentMa: 99_000, limitMa: 1000, permitted: true }, EACH_SECOND);
  assert.is(late.state, state);
  const set = takeSample(state, { atMs: -100_000, currentMa: 1000, limitMa: 1000, permitted: true }, EACH_SECOND);
  assert.is(set.state.samples.length, 1);
});

test('memory does not grow with time', () => {
  assert.ok(watch(5000, (s) => ({ a: 10 + (s % 3) })).state.samples.length <= 82);
});

test('meter values each 60 s: two in a row count, silence is four intervals, oscillation is not judged', () => {
  const parameters = everyInterval(60_000);
  const { said } = watch(600, () => ({ a: 20, limitA: 16 }), 60, parameters);
  assert.is(said[0]?.finding.kind, 'runaway');
  assert.is(said[0]?.s, 60);
  assert.is(parameters.silenceMs, 240_000);
  const swings = watch(3600, (s) => ({ a: (s / 60) % 2 === 0 ? 6 : 20 }), 60, parameters);
  assert.equal(swings.kinds, []);
});

test('words: names, and figures that fit into StatusNotification.info', () => {
  const finding = { figure: 8, threshold: 6, unit: 'turns', windowMs: 60_000 } as const;
  assert.is(anomalyName('stuck-on'), 'current without a session');
  assert.is(anomalyFigures(finding), '8 turns over 60 s (threshold 6 turns)');
  const longest = { figure: 123_456_000, threshold: 10_000_000, unit: 'mA', windowMs: 900_000 } as const;
  assert.ok(anomalyFigures(longest).length <= 50);
  assert.is(anomalyFigures({ figure: 3100, threshold: 3000, unit: 'ms', windowMs: 3100 }), '3.1 s (threshold 3.0 s)');
});

test.run();
