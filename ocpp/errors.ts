import type { CallErrorCode, SchemaViolation } from './connection.js';

/** Base of everything this package throws: a code for programs, a message and a hint for people. */
export abstract class OcppError extends Error {
  abstract readonly code: string;
  /** What to do next. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
    this.name = new.target.name;
  }
}

/** Thrown by a handler: becomes the CALLERROR (OCPP-J §4.2.3). */
export class CallError extends OcppError {
  readonly code = 'CallError';
  readonly errorCode: CallErrorCode;
  readonly description: string;
  readonly details: Record<string, unknown>;

  /**
   * @param description text for the other end; cut at 255 characters on the wire
   * @param details what JSON can hold
   * @throws TypeError where it cannot
   */
  constructor(errorCode: CallErrorCode, description = '', details: Record<string, unknown> = {}) {
    super(description || errorCode, 'The answer to this CALL is a CALLERROR; see its code in OCPP-J 4.2.3.');
    this.errorCode = errorCode;
    this.description = description;
    // Copied now, so that a cycle is found where it was made and not where the answer is sent.
    this.details = JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
  }
}

/** The other end answered a CALL of ours with a CALLERROR. */
export class CallErrorReceived extends OcppError {
  readonly code = 'CallErrorReceived';
  readonly messageId: string;
  readonly action: string;
  /** As received: usually a `CallErrorCode`, but other ends invent their own. */
  readonly errorCode: string;
  readonly description: string;
  readonly details: unknown;

  constructor(messageId: string, action: string, errorCode: string, description: string, details: unknown) {
    super(
      `${action} was answered with ${errorCode}${description ? `: ${description}` : ''}`,
      'The other end understood the frame and refused the request.',
    );
    this.messageId = messageId;
    this.action = action;
    this.errorCode = errorCode;
    this.description = description;
    this.details = details;
  }
}

/** No answer in time. The request may or may not have been processed: repeat it with the same message id. */
export class CallTimeout extends OcppError {
  readonly code = 'CallTimeout';
  readonly messageId: string;
  readonly action: string;
  readonly timeoutMs: number;

  constructor(messageId: string, action: string, timeoutMs: number) {
    super(
      `${action} had no answer within ${timeoutMs} ms`,
      'Repeat it with the same message id; it may have been processed.',
    );
    this.messageId = messageId;
    this.action = action;
    this.timeoutMs = timeoutMs;
  }
}

/** The socket went before the answer came. */
export class ConnectionLost extends OcppError {
  readonly code = 'ConnectionLost';
  readonly messageId: string;
  readonly action: string;
  /** False: the request was still waiting for its turn and did not leave. True: it may have been processed. */
  readonly wasSent: boolean;

  constructor(messageId: string, action: string, wasSent: boolean) {
    super(
      `The connection ended before ${action} was ${wasSent ? 'answered' : 'sent'}`,
      'Repeat it with the same message id on the next connection.',
    );
    this.messageId = messageId;
    this.action = action;
    this.wasSent = wasSent;
  }
}

/** Our own request does not fit the schema, or its message id is unusable. Nothing was sent. */
export class InvalidPayload extends OcppError {
  readonly code = 'InvalidPayload';
  readonly action: string;
  readonly violations: readonly SchemaViolation[];

  constructor(action: string, violations: readonly SchemaViolation[]) {
    super(
      `${action} was not sent: ${describe(violations)}`,
      'Correct the payload; the schema is available from schemaOf().',
    );
    this.action = action;
    this.violations = violations;
  }
}

/** The other end's CALLRESULT does not fit the schema. It has processed the request: repeating will not help. */
export class InvalidAnswer extends OcppError {
  readonly code = 'InvalidAnswer';
  readonly messageId: string;
  readonly action: string;
  readonly violations: readonly SchemaViolation[];
  /** What it said, as received. */
  readonly payload: unknown;

  constructor(messageId: string, action: string, violations: readonly SchemaViolation[], payload: unknown) {
    super(
      `The answer to ${action} is not valid: ${describe(violations)}`,
      'The other end violates the schema; the verdict `warn` accepts such answers.',
    );
    this.messageId = messageId;
    this.action = action;
    this.violations = violations;
    this.payload = payload;
  }
}

/** Too many CALLs wait for their turn on this connection. Nothing was sent. */
export class CallQueueFull extends OcppError {
  readonly code = 'CallQueueFull';
  readonly action: string;

  constructor(action: string, waiting: number) {
    super(
      `${action} was not sent: ${waiting} requests wait for an answer already`,
      'The other end answers slowly or not at all; try again later.',
    );
    this.action = action;
  }
}

/** Why a connection attempt failed. */
export type ConnectFailure =
  /** HTTP 401 or 403. */
  | 'Unauthorized'
  /** HTTP 404: the central system does not know this identity, or the path is wrong (OCPP-J §3.2). */
  | 'UnknownIdentity'
  /** Another HTTP status; see `httpStatus`. */
  | 'HttpRefused'
  /** None of the offered versions was agreed to (OCPP-J §3.2). */
  | 'NoSubprotocol'
  /** The server's certificate is not trusted, expired, or for another host. */
  | 'TlsCertificate'
  /** No common TLS version. */
  | 'TlsVersion'
  /** No common cipher suite. */
  | 'TlsCipherSuite'
  /** The TLS handshake failed otherwise, for example: our client certificate was refused. */
  | 'TlsFailed'
  /** The host name cannot be resolved. */
  | 'HostNotFound'
  /** Nothing listens there. */
  | 'ConnectionRefused'
  /** No route, network down. */
  | 'NetworkUnreachable'
  /** No answer within `handshakeTimeoutMs`. */
  | 'HandshakeTimeout'
  /** The peer ended the TCP connection during the handshake. */
  | 'ConnectionReset'
  /** What answered is not a WebSocket server. */
  | 'NotAWebSocket'
  /** The URL, identity or another option cannot be used; trying again will not help. */
  | 'InvalidOptions'
  /** `signal` ended the attempt. */
  | 'Aborted'
  | 'Failed';

/** The connection attempt failed. */
export class ConnectError extends OcppError {
  readonly code: ConnectFailure;
  readonly httpStatus: number | null;
  /** Node's or OpenSSL's code, for example ECONNREFUSED or CERT_HAS_EXPIRED. */
  readonly systemCode: string | null;

  constructor(
    code: ConnectFailure,
    message: string,
    hint: string,
    details: { httpStatus?: number; systemCode?: string; cause?: unknown } = {},
  ) {
    super(message, hint, { cause: details.cause });
    this.code = code;
    this.httpStatus = details.httpStatus ?? null;
    this.systemCode = details.systemCode ?? null;
  }
}

function describe(violations: readonly SchemaViolation[]): string {
  return violations.map((violation) => `${violation.path || '(payload)'} ${violation.message}`).join('; ');
}
