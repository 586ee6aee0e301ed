import type { Command } from 'commander';
import { seconds, talks } from './program.js';

/** What somebody should look at. */
export function alarmCommands(program: Command): void {
  const alarm = program.command('alarm').description('alarms: what somebody should look at');
  talks(alarm.command('list').description('those that are open, newest first'))
    .option('--all', 'also those that are over')
    .option('--limit <n>', 'how many', seconds, 50)
    .action(async (options) => (await import('./commands/alarm.js')).listAlarms(options));
  talks(alarm.command('ack <id>').description('say that you know of it'))
    .option('--note <text>', 'for the others: who goes there')
    .action(async (id, options) => (await import('./commands/alarm.js')).acknowledgeAlarm(id, options));
  talks(alarm.command('rules').description('the rules and their thresholds')).action(async (options) =>
    (await import('./commands/alarm.js')).listRules(options),
  );
  talks(alarm.command('set <rule>').description('set a threshold, switch a rule on or off'))
    .option('--threshold <n>', 'in the unit of the rule; "default" for what it came with')
    .option('--enable')
    .option('--no-enable', 'its alarms end')
    .action(async (rule, options) => (await import('./commands/alarm.js')).setRule(rule, options));
  talks(alarm.command('test-mail').description('send a test mail now')).action(async (options) =>
    (await import('./commands/alarm.js')).testMail(options),
  );
}
