import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  CallOptions,
  Connection,
  ConnectionClose,
  ConnectionHooks,
  ConnectionSettings,
  ValidationVerdict,
} from '../connection.js';
import { InvalidAnswer, InvalidPayload } from '../errors.js';
import type { Protocol, Role } from '../protocol/protocol.js';
import { repair } from '../schema/repair.js';
import { serialise } from '../schema/serialise.js';
import { type Validator, validatorOf } from '../schema/validation.js';
import type { OcppVersion } from '../version.js';
import { callFrame, errorFrame, MAXIMUM_ID_LENGTH, parseFrame } from './frame.js';
import { Notifier } from './hooks.js';
import { Inbound } from './inbound.js';
import { type Answer, Outbound } from './outbound.js';
import type { Wire } from './wire.js';

export interface SessionOptions {
  wire: Wire;
  protocol: Protocol;
  role: Role;
  identity: string;
  settings: ConnectionSettings;
}

const DEFAULT_CALL_TIMEOUT_MS = 30_000;
const DEFAULT_QUEUE = 100;
/** An other end that asks and does not read its answers is not served further than this. */
const MAXIMUM_BUFFERED_BYTES = 1024 * 1024;
/** After the socket was cut, how long its `close` event may take. */
const CUT_MS = 250;

/** A Connection on a Wire: frames in and out, everything else is in Inbound and Outbound. */
export class Session implements Connection {
  readonly version: OcppVersion;
  readonly identity: string;
  readonly #wire: Wire;
  readonly #protocol: Protocol;
  readonly #role: Role;
  readonly #validator: Validator;
  readonly #verdict: ValidationVerdict;
  readonly #callTimeoutMs: number;
  readonly #inbound: Inbound;
  readonly #outbound: Outbound;
  readonly #notify = new Notifier();
  readonly #closeListeners = new Set<(close: ConnectionClose) => void>();
  readonly #ended: Promise<void>;
  #markEnded: () => void = () => {};
  #closed: ConnectionClose | null = null;
  /** We have ended it ourselves: CALLs that still come cannot be answered and are not served. */
  #leaving = false;

