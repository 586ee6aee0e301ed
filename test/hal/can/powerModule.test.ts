import { type CanFrame, createMemoryCanNetwork, createPowerModule, type Health } from '@tapwatt/hal';
import { createManualClock } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

function bench() {
  const clock = createManualClock();
  const network = createMemoryCanNetwork();
  const peer = network.attach();
  const sent: string[] = [];
  peer.onFrame((frame) => {
    sent.push([frame.id.toString(16), ...frame.data].join(' '));
  });
  const driver = createPowerModule({ clock, bus: network.attach(), idOffset: 0, currentScaleMa: 1000 });
  const healths: Health[] = [];
  driver.onHealth((health) => healths.push(health));
  const report = (ampere: number): void => {
    const frame: CanFrame = { id: 0x300, data: Uint8Array.of(ampere & 0xff, ampere >> 8) };
    peer.send(frame);
  };
  /** Reports each second, as a module does. */
  const live = async (seconds: number, ampere: number): Promise<void> => {
    for (let n = 0; n < seconds; n += 1) {
      report(ampere);
      await clock.advance(1000);
    }
  };
  return { clock, network, driver, sent, healths, report, live, take: () => sent.splice(0) };
}

test('off is the first thing that is said: a module left running by a dead process is stopped', () => {
  assert.equal(bench().sent, ['201']);
});

test('start sets the limit, then starts; setLimit changes it; stop stops', async () => {
  const b = bench();
  await b.live(1, 0);
  b.take();
  b.driver.start(16_000);
  assert.equal(b.take(), ['210 16 0', '200']);
  b.driver.setLimit(300_000);
  assert.equal(b.take(), ['210 44 1']);
  b.driver.stop();
  assert.equal(b.take(), ['201']);
  b.driver.setLimit(10_000);
  assert.equal(b.take(), []);
});

test('STOP is sent always, whether or not it was started', async () => {
  const b = bench();
  b.take();
  b.driver.stop();
  b.driver.stop();
  assert.equal(b.take(), ['201', '201']);
});

test('STOP is repeated with each report of a current, until there is none', async () => {
  const b = bench();
  await b.live(1, 0);
  b.driver.start(16_000);
  await b.live(2, 10);
  b.driver.stop();
  b.take();
  await b.live(3, 5);
  assert.equal(b.take(), ['201', '201', '201']);
  await b.live(3, 0);
  assert.equal(b.take(), []);
});

test('0x300 silent for more than 3 s is a failure with reason and fix, and no current is known', async () => {
  const b = bench();
  await b.live(2, 10);
  assert.is(b.driver.health.state, 'ok');
  assert.is(b.driver.currentMa, 10_000);
  await b.clock.advance(1999);
  assert.is(b.driver.health.state, 'ok');
  await b.clock.advance(1);
  const { health } = b.driver;
  assert.ok(health.state === 'failed');
  assert.match(health.fix, /0x300/);
  assert.is(b.driver.currentMa, null);
});

test('a module that never spoke is starting for 3 s, then failed', async () => {
  const b = bench();
  await b.clock.advance(2999);
  assert.is(b.driver.health.state, 'starting');
  await b.clock.advance(1);
  assert.is(b.driver.health.state, 'failed');
});

test('a module heard again after a silence is told the limit and START again', async () => {
  const b = bench();
  await b.live(1, 0);
  b.driver.start(20_000);
  await b.live(1, 4);
  await b.clock.advance(4000);
  b.take();
  b.report(0);
  assert.equal(b.take(), ['210 20 0', '200']);
  assert.is(b.driver.health.state, 'ok');
});

test('a bus that is down is a failure at once; when it is up the limit and START are sent again', async () => {
  const b = bench();
  await b.live(1, 0);
  b.driver.start(20_000);
  await b.live(1, 4);
  b.take();
  b.network.setDown('cable');
  const { health } = b.driver;
  assert.ok(health.state === 'failed');
  assert.match(health.reason, /cable/);
  assert.is(b.driver.currentMa, null);
  b.network.setUp();
  assert.equal(b.take(), ['210 20 0', '200']);
  assert.is(b.driver.health.state, 'starting');
  b.report(4);
  assert.is(b.driver.health.state, 'ok');
  assert.equal(b.take(), []);
});

test('stopped while the bus is down: STOP is sent when it is up, and no START', async () => {
  const b = bench();
  await b.live(1, 0);
  b.driver.start(20_000);
  b.network.setDown('cable');
  b.driver.stop();
  b.take();
  b.network.setUp();
  assert.equal(b.take(), ['201']);
});

test('broken and foreign frames are no sign of life', async () => {
  const b = bench();
  await b.live(1, 1);
  const noise = b.network.attach();
  for (let n = 0; n < 5; n += 1) {
    noise.send({ id: 0x300, data: Uint8Array.of(1) });
    noise.send({ id: 0x301, data: Uint8Array.of(1, 0) });
    await b.clock.advance(500);
  }
  assert.is(b.driver.health.state, 'failed');
});

test('close stops a running module and leaves no timer', async () => {
  const b = bench();
  await b.live(1, 0);
  b.driver.start(20_000);
  b.take();
  await b.driver.close();
  assert.equal(b.take(), ['201']);
  assert.is(b.clock.pendingTimers, 0);
  b.driver.start(10_000);
  assert.equal(b.take(), []);
});

test.run();
