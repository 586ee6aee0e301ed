import type { Clock, DigitalOutput, Unsubscribe } from '../interfaces.js';
import { CODE, IC_PN532 } from '../pn532/constants.js';
import { ACK_FRAME, ERROR_FRAME, encodeResponse, parseFrame } from '../pn532/frame.js';
import { uidText } from '../pn532/target.js';
import type { OpenPn532Transport } from '../pn532/transport.js';
import { createListeners } from '../support/listeners.js';
import { createNoise } from './noise.js';

/**
 * How the simulated reader misbehaves until told otherwise: `missing` NAKs everything, `busy` NAKs every read,
 * `garbage` answers noise, `silent` never has anything to say.
 */
export type ReaderMode = 'normal' | 'missing' | 'busy' | 'garbage' | 'silent';
/** What goes wrong once. */
export type ReaderFault = 'stale' | 'truncated' | 'bad-checksum' | 'error-frame';

/** A PN532 that answers I2C bytes, after UM0701-02. Drivers reach it through `openTransport`, as they do a real one. */
export interface SimulatedPn532 {
  readonly openTransport: OpenPn532Transport;
  /** RSTPD_N. */
  readonly resetLine: DigitalOutput;
  /** Codes of the commands that the chip understood, in order. */
  readonly commands: readonly number[];
  setMode(mode: ReaderMode): void;
  /** Spoils the next answer. */
  inject(fault: ReaderFault): void;
  /** The chip hangs until it is reset. */
  hang(): void;
  /** The supply fails for a moment: the chip is as after power-up. */
  brownOut(): void;
  /** 4, 7 or 10 bytes, or null for no card. */
  placeCard(uid: Uint8Array | null): void;
  /** After each finished look for a card: what was answered. */
  onLook(listener: (uid: Uint8Array | null) => void): Unsubscribe;
}

/** Time in which a chip that got a command answers its address with NAK. */
const NAK_MS = 1;
const WORK_MS = 2;
const CARD_TRY_MS = 10;

type Phase = 'idle' | 'ack-ready' | 'working' | 'response-ready';

function nak(): Error {
  return Object.assign(new Error('EREMOTEIO: remote I/O error'), { code: 'EREMOTEIO', errno: -121 });
}

