import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import { connectErrorOf } from './connect-errors.js';
import type { Connection } from './connection.js';
import { ConnectError } from './errors.js';
import type { ConnectOptions, TlsClientOptions } from './options.js';
import type { Protocol } from './protocol/protocol.js';
import { protocolOf, protocolOfSubprotocol } from './protocol/protocols.js';
import { RPCClient } from './rpc/ocpp-rpc.js';
import { Session } from './rpc/session.js';
import { Wire } from './rpc/wire.js';

const DEFAULT_HANDSHAKE_TIMEOUT_MS = 20_000;
const DEFAULT_MAXIMUM_PAYLOAD_BYTES = 1024 * 1024;

/**
 * Connects to a central system: one attempt, no retry (the charge point's link does the back-off).
 * @throws ConnectError with code, message and hint
 */
export async function connectToCentralSystem(options: ConnectOptions): Promise<Connection> {
  const { url, query } = endpointOf(options.url);
  const protocols = protocolsOf(options);
  const client = new RPCClient({
    endpoint: url,
    identity: options.identity,
    query,
    password: options.password ?? null,
    protocols: protocols.map((protocol) => protocol.subprotocol),
    reconnect: false,
    pingIntervalMs: 0,
    wsOpts: {
      maxPayload: options.maxPayloadBytes ?? DEFAULT_MAXIMUM_PAYLOAD_BYTES,
      perMessageDeflate: false,
      ...tlsOf(options.tls ?? {}),
    },
  });
  const wire = new Wire(client);
  await attempt(
    () => client.connect(),
    () => client.close({}),
    options,
  );
  const protocol = protocolOfSubprotocol(client.protocol ?? '');
  if (protocol === null || !protocols.includes(protocol)) {
    // ws has refused a subprotocol that was not offered; this is for the types.
    wire.terminate();
    throw connectErrorOf(new Error('Server sent an invalid subprotocol'), options.url);
  }
  const session = new Session({ wire, protocol, role: 'charge-point', identity: options.identity, settings: options });
  session.start(options);
  return session;
}

/** ocpp-rpc appends "/identity" to the whole text, also behind a query: these are taken apart first. */
function endpointOf(text: string): { url: string; query: string | undefined } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:'))
    throw invalid(`"${text}" is not a ws:// or wss:// URL`, 'Give the endpoint like ws://192.168.1.10:8180/ocpp');
  if (url.hash !== '') throw invalid(`"${text}" has a fragment (#…)`, 'Remove it: WebSocket URLs have none.');
  const query = url.search === '' ? undefined : url.search.slice(1);
  return { url: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`, query };
}

function protocolsOf(options: ConnectOptions): Protocol[] {
  if (options.identity === '') throw invalid('the identity is empty', 'Give the charge point id.');
  if (options.versions.length === 0) throw invalid('no OCPP version to offer', 'Name at least one, for example 1.6.');
  try {
    return options.versions.map(protocolOf);
  } catch (error) {
    throw invalid((error as Error).message, 'Offer only versions that this build speaks.');
  }
}

function tlsOf(tls: TlsClientOptions): ConnectionOptions {
  return {
    rejectUnauthorized: tls.rejectUnauthorized ?? true,
    minVersion: tls.minVersion ?? 'TLSv1.2',
    ...(tls.maxVersion === undefined ? {} : { maxVersion: tls.maxVersion }),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.allowPartialTrustChain === undefined ? {} : { allowPartialTrustChain: tls.allowPartialTrustChain }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.ciphers === undefined ? {} : { ciphers: tls.ciphers }),
    // Node asks this after it has verified the chain, and hands over all of it.
    checkServerIdentity: (host, certificate) => {
      const problem = tls.verifyHostname === false ? undefined : checkServerIdentity(host, certificate);
      if (problem === undefined) tls.onServerChain?.(fingerprintsOf(certificate));
      return problem;
    },
  };
}

/** Issuers are linked; a root is its own. */
function fingerprintsOf(certificate: PeerCertificate): string[] {
  const found: string[] = [];
  for (let link: unknown = certificate; typeof link === 'object' && link !== null; ) {
    const fingerprint: unknown = Reflect.get(link, 'fingerprint256');
    if (typeof fingerprint !== 'string') break;
    const plain = fingerprint.replaceAll(':', '');
    if (found.includes(plain)) break;
    found.push(plain);
    link = Reflect.get(link, 'issuerCertificate');
  }
  return found;
}

/** One limit over DNS, TCP, TLS and upgrade together; ws's own is started anew by every byte. */
async function attempt(connect: () => Promise<unknown>, cut: () => Promise<unknown>, options: ConnectOptions) {
  const timeoutMs = options.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_TIMEOUT_MS;
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  if (options.signal?.aborted) throw aborted(options.url);
  const onAbort = (): void => void cut();
  signal.addEventListener('abort', onAbort);
  try {
    await connect();
  } catch (error) {
    if (options.signal?.aborted) throw aborted(options.url);
    if (limit.aborted)
      throw new ConnectError(
        'HandshakeTimeout',
        `${options.url} did not complete the handshake within ${timeoutMs} ms`,
        'Check that the address is right and that no firewall swallows the packets.',
      );
    throw connectErrorOf(error, options.url);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function invalid(message: string, hint: string): ConnectError {
  return new ConnectError('InvalidOptions', message, hint);
}

function aborted(url: string): ConnectError {
  return new ConnectError('Aborted', `the attempt to reach ${url} was given up`, 'It was ended from this side.');
}
