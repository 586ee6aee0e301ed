import { Command, InvalidArgumentError, Option } from 'commander';
import {
  DEFAULT_DATA_DIRECTORY,
  DEFAULT_HOST,
  DEFAULT_PORT,
  DEFAULT_TLS_PORT,
  packageVersion,
} from '../server/options.js';
import type { ClientOptions } from './client.js';
import { accountCommands } from './program-accounts.js';
import { alarmCommands } from './program-alarms.js';
import { dataCommands } from './program-data.js';

/** Options of every command that talks to a server. */
export interface TalkOptions extends ClientOptions {
  json?: boolean;
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return value;
}

export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return value;
}

function expiry(text: string): string {
  if (text === 'never' || (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)))) return text;
  throw new InvalidArgumentError('Give a time like 2027-01-31T00:00:00Z, or never.');
}

function profile(text: string): number {
  if (!/^[0-3]$/.test(text)) throw new InvalidArgumentError('A security profile is 0, 1, 2 or 3.');
  return Number(text);
}

export function talks(command: Command): Command {
  return command
    .option('--server <url>', 'the server (env CSMS_LITE_URL)')
    .option('--token <token>', 'its token (env CSMS_LITE_TOKEN)')
    .option('--json', 'print JSON');
}

function serveCommand(program: Command): void {
  program
    .command('serve', { isDefault: true })
    .description('start the server: dashboard, API and OCPP endpoint on one port')
    .option('--host <address>', 'address to listen on; 0.0.0.0 for the whole network', DEFAULT_HOST)
    .option('--port <port>', 'port to listen on', port, DEFAULT_PORT)
    .option('--data <folder>', 'where the database is kept', DEFAULT_DATA_DIRECTORY)
    .option('--open-stations', 'register charge points that connect without being known (default on loopback)')
    .option('--no-open-stations', 'refuse them and keep their knocks (default elsewhere)')
    .option('--token <token>', 'ask for this token (better: env CSMS_LITE_TOKEN, which ps does not show)')
    .option('--open-api', 'no token although others on the network can reach the server')
    .option('--tls-cert <file...>', 'certificate (PEM) for a second port with TLS: security profiles 2 and 3')
    .option('--tls-key <file...>', 'its key (PEM)')
    .option('--tls-port <port>', `that port (${DEFAULT_TLS_PORT})`, port)
    .option('--tls-client-ca <file...>', 'authorities of client certificates (PEM), besides the local one')
    .option(
      '--trusted-proxy <address...>',
      'reverse proxies (addresses, networks) whose X-Forwarded-For and -Proto count',
    )
    .option(
      '--firebase-credentials <file>',
      'service account (JSON): copy states to its Realtime Database (env CSMS_LITE_FIREBASE_CREDENTIALS)',
    )
    .option('--firebase-database <url>', 'that database (env CSMS_LITE_FIREBASE_DATABASE)')
    .option('--heartbeat <seconds>', 'heartbeat interval told to charge points', seconds)
    .option('--keep-messages <days>', 'how long the message log is kept', seconds)
    .option('--call-timeout <seconds>', 'how long a charge point may take to answer a command', seconds)
    .addOption(
      new Option('--log-level <level>').choices(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('warn'),
    )
    .option('--json', 'print where it listens as one JSON line')
    .action(async (options) => (await import('./commands/serve.js')).serve(options));
}

function stationCommands(program: Command): void {
  const station = program.command('station').description('charge points');
  talks(station.command('list').description('those that are known')).action(async (options) =>
    (await import('./commands/station.js')).listStations(options),
  );
  talks(station.command('add <id>').description('register one'))
    .option('--name <text>', 'display name')
    .option('--password <text>', 'its Basic-auth password (AuthorizationKey)')
    .action(async (id, options) => (await import('./commands/station.js')).addStation(id, options));
  talks(station.command('set <id>').description('change one'))
    .option('--name <text>', 'display name')
    .option('--site <id>', 'the site that it stands at')
    .addOption(
      new Option('--security-profile <n>', '0 nobody asks, 1 password, 2 with TLS, 3 client certificate').argParser(
        profile,
      ),
    )
    .addOption(
      new Option('--verdict <verdict>', 'what happens to messages that break OCPP').choices(['strict', 'warn', 'fix']),
    )
    .addOption(
      new Option('--registration <answer>', 'how its next boots are answered').choices([
        'accepted',
        'pending',
        'rejected',
      ]),
    )
    .option('--registration-interval <seconds>', 'when one that is not accepted may ask again', seconds)
    .option('--block', 'refuse its connections')
    .option('--no-block', 'let it in again')
    .action(async (id, options) => (await import('./commands/station.js')).setStation(id, options));
  talks(station.command('remove <id>').description('forget one; its sessions stay')).action(async (id, options) =>
    (await import('./commands/station.js')).removeStation(id, options),
  );
  talks(station.command('knocks').description('those that were refused, and why')).action(async (options) =>
    (await import('./commands/station.js')).listKnocks(options),
  );
  talks(station.command('accept <id>').description('let one in that was refused (id of the charge point)'))
    .option('--password <text>', 'its Basic-auth password (AuthorizationKey)')
    .action(async (id, options) => (await import('./commands/station.js')).acceptStation(id, options));
  talks(station.command('set-key <id>').description('give it a new Basic-auth password (AuthorizationKey)'))
    .option('--key <text>', 'this one; a random one when absent')
    .option('--no-send', 'set it here only, also when the charge point is connected')
    .action(async (id, options) => (await import('./commands/station.js')).setKey(id, options));
}

function tagCommands(program: Command): void {
  const tag = program.command('tag').description('cards and tokens');
  talks(tag.command('list').description('those that are known'))
    .option('--unknown', 'those that were held to a charger and are not known')
    .action(async (options) => (await import('./commands/tag.js')).listTags(options));
  const facts = (command: Command): Command =>
    talks(command)
      .option('--expires <time>', 'RFC 3339, for example 2027-01-31T00:00:00Z; or never', expiry)
      .option('--parent <idTag>', 'tags with the same parent may stop each other’s sessions')
      .option('--max-sessions <n>', 'how many at once; any number when never said', seconds)
      .option('--station <id...>', 'charge points where it may charge, and nowhere else')
      .option('--note <text>', 'whose it is');
  facts(tag.command('add <idTag>').description('let it charge')).action(async (idTag, options) =>
    (await import('./commands/tag.js')).addTag(idTag, options),
  );
  facts(tag.command('set <idTag>').description('change one'))
    .option('--everywhere', 'it may charge at every charge point again')
    .action(async (idTag, options) => (await import('./commands/tag.js')).setTag(idTag, options));
  talks(tag.command('block <idTag>').description('refuse it from now on')).action(async (idTag, options) =>
    (await import('./commands/tag.js')).blockTag(idTag, options),
  );
  talks(tag.command('remove <idTag>').description('forget it')).action(async (idTag, options) =>
    (await import('./commands/tag.js')).removeTag(idTag, options),
  );
}

/** The command line. What a command needs is loaded when it runs. */
export function buildProgram(): Command {
  const program = new Command('csms-lite')
    .description('A charging station management system that starts like a text editor.')
    .version(packageVersion())
    .showHelpAfterError('(csms-lite --help shows what there is)')
    .exitOverride();
  serveCommand(program);
  stationCommands(program);
  tagCommands(program);
  talks(program.command('send <station> <command> [json]').description('send an OCPP command and print the answer'))
    .option('--wait <seconds>', 'how long to wait for the answer', seconds, 30)
    .addHelpText('after', '\nExample: csms-lite send CP-1 remote-start \'{"idTag":"A1B2C3D4","connectorId":1}\'')
    .action(async (station, command, json, options) =>
      (await import('./commands/send.js')).send(station, command, json, options),
    );
  talks(program.command('commands').description('the commands of send, and what they take')).action(async (options) =>
    (await import('./commands/commands.js')).listCommands(options),
  );
  talks(program.command('sessions').description('sessions, newest first'))
    .option('--station <id>')
    .option('--tag <idTag>')
    .option('--limit <n>', 'how many', seconds, 20)
    .action(async (options) => (await import('./commands/sessions.js')).listSessions(options));
  talks(program.command('messages <station>').description('its message log, with the time that answers took'))
    .option('--action <name>', 'only this one: Heartbeat')
    .addOption(new Option('--direction <way>', 'in: from the charge point').choices(['in', 'out']))
    .option('--id <messageId>', 'one CALL and its answer')
    .option('--limit <n>', 'how many', seconds, 50)
    .action(async (station, options) => (await import('./commands/messages.js')).listMessages(station, options));
  accountCommands(program);
  alarmCommands(program);
  dataCommands(program);
  return program;
}
