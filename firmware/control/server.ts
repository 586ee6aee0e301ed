import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { benchRoutes } from './benchRoutes.js';
import { ControlError, toControlError } from './errors.js';
import { streamCurrent, streamEvents } from './eventStream.js';
import { routes } from './routes.js';
import type { ControlTarget } from './target.js';

const MAXIMUM_BODY_BYTES = 64 * 1024;

/** The control interface, listening. */
export interface ControlServer {
  readonly path: string;
  /** Ends all requests and takes the socket file away. */
  close(): Promise<void>;
}

/**
 * Listens on a unix socket with mode 0660. A socket file that nobody answers on is replaced.
 * @throws ControlError AlreadyRunning, NotASocket, or the system's code (EACCES …).
 */
export async function startControlServer(path: string, target: ControlTarget): Promise<ControlServer> {
  await makeRoom(path);
  const server = createServer({ keepAliveTimeout: 5000 }, (request, response) => {
    void serve(target, request, response);
  });
  await listen(server, path);
  await chmod(path, 0o660);
  return {
    path,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Makes the directory, and removes the file of an instance that is no more. */
async function makeRoom(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    const found = await lstat(path).catch(() => null);
    if (found === null) return;
    if (!found.isSocket()) {
      throw new ControlError(500, 'NotASocket', `${path} is there and is no socket`, 'delete it, or set controlSocket');
    }
    if (await answers(path)) {
      throw new ControlError(
        409,
        'AlreadyRunning',
        `another tapwatt answers on ${path}`,
        'stop it first (systemctl stop tapwatt, or Ctrl-C where it runs), or set controlSocket and stateDirectory',
      );
    }
    await unlink(path);
  } catch (error) {
    throw systemError(error, path);
  }
}

/** Whether somebody accepts connections there. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function listen(server: Server, path: string): Promise<void> {
  // From the first instant nobody but owner and group may connect.
  const before = process.umask(0o117);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } catch (error) {
    throw systemError(error, path);
  } finally {
    process.umask(before);
  }
}

function systemError(error: unknown, path: string): ControlError {
  if (error instanceof ControlError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? 'ListenFailed';
  const hint =
    code === 'EACCES' || code === 'EPERM'
      ? 'run as the user tapwatt (the service does), or set controlSocket to a place that you may write to'
      : 'set controlSocket to another path';
  return new ControlError(500, code, `the control socket ${path} cannot be opened (${code})`, hint);
}

async function serve(target: ControlTarget, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://control');
    if (url.pathname === '/events') {
      if (request.method !== 'GET') throw wrongMethod('GET', url.pathname);
      streamEvents(response, target.subscribe);
      return;
    }
    if (url.pathname === '/current') {
      if (request.method !== 'GET') throw wrongMethod('GET', url.pathname);
      streamCurrent(response, target.subscribeCurrent);
      return;
    }
    reply(response, 200, await answer(target, request, url));
  } catch (error) {
    const { status, code, message, hint } = toControlError(error);
    reply(response, status, { error: { code, message, hint } });
  }
}

async function answer(target: ControlTarget, request: IncomingMessage, url: URL): Promise<unknown> {
  const always = routes.filter(({ path }) => path === url.pathname);
  const bench = benchRoutes.filter(({ path }) => path === url.pathname);
  const input = async (): Promise<unknown> =>
    request.method === 'GET' ? Object.fromEntries(url.searchParams) : readBody(request);

  const route = always.find(({ method }) => method === request.method);
  if (route !== undefined) return route.answer(target, await input());
  const benchRoute = bench.find(({ method }) => method === request.method);
  if (benchRoute !== undefined && target.bench !== 'none') {
    const body = await input();
    if (target.bench !== 'starting') return benchRoute.answer(target.bench, body);
    throw new ControlError(503, 'Starting', 'the simulated hardware is not there yet', 'ask again in a moment');
  }
  const other = [...always, ...(target.bench === 'none' ? [] : bench)][0];
  if (other !== undefined) throw wrongMethod(other.method, url.pathname);
  throw new ControlError(
    404,
    'NotFound',
    bench.length > 0 ? `${url.pathname} commands simulated hardware, and this is real` : `there is no ${url.pathname}`,
    bench.length > 0 ? 'use config/examples/simulation.yaml for tests' : 'charge-point-control.md lists the routes',
  );
}

function wrongMethod(method: string, path: string): ControlError {
  return new ControlError(405, 'MethodNotAllowed', `${path} takes ${method}`, `send ${method} ${path}`);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAXIMUM_BODY_BYTES) {
      throw new ControlError(413, 'TooLarge', `the body has more than ${MAXIMUM_BODY_BYTES} bytes`, 'send less');
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ControlError(400, 'BadRequest', `the body is not JSON: ${reason}`, 'send a JSON object');
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
