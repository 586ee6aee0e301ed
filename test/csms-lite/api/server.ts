import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerOptions } from 'csms-lite/server/options.js';
import { type RunningServer, startServer } from 'csms-lite/server/server.js';
import { type ChargePointOptions, connectScriptedChargePoint } from '../../support/scripted-charge-point.js';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { told } from '../../support/told.js';

// biome-ignore lint/suspicious/noExplicitAny: bodies of any route; the tests say what they expect in them
export type Body = any;

export interface Answer {
  status: number;
  headers: Headers;
  body: Body;
}

/** The real server on 127.0.0.1, a free port and a folder of its own. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly running: RunningServer;
  readonly dataDirectory: string;
  /** One request; JSON in, JSON (or nothing) out. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  connect(identity: string, options?: Partial<ChargePointOptions>): Promise<ScriptedPeer>;
  /** Connects and boots with one connector Available. */
  boot(identity: string, connectors?: number): Promise<ScriptedPeer>;
  /** Ends it and starts it again on the same data and the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestServer(options: ServerOptions = {}): Promise<TestServer> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'csms-lite-api-'));
  const start = (port: number): Promise<RunningServer> =>
    startServer({ port, dataDirectory, logLevel: 'silent', callTimeoutMs: 20_000, ...options });
  let running = await told('the start of csms-lite', () => start(0));
  const { port } = running;

  const connect: TestServer['connect'] = (identity, more = {}) =>
    connectScriptedChargePoint({ url: `ws://127.0.0.1:${port}/ocpp`, identity, ...more });

  return {
    url: running.url,
    port,
    dataDirectory,
    get running() {
      return running;
    },
    async api(method, path, body, headers = {}) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        // No connection is kept: one from before a restart on the same port would fail the next request.
        headers: {
          connection: 'close',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        redirect: 'manual',
      });
      const text = await response.text();
      const json = (response.headers.get('content-type') ?? '').includes('json');
      return {
        status: response.status,
        headers: response.headers,
        body: json && text !== '' ? JSON.parse(text) : text,
      };
    },
    connect,
    async boot(identity, connectors = 1) {
      const peer = await connect(identity);
      await peer.call('BootNotification', { chargePointVendor: 'Tapwatt', chargePointModel: 'Scripted' });
      for (let connectorId = 1; connectorId <= connectors; connectorId += 1)
        await peer.call('StatusNotification', { connectorId, status: 'Available', errorCode: 'NoError' });
      return peer;
    },
    async restart() {
      await running.close();
      running = await start(port);
    },
    async close() {
      await running.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** A session from a scripted charge point: started, and ended when `meterStop` is given. @returns its transactionId */
export async function session(
  peer: ScriptedPeer,
  facts: { idTag: string; connectorId?: number; meterStart?: number; meterStop?: number; at?: string },
): Promise<number> {
  const at = facts.at ?? new Date().toISOString();
  const { transactionId } = (await peer.call('StartTransaction', {
    connectorId: facts.connectorId ?? 1,
    idTag: facts.idTag,
    meterStart: facts.meterStart ?? 1000,
    timestamp: at,
  })) as { transactionId: number };
  if (facts.meterStop !== undefined)
    await peer.call('StopTransaction', {
      transactionId,
      idTag: facts.idTag,
      meterStop: facts.meterStop,
      timestamp: new Date(Date.parse(at) + 60_000).toISOString(),
    });
  return transactionId;
}
