import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PeerCertificate, SecureVersion } from 'node:tls';
import type { Connection, ConnectionHooks, ConnectionSettings } from './connection.js';
import type { OcppVersion } from './version.js';

/** One attempt to reach a central system. */
export interface ConnectOptions extends ConnectionSettings, ConnectionHooks {
  /** OCPP-J endpoint URL, `ws:` or `wss:`, without the charge point id: it is appended (OCPP-J §3.1.1). */
  url: string;
  /** Charge point id; also the Basic auth user. */
  identity: string;
  /** Offered in this order of preference. */
  versions: readonly OcppVersion[];
  /** Basic auth. A Buffer is sent as raw bytes (security white paper A00.FR.205). */
  password?: string | Buffer;
  tls?: TlsClientOptions;
  /** Limit for DNS, TCP, TLS and HTTP upgrade together, 20 s. */
  handshakeTimeoutMs?: number;
  /** Largest inbound message, 1 MiB; a larger one closes the connection with 1009. */
  maxPayloadBytes?: number;
  /** Ends the attempt (not a connection that was made). */
  signal?: AbortSignal;
}

export interface TlsClientOptions {
  /** PEM; replaces the system's root certificates. */
  ca?: string | Buffer | (string | Buffer)[];
  /** A certificate of `ca` is trusted also when its own issuer is not there (white paper §7.1). Node from 20.20 on. */
  allowPartialTrustChain?: boolean;
  /** PEM, client certificate chain (security profile 3). */
  cert?: string | Buffer;
  key?: string | Buffer;
  /** Default true. */
  rejectUnauthorized?: boolean;
  /** Default true: the certificate must be for the URL's host (A00.FR.308). */
  verifyHostname?: boolean;
  /** Default TLSv1.2 (A00.FR.312). */
  minVersion?: SecureVersion;
  maxVersion?: SecureVersion;
  /** OpenSSL cipher list. */
  ciphers?: string;
  /**
   * Called once the server's certificate has been verified, before the upgrade: SHA-256 fingerprints (upper-case hex) of
   * its chain, its own first and the trusted root last.
   */
  onServerChain?: (fingerprints: string[]) => void;
}

/** What is known of a charge point that asks to connect, before it is let in. */
export interface UpgradeRequest {
  identity: string;
  remoteAddress: string;
  /** As offered in Sec-WebSocket-Protocol, in the charge point's order; empty when it offered none. */
  offeredProtocols: readonly string[];
  /** What the server would choose; null when there is nothing in common. */
  proposedVersion: OcppVersion | null;
  /** Present when the request carried a readable Basic Authorization header. The user is not checked here. */
  basicAuth?: { user: string; password: Buffer };
  /** True when the connection came in over TLS. */
  secure: boolean;
  /** Present when the TLS client sent a certificate that Node verified. */
  tlsClientCertificate?: PeerCertificate;
  query: URLSearchParams;
  request: IncomingMessage;
}

export type Admission<Context> =
  | ({
      accept: true;
      /** Default: the proposed version. Must have been offered, or none was offered at all. */
      version?: OcppVersion;
      /** Handed to `onConnection`. */
      context: Context;
    } & ConnectionSettings)
  | {
      accept: false;
      /** 401 adds WWW-Authenticate; 404 is for an unknown identity (OCPP-J §3.2). */
      httpStatus: number;
      /** Response body, one line. Say no more than a stranger may know. */
      reason: string;
      headers?: Record<string, string>;
    };

export interface ConnectionInfo<Context> {
  context: Context;
  remoteAddress: string;
  secure: boolean;
  /** As agreed in the handshake; null when the charge point offered none and was let in by policy. */
  subprotocol: string | null;
}

export interface OcppServerOptions<Context> {
  /** In the server's order of preference. */
  versions: readonly OcppVersion[];
  /** The identity is the one path segment after this; `/ocpp` when absent. Several may be given. */
  path?: string | readonly string[];
  /** Charge points that offer no subprotocol at all: refused (default), or taken for this version. */
  whenNoneOffered?: 'refuse' | OcppVersion;
  /** What an identity looks like. Default: 1 to 48 printable characters, no space at either end, no `/`. */
  identityPattern?: RegExp;
  /** Largest inbound message, 1 MiB; a larger one closes the connection with 1009. */
  maxPayloadBytes?: number;
  /** `admit` must answer within this time, 20 s; after it the request gets 503. */
  admitTimeoutMs?: number;
  admit: (request: UpgradeRequest) => Admission<Context> | Promise<Admission<Context>>;
  /** Called before the first message is read. What it returns serves the connection. */
  onConnection: (connection: Connection, info: ConnectionInfo<Context>) => ConnectionHooks;
  /** An upgrade that was refused or failed: status, or the WebSocket close code where there was no common version. */
  onRefused?: (refusal: UpgradeRefusal) => void;
}

export interface UpgradeRefusal {
  /** As far as it could be read. */
  identity: string | null;
  remoteAddress: string;
  httpStatus: number;
  /** For logs. */
  reason: string;
  /** Where `admit` or `onConnection` threw. */
  error?: unknown;
}

export interface OcppServer {
  /** For `http.Server.on('upgrade', …)`. Answers every request, never throws, never rejects. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly connectionCount: number;
  /**
   * Takes no more charge points and closes all connections. Resolves when every socket is gone: those that do not
   * close within `graceMs` (1 s) are cut. Never throws.
   */
  close(code?: number, reason?: string, graceMs?: number): Promise<void>;
}
