import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import {
  ConnectError,
  type ConnectOptions,
  connectToCentralSystem,
  createOcppServer,
  type UpgradeRequest,
} from '@tapwatt/ocpp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CentralSystemOptions, startScriptedCentralSystem } from '../support/scripted-central-system.js';
import { createCertificates, hasOpenssl } from './certificates.js';
import { connectOurs, ordinaryHandler } from './fixture.js';

/** The error of an attempt that must fail. */
async function failureOf(url: string, more: Partial<ConnectOptions> = {}): Promise<ConnectError> {
  try {
    const connection = await connectToCentralSystem({
      url,
      identity: 'CP1',
      versions: ['1.6'],
      handler: () => ({}),
      handshakeTimeoutMs: 3000,
      ...more,
    });
    connection.terminate();
  } catch (error) {
    if (error instanceof ConnectError) {
      assert.ok(error.message.length > 10 && error.hint.length > 10, 'message and hint');
      return error;
    }
    throw error;
  }
  throw new Error('the attempt succeeded');
}

async function withCentral(
  options: CentralSystemOptions,
  run: (central: Awaited<ReturnType<typeof startScriptedCentralSystem>>) => Promise<void>,
) {
  const central = await startScriptedCentralSystem(options);
  try {
    await run(central);
  } finally {
    await central.stop();
  }
}

test('1.6-J §3.1: the path, the subprotocols in order, the percent-encoded identity, the query', async () => {
  await withCentral({}, async (central) => {
    const { connection } = await connectOurs(`${central.url}/?token=a%20b`, { identity: 'RDAM 123' });
    assert.equal([connection.version, connection.identity, connection.isOpen], ['1.6', 'RDAM 123', true]);
    const [upgrade] = central.upgrades;
    assert.is(upgrade?.path, '/ocpp/RDAM%20123?token=a+b');
    assert.equal(upgrade?.offeredProtocols, ['ocpp1.6']);
    assert.is(upgrade?.credentials, null);
    assert.is(upgrade?.headers['sec-websocket-extensions'], undefined);
    await connection.close();
  });
});

test('A00.FR.203-205: Basic credentials; the password may be raw bytes', async () => {
  const password = Buffer.from('0001020304050607ffffffcccccccccccc', 'hex');
  await withCentral({ basicAuth: { password } }, async (central) => {
    const { connection } = await connectOurs(central.url, { identity: 'AL:1000', password });
    assert.equal(central.upgrades[0]?.credentials, { user: 'AL:1000', password });
    await connection.close();
    const wrong = await failureOf(central.url, { password: 'wrong' });
    assert.equal([wrong.code, wrong.httpStatus], ['Unauthorized', 401]);
    assert.is((await failureOf(central.url)).code, 'Unauthorized');
  });
});

test('refused with an HTTP status', async () => {
  await withCentral({}, async (central) => {
    for (const [httpStatus, code] of [
      [404, 'UnknownIdentity'],
      [403, 'Unauthorized'],
      [503, 'HttpRefused'],
      [302, 'HttpRefused'],
    ] as const) {
      central.refuseUpgrades({ httpStatus }, 1);
      const error = await failureOf(central.url);
      assert.equal([error.code, error.httpStatus], [code, httpStatus]);
    }
  });
});

test('1.6-J §3.2: no subprotocol agreed', async () => {
  await withCentral({ protocols: [] }, async (central) => {
    assert.is((await failureOf(central.url)).code, 'NoSubprotocol');
  });
});

test('nothing listens, nobody answers, reset, unknown host', async () => {
  const central = await startScriptedCentralSystem();
  const { url } = central;
  central.refuseUpgrades('reset', 1);
  assert.is((await failureOf(url)).code, 'ConnectionReset');
  central.refuseUpgrades('silence', 1);
  const started = performance.now();
  assert.is((await failureOf(url, { handshakeTimeoutMs: 80 })).code, 'HandshakeTimeout');
  assert.ok(performance.now() - started < 2000);
  await central.stop();
  const refused = await failureOf(url);
  assert.equal([refused.code, refused.systemCode], ['ConnectionRefused', 'ECONNREFUSED']);
  assert.is((await failureOf('ws://no-such-host.invalid/ocpp')).code, 'HostNotFound');
});

