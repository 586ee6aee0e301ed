import { setTimeout as sleep } from 'node:timers/promises';
import { type Admission, type Connection, createOcppServer, type UpgradeRequest } from '@tapwatt/ocpp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS, withDeadline } from '../support/deadline.js';
import {
  connectScriptedChargePoint,
  sendBytes,
  UpgradeRefused,
  upgradeText,
} from '../support/scripted-charge-point.js';
import { ordinaryHandler, type ServerSetup, type ServerUnderTest, startServer } from './fixture.js';

async function withServer(setup: ServerSetup, run: (under: ServerUnderTest) => Promise<void>): Promise<void> {
  const under = await startServer(setup);
  try {
    await run(under);
  } finally {
    await under.stop();
  }
}

/** Status line of what the server answers to an upgrade with this path. */
async function statusOf(port: number, path: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await sendBytes(port, upgradeText(path, headers), 5000, /\r\n\r\n/);
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
}

const refusalOf = async (work: Promise<unknown>): Promise<UpgradeRefused> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof UpgradeRefused) return error;
    throw error;
  }
  throw new Error('was not refused');
};

test('1.6-J §3.1.1: the identity is the last path segment, percent-decoded', async () => {
  await withServer({}, async ({ port, url, connections }) => {
    assert.is(await statusOf(port, '/ocpp/RDAM%20123'), 101);
    assert.is(await statusOf(port, '/ocpp//CP001?token=1'), 101);
    assert.is(await statusOf(port, '/ocpp/a%3Ab'), 101);
    const peer = await connectScriptedChargePoint({ url, identity: 'Säule*1' });
    assert.is(peer.protocol, 'ocpp1.6');
    assert.equal(
      connections.map(({ identity }) => identity),
      ['RDAM 123', 'CP001', 'a:b', 'Säule*1'],
    );
    peer.drop();
  });
});

test('malformed and foreign paths are refused, and the process lives', async () => {
  await withServer({}, async ({ port, connections, refusals }) => {
    assert.is(await statusOf(port, '/ocpp/%E0%A4%A'), 400);
    assert.is(await statusOf(port, '/ocpp/%'), 400);
    assert.is(await statusOf(port, '/ocpp/%ff'), 400);
    assert.is(await statusOf(port, '/ocpp/'), 400);
    assert.is(await statusOf(port, '/ocpp/..'), 400);
    assert.is(await statusOf(port, '/ocpp/%2e%2E'), 400);
    assert.is(await statusOf(port, '/ocpp/a%2Fb'), 400);
    assert.is(await statusOf(port, '/ocpp/a%00b'), 400);
    assert.is(await statusOf(port, '/ocpp/%20CP'), 400);
    assert.is(await statusOf(port, `/ocpp/${'x'.repeat(49)}`), 400);
    assert.is(await statusOf(port, '/ocpp'), 404);
    assert.is(await statusOf(port, '/'), 404);
    assert.is(await statusOf(port, '/other/CP1'), 404);
    assert.is(await statusOf(port, '/ocpp/a/b'), 404);
    assert.is(await statusOf(port, '/ocppx/CP1'), 404);
    assert.is(await statusOf(port, '//evil/ocpp/CP1'), 404);
    assert.is(await statusOf(port, '/ocpp/CP1', { Upgrade: 'h2c' }), 400);
    assert.is(await statusOf(port, '/ocpp/CP1', { 'Sec-WebSocket-Key': 'short' }), 400);
    assert.is(await statusOf(port, '/ocpp/CP1', { 'Sec-WebSocket-Protocol': 'ocpp1.6;ocpp2' }), 400);
    assert.equal(connections, []);
    assert.is(refusals[0]?.httpStatus, 400);
    assert.is(await statusOf(port, '/ocpp/CP1'), 101);
  });
});

test('several paths; the root as path', async () => {
  await withServer({ options: { path: ['/ocpp/', '/steve/websocket', ''] } }, async ({ port, connections }) => {
    for (const path of ['/ocpp/A', '/steve/websocket/B', '/C']) assert.is(await statusOf(port, path), 101, path);
    assert.is(await statusOf(port, '/x/D'), 404);
    assert.equal(
      connections.map(({ identity }) => identity),
      ['A', 'B', 'C'],
    );
  });
});

test('1.6-J §3.2: without a common version the handshake completes without subprotocol and closes', async () => {
  await withServer({}, async ({ port, connections, refusals }) => {
    for (const offered of ['ocpp1.5', 'ocpp2.0, ocpp1.2', '']) {
      const answer = await sendBytes(
        port,
        upgradeText('/ocpp/CP1', { 'Sec-WebSocket-Protocol': offered }),
        PATIENCE_MS,
        /no OCPP version in common/,
      );
      assert.match(answer, /^HTTP\/1\.1 101 /);
      assert.not.match(answer, /sec-websocket-protocol/i);
      // A close frame (opcode 8) with 1002.
      assert.ok(answer.includes('\x88'), 'close frame');
      assert.ok(answer.includes('\x03\xea'), 'code 1002');
    }
    assert.equal(connections, []);
    assert.equal(
      refusals.map(({ httpStatus }) => httpStatus),
      [101, 101, 101],
    );
  });
});

