import type { ConnectionClose } from '../connection.js';
import { OPEN, type RpcClient } from './ocpp-rpc.js';

export interface WireListener {
  onText(text: string): void;
  onClose(close: ConnectionClose): void;
  onError(error: Error): void;
}

/** WebSocket close reasons hold at most 123 bytes (RFC 6455 §5.5); ws throws on more. */
const MAXIMUM_REASON_BYTES = 123;
const NOT_ASCII = /[^\0-\x7f]/;
/** Longest delay of a Node timer. */
const MAXIMUM_INTERVAL_MS = 2_147_483_647;

/**
 * One ocpp-rpc client, of either end, used for what it does well: handshake, socket, sending, ping and closing.
 *
 * Its handling of messages is replaced: it serves CALLs concurrently, mints its own ids, answers a numeric id with
 * "-1" and malformed frames with a code that 1.6 does not have (test/ocpp/defects-*.test.ts show each).
 */
export class Wire {
  readonly #client: RpcClient;
  #listener: WireListener | null = null;
  #early: string[] = [];
  #pingIntervalMs = 0;
  #paused = false;

  constructor(client: RpcClient) {
    this.#client = client;
    // ocpp-rpc looks `_onMessage` up for every message, so an own property takes its place.
    client._onMessage = (message) => this.#receive(message.toString('utf8'));
    client.on('socketError', (error: Error) => this.#listener?.onError(error));
    client.once('close', ({ code, reason }: { code?: number; reason?: string | Buffer }) =>
      this.#listener?.onClose({ code: code ?? 1006, reason: String(reason ?? '') }),
    );
  }

  /** Messages that came before are delivered at once. */
  listen(listener: WireListener): void {
    this.#listener = listener;
    for (const text of this.#early.splice(0)) listener.onText(text);
  }

  get isOpen(): boolean {
    return this.#client.state === OPEN;
  }

  /** @throws Error when the socket is not open any more */
  send(text: string): void {
    if (!this.isOpen) throw new Error('the connection is not open');
    const socket = this.#client._ws;
    // A central system sends thousands of short answers each second: one write of one string, no buffers, no events.
    if (socket?._isServer === true && socket.readyState === OPEN && socket._socket !== undefined && isPlain(text))
      socket._socket.write(`${headOf(text.length)}${text}`, 'latin1');
    else this.#client.sendRaw(text);
  }

  /** Bytes that the other end has not taken yet. */
  get bufferedBytes(): number {
    return this.#client._ws?.bufferedAmount ?? 0;
  }

  /** Begins the close handshake. Does not wait for it. */
  close(code: number, reason: string): void {
    this.#client.close({ code, reason: cutToBytes(reason, MAXIMUM_REASON_BYTES) }).catch((error: unknown) => {
      // An unusable code or a socket in a bad state: there is nothing to wait for.
      this.#listener?.onError(error instanceof Error ? error : new Error(String(error)));
      this.terminate();
    });
    // A paused socket would not see the other end's close frame.
    this.resume();
  }

  terminate(): void {
    this.#client._ws?.terminate();
  }

  /** Stops reading: TCP makes the other end wait. Pongs are not seen meanwhile, so pings stop too. */
  pause(): void {
    if (this.#paused || !this.isOpen) return;
    this.#paused = true;
    this.#client._ws?.pause();
    this.#client.reconfigure({ pingIntervalMs: 0 });
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#client._ws?.resume();
    this.#client.reconfigure({ pingIntervalMs: this.#pingIntervalMs });
  }

  /** ocpp-rpc pings, and terminates when the pong of the last ping has not come by the next one. */
  setPingInterval(intervalMs: number): void {
    if (!(intervalMs >= 0)) throw new RangeError(`ping interval ${intervalMs} ms: must be 0 or more`);
    this.#pingIntervalMs = Math.min(intervalMs, MAXIMUM_INTERVAL_MS);
    if (!this.#paused) this.#client.reconfigure({ pingIntervalMs: this.#pingIntervalMs });
  }

  #receive(text: string): void {
    if (this.#listener === null) this.#early.push(text);
    else this.#listener.onText(text);
  }
}

/** Whether a character is a byte, and the length fits the short forms of RFC 6455 §5.2. */
function isPlain(text: string): boolean {
  return text.length < 0x1_0000 && !NOT_ASCII.test(text);
}

/** Head of an unmasked, final text frame, a character for each byte. */
function headOf(length: number): string {
  return length < 126
    ? `\x81${String.fromCharCode(length)}`
    : `\x81\x7e${String.fromCharCode(length >> 8, length & 0xff)}`;
}

function cutToBytes(text: string, maximum: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maximum) return text;
  return new TextDecoder().decode(bytes.subarray(0, maximum)).replace(/\uFFFD+$/, '');
}
