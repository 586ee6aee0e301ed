import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import { PATIENCE_MS } from './deadline.js';

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

export type Json = Record<string, unknown>;

export interface RecordedFrame {
  direction: 'in' | 'out';
  text: string;
  /** `performance.now()`: for differences and order. */
  atMs: number;
  /** The parsed array; undefined where the text is no JSON. */
  message: unknown;
}

/** What `on` takes: the payload of the CALLRESULT, or a function that gives it or acts on the call itself. */
export type Responder = Json | ((call: ScriptedCall) => Json | undefined | Promise<Json | undefined>);

export interface Expectation {
  /** 5000 when absent. */
  withinMs?: number;
  where?: (payload: Json) => boolean;
}

/** The other end answered CALLERROR. */
export class ScriptedCallError extends Error {
  readonly code: string;
  readonly description: string;
  readonly details: unknown;

  constructor(code: string, description: string, details: unknown) {
    super(`CALLERROR ${code}${description ? `: ${description}` : ''}`);
    this.code = code;
    this.description = description;
    this.details = details;
  }
}

/** A CALL that came in. Answer it as the test needs, or not at all. */
export class ScriptedCall {
  readonly peer: ScriptedPeer;
  readonly messageId: string;
  readonly action: string;
  readonly payload: Json;
  readonly text: string;
  readonly atMs: number;

  constructor(peer: ScriptedPeer, frame: RecordedFrame, [, messageId, action, payload]: [2, string, string, Json]) {
    this.peer = peer;
    this.messageId = messageId;
    this.action = action;
    this.payload = payload ?? {};
    this.text = frame.text;
    this.atMs = frame.atMs;
  }

  /** CALLRESULT. Calling it again sends it again. */
  answer(payload: Json = {}): void {
    this.peer.send([3, this.messageId, payload]);
  }

  answerError(code: string, description = '', details: Json = {}): void {
    this.peer.send([4, this.messageId, code, description, details]);
  }

  answerTwice(payload: Json = {}): void {
    this.answer(payload);
    this.answer(payload);
  }

  /** Any bytes instead of an answer. */
  answerRaw(text: string): void {
    this.peer.sendRaw(text);
  }

  /** Answers after `delayMs`; nothing happens where the connection is gone by then. */
  async answerLater(delayMs: number, payload: Json = {}): Promise<void> {
    await sleep(delayMs);
    if (this.peer.isOpen) this.answer(payload);
  }

  /** The request arrived, its answer is lost: cuts the TCP connection. */
  drop(): void {
    this.peer.drop();
  }
}

interface Waiter {
  fits: (call: ScriptedCall) => boolean;
  take: (call: ScriptedCall) => void;
}

/** Where CALLs wait for the test: one per charge point, one for all connections of a central system. */
export class Desk {
  readonly responders = new Map<string, Responder>();
  readonly #inbox: ScriptedCall[] = [];
  readonly #waiters: Waiter[] = [];

  /** CALLs that nobody has taken or answered. */
  get untaken(): readonly ScriptedCall[] {
    return this.#inbox;
  }

  /** Forgets responders and CALLs that nobody took. */
  clear(): void {
    this.responders.clear();
    this.#inbox.length = 0;
  }

  deliver(call: ScriptedCall): void {
    const waiting = this.#waiters.findIndex((waiter) => waiter.fits(call));
    if (waiting >= 0) {
      this.#waiters.splice(waiting, 1)[0]?.take(call);
      return;
    }
    const responder = this.responders.get(call.action);
    if (responder === undefined) this.#inbox.push(call);
    else void respond(call, responder);
  }

  expect(what: string, fits: (call: ScriptedCall) => boolean, withinMs: number): Promise<ScriptedCall> {
    const here = this.#inbox.findIndex(fits);
    if (here >= 0) {
      const [call] = this.#inbox.splice(here, 1);
      if (call !== undefined) return Promise.resolve(call);
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        fits,
        take: (call) => {
          clearTimeout(timer);
          resolve(call);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        const others = this.#inbox.map((call) => call.action).join(', ') || 'nothing else';
        reject(new Error(`expected ${what} within ${withinMs} ms; waiting: ${others}`));
      }, withinMs);
      this.#waiters.push(waiter);
    });
  }
}

async function respond(call: ScriptedCall, responder: Responder): Promise<void> {
  const payload = typeof responder === 'function' ? await responder(call) : responder;
  if (payload !== undefined && call.peer.isOpen) call.answer(payload);
}

interface PendingCall {
  resolve: (payload: Json) => void;
  reject: (error: Error) => void;
}

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
   * @throws ScriptedCallError the answer is a CALLERROR. @throws Error no answer within `withinMs` (5000)
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
