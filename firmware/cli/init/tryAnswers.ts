import { parseConfig, schemaProblems } from '../../config/load.js';
import { ConfigError } from '../../config/problems.js';
import type { DoctorContext } from '../doctor/check.js';
import { CHECKS, renderLine, runChecks } from '../doctor/doctorCommand.js';
import { createProbes } from '../doctor/realProbes.js';
import { createStyle } from '../style.js';

/** What the schema has against the value of `key`; null when nothing. */
export function refuseAnswer(yaml: string, key: string): string | null {
  const problem = schemaProblems(yaml).find(({ path }) => path === key);
  return problem === undefined ? null : `${problem.message} → ${problem.hint}`;
}

/** Runs checks of `tapwatt doctor` with a configuration that is not yet complete; lines for a person. */
export async function tryAnswers(yaml: string, checks: readonly string[]): Promise<string[]> {
  let config: DoctorContext['config'];
  try {
    config = parseConfig(yaml, { file: null });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // An answer that is still to come may be missing (a password file); the whole is checked in the end.
    return [];
  }
  const context: DoctorContext = {
    probes: createProbes(),
    config,
    configProblem: null,
    state: null,
    stateProblem: 'ENOENT',
  };
  const lines = await runChecks(
    CHECKS.filter(({ id }) => checks.includes(id)),
    context,
  );
  const style = createStyle(Boolean(process.stderr.isTTY), process.env);
  return lines.filter(({ level }) => level !== 'skipped').map((line) => renderLine(line, style));
}
