import { connect, createServer, type Socket } from 'node:net';
import {
  type CanBus,
  type CanFrame,
  createMemoryCanNetwork,
  createSystemClock,
  openCanBus,
  type SocketcandHub,
  startSocketcandHub,
} from '@tapwatt/hal';
import {
  createElementReader,
  frameElement,
  parseFrameElement,
  parseSendElement,
  sendElement,
} from '@tapwatt/hal/can/socketcand/protocol.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS, withDeadline } from '../../support/deadline.js';
import { bytes } from '../helpers/bytes.js';

const clock = createSystemClock();

function client(port: number, name = 'can0'): CanBus {
  return openCanBus({ kind: 'socketcand', clock, host: '127.0.0.1', port, interface: name });
}

const isUp = (bus: CanBus) => () => bus.busState.state === 'up';

async function withHub(
  work: (hub: SocketcandHub, network: ReturnType<typeof createMemoryCanNetwork>) => Promise<void>,
) {
  const network = createMemoryCanNetwork();
  const hub = await startSocketcandHub({ clock, network, port: 0 });
  try {
    await work(hub, network);
  } finally {
    await hub.close();
  }
}

test('protocol: frames as python-can and socketcand write them', () => {
  const frame: CanFrame = { id: 0x300, data: bytes('20 00') };
  assert.is(frameElement(frame, 1_700_000_000_123), '< frame 300 1700000000.123000 2000 >');
  assert.is(sendElement({ id: 0x200, data: bytes('01') }), '< send 200 1 01 >');
  assert.equal(parseFrameElement(['300', '1700000000.123456', '2000']), frame);
  assert.equal(parseFrameElement(['300', '1700000000.123456', '20', '00']), frame);
  assert.equal(parseFrameElement(['300', '1700000000.123456']), { id: 0x300, data: bytes('') });
  assert.equal(parseSendElement(['200', '2', '1', 'FF']), { id: 0x200, data: bytes('01 FF') });
});

test('protocol: 29-bit ids and malformed frames are nothing', () => {
  for (const words of [
    ['00000300', '1.0', '20'],
    ['900', '1.0', '20'],
    ['300', '1.0', '2'],
    ['xyz', '1.0', '20'],
    [],
  ]) {
    assert.is(parseFrameElement(words), null);
  }
  for (const words of [['200', '2', '1'], ['200', '9', ...'123456789'], ['200', '1', '100'], ['200', 'x'], ['200']]) {
    assert.is(parseSendElement(words), null);
  }
});

test('protocol: elements cut anywhere are put together again', () => {
  const text = '< hi >< ok ><  frame 300 1.5 2000 >\n< echo >';
  for (let size = 1; size < text.length; size += 1) {
    const reader = createElementReader();
    const names: string[] = [];
    for (let at = 0; at < text.length; at += size) {
      for (const element of reader.push(text.slice(at, at + size))) names.push(element.name);
    }
    assert.equal(names, ['hi', 'ok', 'frame', 'echo']);
  }
});

test('protocol: what never ends is refused', () => {
  assert.throws(() => createElementReader().push('< frame '.padEnd(2000, '0')), /longer/);
});

test('client and hub over TCP: frames both ways, never the own ones', async () => {
  await withHub(async (hub, network) => {
    const local = network.attach();
    const [a, b] = [client(hub.port), client(hub.port)];
    await eventually(isUp(a), 'client a');
    await eventually(isUp(b), 'client b');
    const heard: string[] = [];
    local.onFrame((f) => heard.push(`local ${f.id.toString(16)} ${[...f.data]}`));
    a.onFrame((f) => heard.push(`a ${f.id.toString(16)} ${[...f.data]}`));
    b.onFrame((f) => heard.push(`b ${f.id.toString(16)} ${[...f.data]}`));
    a.send({ id: 0x210, data: bytes('10 00') });
    await eventually(() => heard.length === 2, 'frame of a');
    local.send({ id: 0x300, data: bytes('05 01') });
    await eventually(() => heard.length === 4, 'frame of the local node');
    assert.equal(heard.sort(), ['a 300 5,1', 'b 210 16,0', 'b 300 5,1', 'local 210 16,0']);
    await Promise.all([a.close(), b.close()]);
  });
});

