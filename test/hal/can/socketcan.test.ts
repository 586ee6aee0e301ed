import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CanFrame } from '@tapwatt/hal';
import { openSocketcan, type SocketcanChannel, type SocketcanMessage } from '@tapwatt/hal/can/backends/socketcan.js';
import { type InterfaceState, interfaceState } from '@tapwatt/hal/can/operstate.js';
import { createManualClock } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bytes } from '../helpers/bytes.js';

/** Behaves as the addon's channel does, with its traps. */
class FakeChannel implements SocketcanChannel {
  readonly sent: string[] = [];
  readonly configured: string[] = [];
  full = false;
  running = false;
  private message: (message: SocketcanMessage) => void = () => {};
  private stopped: () => void = () => {};

  addListener(event: 'onMessage' | 'onStopped', callback: ((message: SocketcanMessage) => void) | (() => void)): void {
    if (event === 'onMessage') this.message = callback;
    else this.stopped = callback as () => void;
  }
  start(): void {
    this.running = true;
  }
  stop(): void {
    if (!this.running) throw new Error('Channel not started');
    this.running = false;
    this.stopped();
  }
  send(message: SocketcanMessage & { ts_sec?: number }): number {
    if (!Buffer.isBuffer(message.data)) throw new Error('Data field must be a Buffer');
    if (this.full) return -1;
    message.ts_sec = 1;
    this.sent.push(`${message.id.toString(16)} ${[...message.data]}`);
    return 16;
  }
  setErrorFilters(mask: number): void {
    this.configured.push(`errors ${mask.toString(16)}`);
  }
  setRxFilters(filters: { id: number; mask: number }[]): void {
    this.configured.push(...filters.map((filter) => `filter ${filter.id} ${filter.mask.toString(16)}`));
  }
  receive(message: SocketcanMessage): void {
    this.message(message);
  }
  /** The interface was removed: the addon stops by itself. */
  die(): void {
    this.running = false;
    this.stopped();
  }
}

async function bench(first: InterfaceState = { usable: true }) {
  const clock = createManualClock();
  const channels: FakeChannel[] = [];
  const world = { state: first };
  const bus = openSocketcan({
    clock,
    interface: 'can0',
    checkInterface: async () => world.state,
    openChannel: async () => {
      const channel = new FakeChannel();
      channels.push(channel);
      return channel;
    },
  });
  const states: string[] = [];
  bus.onBusState((state) => states.push(state.state === 'up' ? 'up' : `down: ${state.reason}`));
  const frames: CanFrame[] = [];
  bus.onFrame((frame) => frames.push(frame));
  await clock.advance(1);
  const channel = (): FakeChannel => {
    const last = channels.at(-1);
    assert.ok(last);
    return last;
  };
  return { clock, bus, channels, channel, world, states, frames };
}

test('§3.1 filters are set before start; standard data frames are handed on, others are not', async () => {
  const b = await bench();
  assert.equal(b.states, ['up']);
  assert.equal(b.channel().configured, ['errors 1ff', 'filter 0 c0000000']);
  b.channel().receive({ id: 0x300, data: Buffer.from([1, 2]) });
  b.channel().receive({ id: 0x300, data: Buffer.from([1, 2]), ext: true });
  b.channel().receive({ id: 0x300, data: Buffer.alloc(0), rtr: true });
  b.channel().receive({ id: 0x04, data: Buffer.alloc(8), err: true });
  assert.equal(b.frames, [{ id: 0x300, data: bytes('01 02') }]);
  await b.bus.close();
});

test('§3.1 a full queue answers -1: the frame is tried again, in order, and given up after a second', async () => {
  const b = await bench();
  b.channel().full = true;
  b.bus.send({ id: 0x210, data: bytes('10 00') });
  b.bus.send({ id: 0x200, data: bytes('') });
  await b.clock.advance(500);
  assert.equal(b.channel().sent, []);
  b.channel().full = false;
  await b.clock.advance(20);
  assert.equal(b.channel().sent, ['210 16,0', '200 ']);
  b.channel().full = true;
  b.bus.send({ id: 0x201, data: bytes('') });
  await b.clock.advance(1100);
  b.channel().full = false;
  await b.clock.advance(100);
  assert.is(b.channel().sent.length, 2);
  await b.bus.close();
});

test('§3.1 the addon writes into what it is given: the frame of the caller stays as it was', async () => {
  const b = await bench();
  const frame = Object.freeze({ id: 0x200, data: bytes('01') });
  b.bus.send(frame);
  assert.equal(b.channel().sent, ['200 1']);
  await b.bus.close();
});

