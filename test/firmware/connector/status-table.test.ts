import { deriveStatus, statusWalk, TRANSITIONS, transitionCode } from 'tapwatt/connector/status.js';
import type { ConnectorStatus } from 'tapwatt/domain/records.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench } from './bench.js';
import { CELLS } from './cells.js';

for (const cell of CELLS) {
  const expected = cell.reports?.codes ?? [cell.code];
  const note = cell.reports === undefined ? '' : `: not at once but ${expected.join(', ')}: ${cell.reports.because}`;
  test(`1.6 §4.9 ${cell.code} ${cell.says}${note}`, () => {
    const bench = new Bench(cell.with);
    cell.given?.(bench);
    const before: ConnectorStatus = deriveStatus(bench.state);
    // A thread that was not restored yet has reported nothing: main and station show Unavailable for it.
    if (bench.statuses.length === 0) bench.statuses.push(before);
    const from = bench.statuses.length;
    cell.happens(bench);
    assert.equal(bench.codes(from), expected);
    const row = TRANSITIONS.find((transition) => transition.code === cell.code);
    assert.is(before, row?.from);
  });
}

test('1.6 §4.9: no cell of the table is left out', () => {
  const tested = new Set(CELLS.map((cell) => cell.code));
  assert.equal(
    TRANSITIONS.map((transition) => transition.code).filter((code) => !tested.has(code)),
    [],
  );
  assert.is(TRANSITIONS.length, 53);
  // Spot checks against the printed table: the row letter and the column number are where they should be.
  assert.is(transitionCode('Preparing', 'Finishing'), 'B6');
  assert.is(transitionCode('SuspendedEVSE', 'SuspendedEV'), 'E4');
  assert.is(transitionCode('Faulted', 'Unavailable'), 'I8');
  assert.is(transitionCode('Preparing', 'Unavailable'), null);
  assert.is(transitionCode('Finishing', 'Charging'), null);
});

test('1.6 §4.9: a jump of the state is reported along the table, between any two statuses', () => {
  const all = [...new Set(TRANSITIONS.flatMap(({ from, to }) => [from, to]))];
  assert.is(all.length, 9);
  for (const from of all)
    for (const to of all)
      for (const viaFinishing of [true, false]) {
        const walk = statusWalk(from, to, viaFinishing);
        const path = [from, ...walk];
        assert.is(path.at(-1), to);
        for (const [i, next] of walk.entries()) {
          const last = path[i];
          if (last !== undefined) assert.ok(transitionCode(last, next), `${path.join(' → ')}: ${last} → ${next}`);
        }
      }
});

test('1.6 §4.9: Preparing becomes Unavailable by way of Available (B1, A8), and the authorisation is given up', () => {
  const bench = new Bench().authorize().availability(false);
  assert.equal(bench.codes(), ['A2', 'B1', 'A8']);
  bench.plugIn();
  assert.is(bench.status, 'Unavailable');
  assert.is(bench.power.on, false);
});

test('1.6 §5.2: Inoperative during a transaction takes effect after it, past Finishing while a cable is in (C6, F8)', () => {
  const bench = new Bench().charge();
  const from = bench.statuses.length;
  bench.availability(false).pass(30);
  assert.is(bench.status, 'Charging');
  bench.stop().plugOut();
  assert.equal(bench.codes(from), ['C6', 'F8']);
  bench.availability(true);
  assert.is(bench.status, 'Available');
});

test.run();
