/** What is done about a chip that does not answer as it should, from gentle to thorough. */
export type RecoveryStep =
  /** Ask again. */
  | 'retry'
  /** Abort what the chip does, throw away what it says. */
  | 'abort'
  /** Configure it from the beginning. */
  | 'initialise'
  /** Pull RSTPD_N, then configure. Left out where the line is not wired. */
  | 'reset'
  /** Close and open the I2C bus, then reset and configure. */
  | 'reopen'
  /** Say that the reader failed; wait; then as `reopen`. */
  | 'give-up';

/** Where on the ladder we stand; `waitMs` counts for `give-up` only. */
export interface LadderState {
  failures: number;
  waitMs: number;
}

export const AT_REST: LadderState = { failures: 0, waitMs: 0 };

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/**
 * The next step after a failure. One good answer puts the ladder back to rest (`AT_REST`).
 * @param hopeless the error is one that no gentle step cures (no bus, no permission): give up at once.
 */
export function climb(
  state: LadderState,
  circumstances: { hasResetLine: boolean; hopeless: boolean },
): { step: RecoveryStep; state: LadderState } {
  const steps: RecoveryStep[] = circumstances.hasResetLine
    ? ['retry', 'abort', 'initialise', 'reset', 'reopen']
    : ['retry', 'abort', 'initialise', 'reopen'];
  const step = circumstances.hopeless ? undefined : steps[state.failures];
  if (step !== undefined) return { step, state: { failures: state.failures + 1, waitMs: 0 } };
  const waitMs = state.waitMs === 0 ? FIRST_WAIT_MS : Math.min(state.waitMs * 2, LONGEST_WAIT_MS);
  return { step: 'give-up', state: { failures: steps.length, waitMs } };
}
