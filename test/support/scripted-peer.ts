import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import { PATIENCE_MS } from './deadline.js';
import {
  type Expectation,
  type Json,
  type RecordedFrame,
  type Responder,
  ScriptedCall,
  ScriptedCallError,
} from './scripted-call.js';
import { Desk } from './scripted-desk.js';

export * from './scripted-call.js';
export { Desk };

interface PendingCall {
  resolve: (payload: Json) => void;
  reject: (error: Error) => void;
}

/**
 * One end of an OCPP-J connection that does exactly what a test says, well or badly. It stands on raw `ws`, not on
 * @tapwatt/ocpp: what is under test must not test itself. Used through scripted-central-system.ts and
 * scripted-charge-point.ts.
 *
 * Where an inbound CALL goes, in this order:
 * 1. to the longest waiting `expectCall` that it fits;
 * 2. to the responder given with `on(action, …)`, which answers it;
 * 3. into the inbox, where a later `expectCall` finds it.
 */
export class ScriptedPeer {
  readonly identity: string;
  /** The agreed subprotocol; '' when there is none. */
  readonly protocol: string;
  /** Every frame of this connection, in order. */
  readonly frames: RecordedFrame[] = [];
  /** Resolves when the connection is over. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** For what is not foreseen here: ping, pause, compressed frames. */
  readonly socket: WebSocket;
  readonly #desk: Desk;
  readonly #pending = new Map<string, PendingCall>();
  readonly #losing = new Set<string>();
  #deaf = false;

  constructor(socket: WebSocket, identity: string, desk: Desk) {
    this.socket = socket;
    this.identity = identity;
    this.protocol = socket.protocol;
    this.#desk = desk;
    socket.on('message', (data) => this.#receive(data));
    // A reset is followed by `close`; tests look at that.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        for (const pending of this.#pending.values()) pending.reject(new Error('the connection ended'));
        this.#pending.clear();
        resolve({ code, reason: reason.toString('utf8') });
      });
    });
  }

  get isOpen(): boolean {
    return this.socket.readyState === 1;
  }

  /** Answers every CALL of this action from now on, unless an `expectCall` is waiting for it. */
  on(action: string, responder: Responder): this {
    this.#desk.responders.set(action, responder);
    return this;
  }

  off(action: string): this {
    this.#desk.responders.delete(action);
    return this;
  }

  /** The next CALL of this action on this connection that no one has taken. @throws Error when the time is over */
  expectCall(action: string, { withinMs = PATIENCE_MS, where = () => true }: Expectation = {}): Promise<ScriptedCall> {
    const fits = (call: ScriptedCall): boolean => call.peer === this && call.action === action && where(call.payload);
    return this.#desk.expect(action, fits, withinMs);
  }

  /** @throws Error when a CALL of this action has come, or comes within `duringMs` */
  async expectNoCall(action: string, duringMs: number): Promise<void> {
    const seen = (): number => this.calls(action).length;
    const before = seen();
    await sleep(duringMs);
    if (seen() > before) throw new Error(`${action} came within ${duringMs} ms and should not have`);
  }

  /** A frame that fits, already received or yet to come. @throws Error when the time is over */
  async expectFrame(
    what: string,
    fits: (frame: RecordedFrame) => boolean,
    withinMs = PATIENCE_MS,
  ): Promise<RecordedFrame> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const frame = this.frames.find((candidate) => candidate.direction === 'in' && fits(candidate));
      if (frame !== undefined) return frame;
      if (performance.now() > deadline) throw new Error(`expected ${what} within ${withinMs} ms`);
      await sleep(5);
    }
  }

  /** Payloads of all CALLs of this action that came in, answered or not. */
  calls(action: string): Json[] {
    return this.frames.flatMap(({ direction, message }) =>
      direction === 'in' && Array.isArray(message) && message[0] === 2 && message[2] === action
        ? [message[3] as Json]
        : [],
    );
  }

  /**
   * Sends a CALL and waits for the answer.
   * @throws ScriptedCallError the answer is a CALLERROR. @throws Error no answer within `withinMs`
   */
  async call(
    action: string,
    payload: Json = {},
    { messageId = randomUUID() as string, withinMs = PATIENCE_MS }: { messageId?: string; withinMs?: number } = {},
  ): Promise<Json> {
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Json>((resolve, reject) => {
      this.#pending.set(messageId, { resolve, reject });
      timer = setTimeout(() => reject(new Error(`${action}: no answer within ${withinMs} ms`)), withinMs);
    });
    this.send([2, messageId, action, payload]);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(messageId);
    }
  }

  /** Any JSON. */
  send(message: unknown): void {
    this.sendRaw(JSON.stringify(message));
  }

  /** Any bytes; a string goes as a text frame, a Buffer as a binary frame. */
  sendRaw(data: string | Buffer): void {
    this.socket.send(data);
    this.#record('out', data.toString('utf8'));
  }

  /** Cuts the TCP connection, no close handshake. */
  drop(): void {
    this.socket.terminate();
  }

  /** The next CALL of this action is lost with the connection: it is neither recorded nor delivered. */
  dropBeforeReceiving(action: string): void {
    this.#losing.add(action);
  }

  /** Stops reading: nothing is received, no pong is sent, until `resumeReading`. */
  pauseReading(): void {
    this.socket.pause();
  }

  resumeReading(): void {
    this.socket.resume();
  }

  /** Close handshake; resolves when the connection is over (cut after 1 s). */
  async close(code = 1000, reason = ''): Promise<void> {
    this.socket.close(code, reason);
    const timer = setTimeout(() => this.drop(), 1000);
    await this.closed;
    clearTimeout(timer);
  }

  #record(direction: RecordedFrame['direction'], text: string): RecordedFrame {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      message = undefined;
    }
    const frame = { direction, text, atMs: performance.now(), message };
    this.frames.push(frame);
    return frame;
  }

  #receive(data: RawData): void {
    const text = data.toString();
    // What was in the same packet as a lost request is lost as well.
    if (this.#deaf || this.#isLost(text)) {
      this.#deaf = true;
      this.drop();
      return;
    }
    const frame = this.#record('in', text);
    const message = frame.message;
    if (!Array.isArray(message)) return;
    if (message[0] === 2) this.#desk.deliver(new ScriptedCall(this, frame, message as [2, string, string, Json]));
    const pending = this.#pending.get(String(message[1]));
    if (message[0] === 3) pending?.resolve(message[2] as Json);
    if (message[0] === 4)
      pending?.reject(new ScriptedCallError(String(message[2]), String(message[3] ?? ''), message[4]));
  }

  #isLost(text: string): boolean {
    return [...this.#losing].some((action) => /^\s*\[\s*2\s*,[^,]*,\s*"(\w+)"/.exec(text)?.[1] === action);
  }
}
