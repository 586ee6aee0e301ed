import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { PATIENCE_MS } from './deadline.js';
import { Desk, ScriptedPeer } from './scripted-peer.js';

/**
 * A charge point that does what a test says, on raw `ws`.
 *
 *     const station = await connectScriptedChargePoint({ url: 'ws://127.0.0.1:8180/ocpp', identity: 'CP1' });
 *     station.on('ChangeAvailability', { status: 'Accepted' });
 *     const boot = await station.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
 *     station.sendRaw('[2,"7","Heartbeat"');                            // and see what happens
 *     await station.close();
 */
export interface ChargePointOptions {
  /** Without the identity. */
  url: string;
  identity: string;
  /** `[]` offers none. Default `['ocpp1.6']`. */
  protocols?: readonly string[];
  /** Basic auth, with the identity as user unless `user` says otherwise. */
  password?: string | Buffer;
  user?: string;
  headers?: Record<string, string>;
  tls?: { ca?: string | Buffer; cert?: string | Buffer; key?: string | Buffer; rejectUnauthorized?: boolean };
  /** PATIENCE_MS when absent. */
  withinMs?: number;
}

/** The central system answered the upgrade with an HTTP status. */
export class UpgradeRefused extends Error {
  readonly httpStatus: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;

  constructor(httpStatus: number, headers: Record<string, string | string[] | undefined>, body: string) {
    super(`HTTP ${httpStatus} ${body.trim()}`);
    this.httpStatus = httpStatus;
    this.headers = headers;
    this.body = body;
  }
}

/** @throws UpgradeRefused with the HTTP status. @throws Error when the connection fails otherwise */
export function connectScriptedChargePoint(options: ChargePointOptions): Promise<ScriptedPeer> {
  const { identity, protocols = ['ocpp1.6'], withinMs = PATIENCE_MS } = options;
  const socket = new WebSocket(`${options.url}/${encodeURIComponent(identity)}`, [...protocols], {
    headers: { ...authorization(options), ...options.headers },
    perMessageDeflate: false,
    handshakeTimeout: withinMs,
    ...options.tls,
  });
  return new Promise((resolve, reject) => {
    // The peer is made inside the event: messages may come in the same packet as the handshake.
    socket.once('open', () => resolve(new ScriptedPeer(socket, identity, new Desk())));
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => reject(new UpgradeRefused(response.statusCode ?? 0, response.headers, body)));
    });
    socket.once('error', reject);
  });
}

function authorization({ identity, user = identity, password }: ChargePointOptions): Record<string, string> {
  if (password === undefined) return {};
  const bytes = Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]);
  return { Authorization: `Basic ${bytes.toString('base64')}` };
}

/** A WebSocket upgrade request as text, with any path at all: for what no URL parser would let through. */
export function upgradeText(path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({
    Host: '127.0.0.1',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'ocpp1.6',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/**
 * Sends bytes to a TCP port and gives what came back (one character per byte): until it fits `until`, the other end
 * closed, or `waitMs` are over. Never rejects.
 */
export function sendBytes(port: number, bytes: string | Buffer, waitMs = 1000, until?: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (until?.test(received)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(received);
    });
  });
}
