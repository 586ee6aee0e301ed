import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { PATIENCE_MS, withDeadline } from '../support/deadline.js';
import { connectScriptedChargePoint } from '../support/scripted-charge-point.js';
import type { ScriptedPeer } from '../support/scripted-peer.js';

/** ocpp-rpc without anything of ours, to show what it does. Only what the defect tests touch is typed. */
export interface BareClient {
  on(event: string, listener: (value: never) => void): void;
  handle(handler: (call: { method: string; params: unknown }) => unknown): void;
  call(method: string, params: unknown, options?: object): Promise<unknown>;
  connect(): Promise<unknown>;
  close(options?: object): Promise<unknown>;
}

interface BareServer {
  on(event: 'client', listener: (client: BareClient) => void): void;
  listen(port: number, host: string): Promise<Server>;
  close(options: object): Promise<void>;
}

interface Bare {
  RPCServer: new (options: object) => BareServer;
  RPCClient: new (options: object) => BareClient;
}

export const bare = createRequire(import.meta.url)('ocpp-rpc') as Bare;

export interface BareSetup {
  handler?: (call: { method: string; params: unknown }) => unknown;
  onClient?: (client: BareClient) => void;
}

/** A bare server for OCPP 1.6; `work` gets its port. */
export async function withBareServer(
  { handler = () => ({}), onClient }: BareSetup,
  work: (port: number, server: BareServer) => Promise<void>,
): Promise<void> {
  const server = new bare.RPCServer({ protocols: ['ocpp1.6'], pingIntervalMs: 0 });
  server.on('client', (client) => {
    client.handle(handler);
    onClient?.(client);
  });
  const http = await server.listen(0, '127.0.0.1');
  try {
    await work((http.address() as AddressInfo).port, server);
  } finally {
    await withDeadline(server.close({ force: true }), PATIENCE_MS, 'bare server');
  }
}

/** As `withBareServer`, with a scripted charge point on it. */
export function withBarePeer(setup: BareSetup, work: (peer: ScriptedPeer) => Promise<void>): Promise<void> {
  return withBareServer(setup, async (port) => {
    const peer = await connectScriptedChargePoint({ url: `ws://127.0.0.1:${port}/ocpp`, identity: 'CP1' });
    await work(peer);
    peer.drop();
  });
}

/** A process of its own running `source` (CommonJS), which prints its port first. */
export async function startChild(
  source: string,
): Promise<{ child: ChildProcess; port: number; exited: Promise<number | null> }> {
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'ignore'] });
  // A failing test must not leave it behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = (await withDeadline(once(child.stdout, 'data'), 20_000, 'port of the child')) as [Buffer];
  return { child, port: Number(line.toString()), exited };
}
