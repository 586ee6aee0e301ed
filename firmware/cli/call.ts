import { type Command, Option } from 'commander';
import { findSocket } from '../config/locate.js';
import type { Call, CommandSpec, FileOptions } from './commands/spec.js';
import { CommandFailed, EXIT } from './exitCodes.js';

interface GlobalOptions {
  socket?: string;
  json?: boolean;
}

/** What was typed, by the keys of the table. @throws CommandFailed (2) for --json where there is no JSON. */
export function openCall(spec: CommandSpec, command: Command): Call {
  const { json = false, socket: socketFlag } = command.optsWithGlobals<GlobalOptions>();
  if (json && !spec.json)
    throw new CommandFailed(EXIT.usage, `tapwatt ${spec.path} has no JSON form`, 'leave --json out');
  const given: Record<string, unknown> = {};
  (spec.arguments ?? []).forEach(({ key }, index) => {
    const value: unknown = command.processedArgs[index];
    if (value !== undefined) given[key] = value;
  });
  const options = command.opts<Record<string, unknown>>();
  for (const { key, flags } of spec.options ?? []) {
    const value = options[new Option(flags).attributeName()];
    if (value !== undefined) given[key] = value;
  }
  return {
    json,
    given,
    text: (key) => (typeof given[key] === 'string' ? given[key] : undefined),
    number: (key) => (typeof given[key] === 'number' ? given[key] : undefined),
    flag: (key) => given[key] === true,
    socketFlag,
    socket: () => socketOf(socketFlag),
    file: fileOptions(given),
  };
}

function fileOptions({ config, set }: Readonly<Record<string, unknown>>): FileOptions {
  return {
    ...(typeof config === 'string' ? { config } : {}),
    ...(Array.isArray(set) ? { set: set.map(String) } : {}),
  };
}

/** Where the running charge point is; the configuration is read only when nothing else says it. */
async function socketOf(flag: string | undefined): Promise<string> {
  if (flag !== undefined || process.env.TAPWATT_SOCKET) return findSocket(flag, process.env, () => null);
  const { socketFromConfig } = await import('./socketFromConfig.js');
  const configured = await socketFromConfig(process.env);
  return findSocket(flag, process.env, () => configured);
}
