import type { Stamp } from '../domain/stamp.js';
import type { TimerName } from './effects.js';
import type { ConnectorState, Phase, PhaseName } from './state.js';

/**
 * One line of the tables that say what a connector does by itself (session-rules.ts, upkeep-rules.ts). A rule with a
 * timer holds once its deadline is reached; the same deadline is what the shell is asked to wake us at, so the two
 * cannot disagree.
 */
export interface Rule {
  readonly says: string;
  readonly timer: TimerName | null;
  /** For rules with a timer: when it is due (monotonic), or null while it is not running. */
  due(state: ConnectorState, at: Stamp): number | null;
  holds(state: ConnectorState, at: Stamp): boolean;
  act(state: ConnectorState, at: Stamp): ConnectorState;
}

export type PhaseOf<P extends PhaseName> = Extract<Phase, { t: P }>;

function inPhase<P extends PhaseName>(state: ConnectorState, from: readonly P[]): PhaseOf<P> | null {
  return (from as readonly PhaseName[]).includes(state.phase.t) ? (state.phase as PhaseOf<P>) : null;
}

/** A rule that holds as soon as its facts do. */
export function when<P extends PhaseName>(
  from: P | readonly P[],
  says: string,
  holds: (state: ConnectorState, phase: PhaseOf<P>) => boolean,
  act: (state: ConnectorState, phase: PhaseOf<P>, at: Stamp) => ConnectorState,
): Rule {
  const phases = typeof from === 'string' ? [from] : from;
  return {
    says,
    timer: null,
    due: () => null,
    holds(state) {
      const phase = inPhase(state, phases);
      return phase !== null && holds(state, phase);
    },
    act(state, at) {
      const phase = inPhase(state, phases);
      return phase === null ? state : act(state, phase, at);
    },
  };
}

/** A rule that holds when its time has come. */
export function after(
  timer: TimerName,
  says: string,
  due: (state: ConnectorState, at: Stamp) => number | null,
  act: (state: ConnectorState, at: Stamp) => ConnectorState,
): Rule {
  return {
    says,
    timer,
    due,
    holds(state, at) {
      const dueMs = due(state, at);
      return dueMs !== null && at.monotonicMs >= dueMs;
    },
    act,
  };
}
