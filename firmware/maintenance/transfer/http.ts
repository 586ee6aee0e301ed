import { createWriteStream } from 'node:fs';
import { readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { httpStatusError, TransferError } from './errors.js';
import { credentialsOf, inDirectory, type Location, namesFile, parseLocation } from './location.js';

export interface HttpOptions {
  /** Trusted roots, PEM. */
  ca: () => string[];
  /** Silence on the socket that ends the attempt. */
  idleTimeoutMs: number;
}

const MAXIMUM_REDIRECTS = 5;
/** The journal must go on when a firmware file is large. */
const RESERVED_BYTES = 64 * 1024 * 1024;

interface Exchange {
  method: string;
  headers: Record<string, string | number>;
  body?: Buffer;
}

/** What is known of a partly downloaded file; a resumed one must be the same. */
interface Origin {
  url: string;
  validator: string | null;
  totalBytes: number | null;
}

/**
 * GET into `file`. What an earlier attempt left there is continued with a Range request (RFC 9110 §14) when the server
 * still has the same file.
 * @throws TransferError, or Node's error
 */
export async function downloadHttp(
  location: Location,
  file: string,
  signal: AbortSignal,
  options: HttpOptions,
): Promise<void> {
  const note = `${file}.origin`;
  const known = await readOrigin(note, location.url.href);
  const offset = known === null ? 0 : await sizeOf(file);
  if (known !== null && offset > 0 && offset === known.totalBytes) return;

  const resume = known !== null && offset > 0;
  const headers: Exchange['headers'] = { accept: '*/*' };
  if (resume) headers.range = `bytes=${offset}-`;
  if (resume && known.validator !== null) headers['if-range'] = known.validator;
  const response = await exchange(location, { method: 'GET', headers }, signal, options);
  const { statusCode = 0 } = response;
  if (statusCode === 416) {
    response.resume();
    await forget(file, note);
    return downloadHttp(location, file, signal, options);
  }
  if (statusCode !== 200 && statusCode !== 206) {
    response.resume();
    throw httpStatusError(statusCode, location.shown);
  }
  const partial = statusCode === 206 ? readContentRange(response.headers['content-range']) : null;
  if (statusCode === 206 && (!resume || partial?.start !== offset || partial.total !== known.totalBytes)) {
    // It is not the continuation of what is here: from the beginning, once more.
    response.destroy();
    await forget(file, note);
    if (!resume) throw httpStatusError(statusCode, location.shown);
    return downloadHttp(location, file, signal, options);
  }
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  if (partial === null) await writeOrigin(note, location.url.href, response, length);
  try {
    await demandRoom(file, length, location.shown);
    await pipeline(response, createWriteStream(file, { flags: partial === null ? 'w' : 'a', mode: 0o600 }), { signal });
  } catch (error) {
    response.destroy();
    if (isNoSpace(error)) await forget(file, note);
    throw error;
  }
  await rm(note, { force: true });
}

/**
 * PUT or POST of `body`. `auto` puts the file into the directory that the location names, then, where the server does not
 * know such a path or method, offers it to the location itself by PUT and by POST.
 * @throws TransferError, or Node's error
 */
export async function uploadHttp(
  location: Location,
  content: { fileName: string; type: string; body: Buffer },
  method: 'auto' | 'PUT' | 'POST',
  signal: AbortSignal,
  options: HttpOptions,
): Promise<void> {
  const { url } = location;
  const target = namesFile(url) ? url : inDirectory(url, content.fileName);
  const ways: { method: string; url: URL }[] =
    method === 'auto'
      ? [
          { method: 'PUT', url: target },
          ...(target.href === url.href ? [] : [{ method: 'PUT', url }]),
          { method: 'POST', url },
        ]
      : [{ method, url: method === 'PUT' ? target : url }];
  let problem: TransferError | null = null;
  for (const way of ways) {
    const headers = {
      'content-type': content.type,
      'content-length': content.body.length,
      'content-disposition': `attachment; filename="${content.fileName}"`,
    };
    const response = await exchange(
      { ...location, url: way.url },
      { method: way.method, headers, body: content.body },
      signal,
      options,
    );
    response.resume();
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return;
    problem ??= httpStatusError(statusCode, location.shown);
    if (![404, 405, 501].includes(statusCode)) throw httpStatusError(statusCode, location.shown);
  }
  throw problem ?? httpStatusError(0, location.shown);
}

/** One exchange, redirects followed. The body of the answer is the caller's to read. */
async function exchange(
  location: Location,
  { method, headers, body }: Exchange,
  signal: AbortSignal,
  options: HttpOptions,
  redirects = 0,
): Promise<IncomingMessage> {
  const { url } = location;
  const credentials = credentialsOf(location);
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const common = {
      method,
      headers,
      signal,
      agent: false as const,
      ...(credentials === null ? {} : { auth: `${credentials.user}:${credentials.password}` }),
    };
    const request: ClientRequest =
      url.protocol === 'https:'
        ? requestHttps(bare, { ...common, ca: options.ca(), minVersion: 'TLSv1.2' }, resolve)
        : requestHttp(bare, common, resolve);
    request.on('error', reject);
    request.setTimeout(options.idleTimeoutMs, () =>
      request.destroy(
        new TransferError('failed', 'Timeout', `${location.shown}: no answer`, 'Check the server and the network.'),
      ),
    );
    request.end(body);
  });
  const status = response.statusCode ?? 0;
  const next = response.headers.location;
  const keepsMethod = status === 307 || status === 308 || method === 'GET';
  if (status < 300 || status > 308 || status === 304 || next === undefined || !keepsMethod) return response;
  response.resume();
  if (redirects >= MAXIMUM_REDIRECTS)
    throw new TransferError('failed', 'TooManyRedirects', `${location.shown}: too many redirects`, 'See the server.');
  const redirected = new URL(next, url);
  const onward = parseLocation(redirected.href);
  if (onward.scheme === 'ftp:' || onward.scheme === 'ftps:' || (url.protocol === 'https:' && onward.scheme === 'http:'))
    throw new TransferError(
      'failed',
      'BadRedirect',
      `${location.shown}: redirects to ${onward.scheme}`,
      'See the server.',
    );
  return exchange(onward, { method, headers, ...(body === undefined ? {} : { body }) }, signal, options, redirects + 1);
}

