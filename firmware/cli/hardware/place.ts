import type { ChargePointConfig } from '../../config/config.js';
import { loadConfig } from '../../config/load.js';
import type { FileOptions } from '../commands/spec.js';
import { requireConfigFile } from '../configCommands.js';
import { requireStopped } from '../requireStopped.js';

/** @throws ConfigError, CommandFailed (78) when there is none. */
export function configOf(options: FileOptions): ChargePointConfig {
  return loadConfig({ file: requireConfigFile(options), environment: process.env }).config;
}

/** Two programs on one reader or one pin fight. @throws CommandFailed when the charge point runs. */
export async function requireFreeHardware(controlSocket: string): Promise<void> {
  await requireStopped(
    controlSocket,
    'the charge point runs and has the hardware',
    'sudo systemctl stop tapwatt, then again; or look with: tapwatt status',
  );
}

/** Resolves when the person or the system wants the command to end; gives the status for it. */
export function interrupted(): { promise: Promise<number>; release(): void } {
  let listeners: [NodeJS.Signals, () => void][] = [];
  const promise = new Promise<number>((resolve) => {
    listeners = [
      ['SIGINT', () => resolve(130)],
      ['SIGTERM', () => resolve(143)],
    ];
    for (const [signal, listener] of listeners) process.on(signal, listener);
  });
  return {
    promise,
    release() {
      for (const [signal, listener] of listeners) process.off(signal, listener);
    },
  };
}
