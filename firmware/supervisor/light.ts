import { type Clock, type DigitalOutput, openDigitalOutput, openPwm, type Pwm } from '@tapwatt/hal';
import { type Log, messageOf } from './log.js';
import { persistentOutput } from './persistentLine.js';

/** Something that shines. */
export interface Light {
  /** @param brightness 0 to 1 */
  set(brightness: number): void;
  close(): Promise<void>;
}

/** Faster than an eye, slow enough for any LED driver. */
const DIMMING_HZ = 1000;

/** On or off. */
export function plainLight(output: Pick<DigitalOutput, 'write' | 'close'>): Light {
  return { set: (brightness) => output.write(brightness > 0), close: () => output.close() };
}

export function dimmableLight(pwm: Pwm): Light {
  return {
    set(brightness) {
      if (brightness > 0) pwm.set(DIMMING_HZ, Math.min(1, brightness));
      else pwm.off();
    },
    close: () => pwm.close(),
  };
}

/** Pins that a Pi can dim (hal: PwmOptions). */
const PWM_PINS: readonly number[] = [12, 13, 18, 19];

/** The indicator on a pin: dimmed where that works, else on and off. Never throws: a light is no reason not to charge. */
export async function openLight(
  pin: number,
  chipLabels: readonly string[],
  clock: Clock,
  log: Pick<Log, 'info' | 'warn'>,
): Promise<Light> {
  if (PWM_PINS.includes(pin)) {
    try {
      return dimmableLight(await openPwm({ pin }));
    } catch (error) {
      log.info(`The indicator is not dimmed: ${messageOf(error)}`);
    }
  }
  let said = '';
  const output = persistentOutput(clock, () => openDigitalOutput({ pin, chipLabels }), {
    onOpen() {},
    onProblem(error) {
      const message = messageOf(error);
      if (message !== said) log.warn(`The indicator cannot be used: ${message}`);
      said = message;
    },
  });
  return plainLight(output);
}
