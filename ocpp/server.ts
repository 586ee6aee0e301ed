import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admission, ConnectionInfo, OcppServer, OcppServerOptions, UpgradeRequest } from './options.js';
import type { Protocol } from './protocol/protocol.js';
import { protocolOf } from './protocol/protocols.js';
import { RPCServer, type RpcServerClient } from './rpc/ocpp-rpc.js';
import { Session } from './rpc/session.js';
import { Wire } from './rpc/wire.js';
import { IDENTITY_PATTERN, parseUpgrade, type UpgradeRules } from './upgrade/request.js';
import { respond } from './upgrade/respond.js';

const DEFAULT_MAXIMUM_PAYLOAD_BYTES = 1024 * 1024;
const DEFAULT_ADMIT_TIMEOUT_MS = 20_000;
const PROTOCOL_ERROR = 1002;
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

/** What was decided about an upgrade, for the moment when ocpp-rpc has completed it. */
type Decision<Context> =
  | {
      kind: 'admitted';
      upgrade: UpgradeRequest;
      admission: Admitted<Context>;
      protocol: Protocol;
      subprotocol: string | null;
    }
  | { kind: 'no-common-version' };

type Admitted<Context> = Extract<Admission<Context>, { accept: true }>;

/**
 * The central system's end. It does not listen: give `handleUpgrade` to an http.Server's `upgrade` event.
 * @throws RangeError when this build does not speak one of the versions
 */
export function createOcppServer<Context>(options: OcppServerOptions<Context>): OcppServer {
  return new Server(options);
}

class Server<Context> implements OcppServer {
  readonly #options: OcppServerOptions<Context>;
  readonly #protocols: readonly Protocol[];
  readonly #rules: UpgradeRules;
  readonly #rpc: InstanceType<typeof RPCServer>;
  readonly #decisions = new WeakMap<IncomingMessage, Decision<Context>>();
  readonly #sessions = new Set<Session>();
  /** Sockets whose upgrade is not decided yet. */
  readonly #pending = new Set<Duplex>();
  #closing: Promise<void> | null = null;

