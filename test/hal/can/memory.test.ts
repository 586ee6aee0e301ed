import { type CanFrame, createMemoryCanNetwork } from '@tapwatt/hal';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const frame = (id: number, ...data: number[]): CanFrame => ({ id, data: Uint8Array.from(data) });

test('a frame reaches every node but its sender', () => {
  const network = createMemoryCanNetwork();
  const [a, b, c] = [network.attach(), network.attach(), network.attach()];
  const heard: string[] = [];
  a.onFrame((f) => heard.push(`a${f.id}`));
  b.onFrame((f) => heard.push(`b${f.id}`));
  c.onFrame((f) => heard.push(`c${f.id}`));
  a.send(frame(1));
  assert.equal(heard, ['b1', 'c1']);
});

test('all nodes see one order, also when an answer is sent from within a listener', () => {
  const network = createMemoryCanNetwork();
  const [a, b, c] = [network.attach(), network.attach(), network.attach()];
  const heard: number[] = [];
  b.onFrame((f) => {
    if (f.id === 1) b.send(frame(2));
  });
  c.onFrame((f) => heard.push(f.id));
  a.send(frame(1));
  assert.equal(heard, [1, 2]);
});

test('what a listener or the sender does to the bytes afterwards is seen by nobody else', () => {
  const network = createMemoryCanNetwork();
  const [a, b, c] = [network.attach(), network.attach(), network.attach()];
  b.onFrame((f) => f.data.fill(0));
  let seen = -1;
  c.onFrame((f) => {
    seen = f.data[0] ?? -1;
  });
  a.send(frame(1, 42));
  assert.is(seen, 42);
});

test('while the bus is down frames are dropped and everybody knows', () => {
  const network = createMemoryCanNetwork();
  const [a, b] = [network.attach(), network.attach()];
  const states: string[] = [];
  b.onBusState((state) => states.push(state.state));
  let heard = 0;
  b.onFrame(() => {
    heard += 1;
  });
  network.setDown('cut');
  assert.is(a.busState.state, 'down');
  a.send(frame(1));
  network.setUp();
  assert.is(heard, 0);
  a.send(frame(1));
  assert.is(heard, 1);
  assert.equal(states, ['down', 'up']);
});

test('a closed node neither hears nor speaks', async () => {
  const network = createMemoryCanNetwork();
  const [a, b] = [network.attach(), network.attach()];
  let heard = 0;
  b.onFrame(() => {
    heard += 1;
  });
  await b.close();
  a.send(frame(1));
  assert.is(heard, 0);
  assert.is(b.busState.state, 'down');
});

test.run();
