import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The repository, seen from test/dist/support. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** A child process that we started and may end. */
export interface Program {
  readonly pid: number;
  /** Everything it printed. */
  output(): string;
  /** Sends a signal; resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly running: boolean;
}

export function startProgram(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const child: ChildProcess = spawn(process.execPath, [script, ...args], {
    cwd: repository,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let running = true;
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('exit', (code, signal) => {
      running = false;
      resolve({ code, signal });
    });
  });
  // A test that dies must not leave its programs behind.
  const onExit = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', onExit);
  void exited.then(() => process.removeListener('exit', onExit));
  if (child.pid === undefined) throw new Error(`${script} could not be started`);
  return {
    pid: child.pid,
    output: () => output,
    end(signal) {
      if (running) child.kill(signal);
      return exited;
    },
    exited,
    get running() {
      return running;
    },
  };
}

/** Linux gives out ports from 32768 by itself: one below is nobody's while the server that has it is down. */
const PORTS = { from: 12_000, to: 32_000 };

/** A TCP port on 127.0.0.1 that was free a moment ago. @throws Error when a hundred were taken */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
  throw new Error('no TCP port is free');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!(await listening)) return false;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return true;
}

export interface Answer {
  status: number;
  body: unknown;
}

/** One HTTP request with JSON, over TCP (`port`) or a unix socket (`socketPath`). */
export function exchange(
  where: { port: number } | { socketPath: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(
      {
        ...('port' in where ? { host: '127.0.0.1', port: where.port } : { socketPath: where.socketPath }),
        method,
        path,
        headers:
          text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
        timeout: 20_000,
      },
      (incoming) => {
        let received = '';
        incoming.on('data', (chunk) => {
          received += chunk;
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          try {
            resolve({ status: incoming.statusCode ?? 0, body: received === '' ? null : JSON.parse(received) });
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer within 20 s`)));
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}
