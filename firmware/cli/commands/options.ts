import { type Command, Option } from 'commander';
import { findSocket } from '../../config/locate.js';

export interface GlobalOptions {
  socket?: string;
  json?: boolean;
}

export interface FileOptions {
  config?: string;
  set?: string[];
}

export const configOption = () => new Option('--config <file>', 'configuration file').env('TAPWATT_CONFIG');
export const setOption = () =>
  new Option('--set <key=value...>', 'override a value of the file, as csms.url=ws://…').argParser(
    (value: string, before: string[] | undefined) => [...(before ?? []), value],
  );
export const JSON_FLAG = ['--json', 'print JSON and nothing else'] as const;

/** Whether --json was given, before or after the command. */
export function wantsJson(command: Command): boolean {
  return command.optsWithGlobals<GlobalOptions>().json === true;
}

/** Where the running charge point is; the configuration is read only when nothing else says it. */
export async function socketOf(command: Command): Promise<string> {
  const { socket } = command.optsWithGlobals<GlobalOptions>();
  if (socket !== undefined || process.env.TAPWATT_SOCKET) return findSocket(socket, process.env, () => null);
  const { socketFromConfig } = await import('../socketFromConfig.js');
  return findSocket(socket, process.env, socketFromConfig);
}