  constructor({ wire, protocol, role, identity, settings }: SessionOptions) {
    this.version = protocol.version;
    this.identity = identity;
    this.#wire = wire;
    this.#protocol = protocol;
    this.#role = role;
    this.#validator = validatorOf(protocol);
    this.#verdict = settings.verdict ?? 'strict';
    this.#callTimeoutMs = settings.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS;
    this.#ended = new Promise((resolve) => {
      this.#markEnded = resolve;
    });
    this.#inbound = new Inbound({
      protocol,
      role,
      validator: this.#validator,
      verdict: this.#verdict,
      maxQueue: settings.maxInboundQueue ?? DEFAULT_QUEUE,
      answer: (frame) => this.#answer(frame),
      report: (report) => this.#notify.report(report),
      pause: () => wire.pause(),
      resume: () => wire.resume(),
    });
    this.#outbound = new Outbound({
      send: (frame) => this.#send(frame),
      maxQueued: settings.maxQueuedCalls ?? DEFAULT_QUEUE,
      onLateAnswer: (late) => this.#notify.lateAnswer(late),
    });
    if (settings.pingIntervalS !== undefined) this.setPingInterval(settings.pingIntervalS);
  }

  /** From now on messages are read. */
  start(hooks: ConnectionHooks): void {
    this.#notify.attach(hooks);
    this.#wire.listen({
      onText: (text) => this.#receive(text, hooks),
      onClose: (close) => this.#end(close),
      onError: (error) => this.#notify.report({ kind: 'socket-error', error }),
    });
  }

  get isOpen(): boolean {
    return this.#closed === null && this.#wire.isOpen;
  }

  async call(action: string, payload: object, options: CallOptions = {}): Promise<object> {
    const messageId = options.messageId ?? randomUUID();
    const schema = this.#validator.schema(action, 'request');
    this.#requireSendable(action, messageId);
    const text = serialise(payload, schema);
    const wrong = this.#validator.check(action, 'request', 'sent', JSON.parse(text));
    if (wrong.length > 0) throw new InvalidPayload(action, wrong);
    const answer = await this.#outbound.call({
      messageId,
      action,
      frame: callFrame(messageId, action, text),
      timeoutMs: options.timeoutMs ?? this.#callTimeoutMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const violations = this.#validator.check(action, 'response', 'received', answer);
    if (violations.length > 0) {
      const verdict = this.#verdict;
      this.#notify.report({ kind: 'invalid-payload', of: 'result', messageId, action, verdict, violations });
      // What is no object at all cannot be handed on, whatever the verdict.
      if (verdict === 'strict' || !isObject(answer)) throw new InvalidAnswer(messageId, action, violations, answer);
      if (verdict === 'fix') return repair(answer, this.#validator.schema(action, 'response')) as object;
    }
    return answer as object;
  }

  async close(code = 1000, reason = '', graceMs = 1000): Promise<void> {
    if (this.#closed !== null) return;
    this.#leave();
    this.#wire.close(code, reason);
    if (await this.#endsWithin(graceMs)) return;
    this.#wire.terminate();
    if (await this.#endsWithin(CUT_MS)) return;
    this.#end({ code: 1006, reason: 'cut' });
  }

  terminate(): void {
    this.#leave();
    this.#wire.terminate();
  }

  onClose(listener: (close: ConnectionClose) => void): () => void {
    const closed = this.#closed;
    if (closed !== null) {
      queueMicrotask(() => this.#notify.guard('onClose', () => listener(closed)));
      return () => {};
    }
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  setPingInterval(intervalS: number): void {
    this.#wire.setPingInterval(intervalS * 1000);
  }

  #leave(): void {
    this.#leaving = true;
    this.#inbound.clear();
  }

  #receive(text: string, hooks: ConnectionHooks): void {
    // Some chargers send empty messages as a sign of life.
    if (text.length === 0) return;
    this.#notify.frame('in', text);
    const frame = parseFrame(text);
    switch (frame.kind) {
      case 'call':
        if (!this.#leaving) this.#inbound.accept(frame, hooks);
        return;
      case 'result':
        this.#settle(frame.id, { kind: 'result', payload: frame.payload }, text);
        return;
      case 'error':
        this.#settle(frame.id, frame, text);
        return;
      case 'broken-call':
        this.#notify.report({ kind: 'bad-frame', text, reason: frame.reason, answered: true });
        this.#inbound.refuse(frame.rawId, this.#protocol.rules.brokenCallCode, frame.reason);
        return;
      case 'broken-answer':
        this.#notify.report({ kind: 'bad-frame', text, reason: frame.reason, answered: false });
        return;
      case 'unreadable':
        this.#unreadable(text, frame.reason);
    }
  }

  #unreadable(text: string, reason: string): void {
    const { unreadableId, brokenCallCode } = this.#protocol.rules;
    this.#notify.report({ kind: 'bad-frame', text, reason, answered: unreadableId !== null });
    if (unreadableId !== null) this.#answer(errorFrame(JSON.stringify(unreadableId), brokenCallCode, reason));
  }

  #settle(messageId: string, answer: Answer, text: string): void {
    if (!this.#outbound.settle(messageId, answer)) this.#notify.report({ kind: 'unmatched-answer', messageId, text });
  }

  #requireSendable(action: string, messageId: string): void {
    const violation = (message: string): InvalidPayload =>
      new InvalidPayload(action, [{ path: '', message, errorCode: 'NotSupported' }]);
    if (!this.#protocol.sentBy(action).includes(this.#role))
      throw violation(`a ${this.#role.replace('-', ' ')} does not send it`);
    if (messageId.length === 0 || messageId.length > MAXIMUM_ID_LENGTH)
      throw violation(`the message id must have 1 to ${MAXIMUM_ID_LENGTH} characters (1.6-J 4.1.4)`);
  }

  #send(frame: string): void {
    this.#wire.send(frame);
    this.#notify.frame('out', frame);
  }

  #answer(frame: string): Promise<void> | null {
    // Without a socket the answer cannot be given; the other end will ask again on its next connection.
    if (!this.isOpen) return null;
    try {
      this.#send(frame);
    } catch (error) {
      this.#notify.report({ kind: 'socket-error', error: error as Error });
    }
    return this.#wire.bufferedBytes > MAXIMUM_BUFFERED_BYTES ? this.#untilTaken() : null;
  }

  async #untilTaken(): Promise<void> {
    while (this.isOpen && this.#wire.bufferedBytes > MAXIMUM_BUFFERED_BYTES) await sleep(20);
  }

  #end(close: ConnectionClose): void {
    if (this.#closed !== null) return;
    this.#closed = close;
    this.#outbound.close();
    this.#markEnded();
    for (const listener of this.#closeListeners) this.#notify.guard('onClose', () => listener(close));
    this.#closeListeners.clear();
  }

  async #endsWithin(timeoutMs: number): Promise<boolean> {
    const timer = new AbortController();
    const late = sleep(timeoutMs, false, { signal: timer.signal }).catch(() => false);
    const ended = await Promise.race([this.#ended.then(() => true), late]);
    timer.abort();
    return ended;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
