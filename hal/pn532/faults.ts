import { errorCode, errorMessage, HardwareError } from '../support/errors.js';
import { Pn532Error } from './errors.js';

/** An error in a technician's words. */
export interface Explanation {
  reason: string;
  fix: string;
  /** No gentle recovery step can cure it. */
  hopeless: boolean;
}

const WIRING =
  'Check 3.3 V, GND, SDA (GPIO2) and SCL (GPIO3), and that the switches of the module select I2C (SEL0 = H, SEL1 = L).';
const SLOW_BUS =
  'Slow the bus down: dtparam=i2c_arm_baudrate=50000 in /boot/firmware/config.txt, then reboot. Shorten the wires; connect the IRQ line.';
const HANGING =
  'Take the power from the reader for a few seconds; wire RSTPD_N (reader.resetPin) and it is done by itself.';

/** Says what is wrong with the reader and what to do. */
export function explain(error: unknown): Explanation {
  if (error instanceof HardwareError) return { reason: error.message, fix: error.hint, hopeless: true };
  if (error instanceof Pn532Error) return explainPn532(error);
  const code = errorCode(error);
  const reason = errorMessage(error);
  switch (code) {
    case 'ENOENT':
      return {
        reason: `I2C is switched off: ${reason}`,
        fix: 'sudo raspi-config nonint do_i2c 0 (or dtparam=i2c_arm=on in /boot/firmware/config.txt), then reboot.',
        hopeless: true,
      };
    case 'EACCES':
    case 'EPERM':
      return {
        reason: `no permission for the I2C bus: ${reason}`,
        fix: 'sudo usermod -aG i2c $USER, then log in again. As a service: SupplementaryGroups=i2c.',
        hopeless: true,
      };
    case 'EBUSY':
      return {
        reason: `a kernel driver owns the reader's address: ${reason}`,
        fix: 'Remove the pn532 overlay from /boot/firmware/config.txt and blacklist the module pn533_i2c.',
        hopeless: true,
      };
    case 'ENODEV':
      return { reason: `the I2C bus is gone: ${reason}`, fix: 'See `dmesg | grep i2c`; reboot.', hopeless: true };
    default:
      return { reason: `the I2C bus failed: ${reason}`, fix: WIRING, hopeless: false };
  }
}

function explainPn532(error: Pn532Error): Explanation {
  switch (error.kind) {
    case 'bus':
      return { reason: `no PN532 answers: ${error.message}`, fix: WIRING, hopeless: false };
    case 'timeout':
      return { reason: `the PN532 does not answer: ${error.message}`, fix: HANGING, hopeless: false };
    case 'no-ack':
    case 'mismatch':
    case 'damaged':
      return { reason: `the PN532 answers nonsense: ${error.message}`, fix: SLOW_BUS, hopeless: false };
    case 'syntax':
      return { reason: `the PN532 refuses commands: ${error.message}`, fix: SLOW_BUS, hopeless: false };
    case 'wrong-chip':
      return {
        reason: error.message,
        fix: 'Set reader.i2cBus and reader.address to where the PN532 is.',
        hopeless: false,
      };
    case 'closed':
      return { reason: error.message, fix: '', hopeless: false };
  }
}
