import type { Command } from 'commander';
import { DEFAULT_DATA_DIRECTORY } from '../server/options.js';
import { talks } from './program.js';

/** Getting data out and in. */
export function dataCommands(program: Command): void {
  talks(
    program.command('export').description('stations, tags, users, tariffs, profiles and settings as JSON; no secrets'),
  )
    .option('-o, --output <file>', 'standard output when absent')
    .option('--sessions', 'sessions with their cost as CSV instead')
    .action(async (options) => (await import('./commands/export.js')).exportAll(options));
  talks(
    program.command('import <file>').description('take an export in; what is there is updated, nothing removed'),
  ).action(async (file, options) => (await import('./commands/export.js')).importAll(file, options));
  program
    .command('backup <folder>')
    .description('copy the databases, also while the server is running')
    .option('--data <folder>', 'where the database is kept', DEFAULT_DATA_DIRECTORY)
    .option('--json', 'print JSON')
    .action(async (folder, options) => (await import('./commands/backup.js')).backupTo(folder, options));
  program
    .command('restore <folder>')
    .description('put a backup back; what is there is moved aside; the server must be stopped')
    .option('--data <folder>', 'where the database is kept', DEFAULT_DATA_DIRECTORY)
    .option('--json', 'print JSON')
    .action(async (folder, options) => (await import('./commands/backup.js')).restoreFrom(folder, options));
}
