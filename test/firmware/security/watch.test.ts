import { tmpdir } from 'node:os';
import { createWatch } from 'tapwatt/security/watch.js';
import type { OpenedJournal } from 'tapwatt/station/journal/journal.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';

/** A watch on a journal whose disk is as the test says; `tick` is the look of each minute. */
function scene(pressure: 'none' | 'shedding' | 'full') {
  const recorded: string[] = [];
  let tick: () => void = () => {};
  let offsetMs = 0;
  const journal = {
    clock: { nowMs: () => 1_800_000_000_000 + offsetMs },
    pressure: () => pressure,
    state: { get: () => undefined, set: () => {}, remove: () => {} },
  };
  const watch = createWatch({
    opened: { journal, outcome: { t: 'ok', sentence: '' }, sameProcess: true } as unknown as OpenedJournal,
    clock: {
      monotonicMs: () => 5000,
      after: (_ms, action) => {
        tick = action;
        return { cancel: () => {} };
      },
    },
    stateDirectory: tmpdir(),
    firmwareVersion: '1',
    record: (type, techInfo) => void recorded.push(`${type}: ${techInfo}`),
    failed: (error) => {
      throw error;
    },
  });
  watch.start();
  return {
    watch,
    recorded,
    tick: () => tick(),
    setClock: (byMs: number) => {
      offsetMs += byMs;
    },
  };
}

test('§8 MemoryExhaustion: a full journal disk is told at the look of each minute', async () => {
  const { recorded, tick } = scene('full');
  tick();
  await eventually(() => recorded.length > 0, 'the event');
  assert.match(recorded[0] ?? '', /^MemoryExhaustion: the disk/);
});

test('§8 SettingSystemTime: steps of two seconds and more, back and forth; drift is none', () => {
  const { watch, recorded, setClock } = scene('none');
  for (const stepMs of [100, 500, 1500]) {
    setClock(stepMs);
    watch.clockMayHaveMoved();
  }
  assert.equal(recorded, []);
  setClock(-7200_000);
  watch.clockMayHaveMoved();
  watch.clockMayHaveMoved();
  assert.is(recorded.length, 1);
  assert.match(recorded[0] ?? '', /by -7200 s/);
});

test('InvalidMessages: of requests only; an answer of the central system that does not fit is none', () => {
  const { watch, recorded } = scene('none');
  const common = { messageId: 'm', action: 'Reset', verdict: 'strict', violations: [] } as const;
  watch.reported({ kind: 'invalid-payload', of: 'result', ...common });
  watch.reported({ kind: 'repeated-id', messageId: 'm', action: 'Reset', as: 'replayed' });
  assert.equal(recorded, []);
  watch.reported({ kind: 'invalid-payload', of: 'call', ...common });
  watch.reported({ kind: 'bad-frame', text: 'secret', reason: 'no array', answered: false });
  assert.equal(recorded, ['InvalidMessages: Reset: does not fit its schema', 'InvalidMessages: no array']);
});

test.run();
