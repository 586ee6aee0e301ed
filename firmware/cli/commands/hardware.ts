import type { Command } from 'commander';
import { configOption, type FileOptions, JSON_FLAG, wantsJson } from './options.js';

/** Commands that touch hardware themselves, for whoever wires it. */
export function addHardwareCommands(program: Command): void {
  program
    .command('nfc')
    .description('the card reader')
    .command('read')
    .description('the UID of the next card (while the charge point is stopped)')
    .addOption(configOption())
    .option('--timeout <seconds>', 'how long to wait', '30')
    .option(...JSON_FLAG)
    .action(async (options: FileOptions & { timeout: string }, command: Command) =>
      (await import('../hardwareCommands.js')).nfcReadCommand(options, wantsJson(command)),
    );
  const can = program.command('can').description('the CAN bus');
  can
    .command('dump')
    .description('every frame on the bus, until Ctrl-C')
    .addOption(configOption())
    .option('-c, --count <n>', 'end after so many frames')
    .action(async (options: FileOptions & { count?: string }) =>
      (await import('../hardwareCommands.js')).canDumpCommand(options),
    );
  can
    .command('send <frame>')
    .description('one frame, as 201# (STOP) or 210#1000 (16 A)')
    .addOption(configOption())
    .action(async (frame: string, options: FileOptions) =>
      (await import('../hardwareCommands.js')).canSendCommand(frame, options),
    );
  program
    .command('gpio')
    .description('the pins')
    .command('test <pin>')
    .description(
      'switch a pin (BCM number) on and off, one second each; a relay clicks (while the charge point is stopped)',
    )
    .addOption(configOption())
    .option('--active-low', 'on is low')
    .option('--times <n>', 'how often', '3')
    .action(async (pin: string, options: FileOptions & { activeLow?: boolean; times: string }) =>
      (await import('../hardwareCommands.js')).gpioTestCommand(pin, options),
    );
}