  constructor(options: OcppServerOptions<Context>) {
    this.#options = options;
    this.#protocols = options.versions.map(protocolOf);
    const paths = typeof options.path === 'string' ? [options.path] : (options.path ?? ['/ocpp']);
    this.#rules = {
      paths: paths.map((path) => path.replace(/\/+$/, '')),
      identityPattern: options.identityPattern ?? IDENTITY_PATTERN,
    };
    this.#rpc = new RPCServer({
      protocols: this.#protocols.map((protocol) => protocol.subprotocol),
      pingIntervalMs: 0,
      wssOptions: {
        maxPayload: options.maxPayloadBytes ?? DEFAULT_MAXIMUM_PAYLOAD_BYTES,
        perMessageDeflate: false,
      },
    });
    this.#rpc.auth((accept, reject, { request }) => {
      const decision = this.#decisions.get(request);
      if (decision === undefined) reject(500, 'not decided');
      else accept({}, decision.kind === 'admitted' ? (decision.subprotocol ?? false) : false);
    });
    this.#rpc.on('client', (client: RpcServerClient) => this.#begin(client));
  }

  get connectionCount(): number {
    return this.#sessions.size;
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refuse = (httpStatus: number, reason: string, identity: string | null, more: Refusal = {}): void => {
      respond(socket, httpStatus, reason, more.headers);
      this.#refused(request, httpStatus, reason, identity, more.error);
    };
    // From here until the WebSocket has the socket, nobody else listens: an unheard `error` ends the process.
    const ignore = (): void => {};
    socket.on('error', ignore);
    const parsed = parseUpgrade(request, socket, this.#rules);
    if (!parsed.ok) {
      refuse(parsed.httpStatus, parsed.reason, parsed.identity);
      return;
    }
    const { identity } = parsed.request;
    if (this.#closing !== null) {
      refuse(503, 'the server is closing', identity);
      return;
    }
    const upgrade = { ...parsed.request, proposedVersion: this.#propose(parsed.request.offeredProtocols) };
    this.#pending.add(socket);
    socket.once('close', () => this.#pending.delete(socket));
    this.#admit(upgrade).then(
      (admission) => {
        if (!this.#pending.delete(socket) || socket.destroyed) return;
        if (this.#closing !== null) return refuse(503, 'the server is closing', identity);
        if (!admission.accept) {
          const { headers } = admission;
          return refuse(admission.httpStatus, admission.reason, identity, headers === undefined ? {} : { headers });
        }
        this.#decisions.set(request, this.#decide(upgrade, admission));
        this.#complete(request, socket, head, upgrade.offeredProtocols);
      },
      (error: unknown) => {
        this.#pending.delete(socket);
        const late = error instanceof AdmitTimeout;
        refuse(late ? 503 : 500, late ? 'try again later' : 'internal error', identity, { error });
      },
    );
  }

  close(code = GOING_AWAY, reason = 'server is closing', graceMs = 1000): Promise<void> {
    this.#closing ??= this.#close(code, reason, graceMs);
    return this.#closing;
  }

  async #close(code: number, reason: string, graceMs: number): Promise<void> {
    for (const socket of this.#pending) respond(socket, 503, 'the server is closing');
    this.#pending.clear();
    await Promise.all([...this.#sessions].map((session) => session.close(code, reason, graceMs)));
    // ocpp-rpc now waits for sockets that are not sessions (refused ones); they have a second.
    await Promise.race([this.#rpc.close({ code, reason }), sleep(graceMs + 250, undefined, { ref: false })]);
  }

  #propose(offered: readonly string[]): UpgradeRequest['proposedVersion'] {
    const { whenNoneOffered = 'refuse' } = this.#options;
    if (offered.length === 0) return whenNoneOffered === 'refuse' ? null : whenNoneOffered;
    return this.#protocols.find((protocol) => offered.includes(protocol.subprotocol))?.version ?? null;
  }

  /** @throws AdmitTimeout, or whatever `admit` throws */
  async #admit(upgrade: UpgradeRequest): Promise<Admission<Context>> {
    const { admit, admitTimeoutMs = DEFAULT_ADMIT_TIMEOUT_MS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new AdmitTimeout(admitTimeoutMs)), admitTimeoutMs);
    });
    try {
      return await Promise.race([admit(upgrade), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #decide(upgrade: UpgradeRequest, admission: Admitted<Context>): Decision<Context> {
    const version = admission.version ?? upgrade.proposedVersion;
    const protocol = this.#protocols.find((candidate) => candidate.version === version);
    const { offeredProtocols } = upgrade;
    if (protocol === undefined) return { kind: 'no-common-version' };
    if (offeredProtocols.length === 0) return { kind: 'admitted', upgrade, admission, protocol, subprotocol: null };
    if (!offeredProtocols.includes(protocol.subprotocol)) return { kind: 'no-common-version' };
    return { kind: 'admitted', upgrade, admission, protocol, subprotocol: protocol.subprotocol };
  }

  /** Hands the socket to ocpp-rpc, and takes away what ocpp-rpc leaves on it. */
  #complete(request: IncomingMessage, socket: Duplex, head: Buffer, offered: readonly string[]): void {
    // ws refuses a header with repeated or empty items; what it gets is what was understood.
    if (offered.length > 0) request.headers['sec-websocket-protocol'] = offered.join(', ');
    else delete request.headers['sec-websocket-protocol'];
    const own = socket.listenerCount('error');
    this.#rpc.handleUpgrade(request, socket, head).catch((error: unknown) => {
      respond(socket, 500, 'internal error');
      this.#refused(request, 500, 'ocpp-rpc failed', null, error);
    });
    // Its error listener would write an HTTP response into the WebSocket stream. The one after it is ws's.
    const [left] = socket.listeners('error').slice(own);
    if (left !== undefined && socket.listenerCount('error') > own + 1)
      socket.removeListener('error', left as (error: Error) => void);
  }

  #begin(client: RpcServerClient): void {
    const { request } = client.handshake;
    const decision = this.#decisions.get(request);
    const wire = new Wire(client);
    if (decision?.kind !== 'admitted') {
      // OCPP-J §3.2: complete the handshake without a subprotocol, "then immediately close".
      wire.listen({ onText: () => {}, onClose: () => clearTimeout(cut), onError: () => {} });
      const cut = setTimeout(() => wire.terminate(), 1000);
      wire.close(PROTOCOL_ERROR, 'no OCPP version in common');
      this.#refused(request, 101, 'no OCPP version in common', null);
      return;
    }
    const { upgrade, admission, protocol, subprotocol } = decision;
    const { identity, remoteAddress, secure } = upgrade;
    const session = new Session({ wire, protocol, role: 'central-system', identity, settings: admission });
    const info: ConnectionInfo<Context> = { context: admission.context, remoteAddress, secure, subprotocol };
    this.#sessions.add(session);
    session.onClose(() => this.#sessions.delete(session));
    try {
      session.start(this.#options.onConnection(session, info));
    } catch (error) {
      session.start({ handler: () => Promise.reject(error) });
      void session.close(INTERNAL_ERROR, 'internal error');
      this.#refused(request, 500, 'onConnection threw', identity, error);
    }
  }

  #refused(
    request: IncomingMessage,
    httpStatus: number,
    reason: string,
    identity: string | null,
    error?: unknown,
  ): void {
    const remoteAddress = request.socket.remoteAddress ?? '';
    this.#options.onRefused?.({
      identity,
      remoteAddress,
      httpStatus,
      reason,
      ...(error === undefined ? {} : { error }),
    });
  }
}

interface Refusal {
  headers?: Record<string, string>;
  error?: unknown;
}

class AdmitTimeout extends Error {
  constructor(timeoutMs: number) {
    super(`admit did not answer within ${timeoutMs} ms`);
  }
}
