import type { Command } from 'commander';
import { DEFAULT_DATA_DIRECTORY } from '../server/options.js';
import { seconds, talks } from './program.js';

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
  const hmi = program.command('hmi').description('the drivers’ page as a static site that listens to Firebase');
  hmi
    .command('export')
    .description('write the site, the database’s rules and how to deploy them into a folder')
    .requiredOption('--out <folder>', 'made when it is not there')
    .requiredOption('--config <file>', 'configuration of the Firebase web app (JSON)')
    .option('--base <path>', 'where the site will stand on its host', '/')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./commands/hmi.js')).exportHmi(options));
  program
    .command('demo-data')
    .description('make up sessions of some charge points, marked as demo data, so that the pages can be tried')
    .option('--days <n>', 'how far back', seconds, 90)
    .option('--seed <n>', 'the same number gives the same data', seconds, 1)
    .option('--yes', 'also beside real data')
    .option('--remove', 'take all demo data away')
    .option('--data <folder>', 'where the database is kept', DEFAULT_DATA_DIRECTORY)
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./commands/demo-data.js')).demoData(options));
}
