import type { Clock } from '../interfaces.js';
import { errorCode, errorMessage } from '../support/errors.js';
import type { Pn532Command } from './commands.js';
import { Pn532Error } from './errors.js';
import { ACK_FRAME, encodeCommand, NACK_FRAME, type ParseResult, parseFrame } from './frame.js';
import type { Pn532Transport } from './transport.js';

/** A NAK (EREMOTEIO, ENXIO) or a stretched clock (EIO, ETIMEDOUT): the chip is busy. Everything else is not. */
const TRANSIENT = new Set(['EREMOTEIO', 'ENXIO', 'EIO', 'ETIMEDOUT', 'EAGAIN']);

/** Whether the error only says "not ready yet". */
export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(errorCode(error) ?? '');
}

const ACK_TIMEOUT_MS = 50;
const RESPONSE_TIMEOUT_MS = 500;
/** Between two looks at the ready bit: an ACK comes within a few ms, an answer takes tens. */
const ACK_STEP_MS = 5;
const RESPONSE_STEP_MS = 10;
/** The first look at an answer is not later than this: with a card in the field it comes sooner than without. */
const LONGEST_FIRST_LOOK_MS = 40;
/** Bus-free time between a STOP and the next START (libnfc). */
const BUS_FREE_MS = 5;
/** A sleeping chip NAKs the write that wakes it. */
const WRITE_TRIES = 3;
const WRITE_RETRY_MS = 8;
/** Status byte, ACK frame. */
const ACK_READ = 7;
/** Status byte and every frame that this driver asks for; longer ones are read a second time. */
const RESPONSE_READ = 41;
const STATUS_BYTE = 1;

export interface LinkOptions {
  clock: Clock;
  transport: Pn532Transport;
  /** Waits; ends early when the driver closes. */
  pause(durationMs: number): Promise<void>;
  isClosing(): boolean;
  /** With an IRQ line: resolves when the chip announces a frame, at the latest after `timeoutMs`. */
  waitForIrq: ((timeoutMs: number) => Promise<void>) | null;
  diagnostic(message: string): void;
}

/** Commands to one chip, one after the other. */
export interface Pn532Link {
  /**
   * Command, ACK, response. Recovers by itself from a stale frame (abort and once more), a short read and a bad
   * checksum (NACK).
   * @returns the response's data after its code. @throws Pn532Error, or what the transport threw if it is not transient.
   */
  call(command: Pn532Command, responseTimeoutMs?: number): Promise<Uint8Array>;
  /** Ends whatever the chip does, and throws away what it wanted to say. */
  abort(): Promise<void>;
}

