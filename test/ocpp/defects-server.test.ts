import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS, withDeadline } from '../support/deadline.js';
import { connectScriptedChargePoint, sendBytes, upgradeText } from '../support/scripted-charge-point.js';
import { startChild, withBarePeer, withBareServer } from './bare.js';
import { startServer } from './fixture.js';

/**
 * Each defect of ocpp-rpc 2.2.1 as a central system: first shown on bare ocpp-rpc, then ours. Should a new ocpp-rpc
 * mend one, the first half fails, and what covers it here may go.
 */

const ocppRpc = JSON.stringify(fileURLToPath(new URL('../../../node_modules/ocpp-rpc', import.meta.url)));
const END_OF_HEADERS = /\r\n\r\n/;

test('defect: one malformed URL ends the process', async () => {
  const bare = await startChild(`
    const { RPCServer } = require(${ocppRpc});
    const server = new RPCServer({ protocols: ['ocpp1.6'] });
    server.listen(0, '127.0.0.1').then((http) => console.log(http.address().port));`);
  await sendBytes(bare.port, upgradeText('/%E0%A4%A'), 5000);
  assert.is(await withDeadline(bare.exited, PATIENCE_MS, 'end of the process'), 1);

  const ours = await startServer();
  assert.match(await sendBytes(ours.port, upgradeText('/ocpp/%E0%A4%A'), 5000), /^HTTP\/1\.1 400 /);
  assert.match(await sendBytes(ours.port, upgradeText('/ocpp/CP1'), 5000, END_OF_HEADERS), /^HTTP\/1\.1 101 /);
  await ours.stop();
});

test('defect: a socket without subprotocol is let in, and its messages are not checked', async () => {
  // Strict mode needs ocpp-rpc's own schemas, which ours does not load: hence a process of its own.
  const bare = await startChild(`
    const { RPCServer } = require(${ocppRpc});
    const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
    server.on('client', (client) => client.handle(() => ({ nonsense: true })));
    server.listen(0, '127.0.0.1').then((http) => console.log(http.address().port));`);
  const let_in = await connectScriptedChargePoint({
    url: `ws://127.0.0.1:${bare.port}`,
    identity: 'CP1',
    protocols: [],
  });
  assert.equal(await let_in.call('BootNotification', { nonsense: 1 }), { nonsense: true });
  let_in.drop();
  bare.child.kill();
  await bare.exited;

  const refusing = await startServer();
  const refused = await connectScriptedChargePoint({ url: refusing.url, identity: 'CP1', protocols: [] });
  assert.is((await withDeadline(refused.closed, PATIENCE_MS, 'close')).code, 1002);
  await refusing.stop();

  const tolerant = await startServer({ options: { whenNoneOffered: '1.6' } });
  const peer = await connectScriptedChargePoint({ url: tolerant.url, identity: 'CP1', protocols: [] });
  assert.match(String(await peer.call('BootNotification', { nonsense: 1 }).catch((error) => error)), /CALLERROR/);
  peer.drop();
  await tolerant.stop();
});

test('defect: an empty identity is upgraded and then dropped', async () => {
  await withBareServer({}, async (port) => {
    assert.match(await sendBytes(port, upgradeText('/ocpp/'), 5000, END_OF_HEADERS), /^HTTP\/1\.1 101 /);
  });
  const ours = await startServer();
  assert.match(await sendBytes(ours.port, upgradeText('/ocpp/'), 5000), /^HTTP\/1\.1 400 /);
  await ours.stop();
});

test('defect: any path is accepted', async () => {
  await withBareServer({}, async (port) => {
    assert.match(await sendBytes(port, upgradeText('/admin/login/CP1'), 5000, END_OF_HEADERS), /^HTTP\/1\.1 101 /);
  });
  const ours = await startServer();
  assert.match(await sendBytes(ours.port, upgradeText('/admin/login/CP1'), 5000), /^HTTP\/1\.1 404 /);
  await ours.stop();
});