test('policy: a charge point that offers nothing is taken for 1.6, and validated as such', async () => {
  await withServer({ options: { whenNoneOffered: '1.6' } }, async ({ url, connections }) => {
    const peer = await connectScriptedChargePoint({ url, identity: 'CP1', protocols: [] });
    assert.is(peer.protocol, '');
    assert.is(connections[0]?.version, '1.6');
    const refused = await peer.call('BootNotification', { nonsense: 1 }).catch((error: unknown) => String(error));
    assert.match(String(refused), /ProtocolError|FormationViolation/);
    peer.drop();
  });
});

test('the subprotocol is the one of the server among those offered; repeated offers pass', async () => {
  await withServer({}, async ({ port }) => {
    for (const offered of ['ocpp2.0.1, ocpp1.6', 'ocpp1.6, ocpp1.6', ' ocpp1.6 ,', 'ocpp1.5,ocpp1.6']) {
      const answer = await sendBytes(
        port,
        upgradeText('/ocpp/CP1', { 'Sec-WebSocket-Protocol': offered }),
        PATIENCE_MS,
        /\r\n\r\n/,
      );
      assert.match(answer, /Sec-WebSocket-Protocol: ocpp1\.6\r\n/i, offered);
    }
  });
});

test('admit sees identity, address, offers and credentials with colons and raw bytes', async () => {
  const seen: UpgradeRequest[] = [];
  const admit = (request: UpgradeRequest): Admission<string> => {
    seen.push(request);
    return { accept: true, context: 'mine' };
  };
  await withServer({ options: { admit } }, async ({ url }) => {
    const password = Buffer.from([0x00, 0xff, 0x3a, 0x80, 0x0a]);
    for (const more of [
      { identity: 'a:b', password },
      { identity: 'CP1', user: 'other', password: 'x:y' },
      { identity: 'CP1' },
    ]) {
      const peer = await connectScriptedChargePoint({ url, protocols: ['ocpp1.5', 'ocpp1.6'], ...more });
      peer.drop();
    }
    assert.equal(
      seen.map(({ basicAuth }) => basicAuth),
      [{ user: 'a:b', password }, { user: 'other', password: Buffer.from('x:y') }, undefined],
    );
    assert.equal(
      [seen[0]?.identity, seen[0]?.remoteAddress, seen[0]?.offeredProtocols, seen[0]?.proposedVersion, seen[0]?.secure],
      ['a:b', '127.0.0.1', ['ocpp1.5', 'ocpp1.6'], '1.6', false],
    );
  });
});

test('admit refuses with a status; 401 asks for Basic credentials', async () => {
  const admit = ({ identity }: UpgradeRequest): Admission<string> => ({
    accept: false,
    httpStatus: identity === 'known' ? 401 : 404,
    reason: `no ${identity}`,
    headers: { 'Retry-After': '7\r\nX-Injected: 1' },
  });
  await withServer({ options: { admit } }, async ({ url, refusals }) => {
    const unauthorized = await refusalOf(connectScriptedChargePoint({ url, identity: 'known' }));
    assert.is(unauthorized.httpStatus, 401);
    assert.match(String(unauthorized.headers['www-authenticate']), /^Basic realm=/);
    assert.is(unauthorized.headers['x-injected'], undefined);
    assert.is(unauthorized.body, 'no known\n');
    assert.is((await refusalOf(connectScriptedChargePoint({ url, identity: 'unknown' }))).httpStatus, 404);
    assert.equal(
      refusals.map(({ identity, httpStatus }) => [identity, httpStatus]),
      [
        ['known', 401],
        ['unknown', 404],
      ],
    );
  });
});

test('admit throws: 500; admit is silent: 503; the charge point leaves meanwhile: nothing', async () => {
  let step = 0;
  const admit = async (): Promise<Admission<string>> => {
    step += 1;
    if (step === 1) throw new Error('database is away');
    await sleep(150);
    return { accept: true, context: '' };
  };
  await withServer({ options: { admit, admitTimeoutMs: 60 } }, async ({ url, port, refusals, connections }) => {
    assert.is((await refusalOf(connectScriptedChargePoint({ url, identity: 'A' }))).httpStatus, 500);
    assert.match(String(refusals[0]?.error), /database is away/);
    assert.is((await refusalOf(connectScriptedChargePoint({ url, identity: 'A' }))).httpStatus, 503);
    await sendBytes(port, upgradeText('/ocpp/CP1'), 20);
    await sleep(200);
    assert.equal(connections, []);
  });
});

test('a charge point that resets the connection while admit decides does not end the process', async () => {
  const admit = async (): Promise<Admission<string>> => {
    await sleep(50);
    return { accept: true, context: '' };
  };
  await withServer({ options: { admit } }, async ({ port, url }) => {
    const { connect } = await import('node:net');
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    socket.write(upgradeText('/ocpp/CP1'));
    await sleep(20);
    socket.resetAndDestroy();
    await sleep(80);
    const peer = await connectScriptedChargePoint({ url, identity: 'CP2' });
    assert.ok((await peer.call('Heartbeat')).currentTime);
    peer.drop();
  });
});

