import type { Pwm } from '../../interfaces.js';
import { HardwareError } from '../../support/errors.js';
import { probePigpio } from '../pigpioProbe.js';

/** What of pigpio's Gpio is used. */
export interface PigpioGpio {
  hardwarePwmWrite(frequencyHz: number, dutyMillionths: number): unknown;
}

const DUTY_RANGE = 1_000_000;

/** @throws HardwareError PIGPIO with the probe's reason; the package is not even imported then. */
export async function openPigpioPwm(
  pin: number,
  root = '/',
  load: (pin: number) => Promise<PigpioGpio> = async (number) => {
    const { Gpio } = (await import('pigpio')).default;
    return new Gpio(number, { mode: Gpio.OUTPUT });
  },
): Promise<Pwm> {
  const capability = await probePigpio(root);
  if (!capability.usable)
    throw new HardwareError('PIGPIO', `pigpio cannot be used: ${capability.reason}.`, capability.fix);
  const gpio = await load(pin);
  let closed = false;
  let frequency = 1000;
  gpio.hardwarePwmWrite(frequency, 0);
  return {
    set(frequencyHz, duty) {
      if (!(frequencyHz >= 1 && frequencyHz <= 100_000)) throw new RangeError(`${frequencyHz} Hz: 1 Hz to 100 kHz`);
      if (!(duty >= 0 && duty <= 1)) throw new RangeError(`duty ${duty}: 0 to 1`);
      if (closed) return;
      frequency = Math.round(frequencyHz);
      gpio.hardwarePwmWrite(frequency, Math.round(duty * DUTY_RANGE));
    },
    off() {
      if (!closed) gpio.hardwarePwmWrite(frequency, 0);
    },
    async close() {
      if (closed) return;
      gpio.hardwarePwmWrite(frequency, 0);
      closed = true;
    },
  };
}