test('defect: inbound CALLs are served concurrently and answered out of order', async () => {
  const slowStart = async (action: string): Promise<object> => {
    await sleep(action === 'StartTransaction' ? 60 : 1);
    return { action };
  };
  const start = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: '2030-01-01T00:00:00Z' };
  await withBarePeer({ handler: ({ method }) => slowStart(method) }, async (peer) => {
    peer.send([2, '1', 'StartTransaction', start]);
    peer.send([2, '2', 'Heartbeat', {}]);
    await peer.expectFrame('both answers', ({ text }) => text.startsWith('[3,"1"'));
    assert.match(peer.frames.filter(({ direction }) => direction === 'in')[0]?.text ?? '', /^\[3,"2"/);
  });
  const ours = await startServer({ handler: ({ action }) => slowStart(action) });
  const peer = await connectScriptedChargePoint({ url: ours.url, identity: 'CP1' });
  peer.send([2, '1', 'StartTransaction', start]);
  peer.send([2, '2', 'Heartbeat', {}]);
  await peer.expectFrame('both answers', ({ text }) => text.startsWith('[3,"2"'));
  assert.match(peer.frames.filter(({ direction }) => direction === 'in')[0]?.text ?? '', /^\[3,"1"/);
  peer.drop();
  await ours.stop();
});

test('defect: the number of CALLs being served is not bounded', async () => {
  const counter = () => {
    const seen = { running: 0, most: 0 };
    const serve = async (): Promise<object> => {
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      await sleep(30);
      seen.running -= 1;
      return {};
    };
    return { seen, serve };
  };
  const flooded = counter();
  await withBarePeer({ handler: flooded.serve }, async (peer) => {
    for (let id = 0; id < 300; id += 1) peer.send([2, `${id}`, 'Heartbeat', {}]);
    await peer.expectFrame('the last answer', ({ text }) => text.startsWith('[3,"299"'));
    assert.ok(flooded.seen.most > 100, `${flooded.seen.most} at a time`);
  });
  const guarded = counter();
  const ours = await startServer({ handler: guarded.serve });
  const peer = await connectScriptedChargePoint({ url: ours.url, identity: 'CP1' });
  for (let id = 0; id < 30; id += 1) peer.send([2, `${id}`, 'Heartbeat', {}]);
  await peer.expectFrame('the last answer', ({ text }) => text.includes('"29"'), 10_000);
  assert.is(guarded.seen.most, 1);
  peer.drop();
  await ours.stop();
});

test('defect: a message of 2 MiB is taken', async () => {
  const big = { vendorId: 'v', data: 'x'.repeat(2 * 1024 * 1024) };
  await withBarePeer({}, async (peer) => {
    assert.equal(await peer.call('DataTransfer', big), {});
  });
  const ours = await startServer();
  const peer = await connectScriptedChargePoint({ url: ours.url, identity: 'CP1' });
  peer.send([2, '1', 'DataTransfer', big]);
  assert.is((await withDeadline(peer.closed, PATIENCE_MS, 'close')).code, 1009);
  await ours.stop();
});

test('defect: close() of the server waits for a charge point that reads nothing (ws gives it 30 s)', async () => {
  await withBareServer({}, async (port, server) => {
    const deaf = await connectScriptedChargePoint({ url: `ws://127.0.0.1:${port}/ocpp`, identity: 'CP1' });
    deaf.pauseReading();
    const closed = await Promise.race([server.close({ code: 1001 }).then(() => 'closed'), sleep(1500, 'waits')]);
    assert.is(closed, 'waits');
    deaf.drop();
  });
  const ours = await startServer();
  const deaf = await connectScriptedChargePoint({ url: ours.url, identity: 'CP1' });
  deaf.pauseReading();
  await withDeadline(ours.server.close(1001, '', 100), PATIENCE_MS, 'close');
  assert.is(ours.server.connectionCount, 0);
  await ours.stop();
});

test('defect: a socket error after the upgrade writes an HTTP response into the WebSocket stream', async () => {
  const upgraded = async (port: number, emit: () => void): Promise<string> => {
    const answer = sendBytes(port, upgradeText('/ocpp/CP1'), 800);
    await sleep(300);
    emit();
    return await answer;
  };
  await withBareServer(
    {
      onClient: (client) => {
        // What a failing kernel socket does, at a moment when it can still be written to.
        const { _ws } = client as unknown as { _ws: { _socket: NodeJS.EventEmitter } };
        setTimeout(() => _ws._socket.emit('error', new Error('EPIPE')), 100);
      },
    },
    async (port) => {
      assert.match(await upgraded(port, () => {}), /HTTP\/1\.1 500/);
    },
  );
  const sockets: NodeJS.EventEmitter[] = [];
  const ours = await startServer({
    options: {
      admit: ({ request }) => {
        sockets.push(request.socket);
        return { accept: true, context: '' };
      },
    },
  });
  const answer = await upgraded(ours.port, () => sockets[0]?.emit('error', new Error('EPIPE')));
  assert.match(answer, /^HTTP\/1\.1 101/);
  assert.not.match(answer, /HTTP\/1\.1 500/);
  await eventually(() => ours.server.connectionCount === 0, 'the end of the connection');
  await ours.stop();
});

test.run();
