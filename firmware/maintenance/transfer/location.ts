import { TransferError } from './errors.js';

/** File transfer protocols that are spoken here, as in SupportedFileTransferProtocols (white paper N01). */
export const FILE_TRANSFER_PROTOCOLS = ['HTTP', 'HTTPS', 'FTP', 'FTPS'] as const;

export type Scheme = 'http:' | 'https:' | 'ftp:' | 'ftps:';
const SCHEMES: readonly Scheme[] = ['http:', 'https:', 'ftp:', 'ftps:'];

export interface Location {
  scheme: Scheme;
  url: URL;
  /** For logs and events: no user, password or query. */
  shown: string;
}

/** @throws TransferError BadLocation, UnsupportedScheme */
export function parseLocation(text: string): Location {
  if (!URL.canParse(text))
    throw new TransferError('protocol', 'BadLocation', 'the location is no URL', 'Give one like https://host/path.', {
      permanent: true,
    });
  const url = new URL(text);
  const scheme = SCHEMES.find((candidate) => candidate === url.protocol);
  if (scheme === undefined)
    throw new TransferError(
      'unsupported',
      'UnsupportedScheme',
      `${url.protocol.slice(0, -1)} is not spoken here`,
      `Use ${FILE_TRANSFER_PROTOCOLS.join(', ')} (SupportedFileTransferProtocols).`,
      { permanent: true },
    );
  return { scheme, url, shown: shownLocation(text) };
}

/** A location as it may be shown: credentials are in its user part or its query. */
export function shownLocation(text: string): string {
  if (!URL.canParse(text)) return '(no URL)';
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** User and password of a location, decoded; null when it has none. */
export function credentialsOf({ url }: Location): { user: string; password: string } | null {
  if (url.username === '' && url.password === '') return null;
  return { user: decode(url.username), password: decode(url.password) };
}

/**
 * Whether an upload location names a file of its own. GetDiagnostics says "location (directory)", GetLog "the URL of the
 * location": a last segment with an extension, or a query (a signed URL), is taken as the file.
 */
export function namesFile(url: URL): boolean {
  if (url.search !== '') return true;
  const last = url.pathname.split('/').at(-1) ?? '';
  return /[^.]\.[A-Za-z0-9]{1,8}$/.test(last);
}

/** The location of `fileName` in the directory `url`. */
export function inDirectory(url: URL, fileName: string): URL {
  const target = new URL(url);
  target.pathname = `${url.pathname.replace(/\/+$/, '')}/${encodeURIComponent(fileName)}`;
  return target;
}

/** Path of an FTP URL, relative to the login directory (RFC 1738 §3.2.2). */
export function ftpPath(url: URL): string {
  return decode(url.pathname.replace(/^\//, ''));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % is a % in what people type.
    return text;
  }
}
