import { setTimeout as sleep } from 'node:timers/promises';
import type { ScriptedPeer } from './scripted-peer.js';

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
  /** PATIENCE_MS when absent. */
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
