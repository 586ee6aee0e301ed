import type { ChargePointConfig } from '../../config/config.js';
import type { ControlState } from '../../supervisor/state.js';
import type { Probes } from './probes.js';

/** What a check found. `skipped`: it does not apply here, and says why. */
export type Finding =
  | { level: 'ok' | 'skipped'; found: string }
  | {
      level: 'warning' | 'fault';
      found: string;
      /** What to type, or what to do with the hands. */
      fix: string;
      /** What --fix runs; only what is safe to run unasked. */
      repair?: readonly string[];
    };

/** What is known when the checks begin. */
export interface DoctorContext {
  probes: Probes;
  /** Null when there is none or it is wrong; `configProblem` says why. */
  config: ChargePointConfig | null;
  configProblem: { message: string; hint: string } | null;
  /** The running charge point; null when none answers. */
  state: ControlState | null;
  /** Why none answers: ENOENT, EACCES … */
  stateProblem: string | null;
}

/** One line of `tapwatt doctor`. */
export interface Check {
  /** Also the anchor in docs/troubleshooting.md. */
  id: string;
  title: string;
  run(context: DoctorContext): Promise<Finding> | Finding;
}

export const ok = (found: string): Finding => ({ level: 'ok', found });
export const skipped = (found: string): Finding => ({ level: 'skipped', found });
export const fault = (found: string, fix: string, repair?: readonly string[]): Finding =>
  repair === undefined ? { level: 'fault', found, fix } : { level: 'fault', found, fix, repair };
export const warning = (found: string, fix: string, repair?: readonly string[]): Finding =>
  repair === undefined ? { level: 'warning', found, fix } : { level: 'warning', found, fix, repair };
