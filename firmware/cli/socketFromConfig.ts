import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { findConfigFile } from '../config/locate.js';

/** A plain path at the left margin, as people and `tapwatt init` write it. */
const PLAIN = /^controlSocket:[ \t]+(["']?)([^"'#\s]+)\1[ \t]*(?:#.*)?$/m;

/**
 * The control socket that the configuration names; null when there is no configuration that this user can read, or none
 * that is right: the places where a socket usually is are tried then. The whole configuration is read only when the path
 * does not stand there plainly: that takes longer than everything else that `tapwatt status` does.
 */
export async function socketFromConfig(environment: NodeJS.ProcessEnv): Promise<string | null> {
  const file = findConfigFile(undefined, environment);
  if (file === null) return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Secret to the service's user, or not there: whoever runs it says where it answers.
    return null;
  }
  const overridden = Object.keys(environment).some((name) => /^TAPWATT_CONTROL_?SOCKET$/i.test(name));
  const plain = PLAIN.exec(text)?.[2];
  if (plain !== undefined && !overridden) return resolve(dirname(file), plain);
  const { loadConfig } = await import('../config/load.js');
  const { ConfigError } = await import('../config/problems.js');
  try {
    return loadConfig({ file, environment }).config.controlSocket;
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}
