import { ConnectError, type ConnectFailure } from './errors.js';

interface SystemError {
  message?: string;
  code?: string | number;
  response?: { statusMessage?: string };
}

/** Turns what Node, OpenSSL, ws and ocpp-rpc throw into one kind of error with a hint. */
export function connectErrorOf(error: unknown, url: string): ConnectError {
  const { code, message = String(error), response } = error as SystemError;
  const cause = error;
  if (response !== undefined && typeof code === 'number')
    return httpError(code, response.statusMessage ?? '', url, cause);
  const systemCode = opensslCode(message) ?? (typeof code === 'string' ? code : '');
  const [failure, text, hint] = explain(systemCode, message, new URL(url));
  return new ConnectError(failure, `${url}: ${text}`, hint, { cause, ...(systemCode ? { systemCode } : {}) });
}

/** Node gives most TLS failures the code EPROTO and leaves OpenSSL's reason in the text; this is the code it means. */
function opensslCode(message: string): string | null {
  const reason = /error:[0-9A-F]+:SSL routines:[^:]*:([^:]+)/i.exec(message)?.[1];
  return reason === undefined ? null : `ERR_SSL_${reason.trim().toUpperCase().replaceAll(' ', '_')}`;
}

function httpError(httpStatus: number, statusText: string, url: string, cause: unknown): ConnectError {
  const details = { httpStatus, cause };
  const answered = `${url} answered ${httpStatus}${statusText ? ` ${statusText}` : ''}`;
  switch (httpStatus) {
    case 401:
    case 403:
      return new ConnectError(
        'Unauthorized',
        answered,
        'The central system refused the password or certificate: compare AuthorizationKey on both ends.',
        details,
      );
    case 404:
      return new ConnectError(
        'UnknownIdentity',
        answered,
        'The central system does not know this charge point id, or the path of the URL is wrong.',
        details,
      );
    default:
      return new ConnectError('HttpRefused', answered, 'See the log of the central system for the reason.', details);
  }
}

const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL']);
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
/** X509_V_ERR_* as Node names them, besides those that begin with CERT_ or UNABLE_TO_. */
const CERTIFICATE = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'HOSTNAME_MISMATCH',
]);
const TLS_VERSION = new Set([
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_NO_PROTOCOLS_AVAILABLE',
  'ERR_SSL_VERSION_TOO_LOW',
]);
const TLS_CIPHER = new Set([
  // A server without a common cipher suite says handshake_failure (RFC 5246 §7.2.2); one that misses our
  // client certificate may, too.
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY',
  'ERR_SSL_NO_CIPHERS_AVAILABLE',
  'ERR_SSL_NO_CIPHER_MATCH',
]);

function explain(code: string, message: string, url: URL): [ConnectFailure, string, string] {
  if (/subprotocol/i.test(message))
    return ['NoSubprotocol', 'no OCPP version in common', 'Offer a version that the central system speaks.'];
  if (code === 'ENOTFOUND' || code.startsWith('EAI_'))
    return ['HostNotFound', `the name ${url.hostname} cannot be resolved (${code})`, 'Check the name, and DNS here.'];
  if (code === 'ECONNREFUSED')
    return [
      'ConnectionRefused',
      `nothing listens on port ${url.port || 'of the URL'}`,
      'Check the port; is it running?',
    ];
  if (UNREACHABLE.has(code)) return ['NetworkUnreachable', `no way there (${code})`, 'Check cable, Wi-Fi or modem.'];
  if (code === 'ETIMEDOUT') return ['HandshakeTimeout', 'no answer', 'Check the address and firewalls on the way.'];
  if (RESET.has(code))
    return [
      'ConnectionReset',
      `the connection was cut during the handshake (${code})`,
      'See the other end, or a proxy.',
    ];
  if (CERTIFICATE.has(code) || code.startsWith('CERT_') || code.startsWith('UNABLE_TO_'))
    return [
      'TlsCertificate',
      `the server's certificate is not accepted: ${message}`,
      'Install the root certificate it was signed with, check its host name and the clock of this device.',
    ];
  if (TLS_VERSION.has(code))
    return ['TlsVersion', `no common TLS version (${code})`, 'The central system must offer TLS 1.2 or newer.'];
  if (TLS_CIPHER.has(code))
    return [
      'TlsCipherSuite',
      `no common cipher suite (${code})`,
      'Compare the cipher suites of both ends (A00.FR.318). TLS 1.2 servers say the same for a missing client certificate.',
    ];
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return ['TlsFailed', 'what answers does not speak TLS', 'Use ws:// instead of wss://, or the TLS port.'];
  if (code.startsWith('ERR_OSSL') || code.startsWith('ERR_INVALID') || code === 'ERR_CRYPTO_INCOMPATIBLE_KEY')
    return ['InvalidOptions', `a key, certificate or option cannot be used: ${message}`, 'Check the TLS files.'];
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS'))
    return ['TlsFailed', `the TLS handshake failed (${code})`, 'Check the client certificate and the TLS settings.'];
  if (code.startsWith('HPE_') || /Sec-WebSocket|Upgrade header/i.test(message))
    return ['NotAWebSocket', `what answered is no WebSocket server: ${message}`, 'Check port and path of the URL.'];
  return ['Failed', message, 'See the cause in the log.'];
}
