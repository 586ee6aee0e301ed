import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { PATIENCE_MS } from './deadline.js';
import { Desk, type Expectation, type Json, type Responder, type ScriptedCall, ScriptedPeer } from './scripted-peer.js';

/**
 * A central system that does what a test says, on raw `ws`.
 *
 *     const central = await startScriptedCentralSystem({ ordinary: true });
 *     const station = await central.nextConnection();                  // central.url goes to the charge point
 *     const start = await station.expectCall('StartTransaction');
 *     start.drop();                                                    // its answer is lost with the connection
 *     const again = await (await central.nextConnection()).expectCall('StartTransaction');
 *     again.answer({ transactionId: 7, idTagInfo: { status: 'Accepted' } });
 *     await central.stop();
 */
export interface CentralSystemOptions {
  /** Answers the Core, firmware and security CALLs of a charge point as a friendly central system would. */
  ordinary?: boolean;
  /** Subprotocols it agrees to, in its order; `[]` agrees to none. Default `['ocpp1.6']`. */
  protocols?: readonly string[];
  /** Without it any or no credentials will do. The user must be the identity. */
  basicAuth?: { password: string | Buffer };
  /** `wss:`. */
  tls?: ServerOptions;
  /** 0, any free one, when absent. */
  port?: number;
}

/** An upgrade request that came, whatever became of it. */
export interface RecordedUpgrade {
  path: string;
  identity: string;
  offeredProtocols: string[];
  headers: IncomingMessage['headers'];
  credentials: { user: string; password: Buffer } | null;
  outcome: 'accepted' | 'refused' | 'ignored';
  /** `performance.now()`. */
  atMs: number;
}

/** How an upgrade is answered instead of accepting it. */
export type Refusal = { httpStatus: number } | 'silence' | 'reset';

export class ScriptedCentralSystem {
  /** Every connection there has been, oldest first. */
  readonly connections: ScriptedPeer[] = [];
  readonly upgrades: RecordedUpgrade[] = [];
  readonly #options: CentralSystemOptions;
  readonly #desk = new Desk();
  readonly #ordinary = ordinaryAnswers();
  readonly #sockets = new Set<Duplex>();
  readonly #webSockets: WebSocketServer;
  readonly #waiting: ((peer: ScriptedPeer) => void)[] = [];
  #untaken: ScriptedPeer[] = [];
  #server: Server | null = null;
  #port = 0;
  #refusal: { how: Refusal; times: number } | null = null;

