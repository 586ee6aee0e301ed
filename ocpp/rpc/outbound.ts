import { performance } from 'node:perf_hooks';
import type { LateAnswer } from '../connection.js';
import { CallErrorReceived, CallQueueFull, CallTimeout, ConnectionLost } from '../errors.js';

/** An answer as it came off the wire. */
export type Answer =
  | { kind: 'result'; payload: unknown }
  | { kind: 'error'; errorCode: string; description: string; details: unknown };

export interface OutboundCall {
  messageId: string;
  action: string;
  frame: string;
  timeoutMs: number;
  /** Aborted: the time of this CALL is over. */
  signal?: AbortSignal;
}

interface Waiting extends OutboundCall {
  resolve: (payload: unknown) => void;
  reject: (error: Error) => void;
}

interface UnderWay {
  call: Waiting;
  sentAt: number;
  /** Takes timer and abort listener away. */
  release: () => void;
}

interface Expired {
  action: string;
  sentAt: number;
}

export interface OutboundOptions {
  /** @throws when the socket cannot take it */
  send: (frame: string) => void;
  maxQueued: number;
  onLateAnswer: (late: LateAnswer) => void;
}

const EXPIRED_CAPACITY = 64;

/** Our CALLs: one under way, the others in line (OCPP-J §4.1.1), each with its time counted from sending. */
export class Outbound {
  readonly #options: OutboundOptions;
  readonly #line: Waiting[] = [];
  readonly #expired = new Map<string, Expired>();
  #current: UnderWay | null = null;
  #closed = false;

  constructor(options: OutboundOptions) {
    this.#options = options;
  }

  /** @returns the CALLRESULT's payload as it came. @throws see Connection.call */
  call(call: OutboundCall): Promise<unknown> {
    if (this.#closed) return Promise.reject(new ConnectionLost(call.messageId, call.action, false));
    if (this.#line.length >= this.#options.maxQueued)
      return Promise.reject(new CallQueueFull(call.action, this.#line.length));
    return new Promise((resolve, reject) => {
      this.#line.push({ ...call, resolve, reject });
      this.#next();
    });
  }

  /** @returns false when no CALL of ours has this id */
  settle(messageId: string, answer: Answer): boolean {
    const current = this.#current;
    if (current?.call.messageId === messageId) {
      this.#current = null;
      current.release();
      if (answer.kind === 'result') current.call.resolve(answer.payload);
      else
        current.call.reject(
          new CallErrorReceived(messageId, current.call.action, answer.errorCode, answer.description, answer.details),
        );
      this.#next();
      return true;
    }
    const expired = this.#expired.get(messageId);
    if (expired === undefined) return false;
    this.#expired.delete(messageId);
    this.#options.onLateAnswer({
      messageId,
      action: expired.action,
      answer:
        answer.kind === 'result'
          ? { kind: 'result', payload: Object(answer.payload) as object }
          : { kind: 'error', errorCode: answer.errorCode, description: answer.description },
      afterMs: performance.now() - expired.sentAt,
    });
    return true;
  }

  /** The connection is gone: every CALL fails, and every later one. */
  close(): void {
    this.#closed = true;
    const current = this.#current;
    this.#current = null;
    if (current !== null) {
      current.release();
      current.call.reject(new ConnectionLost(current.call.messageId, current.call.action, true));
    }
    for (const call of this.#line.splice(0)) call.reject(new ConnectionLost(call.messageId, call.action, false));
  }

  #next(): void {
    if (this.#current !== null || this.#closed) return;
    const call = this.#line.shift();
    if (call === undefined) return;
    const { signal } = call;
    const expire = (): void => this.#expire(call);
    const timer = setTimeout(expire, call.timeoutMs);
    signal?.addEventListener('abort', expire);
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', expire);
    };
    this.#current = { call, sentAt: performance.now(), release };
    try {
      this.#options.send(call.frame);
    } catch {
      this.#current = null;
      release();
      call.reject(new ConnectionLost(call.messageId, call.action, false));
      this.#next();
    }
  }

  #expire(call: Waiting): void {
    const current = this.#current;
    if (current?.call !== call) return;
    this.#current = null;
    current.release();
    this.#expired.delete(call.messageId);
    this.#expired.set(call.messageId, { action: call.action, sentAt: current.sentAt });
    for (const id of this.#expired.keys()) {
      if (this.#expired.size <= EXPIRED_CAPACITY) break;
      this.#expired.delete(id);
    }
    call.reject(new CallTimeout(call.messageId, call.action, call.timeoutMs));
    this.#next();
  }
}