test('a server that trickles bytes does not outlast the time limit', async () => {
  const tcp = createTcpServer((socket) => {
    socket.on('error', () => {});
    const timer = setInterval(() => socket.write('HTTP/1.1 1'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const url = `ws://127.0.0.1:${(tcp.address() as AddressInfo).port}/ocpp`;
  const error = await failureOf(url, { handshakeTimeoutMs: 100 });
  assert.ok(error.code === 'HandshakeTimeout' || error.code === 'NotAWebSocket', error.code);
  tcp.close();
});

test('what is no WebSocket server', async () => {
  const tcp = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.end('SSH-2.0-OpenSSH_9.6\r\n');
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const port = (tcp.address() as AddressInfo).port;
  assert.is((await failureOf(`ws://127.0.0.1:${port}/ocpp`)).code, 'NotAWebSocket');
  assert.is((await failureOf(`wss://127.0.0.1:${port}/ocpp`)).code, 'TlsFailed');
  tcp.close();
});

test('options that cannot work', async () => {
  for (const [url, more] of [
    ['http://host/ocpp', {}],
    ['no url', {}],
    ['ws://host/ocpp#x', {}],
    ['ws://host/ocpp', { identity: '' }],
    ['ws://host/ocpp', { versions: [] }],
    ['ws://host/ocpp', { versions: ['2.0.1'] }],
    ['wss://127.0.0.1:9/ocpp', { tls: { ca: 'x', cert: 'no pem', key: 'no pem' } }],
  ] as [string, Partial<ConnectOptions>][])
    assert.is((await failureOf(url, more)).code, 'InvalidOptions', JSON.stringify([url, more]));
});

test('the attempt can be given up', async () => {
  await withCentral({}, async (central) => {
    central.refuseUpgrades('silence');
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 40);
    assert.is((await failureOf(central.url, { signal: abort.signal })).code, 'Aborted');
    assert.is((await failureOf(central.url, { signal: abort.signal })).code, 'Aborted');
  });
});

test('a message that comes with the handshake is not lost', async () => {
  await withCentral({}, async (central) => {
    const connecting = connectOurs(central.url);
    const station = await central.nextConnection();
    const answer = station.call('ClearCache');
    const { connection } = await connecting;
    assert.equal(await answer, { status: 'Accepted' });
    await connection.close();
  });
});

if (hasOpenssl()) {
  const certificates = createCertificates();
  const forLocalhost = certificates.issue('localhost', ['DNS:localhost', 'IP:127.0.0.1']);
  const ca = certificates.root.cert;
  test.after(() => certificates.dispose());

  test('A00.FR.307-308: a certificate that is trusted and for this host; else TlsCertificate', async () => {
    await withCentral({ tls: forLocalhost }, async (central) => {
      const { connection } = await connectOurs(central.url, { tls: { ca } });
      assert.ok(connection.isOpen);
      await connection.close();
      const untrusted = await failureOf(central.url);
      assert.is(untrusted.code, 'TlsCertificate');
      assert.ok(untrusted.systemCode);
      const unchecked = await connectOurs(central.url, { tls: { rejectUnauthorized: false } });
      await unchecked.connection.close();
    });
    await withCentral({ tls: certificates.issue('elsewhere', ['DNS:elsewhere.example']) }, async (central) => {
      assert.is((await failureOf(central.url, { tls: { ca } })).code, 'TlsCertificate');
      const { connection } = await connectOurs(central.url, { tls: { ca, verifyHostname: false } });
      await connection.close();
    });
  });

  test('A00.FR.312-318: no common TLS version, no common cipher suite', async () => {
    await withCentral(
      { tls: { ...forLocalhost, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } },
      async (central) => {
        assert.is((await failureOf(central.url, { tls: { ca, minVersion: 'TLSv1.3' } })).code, 'TlsVersion');
        const ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384';
        assert.is(
          (await failureOf(central.url, { tls: { ca, ciphers, maxVersion: 'TLSv1.2' } })).code,
          'TlsCipherSuite',
        );
      },
    );
  });

  test('security profile 3: the server sees the verified client certificate', async () => {
    const seen: UpgradeRequest[] = [];
    const server = createOcppServer({
      versions: ['1.6'],
      admit: (request) => {
        seen.push(request);
        return { accept: true, context: null };
      },
      onConnection: () => ({ handler: ordinaryHandler }),
    });
    const https = createHttpsServer({ ...forLocalhost, ca, requestCert: true, rejectUnauthorized: false });
    https.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head));
    https.listen(0, '127.0.0.1');
    await once(https, 'listening');
    const url = `wss://127.0.0.1:${(https.address() as AddressInfo).port}/ocpp`;
    const own = certificates.issue('CP1', ['DNS:cp1']);
    const { connection } = await connectOurs(url, { tls: { ca, ...own } });
    await connection.call('Heartbeat', {});
    const plain = await connectOurs(url, { tls: { ca } });
    assert.equal(
      seen.map(({ secure, tlsClientCertificate }) => [secure, tlsClientCertificate?.subject.CN]),
      [
        [true, 'CP1'],
        [true, undefined],
      ],
    );
    await connection.close();
    await plain.connection.close();
    await server.close();
    await new Promise((resolve) => https.close(resolve));
  });

  test('a required client certificate that is missing fails the attempt or the connection at once', async () => {
    await withCentral(
      { tls: { ...forLocalhost, ca, requestCert: true, rejectUnauthorized: true } },
      async (central) => {
        const error = await failureOf(central.url, { tls: { ca } });
        assert.ok(['TlsFailed', 'ConnectionReset'].includes(error.code), `${error.code} ${error.systemCode}`);
      },
    );
  });
}

test.run();
