import type { CanFrame } from '../interfaces.js';
import { HardwareError } from '../support/errors.js';

/** What the power module understands and says, before the id offset is added. */
export const POWER_MODULE_IDS = {
  /** To the module: let current flow. */
  start: 0x200,
  /** To the module: end the current. */
  stop: 0x201,
  /** To the module: highest current per phase, `[low, high]`. */
  limit: 0x210,
  /** From the module, each second: current per phase, `[low, high]`. */
  current: 0x300,
} as const;

/** Highest id of a classic frame with 11-bit identifier. */
const HIGHEST_ID = 0x7ff;
const HIGHEST_RAW = 0xffff;

/** How one power module is spoken to. */
export interface PowerModuleAddress {
  /** Added to each of the four ids, so that several modules share one bus. */
  idOffset: number;
  /** What one bit of the 16-bit values means, in mA: 1000 where the module counts in A, 100 for 0.1 A. */
  currentScaleMa: number;
}

/** A frame, decoded. `currentMa` and `limitMa` are per phase. */
export type PowerModuleMessage =
  | { t: 'start' }
  | { t: 'stop' }
  | { t: 'limit'; limitMa: number }
  | { t: 'current'; currentMa: number };

/** @throws HardwareError CAN_ADDRESS when an id would not fit into 11 bits, or the scale is not a positive number. */
export function checkAddress(address: PowerModuleAddress): void {
  const { idOffset, currentScaleMa } = address;
  if (!Number.isInteger(idOffset) || idOffset < 0 || POWER_MODULE_IDS.current + idOffset > HIGHEST_ID) {
    throw new HardwareError(
      'CAN_ADDRESS',
      `A CAN id offset of ${idOffset} puts the current report at an id beyond 0x7FF.`,
      `Use a whole number from 0 to ${HIGHEST_ID - POWER_MODULE_IDS.current}.`,
    );
  }
  if (!(currentScaleMa > 0)) {
    throw new HardwareError(
      'CAN_ADDRESS',
      `A current scale of ${currentScaleMa} mA per bit makes no sense.`,
      'Use 1000 for a module that counts in A, 100 for tenths of an A.',
    );
  }
}

/** @throws RangeError for what is not a classic data frame with an 11-bit id. */
export function checkFrame(frame: CanFrame): void {
  if (!Number.isInteger(frame.id) || frame.id < 0 || frame.id > HIGHEST_ID) {
    throw new RangeError(`CAN id ${frame.id} is not an 11-bit id`);
  }
  if (frame.data.length > 8) throw new RangeError(`${frame.data.length} bytes do not fit into a classic CAN frame`);
}

/** Little-endian 16 bit, as 0x210 and 0x300 carry it. */
function wordOf(raw: number): Uint8Array {
  return Uint8Array.of(raw & 0xff, (raw >> 8) & 0xff);
}

/** mA to the module's unit. A limit is rounded down, so that the module never gets more than was granted. */
function rawOf(currentMa: number, scaleMa: number, round: (value: number) => number): number {
  return Math.min(HIGHEST_RAW, Math.max(0, round(currentMa / scaleMa)));
}

/** @returns the frame to put on the bus. */
export function encodePowerModuleMessage(message: PowerModuleMessage, address: PowerModuleAddress): CanFrame {
  const id = POWER_MODULE_IDS[message.t] + address.idOffset;
  switch (message.t) {
    // START and STOP are their ids; no data is defined for them.
    case 'start':
    case 'stop':
      return { id, data: new Uint8Array(0) };
    case 'limit':
      return { id, data: wordOf(rawOf(message.limitMa, address.currentScaleMa, Math.floor)) };
    case 'current':
      return { id, data: wordOf(rawOf(message.currentMa, address.currentScaleMa, Math.round)) };
  }
}

/** @returns null for frames of others, and for values shorter than two bytes. */
export function decodePowerModuleMessage(frame: CanFrame, address: PowerModuleAddress): PowerModuleMessage | null {
  const [low, high] = frame.data;
  const currentMa = low === undefined || high === undefined ? null : (low | (high << 8)) * address.currentScaleMa;
  switch (frame.id - address.idOffset) {
    case POWER_MODULE_IDS.start:
      return { t: 'start' };
    case POWER_MODULE_IDS.stop:
      return { t: 'stop' };
    case POWER_MODULE_IDS.limit:
      return currentMa === null ? null : { t: 'limit', limitMa: currentMa };
    case POWER_MODULE_IDS.current:
      return currentMa === null ? null : { t: 'current', currentMa };
    default:
      return null;
  }
}
