import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '@tapwatt/hal';
import { TransferError } from 'tapwatt/maintenance/transfer/errors.js';
import { createTransfer } from 'tapwatt/maintenance/transfer/transfer.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCertificateAuthority } from '../../support/certificate-authority.js';
import { startFtpServer } from './ftp-server.js';

const directory = mkdtempSync(join(tmpdir(), 'tapwatt-transfer-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));

const CONTENT = randomBytes(300_000);
let files = 0;
const freshFile = (): string => {
  files += 1;
  return join(directory, `file-${files}`);
};
const transferWith = (more: { ca?: string[]; uploadMethod?: 'auto' | 'PUT' | 'POST' } = {}) =>
  createTransfer({
    clock: createSystemClock(),
    ca: () => more.ca ?? [],
    uploadMethod: more.uploadMethod ?? 'auto',
    idleTimeoutMs: 2000,
  });
const signal = (): AbortSignal => new AbortController().signal;
const once = { retries: 0, retryIntervalS: 0 };

interface Request {
  method: string;
  url: string;
  range: string | undefined;
  ifRange: string | undefined;
  authorization: string | undefined;
  body: Buffer;
}

async function serve(
  answer: (request: Request, response: ServerResponse) => void,
): Promise<{ url: string; port: number; requests: Request[]; stop: () => Promise<void> }> {
  const requests: Request[] = [];
  const server: Server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { range, authorization } = incoming.headers;
      const ifRange = incoming.headers['if-range'];
      const request: Request = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        range,
        ifRange: typeof ifRange === 'string' ? ifRange : undefined,
        authorization,
        body: Buffer.concat(chunks),
      };
      requests.push(request);
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function failure(work: Promise<void>): Promise<TransferError> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, TransferError);
    return error as TransferError;
  }
  throw new Error('it succeeded');
}

/** Sends a part, then cuts the connection. */
function sendPart(response: ServerResponse, total: number, part: Buffer): void {
  response.writeHead(200, { 'content-length': total, etag: '"v1"' });
  response.write(part, () => setTimeout(() => response.destroy(), 20));
}

test('download: a broken connection is resumed with Range and If-Range, the file is whole', async () => {
  const server = await serve((request, response) => {
    if (request.range === undefined) {
      sendPart(response, CONTENT.length, CONTENT.subarray(0, 100_000));
      return;
    }
    const start = Number(/bytes=(\d+)-/.exec(request.range)?.[1]);
    response.writeHead(206, {
      'content-length': CONTENT.length - start,
      'content-range': `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`,
    });
    response.end(CONTENT.subarray(start));
  });
  const file = freshFile();
  const retried: string[] = [];
  await transferWith().download(
    `${server.url}/fw.bin`,
    file,
    { retries: 1, retryIntervalS: 0, onRetry: ({ code }) => retried.push(code) },
    signal(),
  );
  assert.ok(readFileSync(file).equals(CONTENT));
  assert.equal(
    server.requests.map(({ range, ifRange }) => [range, ifRange]),
    [
      [undefined, undefined],
      ['bytes=100000-', '"v1"'],
    ],
  );
  assert.is(retried.length, 1);
  await server.stop();
});

test('download: a file that changed meanwhile begins anew', async () => {
  const next = randomBytes(200_000);
  const server = await serve((_request, response) => {
    if (server.requests.length === 1) sendPart(response, CONTENT.length, CONTENT.subarray(0, 50_000));
    else response.writeHead(200, { 'content-length': next.length, etag: '"v2"' }).end(next);
  });
  const file = freshFile();
  await transferWith().download(`${server.url}/fw.bin`, file, { retries: 1, retryIntervalS: 0 }, signal());
  assert.ok(readFileSync(file).equals(next));
  await server.stop();
});

