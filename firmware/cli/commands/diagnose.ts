import type { Command } from 'commander';
import { configOption, type FileOptions, type GlobalOptions, JSON_FLAG, wantsJson } from './options.js';

/** `tapwatt doctor`. */
export function addDiagnoseCommands(program: Command): void {
  program
    .command('doctor')
    .description('look for faults: what was found, and what to type')
    .addOption(configOption())
    .option('--fix', 'run the repairs that are safe (as root)')
    .option('--strict', 'status 1 for warnings too')
    .option(...JSON_FLAG)
    .action(async (options: FileOptions & { fix?: boolean; strict?: boolean }, command: Command) => {
      const { socket } = command.optsWithGlobals<GlobalOptions>();
      const { doctorCommand } = await import('../doctor/doctorCommand.js');
      await doctorCommand(socket === undefined ? options : { ...options, socket }, wantsJson(command));
    });
}
