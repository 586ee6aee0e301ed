import { userInfo } from 'node:os';
import { loadConfig } from '../config/load.js';
import { createLog } from '../supervisor/log.js';
import { forcedStatus, type ShutdownCause } from '../supervisor/shutdown.js';
import { type Supervisor, startSupervisor } from '../supervisor/supervisor.js';
import type { FileOptions } from './commands/spec.js';
import { requireConfigFile } from './configCommands.js';
import { CommandFailed, EXIT } from './exitCodes.js';
import { type LogLine, ownLine, renderLogLine } from './logs/line.js';
import { createStyle } from './style.js';

/**
 * `tapwatt run`: the charge point, in the foreground until a signal or an accepted Reset ends it.
 * @throws ConfigError, or why the control socket or the state directory cannot be used.
 */
export async function runCommand(options: FileOptions): Promise<void> {
  const file = requireConfigFile(options);
  const flags = options.set ?? [];
  const readConfig = () => loadConfig({ file, environment: process.env, flags }).config;
  const config = readConfig();
  const log = createLog(config.log.level, process.env, process.stderr.isTTY ? forPeople() : undefined);
  log.info('Tapwatt starts', { config: file, chargePointId: config.csms.chargePointId, pid: process.pid });

  let supervisor: Supervisor | null = null;
  const end = (cause: ShutdownCause): void => {
    // While the hardware is being opened nothing is switched on, and nothing has to be closed.
    if (supervisor === null) process.exit(forcedStatus(cause));
    else supervisor.shutdown(cause);
  };
  process.on('SIGTERM', () => end({ kind: 'signal', signal: 'SIGTERM' }));
  // What the daemon of a back-up supply sends (Linux; a plain event of no meaning elsewhere).
  process.on('SIGPWR', () => {
    if (supervisor === null) process.exit(0);
    else supervisor.powerFails();
  });
  process.on('SIGINT', () => end({ kind: 'signal', signal: 'SIGINT' }));
  // A defect in the main thread: nothing here can be trusted any more but the way to switch off.
  const onDefect = (error: unknown): void => {
    if (supervisor === null) log.error('A defect ended the start', { error: String(error) });
    end({ kind: 'fatal', error });
  };
  process.on('uncaughtException', onDefect);
  process.on('unhandledRejection', onDefect);

  supervisor = await startSupervisor({
    config,
    readConfig,
    log,
    exit: (status) => process.exit(status),
  }).catch((error: unknown) => {
    throw explainStart(error, config.stateDirectory);
  });
}

/** A state directory that may not be made is a person's to make. */
function explainStart(error: unknown, stateDirectory: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== 'EACCES' || path === undefined || !stateDirectory.startsWith(path)) return error;
  const who = userInfo().username;
  return new CommandFailed(
    EXIT.permission,
    `${who} may not make ${stateDirectory}`,
    `sudo install -d -m 700 -o ${who} ${stateDirectory}; or tapwatt config set stateDirectory …`,
  );
}

/** On a terminal a person reads: time, words, data. Everywhere else the log is JSON, a line each. */
function forPeople(): (text: string) => void {
  const style = createStyle(true, process.env);
  let before: LogLine | null = null;
  return (text) => {
    const line = ownLine(text.trimEnd(), Date.now());
    process.stderr.write(`${renderLogLine(line, style, before)}\n`);
    before = line;
  };
}
