import { LONGEST_DATA, TFI_CHIP, TFI_ERROR, TFI_HOST } from './constants.js';

/**
 * Frames of the PN532 (UM0701-02 §6.2.1), without the status byte that I2C puts before each read.
 * Bytes in, bytes out; nothing here knows time or transport.
 */
export type Pn532Frame =
  | { t: 'ack' }
  | { t: 'nack' }
  /** Syntax error at application level: the chip did not understand the command. */
  | { t: 'error' }
  | { t: 'data'; direction: 'to-chip' | 'from-chip'; code: number; data: Uint8Array };

export type ParseResult =
  | Pn532Frame
  /** No start code: nothing of a frame. */
  | { t: 'none' }
  /** The beginning of a frame; at least `needed` bytes from the beginning of the buffer make it whole. */
  | { t: 'truncated'; needed: number }
  | { t: 'damaged'; reason: string };

/** Host: "abort the command". Chip: "command understood". */
export const ACK_FRAME = Uint8Array.of(0x00, 0x00, 0xff, 0x00, 0xff, 0x00);
/** Host only: "send the last response once more". */
export const NACK_FRAME = Uint8Array.of(0x00, 0x00, 0xff, 0xff, 0x00, 0x00);
export const ERROR_FRAME = Uint8Array.of(0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00);

function sum(bytes: Iterable<number>): number {
  let total = 0;
  for (const byte of bytes) total += byte;
  return total & 0xff;
}

function encode(tfi: number, code: number, data: Iterable<number>): Uint8Array {
  const body = [tfi, code, ...data];
  if (body.length > LONGEST_DATA) throw new RangeError(`${body.length} bytes do not fit into a PN532 frame`);
  const length =
    body.length <= 0xff
      ? [body.length, -body.length & 0xff]
      : // Extended: FF FF, then the length in two bytes and its checksum (§6.2.1.2).
        [0xff, 0xff, body.length >> 8, body.length & 0xff, -sum([body.length >> 8, body.length & 0xff]) & 0xff];
  return Uint8Array.from([0x00, 0x00, 0xff, ...length, ...body, -sum(body) & 0xff, 0x00]);
}

/** A command for the chip. @throws RangeError when the parameters are too long. */
export function encodeCommand(code: number, parameters: Iterable<number>): Uint8Array {
  return encode(TFI_HOST, code, parameters);
}

/** The chip's answer to the command `code`; for the simulated chip and for tests. */
export function encodeResponse(code: number, data: Iterable<number>): Uint8Array {
  return encode(TFI_CHIP, code + 1, data);
}

/**
 * Reads the first frame in `bytes`. Preamble and postamble may have any length, so the start code 00 FF is searched for;
 * what comes after the frame is ignored.
 */
export function parseFrame(bytes: Uint8Array): ParseResult {
  let start = 0;
  while (start + 1 < bytes.length && !(bytes[start] === 0x00 && bytes[start + 1] === 0xff)) start += 1;
  if (start + 1 >= bytes.length) return { t: 'none' };

  const at = start + 2;
  const length = bytes[at];
  const check = bytes[at + 1];
  if (length === undefined || check === undefined) return { t: 'truncated', needed: at + 2 };
  if (length === 0x00 && check === 0xff) return { t: 'ack' };
  if (length === 0xff && check === 0x00) return { t: 'nack' };
  if (length === 0xff && check === 0xff) return parseExtended(bytes, at + 2);
  if (((length + check) & 0xff) !== 0) return { t: 'damaged', reason: 'length checksum' };
  return parseBody(bytes, at + 2, length);
}

function parseExtended(bytes: Uint8Array, at: number): ParseResult {
  const high = bytes[at];
  const low = bytes[at + 1];
  const check = bytes[at + 2];
  if (high === undefined || low === undefined || check === undefined) return { t: 'truncated', needed: at + 3 };
  if (((high + low + check) & 0xff) !== 0) return { t: 'damaged', reason: 'length checksum' };
  return parseBody(bytes, at + 3, (high << 8) | low);
}

/** `at` is where the frame identifier stands. */
function parseBody(bytes: Uint8Array, at: number, length: number): ParseResult {
  if (length === 0 || length > LONGEST_DATA) return { t: 'damaged', reason: `length ${length}` };
  const end = at + length;
  if (bytes.length < end + 1) return { t: 'truncated', needed: end + 1 };
  if (sum(bytes.subarray(at, end + 1)) !== 0) return { t: 'damaged', reason: 'data checksum' };

  const tfi = bytes[at];
  if (length === 1) return tfi === TFI_ERROR ? { t: 'error' } : { t: 'damaged', reason: 'frame without a code' };
  const code = bytes[at + 1];
  if (code === undefined || (tfi !== TFI_HOST && tfi !== TFI_CHIP)) {
    return { t: 'damaged', reason: `frame identifier ${tfi?.toString(16)}` };
  }
  const direction = tfi === TFI_HOST ? 'to-chip' : 'from-chip';
  return { t: 'data', direction, code, data: bytes.slice(at + 2, end) };
}
