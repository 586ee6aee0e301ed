import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { accessSync, constants, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { Probes, UpgradeOptions, UpgradeOutcome } from './probes.js';

const PROGRAM_FOLDER = fileURLToPath(new URL('../../..', import.meta.url));
const COMMAND_TIMEOUT_MS = 10_000;
const UPGRADE_TIMEOUT_MS = 10_000;

function attempt<T>(body: () => T): T | null {
  try {
    return body();
  } catch {
    // "Not there" and "not allowed" are answers here; `refusal` tells them apart.
    return null;
  }
}

/** The machine's own. */
export function createProbes(): Probes {
  return {
    platform: process.platform,
    arch: process.arch,
    nodeVersion: process.versions.node,
    nodeAbi: process.versions.modules,
    isRoot: process.getuid?.() === 0,
    nowMs: () => Date.now(),
    read: (path) => attempt(() => readFileSync(path, 'utf8')),
    refusal(path) {
      try {
        accessSync(path, constants.R_OK | constants.W_OK);
        return null;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? 'unknown';
      }
    },
    list: (path) => attempt(() => readdirSync(path).sort()) ?? [],
    command: (file, args) =>
      new Promise((resolve) => {
        const child = execFile(file, [...args], { timeout: COMMAND_TIMEOUT_MS }, (error, stdout, stderr) => {
          if (error !== null && (error as NodeJS.ErrnoException).code === 'ENOENT') resolve(null);
          else resolve({ status: child.exitCode ?? 1, stdout, stderr });
        });
      }),
    inChild: (code, timeoutMs) =>
      new Promise((resolve) => {
        const args = ['--input-type=module', '-e', code];
        const child = execFile(
          process.execPath,
          args,
          { cwd: PROGRAM_FOLDER, timeout: timeoutMs },
          (error, stdout, stderr) => {
            const crash = child.signalCode === null ? '' : `ended by ${child.signalCode}`;
            const line = stderr
              .split('\n')
              .find((text) => /Error|error/.test(text))
              ?.trim();
            resolve({ ok: error === null, stdout, message: crash || line || stderr.trim().slice(0, 200) });
          },
        );
      }),
    freeBytes: (path) => {
      const found = attempt(() => statfsSync(path));
      return found === null ? null : found.bavail * found.bsize;
    },
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    upgrade,
  };
}

/** A WebSocket handshake (RFC 6455 §4.1) that is closed as soon as it is answered. */
function upgrade(options: UpgradeOptions): Promise<UpgradeOutcome> {
  const url = new URL(options.url.replace(/^ws/, 'http'));
  const file = (path: string | null): Buffer | undefined => (path === null ? undefined : readFileSync(path));
  const password =
    options.passwordFile === null ? null : (readFileSync(options.passwordFile, 'utf8').split(/\r?\n/)[0] ?? '');
  const headers: Record<string, string> = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'sec-websocket-protocol': options.protocols.join(', '),
  };
  if (password !== null)
    headers.authorization = `Basic ${Buffer.from(`${options.username}:${password}`).toString('base64')}`;
  const secure = url.protocol === 'https:';
  return new Promise((resolve) => {
    let connected = false;
    const outgoing = (secure ? httpsRequest : httpRequest)(url, {
      headers,
      timeout: UPGRADE_TIMEOUT_MS,
      ...(secure
        ? {
            ca: file(options.rootCertificateFile),
            cert: file(options.clientCertificateFile),
            key: file(options.clientKeyFile),
            ...(options.verifyHostname ? {} : { checkServerIdentity: () => undefined }),
          }
        : {}),
    });
    outgoing.on('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
      }),
    );
    outgoing.on('upgrade', (incoming, socket) => {
      socket.destroy();
      const protocol = incoming.headers['sec-websocket-protocol'];
      resolve(
        protocol === undefined || !options.protocols.includes(protocol)
          ? { step: 'subprotocol', protocol: protocol ?? null }
          : { step: 'done', protocol },
      );
    });
    outgoing.on('response', (incoming) => {
      incoming.destroy();
      resolve({ step: 'http', status: incoming.statusCode ?? 0 });
    });
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ step: connected && secure ? 'tls' : 'tcp', code: error.code ?? 'unknown', message: error.message }),
    );
    outgoing.end();
  });
}
