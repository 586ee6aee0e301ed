import { createSystemClock } from '../../clock.js';
import type { Clock } from '../../interfaces.js';
import { errorMessage, HardwareError } from '../../support/errors.js';
import { PN532_I2C_ADDRESS } from '../constants.js';
import { ACK_FRAME } from '../frame.js';
import { isTransient } from '../link.js';
import type { OpenPn532Transport, Pn532Transport } from '../transport.js';

export interface I2cTransportOptions {
  /** 1 is /dev/i2c-1, the one on a Pi's header. */
  busNumber: number;
  /** 7-bit address. Default 0x24, the only one a PN532 has. */
  address?: number;
}

/** What of the addon `i2c-bus` is used. */
export interface I2cBus {
  i2cRead(address: number, length: number, buffer: Buffer): Promise<{ bytesRead: number; buffer: Buffer }>;
  i2cWrite(address: number, length: number, buffer: Buffer): Promise<{ bytesWritten: number; buffer: Buffer }>;
  close(): Promise<void>;
}

/**
 * Longest that one transaction may take; the kernel itself gives up after about a second. It occupies one of libuv's
 * four threads for as long.
 */
const OPERATION_MS = 1500;

/** Opens the bus through the addon `i2c-bus`, which is loaded then and not before. Main thread only. */
export function i2cTransport(options: I2cTransportOptions): OpenPn532Transport {
  const clock = createSystemClock();
  // An operation that hangs outlives its transport. While it does, the bus is not opened again: each attempt would
  // take one more of libuv's threads, and with all four gone nothing in the process could read a file any more.
  const hung = { operations: 0 };
  return async () => {
    if (hung.operations > 0) {
      throw new HardwareError(
        'I2C_HUNG',
        `An operation on I2C bus ${options.busNumber} has not come back.`,
        'SDA or SCL is held low: check the wiring, take the power from the reader. If it stays so, reboot.',
      );
    }
    const bus = await load(options.busNumber);
    return openTransport(bus, options.address ?? PN532_I2C_ADDRESS, clock, hung);
  };
}

async function load(busNumber: number): Promise<I2cBus> {
  let addon: typeof import('i2c-bus');
  try {
    addon = await import('i2c-bus');
  } catch (error) {
    throw new HardwareError(
      'ADDON_MISSING',
      `The addon i2c-bus cannot be loaded: ${errorMessage(error)}`,
      'npm rebuild i2c-bus (on Linux; it needs python3, make and g++).',
      { cause: error },
    );
  }
  return addon.default.openPromisified(busNumber);
}

/**
 * The transport on an open bus. `openPromisified` does not touch /dev: missing buses and permissions show here.
 * @param hung counts operations that have not returned within their time.
 * @throws what the first transaction threw, unless it was a NAK.
 */
export async function openTransport(
  bus: I2cBus,
  address: number,
  clock: Clock,
  hung: { operations: number },
): Promise<Pn532Transport> {
  let inFlight: Promise<unknown> | null = null;
  let closed = false;

  /** One operation at a time, each with its deadline. */
  async function operate<T>(start: () => Promise<T>): Promise<T> {
    if (closed) throw Object.assign(new Error('the bus is closed'), { code: 'EBADF' });
    if (inFlight !== null) throw Object.assign(new Error('an operation is still under way'), { code: 'EAGAIN' });
    const operation = start();
    inFlight = operation;
    let late = false;
    const settled = (): void => {
      inFlight = null;
      if (late) hung.operations -= 1;
      if (closed) closeQuietly();
    };
    operation.then(settled, settled);
    return new Promise<T>((resolve, reject) => {
      const timer = clock.after(OPERATION_MS, () => {
        late = true;
        hung.operations += 1;
        reject(Object.assign(new Error(`no end after ${OPERATION_MS} ms`), { code: 'ETIMEDOUT' }));
      });
      operation.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  /** After a hung operation came back there is nobody left to tell about a failing close. */
  function closeQuietly(): void {
    bus.close().catch(() => {});
  }

  const transport: Pn532Transport = {
    async read(length) {
      const { bytesRead, buffer } = await operate(() => bus.i2cRead(address, length, Buffer.alloc(length)));
      if (bytesRead !== length) throw Object.assign(new Error(`${bytesRead} of ${length} bytes`), { code: 'EIO' });
      return buffer;
    },
    async write(bytes) {
      const buffer = Buffer.from(bytes);
      const { bytesWritten } = await operate(() => bus.i2cWrite(address, buffer.length, buffer));
      if (bytesWritten !== buffer.length) {
        throw Object.assign(new Error(`${bytesWritten} of ${buffer.length} bytes`), { code: 'EIO' });
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      // A descriptor must not be closed under a running operation; it is closed when that returns.
      if (inFlight === null) await bus.close();
    },
  };

  // i2c-bus keeps a descriptor whose address was never set when two first operations run at once, or when setting it
  // failed. So: one transaction alone first (an abort, which no chip minds), and away with the bus if it fails.
  try {
    await transport.write(ACK_FRAME);
  } catch (error) {
    if (!isTransient(error)) {
      await transport.close();
      throw error;
    }
  }
  return transport;
}
