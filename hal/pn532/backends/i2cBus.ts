import type { OpenPn532Transport } from '../transport.js';

export interface I2cTransportOptions {
  /** 1 is /dev/i2c-1, the one on a Pi's header. */
  busNumber: number;
  /** 7-bit address; a PN532 has 0x24. */
  address: number;
}

export function i2cTransport(_options: I2cTransportOptions): OpenPn532Transport {
  throw new Error('follows');
}
