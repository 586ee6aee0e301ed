import type { Stamp } from '../domain/stamp.js';
import type { TimerName } from './effects.js';
import type { Rule } from './rule.js';
import { SESSION_RULES } from './session-rules.js';
import type { ConnectorState } from './state.js';
import { UPKEEP_RULES } from './upkeep-rules.js';

const RULES: readonly Rule[] = [...SESSION_RULES, ...UPKEEP_RULES];

/** When time alone will make a rule hold, by timer name. */
export function deadlines(state: ConnectorState, at: Stamp): ReadonlyMap<TimerName, number> {
  const due = new Map<TimerName, number>();
  if (state.closed || state.phase.t === 'unrestored') return due;
  for (const { timer, due: dueOf } of RULES) {
    const dueMs = timer === null ? null : dueOf(state, at);
    if (timer !== null && dueMs !== null) due.set(timer, dueMs);
  }
  return due;
}

/** Tries the rules until none holds. @throws Error when they do not come to rest, which is a defect in the tables. */
export function settle(state: ConnectorState, at: Stamp): ConnectorState {
  let current = state;
  for (let steps = 0; steps < 100; steps += 1) {
    const rule = RULES.find((candidate) => candidate.holds(current, at));
    if (rule === undefined) return current;
    current = rule.act(current, at);
  }
  throw new Error(`The rules of connector ${state.traits.connectorId} do not come to rest in ${current.phase.t}`);
}
