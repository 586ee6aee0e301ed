// What start, demo and bench share: the two programs on this machine, and how to ask them things.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const CSMS_PROGRAM = join(repository, 'csms-lite/bin/csms-lite.js');
export const TAPWATT_PROGRAM = join(repository, 'firmware/bin/tapwatt.js');
/** The program as its first line wants to be run, by the Node that runs this. */
export const TAPWATT_COMMAND = [
  process.execPath,
  ...(readFileSync(TAPWATT_PROGRAM, 'utf8').split('\n', 1)[0]?.match(/--\S+/g) ?? []),
  TAPWATT_PROGRAM,
];

/** The card that a first start makes known to csms-lite, so that there is one to try with. */
export const DEMO_CARD = 'A1B2C3D4';

/**
 * Writes the configuration of a charge point with simulated hardware.
 * @returns path of the file and of the control socket.
 */
export function writeSimulation(
  directory,
  { csmsUrl, chargePointId = 'CP01', connectors = 2, can = '{ kind: simulated }', extra = '' },
) {
  mkdirSync(directory, { recursive: true });
  let controlSocket = join(directory, 'control.sock');
  // A unix socket's path has at most 107 bytes.
  if (Buffer.byteLength(controlSocket) > 100) controlSocket = join(tmpdir(), `tapwatt-${process.pid}.sock`);
  const configFile = join(directory, 'config.yaml');
  const connectorLines = Array.from(
    { length: connectors },
    (_, i) => `  - { id: ${i + 1}, maximumCurrentA: 32, phases: 1, canIdOffset: ${i * 2} }`,
  ).join('\n');
  writeFileSync(
    configFile,
    `# Written by scripts/lib/local.mjs: a charge point on simulated hardware.
version: 1
csms:
  url: ${csmsUrl}
  chargePointId: ${chargePointId}
  reconnect: { minimumS: 1, maximumS: 10, randomS: 1 }
reader: { kind: simulated }
can: ${can}
gpio: { backend: simulated }
connectors:
${connectorLines}
stateDirectory: ${join(directory, 'state')}
controlSocket: ${controlSocket}
${extra}`,
  );
  return { configFile, controlSocket };
}

/** One HTTP request with JSON over TCP or a unix socket. Rejects when nobody answers. */
export function ask(where, method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const outgoing = request({ ...where, method, path, headers, timeout: 15_000 }, (incoming) => {
      let received = '';
      incoming.on('data', (chunk) => {
        received += chunk;
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        try {
          resolve({ status: incoming.statusCode, body: received === '' ? null : JSON.parse(received) });
        } catch (error) {
          reject(error);
        }
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer`)));
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

/** Polls until `probe` gives something truthy. */
export async function until(what, probe, timeoutMs = 20_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await Promise.resolve()
      .then(probe)
      .catch(() => null);
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await sleep(50);
  }
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
