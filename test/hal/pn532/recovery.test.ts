import { AT_REST, climb, type LadderState, type RecoveryStep } from '@tapwatt/hal/pn532/recovery.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

function climbing(count: number, hasResetLine: boolean, hopeless = false): { steps: RecoveryStep[]; waits: number[] } {
  const steps: RecoveryStep[] = [];
  const waits: number[] = [];
  let state: LadderState = AT_REST;
  for (let n = 0; n < count; n += 1) {
    const climbed = climb(state, { hasResetLine, hopeless });
    state = climbed.state;
    steps.push(climbed.step);
    if (climbed.step === 'give-up') waits.push(state.waitMs);
  }
  return { steps, waits };
}

test('§1.6 from gentle to thorough, with RSTPD_N', () => {
  const { steps } = climbing(7, true);
  assert.equal(steps, ['retry', 'abort', 'initialise', 'reset', 'reopen', 'give-up', 'give-up']);
});

test('§1.6 without RSTPD_N the reset is left out', () => {
  const { steps } = climbing(5, false);
  assert.equal(steps, ['retry', 'abort', 'initialise', 'reopen', 'give-up']);
});

test('§1.6 the back-off doubles from 1 s to 60 s', () => {
  const { waits } = climbing(13, false);
  assert.equal(waits, [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]);
});

test('§1.6 what no step can cure gives up at once', () => {
  const { steps, waits } = climbing(3, true, true);
  assert.equal(steps, ['give-up', 'give-up', 'give-up']);
  assert.equal(waits, [1000, 2000, 4000]);
});

test.run();