test('§3.1 an interface that is down: a real reason, and up by itself once it is up', async () => {
  const b = await bench({ usable: false, reason: 'can0 is down', fix: 'ip link' });
  assert.equal(b.states, ['down: can0 is down']);
  assert.is(b.channels.length, 0);
  b.bus.send({ id: 0x200, data: bytes('') });
  b.world.state = { usable: true };
  await b.clock.advance(11_000);
  assert.equal(b.states, ['down: can0 is down', 'up']);
  assert.equal(b.channel().sent, []);
  await b.bus.close();
});

test('§3.1 the link goes down under an open channel: seen within a second or two, channel made anew', async () => {
  const b = await bench();
  b.world.state = { usable: false, reason: 'can0 is down', fix: 'ip link' };
  await b.clock.advance(1500);
  assert.equal(b.states, ['up', 'down: can0 is down']);
  assert.is(b.channel().running, false);
  b.world.state = { usable: true };
  await b.clock.advance(11_000);
  assert.equal(b.states.at(-1), 'up');
  assert.is(b.channels.length, 2);
  await b.bus.close();
});

test('§3.1 a channel that stopped by itself is not stopped again (node-can#170), but made anew', async () => {
  const b = await bench();
  b.channel().die();
  assert.match(b.states.at(-1) ?? '', /down: can0 stopped/);
  await b.clock.advance(1000);
  assert.is(b.states.at(-1), 'up');
  assert.is(b.channels.length, 2);
  await b.bus.close();
});

test('§3.1 bus-off is down with a fix; the restart, or a frame, is up', async () => {
  const b = await bench();
  b.channel().receive({ id: 0x40, data: Buffer.alloc(8), err: true });
  assert.is(b.states.at(-1), 'down: can0 is bus-off');
  b.bus.send({ id: 0x200, data: bytes('') });
  assert.equal(b.channel().sent, []);
  b.channel().receive({ id: 0x100, data: Buffer.alloc(8), err: true });
  assert.is(b.states.at(-1), 'up');
  b.channel().receive({ id: 0x40, data: Buffer.alloc(8), err: true });
  b.channel().receive({ id: 0x300, data: Buffer.alloc(2) });
  assert.is(b.states.at(-1), 'up');
  await b.bus.close();
});

test('close stops the channel once and leaves no timer', async () => {
  const b = await bench();
  const channel = b.channel();
  await b.bus.close();
  await b.bus.close();
  assert.is(channel.running, false);
  await b.clock.advance(20_000);
  assert.is(b.clock.pendingTimers, 0);
  assert.is(b.channels.length, 1);
});

test('§3.1 an addon that cannot be loaded is a bus that is down, with what to type', async () => {
  const clock = createManualClock();
  const bus = openSocketcan({
    clock,
    interface: 'can0',
    checkInterface: async () => ({ usable: true }),
    openChannel: () => Promise.reject(new Error('Error while creating channel')),
  });
  await clock.advance(1);
  const state = bus.busState;
  assert.ok(state.state === 'down');
  assert.match(state.reason, /cannot be opened: Error while creating channel/);
  assert.match(state.fix, /npm rebuild socketcan/);
  await bus.close();
});

async function sysTree(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'tapwatt-net-'));
  await mkdir(join(root, 'sys/class/net/x'), { recursive: true });
  for (const [name, content] of Object.entries(files))
    await writeFile(join(root, 'sys/class/net/x', name), `${content}\n`);
  return root;
}

for (const [type, operstate, expected] of [
  ['280', 'up', ''],
  ['280', 'unknown', ''],
  ['280', 'down', 'x is down'],
  ['1', 'up', 'x is not a CAN interface'],
] as const) {
  test(`§3.1 type ${type}, ${operstate}: ${expected || 'usable'}`, async () => {
    const root = await sysTree({ type, operstate });
    const state = await interfaceState('x', root);
    assert.is(state.usable ? '' : state.reason, expected);
    if (!state.usable) assert.ok(state.fix.length > 0);
    await rm(root, { recursive: true });
  });
}

test('§3.1 no such interface: the overlay is the fix', async () => {
  const root = await sysTree({});
  const state = await interfaceState('can3', root);
  assert.ok(!state.usable && /mcp2515/.test(state.fix));
  await rm(root, { recursive: true });
});

test.run();
