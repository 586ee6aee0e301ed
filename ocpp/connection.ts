import type { OcppVersion } from './version.js';

/**
 * One live OCPP-J connection, the same on both ends. The charge point gets it from `connectToCentralSystem`, the
 * central system from `createOcppServer`. It hides ocpp-rpc, whose gaps it covers (see README.md).
 *
 * Inbound CALLs reach the handler one at a time, in the order of arrival; a repeated message id with the same
 * content is answered with the stored bytes and does not reach the handler again. Outbound CALLs are sent one at a
 * time (OCPP-J 4.1.1). Both directions are independent of each other.
 */
export interface Connection {
  readonly version: OcppVersion;
  /** Charge point id, as in the URL, percent-decoded. */
  readonly identity: string;
  readonly isOpen: boolean;
  /**
   * Sends a CALL and waits for its answer.
   * @returns the CALLRESULT's payload, validated (verdict `strict`), as received (`warn`), or mended (`fix`).
   * @throws CallErrorReceived the other end answered CALLERROR
   * @throws CallTimeout no answer in time; the request may or may not have been processed
   * @throws ConnectionLost the socket went before the answer; `wasSent` says whether the request left
   * @throws InvalidPayload our own request does not fit the schema; nothing was sent
   * @throws InvalidAnswer the CALLRESULT does not fit the schema (verdict `strict`); the request was processed
   * @throws CallQueueFull too many CALLs are waiting for their turn; nothing was sent
   */
  call(action: string, payload: object, options?: CallOptions): Promise<object>;
  /** Closes, waits for the close handshake for at most `graceMs` (1 s), then cuts. Never hangs, never throws. */
  close(code?: number, reason?: string, graceMs?: number): Promise<void>;
  /** Cuts the TCP connection at once. */
  terminate(): void;
  /** Called once, also when the connection is closed already. @returns a function that takes the listener away. */
  onClose(listener: (close: ConnectionClose) => void): () => void;
  /** Sends WebSocket pings every `intervalS`; 0 ends them. A missing pong closes the connection. */
  setPingInterval(intervalS: number): void;
}

export interface ConnectionClose {
  /** WebSocket close code; 1006 where the TCP connection ended without a close handshake. */
  code: number;
  reason: string;
}

export interface CallOptions {
  /** Given again on every retry of the same message (1.6-J errata 3.1). Minted when absent. At most 36 characters. */
  messageId?: string;
  /** Counted from the moment the CALL is sent. Default from the connection's settings. */
  timeoutMs?: number;
  /** Aborted: its time is over now, as if `timeoutMs` had passed (CallTimeout; a late answer is still reported). */
  signal?: AbortSignal;
}

/** An inbound CALL. What the handler resolves to becomes the CALLRESULT; a thrown `CallError` becomes the CALLERROR. */
export interface InboundCall {
  messageId: string;
  action: string;
  payload: object;
  /** What the schema said where the verdict is `warn` or `fix`; empty when the payload was valid as it came. */
  violations: readonly SchemaViolation[];
}

export type CallHandler = (call: InboundCall) => object | Promise<object>;

export interface SchemaViolation {
  /** JSON pointer into the payload. */
  path: string;
  message: string;
  /** The 1.6-J error code that belongs to it. */
  errorCode: CallErrorCode;
}

/**
 * `strict`: an invalid payload is a CALLERROR. `warn`: it reaches the handler with its violations. `fix`: the same, but
 * mended as far as it can be (schema/repair.ts).
 */
export type ValidationVerdict = 'strict' | 'warn' | 'fix';

/** OCPP-J 1.6 §4.2.3 spells two of these wrongly; the wire does too. */
export type CallErrorCode =
  | 'NotImplemented'
  | 'NotSupported'
  | 'InternalError'
  | 'ProtocolError'
  | 'SecurityError'
  | 'FormationViolation'
  | 'PropertyConstraintViolation'
  | 'OccurenceConstraintViolation'
  | 'TypeConstraintViolation'
  | 'GenericError';

/** Every frame as it was on the wire, for message logs. */
export interface FrameRecord {
  direction: 'in' | 'out';
  text: string;
  /** Unix epoch milliseconds by the system clock. */
  atMs: number;
}

/** An answer to a CALL of ours whose time was over. It is the truth about that request, late. */
export interface LateAnswer {
  messageId: string;
  action: string;
  answer: { kind: 'result'; payload: object } | { kind: 'error'; errorCode: string; description: string };
  /** Since the CALL was sent. */
  afterMs: number;
}

/** What a connection noticed and survived. None of it closes the connection. */
export type ConnectionReport =
  /** Not an OCPP-J message. `answered` is false where 1.6-J leaves no way to answer (no readable message id). */
  | { kind: 'bad-frame'; text: string; reason: string; answered: boolean }
  /** The handler threw something other than a CallError; the other end got InternalError. */
  | { kind: 'handler-failed'; messageId: string; action: string; error: unknown }
  /** Our own CALLRESULT does not fit the schema. It was sent all the same: the request has been processed. */
  | { kind: 'invalid-response'; messageId: string; action: string; violations: readonly SchemaViolation[] }
  /** The other end's payload does not fit the schema: of a CALL, or of a CALLRESULT to a CALL of ours. */
  | {
      kind: 'invalid-payload';
      of: 'call' | 'result';
      messageId: string;
      action: string;
      verdict: ValidationVerdict;
      violations: readonly SchemaViolation[];
    }
  /** CALLRESULT or CALLERROR for a message id that this connection never sent. */
  | { kind: 'unmatched-answer'; messageId: string; text: string }
  /** The same message id came again: answered from memory, still being answered, or refused as other content. */
  | { kind: 'repeated-id'; messageId: string; action: string; as: 'replayed' | 'in-progress' | 'other-content' }
  /** The inbound queue is full: reading is paused until half of it has been served. */
  | { kind: 'reading-paused'; waiting: number }
  /** `onFrame`, `onLateAnswer` or an `onClose` listener threw. */
  | { kind: 'hook-failed'; hook: string; error: unknown }
  /** The WebSocket reported an error (oversize frame, reset, invalid UTF-8); a close follows. */
  | { kind: 'socket-error'; error: Error };

/** What the owner of a connection hears from it. */
export interface ConnectionHooks {
  handler: CallHandler;
  onFrame?: (frame: FrameRecord) => void;
  onLateAnswer?: (late: LateAnswer) => void;
  onReport?: (report: ConnectionReport) => void;
  /** Actions the handler serves; others that the version knows get NotSupported before validation. All when absent. */
  supportedActions?: readonly string[];
  /**
   * The answer to a CALL that violates the schema, where the specification has one that is no CALLERROR (1.6 §5.17: a
   * requestedMessage that nobody knows is NotImplemented). Null: the verdict decides.
   */
  answerToInvalid?: (call: InboundCall) => object | null;
}

/** Numbers of a connection; each has a default. */
export interface ConnectionSettings {
  /** Default `strict`. */
  verdict?: ValidationVerdict;
  /** Wait for an answer, 30 s. */
  callTimeoutMs?: number;
  /** WebSocket pings, 0 (off): see `setPingInterval`. */
  pingIntervalS?: number;
  /** CALLs of ours that may wait for their turn, 100. */
  maxQueuedCalls?: number;
  /** Inbound CALLs that may wait for the handler, 100; beyond, reading from the socket stops until half are served. */
  maxInboundQueue?: number;
}