/** @param seed of the noise in mode `garbage`. */
export function createSimulatedPn532(clock: Clock, seed = 1): SimulatedPn532 {
  const noise = createNoise(seed);
  const looks = createListeners<Uint8Array | null>();
  const commands: number[] = [];

  let mode: ReaderMode = 'normal';
  let hanging = false;
  let inReset = false;
  let fault: ReaderFault | null = null;
  let card: Uint8Array | null = null;

  // Lost with the supply.
  let lowVbat = true;
  let asleep = false;
  let retries = 0xff;
  let cardIsHalted = false;
  let phase: Phase = 'idle';
  let command: { code: number; parameters: Uint8Array } = { code: -1, parameters: new Uint8Array(0) };
  let nakUntilMs = 0;
  let readyAtMs = 0;
  let response: Uint8Array = new Uint8Array(0);

  const powerUp = (): void => {
    lowVbat = true;
    asleep = false;
    retries = 0xff;
    cardIsHalted = false;
    phase = 'idle';
    hanging = false;
  };

  function begin(code: number, parameters: Uint8Array): void {
    // In LowVbat only SAMConfiguration is heard (AN10609).
    if (lowVbat && code !== CODE.samConfiguration) return;
    lowVbat = false;
    commands.push(code);
    command = { code, parameters };
    phase = 'ack-ready';
    const now = clock.monotonicMs();
    nakUntilMs = now + NAK_MS;
    readyAtMs = now + WORK_MS;
    if (code === CODE.inListPassiveTarget) {
      // With endless retries there is no answer before there is a card.
      readyAtMs = card !== null && !cardIsHalted ? now + CARD_TRY_MS : now + CARD_TRY_MS * (retries + 1);
    }
  }

  function lookForCard(): Uint8Array | null {
    const found = card !== null && !cardIsHalted ? card : null;
    // A halted card misses one request and hears the next.
    cardIsHalted = false;
    if (found === null && retries === 0xff) return null;
    looks.emit(found);
    if (found === null) return encodeResponse(command.code, [0]);
    const selRes = found.length === 4 ? 0x08 : 0x00;
    const sensRes = found.length === 4 ? 0x04 : found.length === 7 ? 0x44 : 0x84;
    return encodeResponse(command.code, [1, 1, 0x00, sensRes, selRes, found.length, ...found]);
  }

  /** @returns null while the command never ends by itself. */
  function finish(): Uint8Array | null {
    const { code, parameters } = command;
    switch (code) {
      case CODE.diagnose:
        return parameters[0] === 0 ? encodeResponse(code, parameters) : ERROR_FRAME;
      case CODE.getFirmwareVersion:
        return encodeResponse(code, [IC_PN532, 0x01, 0x06, 0x07]);
      case CODE.getGeneralStatus:
        return encodeResponse(code, [0x00, 0x00, 0x00, 0x80]);
      case CODE.rfConfiguration:
        if (parameters[0] === 0x05) retries = parameters[3] ?? 0xff;
        if (parameters[0] === 0x01 && parameters[1] === 0) cardIsHalted = false;
        return encodeResponse(code, []);
      case CODE.setParameters:
      case CODE.samConfiguration:
        return encodeResponse(code, []);
      case CODE.powerDown:
        asleep = true;
        return encodeResponse(code, [0x00]);
      case CODE.inRelease:
        cardIsHalted = true;
        return encodeResponse(code, [0x00]);
      case CODE.inListPassiveTarget:
        return lookForCard();
      default:
        return ERROR_FRAME;
    }
  }

  function take(wanted: ReaderFault): boolean {
    if (fault !== wanted) return false;
    fault = null;
    return true;
  }

  function spoiled(frame: Uint8Array): Uint8Array {
    if (take('error-frame')) return ERROR_FRAME;
    if (take('truncated')) return frame.slice(0, Math.max(4, frame.length - 4));
    if (take('bad-checksum')) {
      const damaged = Uint8Array.from(frame);
      damaged[damaged.length - 2] = ((damaged[damaged.length - 2] ?? 0) + 1) & 0xff;
      return damaged;
    }
    return frame;
  }

  function write(bytes: Uint8Array): void {
    if (inReset || mode === 'missing') throw nak();
    if (asleep) {
      // The write that wakes the chip is lost.
      asleep = false;
      throw nak();
    }
    if (hanging || mode === 'silent') return;
    const frame = parseFrame(bytes);
    switch (frame.t) {
      case 'ack':
        phase = 'idle';
        return;
      case 'nack':
        if (response.length > 0) phase = 'response-ready';
        return;
      case 'data':
        if (frame.direction === 'to-chip') begin(frame.code, frame.data);
        return;
      case 'error':
      case 'none':
      case 'truncated':
      case 'damaged':
        // The chip keeps silent about what it cannot read.
        return;
    }
  }

  /** What follows the status byte, or null while nothing is ready. */
  function nextFrame(consume: boolean): Uint8Array | null {
    const now = clock.monotonicMs();
    if (phase === 'working' && now >= readyAtMs) {
      const finished = finish();
      if (finished !== null) {
        response = finished;
        phase = 'response-ready';
      }
    }
    if (phase === 'ack-ready') {
      if (!consume) return ACK_FRAME;
      phase = 'working';
      return response.length > 0 && take('stale') ? response : ACK_FRAME;
    }
    if (phase !== 'response-ready') return null;
    if (!consume) return response;
    phase = 'idle';
    return spoiled(response);
  }

  function read(length: number): Uint8Array {
    if (inReset || mode === 'missing' || mode === 'busy') throw nak();
    if (mode === 'garbage') return noise.bytes(length).map((byte, at) => (at === 0 ? byte | 1 : byte));
    const bytes = new Uint8Array(length).fill(0x80);
    bytes[0] = 0;
    if (hanging || mode === 'silent') return bytes;
    if (clock.monotonicMs() < nakUntilMs) throw nak();
    const frame = nextFrame(length > 1);
    if (frame === null) return bytes;
    bytes[0] = 1;
    bytes.set(frame.subarray(0, length - 1), 1);
    return bytes;
  }

  return {
    openTransport: async () => {
      let open = true;
      const check = (): void => {
        if (!open) throw Object.assign(new Error('the bus is closed'), { code: 'EBADF' });
      };
      return {
        async read(length) {
          check();
          return read(length);
        },
        async write(bytes) {
          check();
          write(bytes);
        },
        async close() {
          open = false;
        },
      };
    },
    resetLine: {
      get value() {
        return inReset;
      },
      write(active) {
        if (inReset && !active) powerUp();
        inReset = active;
      },
      async close() {
        inReset = false;
      },
    },
    commands,
    setMode(next) {
      mode = next;
    },
    inject(next) {
      fault = next;
    },
    hang() {
      hanging = true;
    },
    brownOut: powerUp,
    placeCard(uid) {
      const changed = (uid === null ? '' : uidText(uid)) !== (card === null ? '' : uidText(card));
      card = uid;
      if (!changed) return;
      cardIsHalted = false;
      // A chip that is looking finds the card that comes.
      if (uid !== null && phase === 'working' && command.code === CODE.inListPassiveTarget) {
        readyAtMs = Math.min(readyAtMs, clock.monotonicMs() + CARD_TRY_MS);
      }
    },
    onLook: looks.add,
  };
}
