import { loadConfig } from '../../config/load.js';
import { findSocket } from '../../config/locate.js';
import { ask } from '../../control/client.js';
import type { ControlState } from '../../supervisor/state.js';
import type { Call } from '../commands/spec.js';
import { requireConfigFile } from '../configCommands.js';
import { CommandFailed, EXIT, explainFailure } from '../exitCodes.js';
import { createStyle, type Style } from '../style.js';
import type { Check, DoctorContext, Finding } from './check.js';
import { csmsChecks } from './checks/csms.js';
import { hardwareChecks } from './checks/hardware.js';
import { machineChecks } from './checks/machine.js';
import { serviceChecks } from './checks/service.js';
import { storageChecks } from './checks/storage.js';
import type { Probes } from './probes.js';
import { createProbes } from './realProbes.js';

/** Every check, in the order in which a person looks for a fault. */
export const CHECKS: readonly Check[] = [
  ...serviceChecks.slice(0, 1),
  ...machineChecks,
  ...storageChecks,
  ...hardwareChecks,
  ...csmsChecks,
  ...serviceChecks.slice(1),
];

export interface DoctorLine {
  id: string;
  title: string;
  level: Finding['level'];
  found: string;
  fix: string | null;
  docs: string;
}

/** Runs checks one after the other. A check that breaks is a fault of its own, with its message. */
export async function runChecks(
  checks: readonly Check[],
  context: DoctorContext,
): Promise<(DoctorLine & { finding: Finding })[]> {
  const lines: (DoctorLine & { finding: Finding })[] = [];
  for (const check of checks) {
    let finding: Finding;
    try {
      finding = await check.run(context);
    } catch (error) {
      finding = {
        level: 'fault',
        found: `the check failed: ${error instanceof Error ? error.message : String(error)}`,
        fix: 'this is a defect of tapwatt doctor',
      };
    }
    lines.push({
      id: check.id,
      title: check.title,
      level: finding.level,
      found: finding.found,
      fix: 'fix' in finding ? finding.fix : null,
      docs: `docs/troubleshooting.md#${check.id}`,
      finding,
    });
  }
  return lines;
}

/** `✓ | ! | ✗  title: what was found — what to type  [heading in docs/troubleshooting.md]` */
export function renderLine(line: DoctorLine, style: Style): string {
  const mark = { ok: style.green('✓'), warning: style.yellow('!'), fault: style.red('✗'), skipped: style.dim('–') }[
    line.level
  ];
  const advice = line.fix === null ? '' : ` — ${line.fix}  ${style.dim(`[${line.id}]`)}`;
  const text = `${mark} ${line.title}: ${line.found}${advice}`;
  return line.level === 'skipped' ? style.dim(text) : text;
}

/** What the checks begin with: configuration and running charge point, each as far as it can be had. */
export async function gather(
  probes: Probes,
  options: { config?: string; socket?: string | undefined },
): Promise<DoctorContext> {
  const context: DoctorContext = { probes, config: null, configProblem: null, state: null, stateProblem: null };
  try {
    const file = requireConfigFile(options.config === undefined ? {} : { config: options.config });
    context.config = loadConfig({ file, environment: process.env }).config;
  } catch (error) {
    const { message, hint } = explainFailure(error);
    context.configProblem = { message, hint: hint ?? 'sudo tapwatt init' };
  }
  try {
    const socket = findSocket(options.socket, process.env, () => context.config?.controlSocket ?? null);
    context.state = (await ask(socket, 'GET', '/state')) as ControlState;
  } catch (error) {
    context.stateProblem = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
  return context;
}

/** `tapwatt doctor`. @throws CommandFailed (1) when something is wrong; with --strict also for warnings. */
export async function doctorCommand(call: Call, probes: Probes = createProbes()): Promise<void> {
  const { json } = call;
  const strict = call.flag('strict');
  const style = createStyle(Boolean(process.stdout.isTTY), process.env);
  const lines = await runChecks(CHECKS, await gather(probes, { ...call.file, socket: call.socketFlag }));
  if (!json) for (const line of lines) console.log(renderLine(line, style));
  if (call.flag('fix')) await repair(lines, probes);
  const count = (level: Finding['level']): number => lines.filter((line) => line.level === level).length;
  const faults = count('fault');
  if (json) {
    const checks = lines.map(({ finding: _finding, ...line }) => line);
    console.log(JSON.stringify({ ok: faults === 0, checks }, null, 2));
    process.exitCode = faults > 0 || (strict && count('warning') > 0) ? EXIT.failed : EXIT.ok;
    return;
  }
  const summary = `${count('ok')} well, ${count('warning')} to look at, ${faults} wrong`;
  if (faults > 0 || (strict && count('warning') > 0)) {
    throw new CommandFailed(
      EXIT.failed,
      summary,
      'each line has what to type; /usr/share/doc/tapwatt/troubleshooting.md has more under the names in brackets',
    );
  }
  console.log(summary);
}

async function repair(lines: readonly (DoctorLine & { finding: Finding })[], probes: Probes): Promise<void> {
  for (const { title, finding } of lines) {
    if (!('repair' in finding) || finding.repair === undefined) continue;
    const [file = '', ...args] = finding.repair;
    if (!probes.isRoot) {
      console.error(`${title}: sudo tapwatt doctor --fix would run: ${finding.repair.join(' ')}`);
      continue;
    }
    const answer = await probes.command(file, args);
    console.error(
      `${title}: ${finding.repair.join(' ')}: ${answer === null ? 'there is no such program' : answer.status === 0 ? 'done' : answer.stderr.trim()}`,
    );
  }
}
