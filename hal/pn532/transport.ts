/**
 * The bytes between host and PN532, one I2C transaction per call. The driver above never has two calls in flight.
 * A rejected call carries the system's `code` (EREMOTEIO for a NAK, ENOENT for a bus that is not there …).
 */
export interface Pn532Transport {
  /** One read transaction of exactly `length` bytes, status byte first (UM0701-02 §6.2.4). */
  read(length: number): Promise<Uint8Array>;
  /** One write transaction. */
  write(bytes: Uint8Array): Promise<void>;
  /** Releases the bus. Calls in flight may still reject afterwards. */
  close(): Promise<void>;
}

/** Opens the transport; called again whenever the driver has closed a bus that would not answer. */
export type OpenPn532Transport = () => Promise<Pn532Transport>;