  constructor(options: CentralSystemOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
    const { protocols = ['ocpp1.6'] } = options;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
    });
    if (options.ordinary) this.behaveOrdinarily();
  }

  /** Back to the friendly answers: forgets what tests have set, and CALLs that nobody took. Transaction ids count on. */
  behaveOrdinarily(): void {
    this.#desk.clear();
    for (const [action, responder] of this.#ordinary) this.on(action, responder);
  }

  /** For the charge point's configuration, without its id. */
  get url(): string {
    return `${this.#options.tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${this.#port}/ocpp`;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens (again, on the same port): the network is back. */
  async listen(): Promise<void> {
    const server = this.#options.tls === undefined ? createServer() : createTlsServer(this.#options.tls);
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    server.on('connection', (socket: Socket) => this.#track(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Cuts every connection and refuses new ones (ECONNREFUSED) until `listen`. */
  async vanish(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }

  /** The end of the test. */
  async stop(): Promise<void> {
    await this.vanish();
    this.#webSockets.close();
  }

  /** Answers every CALL of this action on every connection, unless an `expectCall` is waiting for it. */
  on(action: string, responder: Responder): this {
    this.#desk.responders.set(action, responder);
    return this;
  }

  off(action: string): this {
    this.#desk.responders.delete(action);
    return this;
  }

  /** The next CALL of this action on any connection. @throws Error when the time is over */
  expectCall(action: string, { withinMs = PATIENCE_MS, where = () => true }: Expectation = {}): Promise<ScriptedCall> {
    return this.#desk.expect(action, (call) => call.action === action && where(call.payload), withinMs);
  }

  /** CALLs that nobody has taken or answered. */
  get untaken(): readonly ScriptedCall[] {
    return this.#desk.untaken;
  }

  /** Payloads of all CALLs of this action, over all connections. */
  calls(action: string): Json[] {
    return this.connections.flatMap((peer) => peer.calls(action));
  }

  /** The oldest connection that no one has taken yet. @throws Error when the time is over */
  nextConnection(withinMs = PATIENCE_MS): Promise<ScriptedPeer> {
    const waiting = this.#untaken.shift();
    if (waiting !== undefined) return Promise.resolve(waiting);
    return new Promise((resolve, reject) => {
      const take = (peer: ScriptedPeer): void => {
        clearTimeout(timer);
        resolve(peer);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(new Error(`expected a connection within ${withinMs} ms; upgrades seen: ${this.upgrades.length}`));
      }, withinMs);
      this.#waiting.push(take);
    });
  }

  /** Refuses the next `times` upgrades (all, when absent) with an HTTP status, with silence, or with a TCP reset. */
  refuseUpgrades(how: Refusal, times = Number.POSITIVE_INFINITY): void {
    this.#refusal = { how, times };
  }

  acceptUpgrades(): void {
    this.#refusal = null;
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {});
    const path = request.url ?? '/';
    const identity = decodeURIComponent(path.split('?')[0]?.split('/').pop() ?? '');
    const record: RecordedUpgrade = {
      path,
      identity,
      offeredProtocols: (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/).filter(Boolean),
      headers: request.headers,
      credentials: credentialsOf(request.headers.authorization, identity),
      outcome: 'refused',
      atMs: performance.now(),
    };
    this.upgrades.push(record);
    const refusal = this.#refusalOf(record);
    if (refusal === 'silence') record.outcome = 'ignored';
    else if (refusal === 'reset') (socket as Socket).resetAndDestroy();
    else if (refusal !== null) respond(socket, refusal.httpStatus);
    else
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        record.outcome = 'accepted';
        const peer = new ScriptedPeer(webSocket, identity, this.#desk);
        this.connections.push(peer);
        const take = this.#waiting.shift();
        if (take === undefined) this.#untaken.push(peer);
        else take(peer);
      });
  }

  #refusalOf({ credentials, identity }: RecordedUpgrade): Refusal | null {
    if (this.#refusal !== null && this.#refusal.times > 0) {
      this.#refusal.times -= 1;
      return this.#refusal.how;
    }
    const { basicAuth } = this.#options;
    if (basicAuth === undefined) return null;
    const fits = credentials?.user === identity && credentials.password.equals(Buffer.from(basicAuth.password));
    return fits ? null : { httpStatus: 401 };
  }
}

export async function startScriptedCentralSystem(options: CentralSystemOptions = {}): Promise<ScriptedCentralSystem> {
  const central = new ScriptedCentralSystem(options);
  await central.listen();
  return central;
}

function respond(socket: Duplex, httpStatus: number): void {
  const authenticate = httpStatus === 401 ? 'WWW-Authenticate: Basic realm="test"\r\n' : '';
  socket.end(
    `HTTP/1.1 ${httpStatus} ${STATUS_CODES[httpStatus] ?? 'Refused'}\r\nConnection: close\r\n${authenticate}Content-Length: 0\r\n\r\n`,
  );
}

function credentialsOf(header: string | undefined, identity: string): { user: string; password: Buffer } | null {
  const encoded = /^basic (.+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  // The identity itself may hold colons.
  const at = bytes.indexOf(`${identity}:`) === 0 ? Buffer.byteLength(identity) : bytes.indexOf(':');
  return { user: bytes.subarray(0, at).toString('utf8'), password: bytes.subarray(at + 1) };
}

function ordinaryAnswers(): [string, Responder][] {
  let transactionId = 0;
  const idTagInfo = { status: 'Accepted' };
  return [
    ['BootNotification', () => ({ currentTime: new Date().toISOString(), interval: 300, status: 'Accepted' })],
    ['Heartbeat', () => ({ currentTime: new Date().toISOString() })],
    ['Authorize', { idTagInfo }],
    [
      'StartTransaction',
      () => {
        transactionId += 1;
        return { idTagInfo, transactionId };
      },
    ],
    ['StopTransaction', { idTagInfo }],
    ['DataTransfer', { status: 'Accepted' }],
    ['SignCertificate', { status: 'Accepted' }],
    ...[
      'MeterValues',
      'StatusNotification',
      'DiagnosticsStatusNotification',
      'FirmwareStatusNotification',
      'SignedFirmwareStatusNotification',
      'LogStatusNotification',
      'SecurityEventNotification',
    ].map((action): [string, Responder] => [action, {}]),
  ];
}
