/** Why a command to the chip failed. */
export type Pn532ErrorKind =
  /** The bus refused a transaction; `cause` has the system's code. */
  | 'bus'
  /** What should have been the ACK was something else, twice. */
  | 'no-ack'
  /** No frame in time. */
  | 'timeout'
  /** A frame with wrong checksums, even when sent again, or with senseless content. */
  | 'damaged'
  /** The chip's error frame. */
  | 'syntax'
  /** An answer to another command. */
  | 'mismatch'
  /** Something answers that is no PN532. */
  | 'wrong-chip'
  /** The driver is closing. */
  | 'closed';

export class Pn532Error extends Error {
  readonly kind: Pn532ErrorKind;

  constructor(kind: Pn532ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Pn532Error';
    this.kind = kind;
  }
}
