import { loadConfig } from '../config/load.js';
import { createLog } from '../supervisor/log.js';
import { startSupervisor } from '../supervisor/supervisor.js';
import { type ConfigOptions, requireConfigFile } from './configCommands.js';

/**
 * `tapwatt run`: the charge point, in the foreground until a signal or an accepted Reset ends it.
 * @throws ConfigError, or why the control socket or the state directory cannot be used.
 */
export async function runCommand(options: ConfigOptions): Promise<void> {
  const file = requireConfigFile(options);
  const flags = options.set ?? [];
  const readConfig = () => loadConfig({ file, environment: process.env, flags }).config;
  const config = readConfig();
  const log = createLog(config.log.level);
  log.info('Tapwatt starts', { config: file, chargePointId: config.csms.chargePointId, pid: process.pid });

  const supervisor = await startSupervisor({
    config,
    readConfig,
    log,
    exit: (status) => process.exit(status),
  });
  process.on('SIGTERM', () => supervisor.shutdown({ kind: 'signal', signal: 'SIGTERM' }));
  process.on('SIGINT', () => supervisor.shutdown({ kind: 'signal', signal: 'SIGINT' }));
  // A defect in the main thread: nothing here can be trusted any more but the way to switch off.
  process.on('uncaughtException', (error) => supervisor.shutdown({ kind: 'fatal', error }));
  process.on('unhandledRejection', (error) => supervisor.shutdown({ kind: 'fatal', error }));
}
