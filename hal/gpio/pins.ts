import { HardwareError } from '../support/errors.js';

/** What a header pin is used for; `pin` is null where the role is not wired. */
export interface PinRole {
  /** As a person knows it: "connector 1 relay". */
  role: string;
  pin: number | null;
}

/**
 * @throws HardwareError PIN_TWICE when two roles share a pin, PIN_RANGE when a pin is not on the header.
 */
export function assertDistinctPins(roles: readonly PinRole[]): void {
  const taken = new Map<number, string>();
  for (const { role, pin } of roles) {
    if (pin === null) continue;
    if (!Number.isInteger(pin) || pin < 0 || pin > 27) {
      throw new HardwareError(
        'PIN_RANGE',
        `${role} is set to pin ${pin}, which is not on the header.`,
        'Give the BCM number, 0 to 27 (`pinout` prints them), not the position on the connector.',
      );
    }
    const other = taken.get(pin);
    if (other !== undefined) {
      throw new HardwareError(
        'PIN_TWICE',
        `Pin ${pin} is used twice: by ${other} and by ${role}.`,
        `Give one of the two another pin (BCM numbers).`,
      );
    }
    taken.set(pin, role);
  }
}