test('download: errata 3.50: `retries` come after the first attempt; then DownloadFailed with status and hint', async () => {
  const server = await serve((_request, response) => response.writeHead(503).end());
  const error = await failure(
    transferWith().download(`${server.url}/fw.bin`, freshFile(), { retries: 2, retryIntervalS: 0 }, signal()),
  );
  assert.is(server.requests.length, 3);
  assert.equal([error.code, error.failure], ['HTTP_503', 'failed']);
  assert.ok(error.hint.length > 0);
  await server.stop();
});

test('download: redirects are followed, but not from https to http; Basic auth from the location', async () => {
  const server = await serve((request, response) => {
    if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
    else response.writeHead(200).end('x');
  });
  const file = freshFile();
  await transferWith().download(`http://us%40er:pa%3Ass@127.0.0.1:${server.port}/b`, file, once, signal());
  assert.is(server.requests[0]?.authorization, `Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`);
  await transferWith().download(`${server.url}/a`, freshFile(), once, signal());
  assert.is(server.requests.at(-1)?.url, '/b');
  await server.stop();
});

test('download: what the location says in secret is in no message', async () => {
  const error = await failure(
    transferWith().download('http://cp:hush@127.0.0.1:1/x?token=hush2', freshFile(), once, signal()),
  );
  assert.is(error.code, 'ECONNREFUSED');
  assert.not.match(error.message, /hush/);
  assert.match(error.message, /127\.0\.0\.1:1\/x/);
});

test('download: no URL and unknown schemes are not tried again', async () => {
  for (const [location, code] of [
    ['nothing', 'BadLocation'],
    ['sftp://host/x', 'UnsupportedScheme'],
  ] as const) {
    const error = await failure(
      transferWith().download(location, freshFile(), { retries: 5, retryIntervalS: 60 }, signal()),
    );
    assert.is(error.code, code);
  }
});

