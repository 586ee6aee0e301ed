import { type I2cBus, openTransport } from '@tapwatt/hal/pn532/backends/i2cBus.js';
import { createManualClock } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bytes, hex } from '../helpers/bytes.js';

function fakeBus(overrides: Partial<I2cBus> = {}) {
  const calls: string[] = [];
  let closed = 0;
  const bus: I2cBus = {
    async i2cRead(address, length, buffer) {
      calls.push(`read ${address.toString(16)} ${length}`);
      buffer.fill(0x01);
      return { bytesRead: length, buffer };
    },
    async i2cWrite(address, length, buffer) {
      calls.push(`write ${address.toString(16)} ${hex(buffer.subarray(0, length))}`);
      return { bytesWritten: length, buffer };
    },
    async close() {
      closed += 1;
    },
    ...overrides,
  };
  return {
    bus,
    calls,
    get closed() {
      return closed;
    },
  };
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return 'resolved';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

test('§1.7 one transaction alone at open (never a scan), then reads and writes of whole frames', async () => {
  const fake = fakeBus();
  const transport = await openTransport(fake.bus, 0x24, createManualClock(), { operations: 0 });
  assert.equal(fake.calls, ['write 24 00 00 FF 00 FF 00']);
  assert.equal(await transport.read(3), Buffer.from([1, 1, 1]));
  await transport.write(bytes('D4 02'));
  assert.equal(fake.calls.slice(1), ['read 24 3', 'write 24 D4 02']);
  await transport.close();
  assert.is(fake.closed, 1);
});

test('§1.7 a chip that NAKs the first transaction is no reason not to open', async () => {
  let first = true;
  const fake = fakeBus({
    async i2cWrite(_address, length, buffer) {
      if (first) {
        first = false;
        throw Object.assign(new Error('EREMOTEIO'), { code: 'EREMOTEIO' });
      }
      return { bytesWritten: length, buffer };
    },
  });
  const transport = await openTransport(fake.bus, 0x24, createManualClock(), { operations: 0 });
  await transport.write(bytes('00'));
  assert.is(fake.closed, 0);
});

for (const code of ['ENOENT', 'EACCES', 'EBUSY']) {
  test(`§1.7 ${code} at the first transaction closes the bus: its descriptor may lack the address`, async () => {
    const fake = fakeBus({
      i2cWrite: () => Promise.reject(Object.assign(new Error(code), { code })),
    });
    assert.is(await codeOf(openTransport(fake.bus, 0x24, createManualClock(), { operations: 0 })), code);
    assert.is(fake.closed, 1);
  });
}

test('§1.7 a short read is an error', async () => {
  const fake = fakeBus({
    async i2cRead(_address, _length, buffer) {
      return { bytesRead: 2, buffer };
    },
  });
  const transport = await openTransport(fake.bus, 0x24, createManualClock(), { operations: 0 });
  assert.is(await codeOf(transport.read(7)), 'EIO');
});

test('§1.7 one operation at a time; one that hangs is given up, and holds the bus until it returns', async () => {
  const clock = createManualClock();
  const hung = { operations: 0 };
  let release: (() => void) | null = null;
  let started = 0;
  const fake = fakeBus({
    i2cRead: (_address, length, buffer) => {
      started += 1;
      return new Promise((resolve) => {
        release = () => resolve({ bytesRead: length, buffer });
      });
    },
  });
  const transport = await openTransport(fake.bus, 0x24, clock, hung);
  const first = codeOf(transport.read(7));
  assert.is(await codeOf(transport.read(7)), 'EAGAIN');
  await clock.advance(2000);
  assert.is(await first, 'ETIMEDOUT');
  assert.is(hung.operations, 1);
  assert.is(await codeOf(transport.write(bytes('00'))), 'EAGAIN');
  assert.is(started, 1);

  // The descriptor is not closed under the operation, but after it.
  await transport.close();
  assert.is(fake.closed, 0);
  assert.ok(release !== null);
  (release as () => void)();
  await clock.settle();
  assert.is(fake.closed, 1);
  assert.is(hung.operations, 0);
});

test.run();