/** @see UM0701-02 §6.2.4: each read begins with a status byte, and a frame must be read in one transaction. */
export function createLink(options: LinkOptions): Pn532Link {
  const { clock, transport, pause, isClosing, waitForIrq, diagnostic } = options;
  /**
   * By command code: when to look for the answer. Each look that finds nothing wakes thread and bus for nothing; so the
   * time comes down by 1 ms with each answer that was there, and goes up to what it took when it was not.
   */
  const firstLookMs = new Map<number, number>();

  async function write(bytes: Uint8Array): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      if (isClosing()) throw new Pn532Error('closed', 'the reader is being closed');
      try {
        return await transport.write(bytes);
      } catch (error) {
        if (!isTransient(error)) throw error;
        if (attempt === WRITE_TRIES) {
          throw new Pn532Error('bus', `write refused: ${errorMessage(error)}`, { cause: error });
        }
        await pause(WRITE_RETRY_MS);
      }
    }
  }

  /** One frame, as soon as the chip has one. */
  async function readWhenReady(length: number, timeoutMs: number, stepMs: number): Promise<ParseResult> {
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    let refusal: unknown = null;
    for (;;) {
      if (isClosing()) throw new Pn532Error('closed', 'the reader is being closed');
      if (waitForIrq !== null) await waitForIrq(Math.max(stepMs, deadlineMs - clock.monotonicMs()));
      try {
        const bytes = await transport.read(length);
        refusal = null;
        if (((bytes[0] ?? 0) & 1) === 1) return parseFrame(bytes.subarray(STATUS_BYTE));
      } catch (error) {
        if (!isTransient(error)) throw error;
        refusal = error;
      }
      if (clock.monotonicMs() >= deadlineMs) {
        const why = refusal === null ? 'not ready' : errorMessage(refusal);
        throw new Pn532Error('timeout', `no frame within ${timeoutMs} ms (${why})`, { cause: refusal });
      }
      await pause(stepMs);
    }
  }

  async function readResponse(code: number, timeoutMs: number): Promise<ParseResult> {
    const askedMs = clock.monotonicMs();
    const firstMs = firstLookMs.get(code) ?? 0;
    if (waitForIrq === null && firstMs > 0) await pause(firstMs);
    const lookedMs = clock.monotonicMs();
    const frame = await readWhenReady(RESPONSE_READ, timeoutMs, RESPONSE_STEP_MS);
    const readyMs = clock.monotonicMs();
    const wasThere = readyMs - lookedMs < RESPONSE_STEP_MS;
    firstLookMs.set(code, wasThere ? Math.max(0, firstMs - 1) : Math.min(readyMs - askedMs, LONGEST_FIRST_LOOK_MS));
    if (frame.t !== 'truncated' && frame.t !== 'damaged') return frame;
    diagnostic(frame.t === 'truncated' ? 'frame cut short: asked for it again' : `${frame.reason}: asked for it again`);
    await write(NACK_FRAME);
    const longer = frame.t === 'truncated' ? Math.max(RESPONSE_READ, frame.needed + STATUS_BYTE) : RESPONSE_READ;
    return readWhenReady(longer, ACK_TIMEOUT_MS, ACK_STEP_MS);
  }

  async function abort(): Promise<void> {
    await write(ACK_FRAME);
    await pause(BUS_FREE_MS);
    try {
      await transport.read(RESPONSE_READ);
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await pause(BUS_FREE_MS);
  }

  /** @returns null when the chip said something that belongs to an earlier command. */
  async function exchange(command: Pn532Command, timeoutMs: number): Promise<Uint8Array | Pn532Error> {
    await write(encodeCommand(command.code, command.parameters));
    if (waitForIrq === null) await pause(ACK_STEP_MS);
    const ack = await readWhenReady(ACK_READ, ACK_TIMEOUT_MS, ACK_STEP_MS);
    if (ack.t !== 'ack') return new Pn532Error('no-ack', `${ack.t} instead of ACK`);

    const response = await readResponse(command.code, timeoutMs);
    switch (response.t) {
      case 'data':
        if (response.direction === 'from-chip' && response.code === command.code + 1) return response.data;
        return new Pn532Error('mismatch', `answer ${response.code.toString(16)} to ${command.code.toString(16)}`);
      case 'error':
        throw new Pn532Error('syntax', `the chip did not understand command ${command.code.toString(16)}`);
      case 'damaged':
        throw new Pn532Error('damaged', response.reason);
      case 'truncated':
        throw new Pn532Error('damaged', 'frame cut short twice');
      case 'ack':
      case 'nack':
      case 'none':
        return new Pn532Error('mismatch', `${response.t} instead of an answer`);
    }
  }

  return {
    abort,
    async call(command, responseTimeoutMs = RESPONSE_TIMEOUT_MS) {
      try {
        const first = await exchange(command, responseTimeoutMs);
        if (!(first instanceof Pn532Error)) return first;
        // A frame of an earlier command (esphome#3823): throw it away and ask once more.
        diagnostic(`${first.message}: aborted and asked once more`);
        await abort();
        const second = await exchange(command, responseTimeoutMs);
        if (second instanceof Pn532Error) throw second;
        return second;
      } catch (error) {
        // A chip that goes on working on this would answer into the next command.
        if (error instanceof Pn532Error && error.kind === 'timeout') await abort();
        throw error;
      }
    },
  };
}
