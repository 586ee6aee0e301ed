import type { Clock, DigitalInput, DigitalOutput } from '../../interfaces.js';
import { errorCode, errorMessage, HardwareError } from '../../support/errors.js';
import { HEADER_LABELS, readGpioChips, sysfsLine } from '../chips.js';
import { createDebouncer } from '../debounce.js';

/** What of onoff's Gpio is used. */
export interface OnoffGpio {
  readSync(): 0 | 1;
  writeSync(value: 0 | 1): void;
  watch(callback: (error: Error | null | undefined, value: 0 | 1) => void): void;
  unexport(): void;
}

export type OnoffConstructor = new (
  line: number,
  direction: 'in' | 'high' | 'low',
  edge?: 'none' | 'both',
) => OnoffGpio;

/** Where the lines are. Tests give a tree and a constructor of their own. */
export interface OnoffSystem {
  gpioRoot: string;
  labels: readonly string[];
  loadGpio(): Promise<OnoffConstructor>;
}

/** The machine's own. `onoff` brings the addon `epoll`, which must be loaded in the main thread only. */
export const onoffSystem: OnoffSystem = {
  gpioRoot: '/sys/class/gpio',
  labels: HEADER_LABELS,
  async loadGpio() {
    try {
      return (await import('onoff')).default.Gpio;
    } catch (error) {
      throw new HardwareError(
        'ADDON_MISSING',
        `The package onoff cannot be loaded: ${errorMessage(error)}`,
        'npm rebuild epoll (on Linux; it needs python3, make and g++).',
        { cause: error },
      );
    }
  },
};

function explained(pin: number, line: number, error: unknown): HardwareError {
  const code = errorCode(error) ?? 'GPIO';
  const hints: Readonly<Record<string, string>> = {
    EACCES: 'sudo usermod -aG gpio $USER, then log in again. As a service: SupplementaryGroups=gpio.',
    EBUSY: `Another program or a kernel driver has the pin: \`gpioinfo | grep GPIO${pin}\`, and overlays in /boot/firmware/config.txt.`,
    EROFS:
      'As a service with ProtectKernelTunables: add /sys/class/gpio and the chip’s own directory to ReadWritePaths.',
  };
  return new HardwareError(
    code,
    `GPIO${pin} (sysfs line ${line}) cannot be opened: ${errorMessage(error)}`,
    hints[code] ?? 'Check that nothing else uses the pin: `pinctrl get`, `cat /sys/kernel/debug/gpio` (as root).',
    { cause: error },
  );
}

async function exportLine(
  system: OnoffSystem,
  pin: number,
  open: (Gpio: OnoffConstructor, line: number) => OnoffGpio,
): Promise<OnoffGpio> {
  const line = sysfsLine(await readGpioChips(system.gpioRoot), pin, system.labels);
  const Gpio = await system.loadGpio();
  try {
    return open(Gpio, line);
  } catch (error) {
    throw explained(pin, line, error);
  }
}

/**
 * An output that is off from the first moment: the direction is set together with the physical level, since plain
 * `out` drives low and would pull an active-low relay for a moment.
 * @throws HardwareError.
 */
export async function openOnoffOutput(
  options: { pin: number; activeLow: boolean },
  system: OnoffSystem = onoffSystem,
): Promise<DigitalOutput> {
  const { pin, activeLow } = options;
  const gpio = await exportLine(system, pin, (Gpio, line) => new Gpio(line, activeLow ? 'high' : 'low'));
  let value = false;
  let closed = false;
  const write = (active: boolean): void => {
    try {
      gpio.writeSync(active !== activeLow ? 1 : 0);
    } catch (error) {
      throw new HardwareError(
        errorCode(error) ?? 'GPIO',
        `GPIO${pin} cannot be written: ${errorMessage(error)}`,
        'Has something unexported the pin? Restart the service.',
        { cause: error },
      );
    }
    value = active;
  };
  return {
    get value() {
      return value;
    },
    write(active) {
      if (!closed) write(active);
    },
    async close() {
      if (closed) return;
      closed = true;
      try {
        // A Pi's kernel keeps the level of a line that was released: off first (raspberrypi/linux#6117).
        write(false);
      } finally {
        gpio.unexport();
      }
    },
  };
}

/** @throws HardwareError. Pull resistors are not sysfs' business: `gpio=17=pu` in /boot/firmware/config.txt. */
export async function openOnoffInput(
  options: { clock: Clock; pin: number; activeLow: boolean; debounceMs: number },
  system: OnoffSystem = onoffSystem,
): Promise<DigitalInput> {
  const { clock, pin, activeLow, debounceMs } = options;
  const gpio = await exportLine(system, pin, (Gpio, line) => new Gpio(line, 'in', 'both'));
  const read = (): boolean => (gpio.readSync() === 1) !== activeLow;
  const debouncer = createDebouncer({ clock, debounceMs, read });
  // An error here is a failed read of the value; the debouncer reads it again when the line is still.
  gpio.watch(() => debouncer.edge());
  let closed = false;
  return {
    read,
    onChange: debouncer.onChange,
    async close() {
      if (closed) return;
      closed = true;
      debouncer.close();
      gpio.unexport();
    },
  };
}
