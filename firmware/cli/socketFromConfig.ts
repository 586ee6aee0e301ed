import { loadConfig } from '../config/load.js';
import { findConfigFile } from '../config/locate.js';
import { ConfigError } from '../config/problems.js';

/** The control socket that the configuration names; null when there is no configuration that this user can read. */
export function socketFromConfig(): string | null {
  const file = findConfigFile(undefined, process.env);
  if (file === null) return null;
  try {
    return loadConfig({ file, environment: process.env }).config.controlSocket;
  } catch (error) {
    // A file that is wrong, or secret to the service's user: the places where a socket usually is are tried instead.
    if (error instanceof ConfigError) return null;
    throw error;
  }
}
