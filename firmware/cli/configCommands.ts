import { loadConfig } from '../config/load.js';
import { findConfigFile, SIMULATION_CONFIG_FILE, SYSTEM_CONFIG_FILE } from '../config/locate.js';
import { configSchema } from '../config/schema.js';
import { CommandFailed, EXIT } from './exitCodes.js';

export interface ConfigOptions {
  config?: string;
  set?: string[];
}

/** The file that counts. @throws CommandFailed (78) when there is none. */
export function requireConfigFile(options: ConfigOptions): string {
  const file = findConfigFile(options.config, process.env);
  if (file !== null) return file;
  throw new CommandFailed(
    EXIT.config,
    `there is no ${SYSTEM_CONFIG_FILE}`,
    `copy config/default.yaml there and edit it; or name a file: --config ${SIMULATION_CONFIG_FILE}`,
  );
}

/** `tapwatt config validate`. @throws ConfigError */
export function validateCommand(options: ConfigOptions, json: boolean): void {
  const file = requireConfigFile(options);
  const { config } = loadConfig({ file, environment: process.env, flags: options.set ?? [] });
  const connectors = config.connectors.length;
  const text = `${file} is valid: ${config.csms.chargePointId}, ${connectors} connector${connectors === 1 ? '' : 's'}, ${config.csms.url}`;
  console.log(json ? JSON.stringify({ file, valid: true, config }) : text);
}

/** `tapwatt config path`. */
export function pathCommand(options: ConfigOptions): void {
  console.log(requireConfigFile(options));
}

/** `tapwatt config schema`: what config/tapwatt.schema.json holds. */
export function schemaCommand(): void {
  console.log(JSON.stringify(configSchema, null, 2));
}