test('a message above the limit closes with 1009; the others stay', async () => {
  await withServer({ options: { maxPayloadBytes: 10_000 } }, async ({ url, heard }) => {
    const big = await connectScriptedChargePoint({ url, identity: 'big' });
    const small = await connectScriptedChargePoint({ url, identity: 'small' });
    await big.call('DataTransfer', { vendorId: 'v', data: 'x'.repeat(9000) });
    big.send([2, '1', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(10_000) }]);
    assert.is((await withDeadline(big.closed, PATIENCE_MS, 'close')).code, 1009);
    assert.ok(heard.reports.some(({ kind }) => kind === 'socket-error'));
    assert.ok((await small.call('Heartbeat')).currentTime);
    small.drop();
  });
});

test('1 MiB is the limit when none is given', async () => {
  await withServer({}, async ({ url }) => {
    const peer = await connectScriptedChargePoint({ url, identity: 'CP1' });
    await peer.call('DataTransfer', { vendorId: 'v', data: 'x'.repeat(1024 * 1024 - 100) });
    peer.send([2, '1', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(1024 * 1024) }]);
    assert.is((await withDeadline(peer.closed, PATIENCE_MS, 'close')).code, 1009);
  });
});

test('two sockets with one identity are two connections: which one counts is decided above', async () => {
  await withServer({}, async ({ url, connections, server }) => {
    const first = await connectScriptedChargePoint({ url, identity: 'CP1' });
    const second = await connectScriptedChargePoint({ url, identity: 'CP1' });
    assert.is(server.connectionCount, 2);
    connections[0]?.terminate();
    await withDeadline(first.closed, PATIENCE_MS, 'the first');
    assert.ok((await second.call('Heartbeat')).currentTime);
    await eventually(() => server.connectionCount === 1, 'one connection');
    second.drop();
  });
});

test('admit gives version, verdict, timeouts and a context of its own', async () => {
  const contexts: unknown[] = [];
  const options = {
    admit: (): Admission<{ id: number }> => ({
      accept: true,
      version: '1.6',
      verdict: 'warn',
      callTimeoutMs: 40,
      context: { id: 5 },
    }),
    onConnection: (_connection: Connection, info: { context: { id: number }; subprotocol: string | null }) => {
      contexts.push(info.context, info.subprotocol);
      return { handler: ordinaryHandler };
    },
  };
  const server = createOcppServer<{ id: number }>({ versions: ['1.6'], ...options });
  const { createServer } = await import('node:http');
  const http = createServer();
  http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as { port: number };
  const peer = await connectScriptedChargePoint({ url: `ws://127.0.0.1:${port}/ocpp`, identity: 'CP1' });
  await peer.call('Heartbeat', { more: 1 });
  assert.equal(contexts, [{ id: 5 }, 'ocpp1.6']);
  await server.close();
  await new Promise((resolve) => http.close(resolve));
});

test('onConnection throws: the charge point is closed with 1011, the process lives', async () => {
  const options = {
    onConnection: () => {
      throw new Error('no room');
    },
  };
  await withServer({ options }, async ({ url, refusals }) => {
    const peer = await connectScriptedChargePoint({ url, identity: 'CP1' });
    assert.is((await withDeadline(peer.closed, PATIENCE_MS, 'close')).code, 1011);
    assert.match(String(refusals[0]?.error), /no room/);
  });
});

test('close ends every connection before it resolves, also deaf ones and pending upgrades', async () => {
  const admit = async ({ identity }: UpgradeRequest): Promise<Admission<string>> => {
    if (identity === 'pending') await sleep(500);
    return { accept: true, context: '' };
  };
  const { server, url, port, openSockets, stop } = await startServer({ options: { admit } });
  const polite = await connectScriptedChargePoint({ url, identity: 'polite' });
  const deaf = await connectScriptedChargePoint({ url, identity: 'deaf' });
  deaf.pauseReading();
  const pending = refusalOf(connectScriptedChargePoint({ url, identity: 'pending' }));
  await sleep(30);
  await withDeadline(server.close(1012, 'restart', 100), PATIENCE_MS, 'server.close');
  assert.is(server.connectionCount, 0);
  await eventually(async () => (await openSockets()) === 0, 'the end of every socket');
  assert.equal(await withDeadline(polite.closed, PATIENCE_MS, 'polite'), { code: 1012, reason: 'restart' });
  assert.is((await pending).httpStatus, 503);
  assert.is(await statusOf(port, '/ocpp/CP1'), 503);
  deaf.drop();
  await stop();
});

test('a version that is not built in is refused at once', () => {
  assert.throws(
    () =>
      createOcppServer({
        versions: ['2.0.1'],
        admit: () => ({ accept: true, context: 0 }),
        onConnection: () => ({ handler: () => ({}) }),
      }),
    /OCPP 2\.0\.1 is not built in/,
  );
});

test.run();
