import { type Command, Option } from 'commander';
import { seconds, talks } from './program.js';

const ROLES = ['read', 'operate', 'admin'];

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function userCommands(program: Command): void {
  const user = program.command('user').description('people: drivers with cards and wallets, and those who sign in');
  const facts = (command: Command): Command =>
    talks(command)
      .option('--name <text>', 'full name')
      .option('--email <address>')
      .addOption(new Option('--role <role>', 'may sign in; none: drives only').choices([...ROLES, 'none']))
      .option('--tag <idTag>', 'a card of this user; can be given again (replaces the whole list)', collect)
      .option('--password-stdin', 'read the password from standard input');
  talks(user.command('list').description('all of them')).action(async (options) =>
    (await import('./commands/user.js')).listUsers(options),
  );
  facts(user.command('add <login>').description('make one')).action(async (login, options) =>
    (await import('./commands/user.js')).addUser(login, options),
  );
  facts(user.command('set <login>').description('change one')).action(async (login, options) =>
    (await import('./commands/user.js')).setUser(login, options),
  );
  talks(user.command('remove <login>').description('forget one; sessions and ledger stay')).action(
    async (login, options) => (await import('./commands/user.js')).removeUser(login, options),
  );
}

function walletCommands(program: Command): void {
  const wallet = program.command('wallet').description('prepaid money of users');
  talks(wallet.command('show <login>').description('balance and ledger'))
    .option('--limit <n>', 'how many entries', seconds, 20)
    .action(async (login, options) => (await import('./commands/wallet.js')).showWallet(login, options));
  talks(wallet.command('set <login>').description('switch it on or off, set its floor'))
    .option('--enable', 'starts that it cannot bear are refused')
    .option('--no-enable', 'nobody is refused for money')
    .option('--floor <amount>', 'never goes below it; -20 is 20 of credit')
    .option('--currency <code>', 'only at first')
    .action(async (login, options) => (await import('./commands/wallet.js')).setWallet(login, options));
  talks(wallet.command('top-up <login> <amount>').description('add money'))
    .option('--reference <text>', 'the same one again books nothing')
    .option('--note <text>')
    .action(async (login, amount, options) =>
      (await import('./commands/wallet.js')).bookWallet('top-ups', login, amount, options),
    );
  talks(wallet.command('adjust <login> <amount>').description('correct it; a negative amount after --: -- -5.00'))
    .requiredOption('--note <text>', 'why')
    .option('--reference <text>')
    .action(async (login, amount, options) =>
      (await import('./commands/wallet.js')).bookWallet('adjustments', login, amount, options),
    );
}

function tariffCommands(program: Command): void {
  const tariff = program.command('tariff').description('prices');
  talks(tariff.command('list').description('tariffs and where they hold')).action(async (options) =>
    (await import('./commands/tariff.js')).listTariffs(options),
  );
  talks(tariff.command('add <name>').description('make one, or with --change give one new prices'))
    .option('--kwh <price>', 'per kWh: 0.45')
    .option('--minute <price>', 'per minute of charging')
    .option('--session <price>', 'per session')
    .option('--idle <price>', 'per minute connected after charging ended')
    .option('--grace <minutes>', 'idle minutes that cost nothing', seconds)
    .option('--tax <percent>', '19')
    .option('--tax-on-top', 'the prices do not contain the tax')
    .option('--hold <amount>', 'reserved in the wallet while a session runs')
    .option('--currency <code>', 'ISO 4217; EUR when absent')
    .option('--change <id>', 'a new version of this tariff; sessions that have begun keep theirs')
    .action(async (name, options) => (await import('./commands/tariff.js')).addTariff(name, options));
  talks(tariff.command('assign <id>').description('let it hold somewhere; "none" takes it away'))
    .option('--site <id>', 'everywhere at a site; "default" when nothing is given')
    .option('--station <id>', 'at one charge point')
    .option('--connector <n>', 'at one connector of it', seconds)
    .action(async (id, options) => (await import('./commands/tariff.js')).assignTariff(id, options));
}

function tokenCommands(program: Command): void {
  const token = program.command('token').description('API tokens');
  talks(token.command('list').description('all of them')).action(async (options) =>
    (await import('./commands/token.js')).listTokens(options),
  );
  talks(token.command('create <name>').description('make one; it is shown this once'))
    .addOption(new Option('--role <role>').choices(ROLES).makeOptionMandatory())
    .option('--days <n>', 'ends after so many days', seconds)
    .option('--data <folder>', 'write it into this database without asking the server: the way back in')
    .action(async (name, options) => (await import('./commands/token.js')).createToken(name, options));
  talks(token.command('revoke <id>').description('end one')).action(async (id, options) =>
    (await import('./commands/token.js')).revokeToken(id, options),
  );
}

/** People, money and access. */
export function accountCommands(program: Command): void {
  userCommands(program);
  walletCommands(program);
  tariffCommands(program);
  tokenCommands(program);
}