test('what was sent just before close still leaves', async () => {
  await withHub(async (hub, network) => {
    const local = network.attach();
    let stops = 0;
    local.onFrame((f) => {
      if (f.id === 0x201) stops += 1;
    });
    const bus = client(hub.port);
    await eventually(isUp(bus), 'client');
    bus.send({ id: 0x201, data: bytes('') });
    await withDeadline(bus.close(), PATIENCE_MS, 'close');
    await eventually(() => stops === 1, 'the STOP');
  });
});

test('a hub that goes and comes back: down with a fix, then up again by itself', async () => {
  const network = createMemoryCanNetwork();
  const first = await startSocketcandHub({ clock, network, port: 0 });
  const bus = client(first.port);
  const states: string[] = [];
  bus.onBusState((state) => states.push(state.state));
  await eventually(isUp(bus), 'client');
  await first.close();
  await eventually(() => bus.busState.state === 'down', 'down');
  const down = bus.busState;
  assert.ok(down.state === 'down' && down.fix.length > 0);
  const second = await startSocketcandHub({ clock, network, port: first.port });
  await eventually(isUp(bus), 'up again');
  assert.is(states[0], 'up');
  assert.is(states.at(-1), 'up');
  await bus.close();
  await second.close();
});

test('a wrong bus name is told in the server’s words', async () => {
  await withHub(async (hub) => {
    const bus = client(hub.port, 'can7');
    const state = await eventually(
      () => (bus.busState.state === 'down' && bus.busState.reason.includes('can7') ? bus.busState : null),
      'the error',
    );
    assert.match(state.reason, /it is called can0/);
    await bus.close();
  });
});

test('a port that is no socketcand is told so', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n<html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const bus = client(port);
  const state = await eventually(
    () => (bus.busState.state === 'down' && bus.busState.fix.includes('socketcand') ? bus.busState : null),
    'the state',
  );
  assert.ok(state.fix.length > 0);
  await bus.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function dialogue(port: number): Promise<{ socket: Socket; next(): Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  const replies: string[] = [];
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => replies.push(chunk));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, next: async () => eventually(() => replies.shift(), 'a reply') };
}

test('the hub answers as socketcand does, each answer alone (python-can compares single reads)', async () => {
  await withHub(async (hub, network) => {
    const local = network.attach();
    const { socket, next } = await dialogue(hub.port);
    assert.is(await next(), '< hi >');
    socket.write('< send 200 1 1 >');
    assert.is(await next(), '< error could not parse send command >');
    socket.write('< rawmode >');
    assert.is(await next(), '< error open a bus first >');
    socket.write('< open can0 >');
    assert.is(await next(), '< ok >');
    socket.write('< rawmode >');
    assert.is(await next(), '< ok >');
    socket.write('< echo >');
    assert.is(await next(), '< echo >');
    socket.write('< what >');
    assert.is(await next(), '< error unknown command >');
    local.send({ id: 0x300, data: bytes('20 00') });
    assert.match(await next(), /^< frame 300 \d+\.\d{6} 2000 >$/);
    socket.destroy();
  });
});

test('a client that sends rubbish is cut off, and the hub lives on', async () => {
  await withHub(async (hub) => {
    const { socket, next } = await dialogue(hub.port);
    await next();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('x'.repeat(5000));
    await withDeadline(closed, PATIENCE_MS, 'the cut');
    const bus = client(hub.port);
    await eventually(isUp(bus), 'another client');
    await bus.close();
  });
});

test('a client that goes leaves nothing on the bus', async () => {
  await withHub(async (hub, network) => {
    const { socket, next } = await dialogue(hub.port);
    await next();
    assert.is(network.size, 1);
    socket.resetAndDestroy();
    await eventually(() => network.size === 0, 'the node to go');
  });
});

test('a port that is taken is an error with a hint', async () => {
  await withHub(async (hub) => {
    const network = createMemoryCanNetwork();
    try {
      await startSocketcandHub({ clock, network, port: hub.port });
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: unknown }).code, 'EADDRINUSE');
      assert.match(String((error as { hint?: unknown }).hint), /another port/);
    }
  });
});

test.run();