function readContentRange(text: string | undefined): { start: number; total: number } | null {
  const match = /^bytes (\d+)-\d+\/(\d+)$/.exec(text ?? '');
  return match === null ? null : { start: Number(match[1]), total: Number(match[2]) };
}

async function readOrigin(note: string, url: string): Promise<Origin | null> {
  const text = await readFile(note, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const origin = JSON.parse(text) as Origin;
    return origin.url === url ? origin : null;
  } catch {
    // Half written when the power went: the download begins anew.
    return null;
  }
}

async function writeOrigin(note: string, url: string, response: IncomingMessage, length: number): Promise<void> {
  const { etag, 'last-modified': modified } = response.headers;
  const strong = etag !== undefined && !etag.startsWith('W/') ? etag : null;
  const origin: Origin = {
    url,
    validator: strong ?? modified ?? null,
    totalBytes: Number.isFinite(length) ? length : null,
  };
  await writeFile(note, JSON.stringify(origin), { mode: 0o600 });
}

async function demandRoom(file: string, length: number, shown: string): Promise<void> {
  if (!Number.isFinite(length)) return;
  const { bavail, bsize } = await statfs(dirname(file));
  if (bavail * bsize - length < RESERVED_BYTES)
    throw new TransferError(
      'failed',
      'DiskFull',
      `${shown}: ${length} bytes do not fit on the disk`,
      'Free space on the disk of the state directory.',
      { permanent: true },
    );
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}

async function forget(file: string, note: string): Promise<void> {
  await rm(file, { force: true });
  await rm(note, { force: true });
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'ENOSPC';
}
