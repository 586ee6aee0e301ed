import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a service keeps its configuration. */
export const SYSTEM_CONFIG_FILE = '/etc/tapwatt/config.yaml';
export const SYSTEM_SOCKET = '/run/tapwatt/control.sock';

/** The checkout or package that this code runs from. */
const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** Where `tapwatt simulate` has its journal and socket; XDG base directory specification. */
export const SIMULATION_DIRECTORY = join(
  process.env.XDG_STATE_HOME || join(homedir(), '.local/state'),
  'tapwatt/simulation',
);

/** Where `npm start` and the simulation examples put the socket, in a checkout. */
export const CHECKOUT_SOCKET = resolve(projectRoot, 'var/charge-point/control.sock');

/** `--config`, else TAPWATT_CONFIG, else /etc/tapwatt/config.yaml when it is there, else null. */
export function findConfigFile(flag: string | undefined, environment: NodeJS.ProcessEnv): string | null {
  if (flag !== undefined) return resolve(flag);
  if (environment.TAPWATT_CONFIG) return resolve(environment.TAPWATT_CONFIG);
  return existsSync(SYSTEM_CONFIG_FILE) ? SYSTEM_CONFIG_FILE : null;
}

/**
 * The control socket for a command: `--socket`, else TAPWATT_SOCKET, else what the configuration says (`fromConfig`
 * is asked only then; null when there is no configuration that can be read), else the service's, else the one of
 * `tapwatt simulate`, else the checkout's.
 */
export function findSocket(
  flag: string | undefined,
  environment: NodeJS.ProcessEnv,
  fromConfig: () => string | null,
): string {
  if (flag !== undefined) return resolve(flag);
  if (environment.TAPWATT_SOCKET) return resolve(environment.TAPWATT_SOCKET);
  const usual = [SYSTEM_SOCKET, join(SIMULATION_DIRECTORY, 'control.sock'), CHECKOUT_SOCKET];
  return fromConfig() ?? usual.find(isThere) ?? SYSTEM_SOCKET;
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