test('download over HTTPS: only from a server whose root is trusted', async () => {
  const authority = createCertificateAuthority('Transfer Root');
  const { cert, key } = authority.issueServer();
  const server = createHttpsServer({ cert, key }, (_request, response) => response.end('signed file'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const location = `https://127.0.0.1:${(server.address() as AddressInfo).port}/fw`;
  const file = freshFile();
  await transferWith({ ca: [authority.root.cert] }).download(location, file, once, signal());
  assert.is(readFileSync(file, 'utf8'), 'signed file');
  const other = createCertificateAuthority('Other Root');
  const error = await failure(transferWith({ ca: [other.root.cert] }).download(location, freshFile(), once, signal()));
  assert.match(error.code, /CERT|SIGNATURE|ISSUER/);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  authority.dispose();
  other.dispose();
});

test('a transfer that is given up ends at once, also while it waits for its retry', async () => {
  const server = await serve((_request, response) => response.writeHead(500).end());
  const abort = new AbortController();
  const work = failure(
    transferWith().download(
      `${server.url}/x`,
      freshFile(),
      { retries: 5, retryIntervalS: 3600, onRetry: () => setTimeout(() => abort.abort(), 10) },
      abort.signal,
    ),
  );
  assert.is((await work).code, 'Canceled');
  await server.stop();
});

const UPLOAD = { fileName: 'diagnostics.tar.gz', type: 'application/gzip', body: CONTENT };

test('upload: PUT into the directory of the location (1.6 §6.25), to the file where it names one', async () => {
  const server = await serve((_request, response) => response.writeHead(201).end());
  const transfer = transferWith();
  for (const path of ['/logs/', '/logs', '/logs/cp1.gz', '/logs?signature=abc'])
    await transfer.upload(`${server.url}${path}`, UPLOAD, once, signal());
  assert.equal(
    server.requests.map(({ method, url }) => `${method} ${url}`),
    ['PUT /logs/diagnostics.tar.gz', 'PUT /logs/diagnostics.tar.gz', 'PUT /logs/cp1.gz', 'PUT /logs?signature=abc'],
  );
  assert.ok(server.requests.every(({ body }) => body.equals(CONTENT)));
  await server.stop();
});

test('upload: a server without such a path or method is offered the location itself, by PUT and POST', async () => {
  const server = await serve((request, response) =>
    response.writeHead(request.method === 'POST' && request.url === '/upload' ? 200 : 405).end(),
  );
  await transferWith().upload(`${server.url}/upload`, UPLOAD, once, signal());
  assert.equal(
    server.requests.map(({ method, url }) => `${method} ${url}`),
    ['PUT /upload/diagnostics.tar.gz', 'PUT /upload', 'POST /upload'],
  );
  server.requests.length = 0;
  await transferWith({ uploadMethod: 'POST' }).upload(`${server.url}/upload`, UPLOAD, once, signal());
  assert.equal(
    server.requests.map(({ method, url }) => `${method} ${url}`),
    ['POST /upload'],
  );
  await server.stop();
});

for (const [status, kind] of [
  [401, 'denied'],
  [403, 'denied'],
  [400, 'protocol'],
  [405, 'unsupported'],
  [500, 'failed'],
] as const)
  test(`upload: HTTP ${status} is ${kind}`, async () => {
    const server = await serve((_request, response) => response.writeHead(status).end());
    const error = await failure(transferWith().upload(`${server.url}/logs/`, UPLOAD, once, signal()));
    assert.is(error.failure, kind);
    await server.stop();
  });

test('FTP: upload into a directory with user and password, download, resume by REST', async () => {
  const ftp = await startFtpServer();
  const base = `ftp://cp:s3cret@127.0.0.1:${ftp.port}`;
  await transferWith().upload(`${base}/logs/`, UPLOAD, once, signal());
  assert.ok(ftp.files.get('logs/diagnostics.tar.gz')?.equals(CONTENT));

  ftp.files.set('fw/new.bin', CONTENT);
  ftp.cutAfterBytes = 120_000;
  const file = freshFile();
  await transferWith().download(`${base}/fw/new.bin`, file, { retries: 1, retryIntervalS: 0 }, signal());
  assert.ok(readFileSync(file).equals(CONTENT));
  const rests = ftp.commands.filter((line) => line.startsWith('REST')).map((line) => Number(line.slice(5)));
  assert.ok(
    rests.some((offset) => offset > 0),
    `resumed: ${ftp.commands.join(', ')}`,
  );
  await ftp.stop();
});

test('FTP: a wrong password and a refused STOR are denied; a missing file is told', async () => {
  const ftp = await startFtpServer();
  const wrong = await failure(transferWith().upload(`ftp://cp:no@127.0.0.1:${ftp.port}/`, UPLOAD, once, signal()));
  assert.equal([wrong.failure, wrong.code], ['denied', 'FTP_530']);
  ftp.refuseStores = 553;
  const base = `ftp://cp:s3cret@127.0.0.1:${ftp.port}`;
  assert.is((await failure(transferWith().upload(`${base}/logs/`, UPLOAD, once, signal()))).failure, 'denied');
  ftp.refuseStores = 502;
  assert.is((await failure(transferWith().upload(`${base}/logs/`, UPLOAD, once, signal()))).failure, 'unsupported');
  const missing = await failure(transferWith().download(`${base}/none.bin`, freshFile(), once, signal()));
  assert.match(missing.code, /^FTP_550/);
  await ftp.stop();
});

test('FTP: a second attempt appends what the first left behind', async () => {
  const ftp = await startFtpServer();
  ftp.refuseStores = 450;
  const half = CONTENT.subarray(0, 100_000);
  const base = `ftp://cp:s3cret@127.0.0.1:${ftp.port}/logs/`;
  await transferWith().upload(
    base,
    UPLOAD,
    {
      retries: 1,
      retryIntervalS: 0,
      onRetry: () => {
        ftp.refuseStores = null;
        ftp.files.set('logs/diagnostics.tar.gz', half);
      },
    },
    signal(),
  );
  assert.ok(ftp.files.get('logs/diagnostics.tar.gz')?.equals(CONTENT));
  assert.ok(ftp.commands.some((line) => line.startsWith('APPE')));
  await ftp.stop();
});

test.run();
