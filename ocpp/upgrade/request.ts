import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { UpgradeRequest } from '../options.js';

/** What an upgrade request says, or the HTTP status that it deserves. Pure but for reading the socket's properties. */
export type ParsedUpgrade =
  | { ok: true; request: Omit<UpgradeRequest, 'proposedVersion'> }
  | { ok: false; httpStatus: number; reason: string; identity: string | null };

export interface UpgradeRules {
  /** Without a slash at the end; '' is the root. */
  paths: readonly string[];
  identityPattern: RegExp;
}

/** 1 to 48 characters as in OCPP 2.0.1; spaces inside, because 1.6-J §3.1.1 has "RDAM 123" as its example. */
export const IDENTITY_PATTERN = /^(?! )[^\p{C}\p{Zl}\p{Zp}/]{1,48}(?<! )$/u;

/** Never throws, whatever was sent. */
export function parseUpgrade(request: IncomingMessage, socket: Duplex, rules: UpgradeRules): ParsedUpgrade {
  const refuse = (httpStatus: number, reason: string, identity: string | null = null): ParsedUpgrade => ({
    ok: false,
    httpStatus,
    reason,
    identity,
  });
  if (request.method !== 'GET') return refuse(405, 'a WebSocket upgrade is a GET request');
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') return refuse(400, 'only upgrades to websocket');

  const [path = '', query = ''] = splitOnce(request.url ?? '', '?');
  const segment = identitySegment(path, rules.paths);
  if (segment === null) return refuse(404, 'no such path');
  const identity = decode(segment);
  if (identity === null) return refuse(400, 'the path is not percent-encoded UTF-8');
  // The URL parser inside ocpp-rpc takes dot segments for directories, also when they are percent-encoded.
  if (identity === '.' || identity === '..' || !rules.identityPattern.test(identity))
    return refuse(400, 'the charge point identity is not usable', identity.slice(0, 100));

  const offeredProtocols = parseProtocols(request.headers['sec-websocket-protocol']);
  if (offeredProtocols === null) return refuse(400, 'the Sec-WebSocket-Protocol header is malformed', identity);
  const basicAuth = parseBasicAuth(request.headers.authorization, identity);
  const tls = 'encrypted' in socket ? (socket as TLSSocket) : null;
  return {
    ok: true,
    request: {
      identity,
      remoteAddress: request.socket.remoteAddress ?? '',
      offeredProtocols,
      ...(basicAuth === null ? {} : { basicAuth }),
      secure: tls !== null,
      ...(tls?.authorized ? { tlsClientCertificate: tls.getPeerCertificate() } : {}),
      query: new URLSearchParams(query),
      request,
    },
  };
}

/**
 * The one path segment behind an allowed path, still encoded; '' when there is none. Empty segments before it pass:
 * many chargers append "/id" to an endpoint that ends in a slash.
 */
function identitySegment(path: string, paths: readonly string[]): string | null {
  for (const prefix of paths) {
    if (!path.startsWith(`${prefix}/`)) continue;
    const rest = path.slice(prefix.length).replace(/^\/+/, '');
    if (!rest.includes('/')) return rest;
  }
  return null;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** RFC 6455 §4.1: a comma-separated list of tokens. Repeated ones are taken once. Null when it is something else. */
function parseProtocols(header: string | undefined): string[] | null {
  const items = (header ?? '').split(',').map((item) => item.trim());
  const tokens = items.filter((item) => item !== '');
  if (tokens.some((token) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(token))) return null;
  return [...new Set(tokens)];
}

/**
 * RFC 7617, with two liberties that OCPP needs: the user may contain colons where it is the identity itself, and the
 * password may be any bytes (A00.FR.205). Null when there is no readable Basic header.
 */
function parseBasicAuth(header: string | undefined, identity: string): { user: string; password: Buffer } | null {
  const encoded = /^ *basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  const expected = Buffer.from(`${identity}:`);
  if (bytes.subarray(0, expected.length).equals(expected))
    return { user: identity, password: bytes.subarray(expected.length) };
  const colon = bytes.indexOf(':');
  if (colon < 0) return null;
  return { user: bytes.subarray(0, colon).toString('utf8'), password: bytes.subarray(colon + 1) };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
