/** A renewed certificate is in use after SIGHUP, without a restart; charge points that are connected stay. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startProgram } from '../../support/programs.js';
import { connectScriptedChargePoint } from '../../support/scripted-charge-point.js';
import { startTestServer } from '../api/server.js';
import { hasOpenssl } from '../certification/openssl.js';

const test = suite('TLS certificates are renewed');
const bin = fileURLToPath(new URL('../../../../csms-lite/bin/csms-lite.js', import.meta.url));

function make(folder: string, name: string): void {
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3'];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...ec, '-keyout', 'server.key', '-out', 'server.crt', ...subject], {
    cwd: folder,
    stdio: 'ignore',
  });
}

function presentedName(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

if (hasOpenssl()) {
  test('without a word: changed files are found, also when the key comes after the certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'csms-tls-look-'));
    const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
    make(folder, 'first');
    const tls = { port: 0, certificateFiles: [certificate], keyFiles: [key], lookEveryMs: 50 };
    const server = await startTestServer({ tls });
    try {
      const port = server.running.tlsPort ?? 0;
      assert.is(await presentedName(port), 'first');
      const renewed = join(folder, 'renewed');
      mkdirSync(renewed);
      make(renewed, 'second');
      copyFileSync(join(renewed, 'server.crt'), certificate);
      await sleep(300);
      assert.is(await presentedName(port), 'first', 'a pair that does not fit is not taken');
      copyFileSync(join(renewed, 'server.key'), key);
      await eventually(async () => (await presentedName(port)) === 'second', 'the new pair');
    } finally {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('SIGHUP: new connections get the new one, a broken one is told and the old one stays', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'csms-tls-reload-'));
    make(folder, 'first');
    const files = ['--tls-cert', join(folder, 'server.crt'), '--tls-key', join(folder, 'server.key')];
    const listen = ['--port', '0', '--tls-port', '0', '--data', join(folder, 'data'), '--json'];
    const program = startProgram(bin, ['serve', ...listen, ...files]);
    try {
      const line = await eventually(() => /^\{.*"tlsPort".*\}$/m.exec(program.output())?.[0], 'listening', 60_000);
      const { tlsPort } = JSON.parse(line) as { tlsPort: number };
      const ca = readFileSync(join(folder, 'server.crt'));
      const url = `wss://127.0.0.1:${tlsPort}/ocpp`;
      const peer = await connectScriptedChargePoint({ url, identity: 'CP1', tls: { ca } });
      assert.is(await presentedName(tlsPort), 'first');

      make(folder, 'second');
      process.kill(program.pid, 'SIGHUP');
      await eventually(async () => (await presentedName(tlsPort)) === 'second', 'the new certificate');
      assert.ok((await peer.call('Heartbeat')).currentTime, 'the open connection stays');

      writeFileSync(join(folder, 'server.key'), 'no key at all');
      process.kill(program.pid, 'SIGHUP');
      await eventually(() => program.output().includes('cannot be used'), 'it is told');
      assert.is(await presentedName(tlsPort), 'second');
      assert.ok(program.running);
      await peer.close();
    } finally {
      await program.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });
} else test('openssl is not installed: left out', () => {});

test.run();
