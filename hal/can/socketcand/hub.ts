import type { MemoryCanNetwork } from '../memory.js';

export interface SocketcandHubOptions {
  network: MemoryCanNetwork;
  /** Default 127.0.0.1: the protocol knows no passwords. */
  host?: string;
  /** Default 29536; 0 takes a free port. */
  port?: number;
  /** The bus name that clients open. Default can0. */
  interface?: string;
}

/** A TCP server that speaks socketcand: each client is one more node on the network. */
export interface SocketcandHub {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

export function startSocketcandHub(_options: SocketcandHubOptions): Promise<SocketcandHub> {
  throw new Error('follows');
}
