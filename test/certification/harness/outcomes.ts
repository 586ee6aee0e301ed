import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES } from './cases.js';

/** What became of one case in this run. */
export interface Outcome {
  id: string;
  passed: boolean;
  ms: number;
  /** First line of what went wrong. */
  problem: string | null;
}

/** Each test file writes a file of its own; scripts/test.mjs says where by this variable. */
export const OUTCOMES_VARIABLE = 'CERTIFICATION_OUTCOMES';

export function recordOutcome(outcome: Outcome): void {
  const directory = process.env[OUTCOMES_VARIABLE];
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  appendFileSync(join(directory, `${process.pid}.jsonl`), `${JSON.stringify(outcome)}\n`);
}

export function readOutcomes(directory: string): Outcome[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((name) =>
    readFileSync(join(directory, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Outcome),
  );
}

export interface Table {
  text: string;
  /** Cases that have to have an outcome and have none. */
  missing: string[];
  /** Cases that reported more than one outcome. */
  repeated: string[];
}

/**
 * The table of all cases.
 * @param complete every certification file ran: a case without an outcome is a mistake, not a matter of the filter
 */
export function certificationTable(outcomes: readonly Outcome[], complete: boolean): Table {
  const count = { pass: 0, fail: 0, notApplicable: 0, notRun: 0 };
  const missing: string[] = [];
  const repeated: string[] = [];
  const rows = CASES.flatMap(({ id, title, notApplicable }) => {
    const own = outcomes.filter((outcome) => outcome.id === id);
    const name = `${id.padEnd(9)} ${title.padEnd(52)}`;
    if (own.length > 1) repeated.push(id);
    if (notApplicable !== undefined) {
      count.notApplicable += 1;
      return [`${name} not applicable: ${notApplicable}`];
    }
    const [outcome] = own;
    if (outcome === undefined) {
      count.notRun += 1;
      if (complete) missing.push(id);
      return complete ? [`${name} NO TEST REPORTED`] : [];
    }
    if (outcome.passed) count.pass += 1;
    else count.fail += 1;
    return [`${name} ${outcome.passed ? 'pass' : `FAIL  ${outcome.problem ?? ''}`}`];
  });
  const sum = `${CASES.length} cases: ${count.pass} pass, ${count.fail} fail, ${count.notApplicable} not applicable, ${count.notRun} not run`;
  return { text: ['Certification cases, OCPP 1.6 charge point', ...rows, sum].join('\n'), missing, repeated };
}
