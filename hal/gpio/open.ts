import type { Clock, DigitalInput, DigitalOutput, Pwm } from '../interfaces.js';
import { HardwareError } from '../support/errors.js';
import { onoffSystem, openOnoffInput, openOnoffOutput } from './backends/onoff.js';
import { openPigpioPwm } from './backends/pigpio.js';
import { HEADER_LABELS } from './chips.js';
import { findPwmChannel, openSysfsPwm } from './sysfsPwm.js';

export interface DigitalOutputOptions {
  /** BCM number of the header pin. */
  pin: number;
  /** True where a low level switches on (most relay boards). */
  activeLow?: boolean;
  /** Labels of the GPIO controller that carries the pins. Default: those of the Raspberry Pis. */
  chipLabels?: readonly string[];
}

export interface DigitalInputOptions {
  clock: Clock;
  /** BCM number of the header pin. */
  pin: number;
  activeLow?: boolean;
  chipLabels?: readonly string[];
  /** A level must hold this long before it counts. Default 50. */
  debounceMs?: number;
}

export interface PwmOptions {
  /** BCM number: 12, 13, 18 or 19. */
  pin: number;
  /** `auto` (default): the kernel's PWM, else pigpio where it can work. */
  backend?: 'auto' | 'sysfs' | 'pigpio';
}

/**
 * A header pin as an output, off from the first moment. Blocks for some ms: for start-up only.
 * @throws HardwareError.
 */
export function openDigitalOutput(options: DigitalOutputOptions): Promise<DigitalOutput> {
  const { pin, activeLow = false, chipLabels = HEADER_LABELS } = options;
  return openOnoffOutput({ pin, activeLow }, { ...onoffSystem, labels: chipLabels });
}

/** A header pin as an input. Blocks for some ms: for start-up only. @throws HardwareError. */
export function openDigitalInput(options: DigitalInputOptions): Promise<DigitalInput> {
  const { clock, pin, activeLow = false, chipLabels = HEADER_LABELS, debounceMs = 50 } = options;
  return openOnoffInput({ clock, pin, activeLow, debounceMs }, { ...onoffSystem, labels: chipLabels });
}

/** @throws HardwareError; with `auto` that of the kernel's PWM, since that is the one to repair. */
export async function openPwm(options: PwmOptions): Promise<Pwm> {
  const { pin, backend = 'auto' } = options;
  switch (backend) {
    case 'sysfs':
      return openSysfsPwm(await findPwmChannel(pin));
    case 'pigpio':
      return openPigpioPwm(pin);
    case 'auto': {
      try {
        return await openSysfsPwm(await findPwmChannel(pin));
      } catch (error) {
        if (!(error instanceof HardwareError) || error.code !== 'NO_PWM') throw error;
        return openPigpioPwm(pin).catch((second: unknown) => {
          throw second instanceof HardwareError && second.code === 'PIGPIO' ? error : second;
        });
      }
    }
  }
}
