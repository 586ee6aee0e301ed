import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePowerModuleMessage } from '@tapwatt/hal';
import type { ChargePointConfig } from '../config/config.js';

/** Name in the service's runtime directory; systemd/safe-outputs reads it there. */
export const OUTPUTS_FILE = 'outputs';

/**
 * What must be off when this process is gone, one line each, in the order in which it is switched off:
 * `gpio PIN LEVEL LABELS` and `can INTERFACE FRAME` (as cansend takes it). Relays first, bolts last.
 */
export function describeOutputs(config: ChargePointConfig): string {
  const { can, connectors, gpio } = config;
  const labels = gpio.chipLabels.join(',');
  const pin = (number: number | null, offLevel: 'low' | 'high'): string[] =>
    number === null || gpio.backend === 'simulated' ? [] : [`gpio ${number} ${offLevel} ${labels}`];
  const lines = [
    ...connectors.flatMap(({ relayPin, relayActiveLow }) => pin(relayPin, relayActiveLow ? 'high' : 'low')),
    ...(can.kind === 'socketcan'
      ? connectors.map(({ canIdOffset }) => {
          const address = { idOffset: canIdOffset, currentScaleMa: can.currentScaleMa };
          const { id } = encodePowerModuleMessage({ t: 'stop' }, address);
          return `can ${can.interface} ${id.toString(16).toUpperCase().padStart(3, '0')}#`;
        })
      : []),
    ...connectors.flatMap(({ lockPin }) => pin(lockPin, 'low')),
    ...pin(gpio.indicatorPin, 'low'),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Records the outputs where the service manager finds them after this process was killed. Does nothing outside a
 * service (systemd sets RUNTIME_DIRECTORY).
 */
export async function recordOutputs(config: ChargePointConfig, environment: NodeJS.ProcessEnv): Promise<void> {
  // Several RuntimeDirectory= are separated by colons; ours has one.
  const [directory] = (environment.RUNTIME_DIRECTORY ?? '').split(':');
  if (directory) await writeFile(join(directory, OUTPUTS_FILE), describeOutputs(config), { mode: 0o640 });
}
