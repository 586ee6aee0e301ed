import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';

/**
 * What this package uses of ocpp-rpc 2.2.1 (pinned: `_onMessage` and `_ws` are not its public interface). Its own
 * typings declare these private and leave payloads loose.
 */
export interface RpcClient extends EventEmitter {
  readonly protocol: string | undefined;
  readonly state: number;
  /** Present while connected. */
  readonly _ws?: RpcSocket;
  /** Called for every text or binary message. */
  _onMessage: (message: Buffer) => void;
  connect(): Promise<unknown>;
  sendRaw(message: string): void;
  close(options: { code?: number; reason?: string }): Promise<unknown>;
  reconfigure(options: { pingIntervalMs: number }): void;
}

/** A `ws` WebSocket. */
export interface RpcSocket extends EventEmitter {
  /** Frames of this end are not masked. */
  readonly _isServer: boolean;
  /** Below the WebSocket; gone when it is closed. */
  readonly _socket?: Duplex;
  readonly bufferedAmount: number;
  readonly readyState: number;
  terminate(): void;
  pause(): void;
  resume(): void;
}

export interface RpcServerClient extends RpcClient {
  readonly handshake: { request: IncomingMessage };
}

export interface RpcServer extends EventEmitter {
  auth(
    callback: (
      accept: (session: object, protocol: string | false) => void,
      reject: RpcReject,
      handshake: { request: IncomingMessage },
    ) => void,
  ): void;
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
  close(options: { code?: number; reason?: string }): Promise<void>;
}

type RpcReject = (code: number, message: string) => void;

interface OcppRpc {
  RPCClient: new (options: object) => RpcClient;
  RPCServer: new (options: object) => RpcServer;
}

/**
 * ocpp-rpc loads and registers the schemas of OCPP 1.6, 2.0.1 and 2.1 for its strict mode, which is off here: 13 MB of
 * memory and half of its start-up time (measured, README.md). It is given an empty list instead, and only it: the
 * place holder is taken out of the module cache again.
 */
function load(): OcppRpc {
  const require = createRequire(import.meta.url);
  const path = require.resolve('ocpp-rpc/lib/standard-validators.js');
  if (require.cache[path] !== undefined) return require('ocpp-rpc') as OcppRpc;
  const placeHolder = { id: path, filename: path, loaded: true, exports: [], children: [], paths: [] };
  require.cache[path] = placeHolder as unknown as NodeJS.Module;
  try {
    return require('ocpp-rpc') as OcppRpc;
  } finally {
    delete require.cache[path];
  }
}

export const { RPCClient, RPCServer } = load();
export const OPEN = 1;
