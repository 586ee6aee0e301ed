// In the guest: what the checks and the power-cut job share.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };
export const CARD = 'A1B2C3D4';
const SOCKET = '/run/tapwatt/control.sock';

export function sh(command) {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

/** @throws Error with what it said. */
export function must(command) {
  const { status, stdout, stderr } = sh(command);
  if (status !== 0) throw new Error(`${command}: status ${status}: ${stderr || stdout}`);
  return stdout;
}

export function background(file, args, log) {
  const fd = openSync(log, 'a');
  const child = spawn(file, args, { stdio: ['ignore', fd, fd], detached: true });
  closeSync(fd);
  child.unref();
  return child;
}

export function control(path, method = 'GET', body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const outgoing = request(
      {
        socketPath: SOCKET,
        path,
        method,
        timeout: 20_000,
        headers: { 'content-type': 'application/json', 'content-length': text.length, connection: 'close' },
      },
      (incoming) => {
        let received = '';
        incoming.on('data', (chunk) => {
          received += chunk;
        });
        incoming.on('error', reject);
        incoming.on('end', () => resolve(JSON.parse(received)));
      },
    );
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.end(text);
  });
}

export const state = () => control('/state');
export const connector = async () => (await state()).connectors[0];

/** Status of a guest program when the machine was built without what the test needs; run.mjs knows it. */
const WRONG_IMAGE = 90;

/** Times are for a quiet machine; an emulated one beside a build is several times slower. */
const PATIENCE = 4;

export async function until(what, probe, timeoutMs = 60_000, stepMs = 250) {
  const deadline = Date.now() + timeoutMs * PATIENCE;
  let last = '';
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
      last = '';
    } catch (error) {
      last = ` (${error.message})`;
    }
    if (Date.now() > deadline) throw new Error(`not within ${(timeoutMs * PATIENCE) / 1000} s: ${what}${last}`);
    await sleep(stepMs);
  }
}

export const relay = () => readFileSync('/sys/kernel/testboard/gpio17', 'utf8').trim() === '1';
export const show = (property, unit = 'tapwatt.service') =>
  execFileSync('systemctl', ['show', '-P', property, unit], { encoding: 'utf8' }).trim();

/** Holds the card to the emulated PN532 until the charge point has acted on it, at most 30 s, and takes it away. */
export async function tap(uid = CARD) {
  const look = async () => {
    const { transaction, waitingIdTag } = await connector();
    return `${transaction?.localId} ${waitingIdTag}`;
  };
  const before = await look();
  writeFileSync('/run/pn532/card', uid);
  for (let waited = 0; waited < 60 && (await look()) === before; waited += 1) await sleep(500);
  writeFileSync('/run/pn532/card', '');
  // The reader believes that it is gone after a few looks.
  await sleep(2000);
}

export function network() {
  if (sh('ip link show eth0 >/dev/null 2>&1 || modprobe virtio_net').status !== 0) {
    console.error('the image has no virtio_net: build it with PIVM_MODULES=virtio_net');
    process.exit(WRONG_IMAGE);
  }
  const name = must("ls /sys/class/net | grep -E '^(eth|en)' | head -1");
  must(`ip addr add 10.0.2.15/24 dev ${name}; ip link set ${name} up; ip route add default via 10.0.2.2`);
}

/** Checks one after the other, each a line of /out/results.jsonl. */
export function createReport(path) {
  return async (name, body) => {
    const startedAt = Date.now();
    let detail = '';
    let ok = true;
    try {
      detail = String((await body()) ?? '');
    } catch (error) {
      ok = false;
      detail = error.message;
    }
    const seconds = (Date.now() - startedAt) / 1000;
    appendFileSync(path, `${JSON.stringify({ name, ok, detail, seconds })}\n`);
    return ok;
  };
}
