import { loadConfig } from '../config/load.js';
import { findConfigFile, SYSTEM_CONFIG_FILE } from '../config/locate.js';
import { configSchema } from '../config/schema.js';
import type { FileOptions } from './commands/spec.js';
import { CommandFailed, EXIT } from './exitCodes.js';

/** The file that counts. @throws CommandFailed (78) when there is none. */
export function requireConfigFile(options: FileOptions): string {
  const file = findConfigFile(options.config, process.env);
  if (file !== null) return file;
  throw new CommandFailed(
    EXIT.config,
    `there is no ${SYSTEM_CONFIG_FILE}`,
    'sudo tapwatt init writes one; or name a file with --config; without hardware: tapwatt simulate',
  );
}

/** `tapwatt config validate`. @throws ConfigError */
export function validateCommand(options: FileOptions, json: boolean): void {
  const file = requireConfigFile(options);
  const { config } = loadConfig({ file, environment: process.env, flags: options.set ?? [] });
  const connectors = config.connectors.length;
  const text = `${file} is valid: ${config.csms.chargePointId}, ${connectors} connector${connectors === 1 ? '' : 's'}, ${config.csms.url}`;
  console.log(json ? JSON.stringify({ file, valid: true, config }) : text);
}

/** `tapwatt config path`. */
export function pathCommand(options: FileOptions, json: boolean): void {
  const file = requireConfigFile(options);
  console.log(json ? JSON.stringify({ file }) : file);
}

/** `tapwatt config schema`: what config/tapwatt.schema.json holds. */
export function schemaCommand(): void {
  console.log(JSON.stringify(configSchema, null, 2));
}
