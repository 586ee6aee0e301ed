import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Client } from 'basic-ftp';
import { credentialsOf, ftpPath, type Location, namesFile } from './location.js';

export interface FtpOptions {
  /** Trusted roots of FTPS servers, PEM. */
  ca: () => string[];
  idleTimeoutMs: number;
}

/** RETR into `file` by passive FTP; continues what an earlier attempt left (REST). @throws basic-ftp's errors */
export async function downloadFtp(
  location: Location,
  file: string,
  signal: AbortSignal,
  options: FtpOptions,
): Promise<void> {
  const path = ftpPath(location.url);
  await withClient(location, signal, options, async (client) => {
    const have = (await stat(file).catch(() => null))?.size ?? 0;
    const total = await client.size(path).catch(() => null);
    // Without a size nothing tells whether what is here belongs to it.
    const offset = total !== null && have < total ? have : 0;
    await client.downloadTo(file, path, offset);
  });
}

/** STOR into the directory (or as the file) that the location names; a second attempt appends what is missing. */
export async function uploadFtp(
  location: Location,
  content: { fileName: string; body: Buffer },
  resume: boolean,
  signal: AbortSignal,
  options: FtpOptions,
): Promise<void> {
  const path = ftpPath(location.url);
  await withClient(location, signal, options, async (client) => {
    const directory = namesFile(location.url) ? path.split('/').slice(0, -1).join('/') : path.replace(/\/+$/, '');
    const name = namesFile(location.url) ? (path.split('/').at(-1) ?? content.fileName) : content.fileName;
    if (directory !== '') await client.cd(directory).catch(() => client.ensureDir(directory));
    const there = resume ? await client.size(name).catch(() => 0) : 0;
    if (there > 0 && there < content.body.length)
      await client.appendFrom(Readable.from([content.body.subarray(there)]), name);
    else await client.uploadFrom(Readable.from([content.body]), name);
  });
}

async function withClient(
  location: Location,
  signal: AbortSignal,
  options: FtpOptions,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const { Client: FtpClient } = await import('basic-ftp');
  const client = new FtpClient(options.idleTimeoutMs);
  const cut = (): void => client.close();
  signal.addEventListener('abort', cut);
  try {
    signal.throwIfAborted();
    const credentials = credentialsOf(location);
    await client.access({
      host: location.url.hostname,
      ...(location.url.port === '' ? {} : { port: Number(location.url.port) }),
      ...(credentials === null ? {} : credentials),
      ...(location.scheme === 'ftps:'
        ? { secure: true, secureOptions: { ca: options.ca(), minVersion: 'TLSv1.2' } }
        : {}),
    });
    await work(client);
  } finally {
    signal.removeEventListener('abort', cut);
    client.close();
  }
}
