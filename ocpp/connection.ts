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
  /** Charge point id, as in the URL. */
  readonly identity: string;
  readonly isOpen: boolean;
  /**
   * Sends a CALL and waits for its answer.
   * @returns the CALLRESULT's payload, validated (verdict `strict`) or as received (`warn`).
   * @throws CallErrorReceived the other end answered CALLERROR
   * @throws CallTimeout no answer in time; the request may or may not have been processed
   * @throws ConnectionLost the socket went before the answer; the request may or may not have been processed
   * @throws InvalidPayload our own request does not fit the schema; nothing was sent
   */
  call(action: string, payload: object, options?: CallOptions): Promise<object>;
  /** Closes, waits for the close handshake for at most `graceMs` (1 s), then cuts. Never hangs, never throws. */
  close(code?: number, reason?: string, graceMs?: number): Promise<void>;
  /** Cuts the TCP connection at once. */
  terminate(): void;
  onClose(listener: (close: { code: number; reason: string }) => void): () => void;
  /** Sends WebSocket pings every `intervalS`; 0 ends them. A missing pong closes the connection. */
  setPingInterval(intervalS: number): void;
}

export interface CallOptions {
  /** Given again on every retry of the same message (1.6-J errata 3.1). Minted when absent. At most 36 characters. */
  messageId?: string;
  /** Default from the connection's settings. */
  timeoutMs?: number;
}

/** An inbound CALL. What the handler resolves to becomes the CALLRESULT; a thrown `CallError` becomes the CALLERROR. */
export interface InboundCall {
  messageId: string;
  action: string;
  payload: object;
  /** What the schema said where the verdict is `warn`; empty when the payload is valid. */
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

/** `strict`: an invalid payload is a CALLERROR. `warn`: it reaches the handler with its violations. */
export type ValidationVerdict = 'strict' | 'warn';

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
