import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCertificateAuthority } from '../../support/certificate-authority.js';
import { CONTENT, failure, freshFile, once, signal, transferWith, UPLOAD } from './transfer-bench.js';

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
  const [first, second, ...more] = server.requests;
  assert.equal([first?.range, first?.ifRange], [undefined, undefined]);
  // What was on its way when the connection broke may be lost.
  const offset = Number(/^bytes=(\d+)-$/.exec(second?.range ?? '')?.[1]);
  assert.ok(offset > 0 && offset <= 100_000, `${second?.range}`);
  assert.is(second?.ifRange, '"v1"');
  assert.is(more.length, 0);
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

test.run();
