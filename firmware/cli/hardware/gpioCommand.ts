import { setTimeout as sleep } from 'node:timers/promises';
import { openDigitalOutput } from '@tapwatt/hal';
import type { ChargePointConfig } from '../../config/config.js';
import type { Call } from '../commands/spec.js';
import { CommandFailed, EXIT } from '../exitCodes.js';
import { configOf, interrupted, requireFreeHardware } from './place.js';

const STEP_MS = 1000;
const DEFAULT_TIMES = 3;

/** What the configuration uses a pin for, and which level is on. Inputs are refused by the command. */
export function useOfPin(
  pin: number,
  { gpio, connectors }: Pick<ChargePointConfig, 'gpio' | 'connectors'>,
): { name: string; activeLow: boolean; output: boolean } | null {
  for (const connector of connectors) {
    const { id } = connector;
    if (connector.relayPin === pin)
      return { name: `relay of connector ${id}`, activeLow: connector.relayActiveLow, output: true };
    if (connector.lockPin === pin) return { name: `lock of connector ${id}`, activeLow: false, output: true };
    if (connector.plugPin === pin)
      return { name: `plug sensor of connector ${id}`, activeLow: connector.plugActiveLow, output: false };
  }
  if (gpio.indicatorPin === pin) return { name: 'indicator', activeLow: false, output: true };
  return null;
}

/**
 * `tapwatt gpio test PIN`: the pin on and off, slowly, so that a relay can be heard. Only while the charge point is
 * stopped. The pin is off in the end, whatever ends the command.
 */
export async function gpioTestCommand(call: Call): Promise<void> {
  const config = configOf(call.file);
  const { gpio, controlSocket } = config;
  const pin = call.number('pin') ?? 0;
  if (gpio.backend === 'simulated')
    throw new CommandFailed(
      EXIT.failed,
      'the pins of this configuration are simulated',
      'tapwatt config set gpio.backend auto',
    );
  const use = useOfPin(pin, config);
  if (use !== null && !use.output)
    throw new CommandFailed(
      EXIT.failed,
      `GPIO${pin} is the ${use.name}: an input is not driven`,
      'tapwatt status shows what the sensor says',
    );
  await requireFreeHardware(controlSocket);
  const activeLow = call.flag('activeLow') || use?.activeLow === true;
  if (!call.json)
    console.error(`GPIO${pin}: ${use?.name ?? 'not in the configuration'}, on is ${activeLow ? 'low' : 'high'}`);
  const stop = interrupted();
  const line = await openDigitalOutput({ pin, activeLow, chipLabels: gpio.chipLabels });
  const say = (on: boolean): void => {
    line.write(on);
    console.log(call.json ? JSON.stringify({ pin, on }) : `GPIO${pin} ${on ? 'on' : 'off'}`);
  };
  const pause = (): Promise<number | null> => Promise.race([sleep(STEP_MS, null), stop.promise]);
  try {
    for (let left = call.number('times') ?? DEFAULT_TIMES; left > 0; left -= 1) {
      for (const on of [true, false]) {
        say(on);
        const status = await pause();
        if (status === null) continue;
        process.exitCode = status;
        return;
      }
    }
  } finally {
    line.write(false);
    await line.close();
    stop.release();
  }
}
