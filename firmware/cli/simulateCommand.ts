import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SIMULATION_DIRECTORY } from '../config/locate.js';
import type { Call } from './commands/spec.js';
import { CommandFailed, EXIT } from './exitCodes.js';

/** sun_path of macOS, less the end; firmware/config/checks.ts has the reason. */
const LONGEST_SOCKET = 103;

/** The configuration of a charge point without any hardware. */
export function simulationYaml(options: { url: string; id: string; connectors: number; directory: string }): string {
  const connectors = Array.from({ length: options.connectors }, (_, index) => ({
    id: index + 1,
    canIdOffset: index * 2,
  }));
  const configuration = {
    version: 1,
    csms: { url: options.url, chargePointId: options.id, reconnect: { minimumS: 1, maximumS: 30, randomS: 1 } },
    reader: { kind: 'simulated' },
    can: { kind: 'simulated' },
    gpio: { backend: 'simulated' },
    connectors,
    ocpp: { configuration: { MeterValueSampleInterval: '10' } },
    stateDirectory: join(options.directory, 'state'),
    controlSocket: join(options.directory, 'control.sock'),
  };
  // JSON is YAML, and quotes for us whatever was typed.
  return `# Written by tapwatt simulate at each start.\n${JSON.stringify(configuration, null, 2)}\n`;
}

/** `tapwatt simulate`: `tapwatt run` with a configuration that it writes itself. @throws ConfigError */
export async function simulateCommand(call: Call): Promise<void> {
  const directory = resolve(call.text('directory') ?? SIMULATION_DIRECTORY);
  if (Buffer.byteLength(join(directory, 'control.sock')) > LONGEST_SOCKET)
    throw new CommandFailed(
      EXIT.usage,
      `${directory} is too long for a socket in it`,
      'tapwatt simulate --directory /tmp/sim',
    );
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'config.yaml');
  const text = simulationYaml({
    url: call.text('url') ?? 'ws://127.0.0.1:8180/ocpp',
    id: call.text('id') ?? 'SIM-1',
    connectors: call.number('connectors') ?? 1,
    directory,
  });
  writeFileSync(config, text);
  const elsewhere = directory === SIMULATION_DIRECTORY ? '' : ` --socket ${join(directory, 'control.sock')}`;
  console.error(`Simulated hardware; everything is in ${directory}. In another terminal:`);
  for (const line of ['plug-in', 'tap A1B2C3D4', 'status --watch']) console.error(`  tapwatt${elsewhere} ${line}`);
  const { runCommand } = await import('./runCommand.js');
  await runCommand({ config, ...(call.file.set === undefined ? {} : { set: call.file.set }) });
}
