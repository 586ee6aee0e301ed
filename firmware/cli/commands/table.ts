import { benchCommands } from './bench.js';
import { hardwareCommands } from './hardware.js';
import { operateCommands } from './operate.js';
import { scopeCommands } from './scope.js';
import { setUpCommands } from './setUp.js';
import { shellCommands } from './shell.js';
import type { CommandSpec } from './spec.js';
import { stationCommands } from './station.js';

/** Every command, each path once. */
export const COMMANDS: readonly CommandSpec[] = [
  ...setUpCommands,
  ...operateCommands,
  ...scopeCommands,
  ...stationCommands,
  ...hardwareCommands,
  ...benchCommands,
  ...shellCommands,
];

/** What the words before the last one of a path stand for. */
export const GROUPS: Readonly<Record<string, string>> = {
  config: 'the configuration file',
  service: 'the systemd service',
  session: 'charging sessions',
  queue: 'messages for the central system',
  tag: 'the local authorization list',
  ocpp: 'OCPP',
  'ocpp key': 'OCPP configuration keys',
  nfc: 'the card reader',
  can: 'the CAN bus',
  gpio: 'the pins',
};

/** Words before the last one of `path`; empty for a command directly below `tapwatt`. */
export function groupOf(path: string): string {
  return path.split(' ').slice(0, -1).join(' ');
}
