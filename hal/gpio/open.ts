import type { Clock, DigitalInput, DigitalOutput, Pwm } from '../interfaces.js';

export interface DigitalOutputOptions {
  /** BCM number of the header pin. */
  pin: number;
  /** True where a low level switches on (most relay boards). */
  activeLow?: boolean;
}

export interface DigitalInputOptions {
  clock: Clock;
  pin: number;
  activeLow?: boolean;
  /** A level must hold this long before it counts. Default 50. */
  debounceMs?: number;
}

export interface PwmOptions {
  pin: number;
  /** `auto` (default): the kernel's PWM, else pigpio where it can work. */
  backend?: 'auto' | 'sysfs' | 'pigpio';
}

export function openDigitalOutput(_options: DigitalOutputOptions): Promise<DigitalOutput> {
  throw new Error('follows');
}

export function openDigitalInput(_options: DigitalInputOptions): Promise<DigitalInput> {
  throw new Error('follows');
}

export function openPwm(_options: PwmOptions): Promise<Pwm> {
  throw new Error('follows');
}
