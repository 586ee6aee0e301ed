import { type CardTap, type Health, openCardReader } from '@tapwatt/hal';
import { CODE } from '@tapwatt/hal/pn532/constants.js';
import type { CardReaderOptions } from '@tapwatt/hal/pn532/reader.js';
import { createManualClock, createSimulatedPn532 } from '@tapwatt/hal/simulated';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PATIENCE_MS, withDeadline } from '../../support/deadline.js';
import { bytes } from '../helpers/bytes.js';

function bench(options: { reset?: boolean } & Partial<CardReaderOptions> = {}) {
  const { reset = false, ...overrides } = options;
  const clock = createManualClock();
  const chip = createSimulatedPn532(clock);
  const diagnostics: string[] = [];
  let opened = 0;
  const reader = openCardReader({
    clock,
    openTransport: () => {
      opened += 1;
      return chip.openTransport();
    },
    resetLine: reset ? chip.resetLine : null,
    onDiagnostic: (message) => diagnostics.push(message),
    ...overrides,
  });
  const taps: CardTap[] = [];
  const healths: Health[] = [];
  reader.onTap((tap) => taps.push(tap));
  reader.onHealth((health) => healths.push(health));
  return {
    clock,
    chip,
    reader,
    taps,
    healths,
    diagnostics,
    get opened() {
      return opened;
    },
    steps: () => diagnostics.map((line) => line.split(': ').at(-1)),
    async close() {
      const closing = reader.close();
      await clock.advance(1000);
      await withDeadline(closing, PATIENCE_MS, 'close');
    },
  };
}

test('§1.4 the chip is led out of LowVbat, identified, given finite retries, and asked for cards', async () => {
  const b = bench();
  assert.is(b.reader.health.state, 'starting');
  b.reader.start();
  await b.clock.advance(500);
  assert.is(b.reader.health.state, 'ok');
  assert.equal(b.chip.commands.slice(0, 4), [
    CODE.samConfiguration,
    CODE.getFirmwareVersion,
    CODE.rfConfiguration,
    CODE.inListPassiveTarget,
  ]);
  await b.close();
});

test('polls every 150 to 300 ms, the next look after the last has ended', async () => {
  const b = bench({ pollMs: 200 });
  b.reader.start();
  await b.clock.advance(500);
  const before = b.chip.commands.length;
  await b.clock.advance(10_000);
  const looks = b.chip.commands.slice(before).filter((code) => code === CODE.inListPassiveTarget).length;
  assert.ok(looks >= 33 && looks <= 50, `${looks} looks in 10 s`);
  await b.close();
});

for (const uid of ['E63AE5D5', '04C63A63110189', '0102030405060708090A']) {
  test(`a card with ${uid.length / 2} bytes taps once however long it stays, and again after it was away`, async () => {
    const b = bench();
    b.reader.start();
    await b.clock.advance(500);
    b.chip.placeCard(bytes(uid));
    await b.clock.advance(20_000);
    assert.equal(
      b.taps.map((tap) => tap.uid),
      [uid],
    );
    assert.is(b.taps[0]?.randomUid, false);
    b.chip.placeCard(null);
    await b.clock.advance(2000);
    b.chip.placeCard(bytes(uid));
    await b.clock.advance(2000);
    assert.is(b.taps.length, 2);
    await b.close();
  });
}

test('esphome#9875: a card that stays is found at every look, not at every other', async () => {
  const b = bench();
  b.reader.start();
  await b.clock.advance(500);
  b.chip.placeCard(bytes('E63AE5D5'));
  const found: boolean[] = [];
  b.chip.onLook((uid) => found.push(uid !== null));
  await b.clock.advance(10_000);
  assert.ok(found.length > 20);
  assert.ok(found.every((seen) => seen));
  await b.close();
});

test('another card taps although the first was not seen to leave', async () => {
  const b = bench();
  b.reader.start();
  await b.clock.advance(500);
  b.chip.placeCard(bytes('11223344'));
  await b.clock.advance(1000);
  b.chip.placeCard(bytes('55667788'));
  await b.clock.advance(1000);
  assert.equal(
    b.taps.map((tap) => tap.uid),
    ['11223344', '55667788'],
  );
  await b.close();
});

test('ISO 14443-3: a phone that makes up a UID at each look taps once, and says so', async () => {
  const b = bench();
  b.reader.start();
  await b.clock.advance(500);
  for (let n = 0; n < 8; n += 1) {
    b.chip.placeCard(bytes(`080000${(0x10 + n).toString(16)}`));
    await b.clock.advance(300);
  }
  assert.is(b.taps.length, 1);
  assert.is(b.taps[0]?.randomUid, true);
  await b.close();
});

for (const fault of ['stale', 'truncated', 'bad-checksum', 'error-frame'] as const) {
  test(`§1.6 one ${fault} answer: the card is still read, and nothing is reported as failed`, async () => {
    const b = bench();
    b.reader.start();
    await b.clock.advance(500);
    for (let n = 0; n < 5; n += 1) {
      b.chip.inject(fault);
      b.chip.placeCard(bytes(`A0B0C0D${n}`));
      await b.clock.advance(1500);
    }
    assert.is(b.taps.length, 5);
    assert.ok(b.diagnostics.length >= 5, b.diagnostics.join('\n'));
    assert.equal(
      b.healths.map((health) => health.state),
      ['ok'],
    );
    await b.close();
  });
}

for (const mode of ['missing', 'busy', 'garbage', 'silent'] as const) {
  test(`§1.6 ${mode}: the whole ladder, then failed with reason and fix, then back by itself`, async () => {
    const b = bench({ reset: true });
    b.reader.start();
    await b.clock.advance(1000);
    assert.is(b.reader.health.state, 'ok');
    b.chip.setMode(mode);
    await b.clock.advance(20_000);
    const { health } = b.reader;
    assert.ok(health.state === 'failed', health.state);
    assert.ok(health.reason.length > 10 && health.fix.length > 10);
    assert.equal(
      b
        .steps()
        .filter((step) => /^(retry|abort|initialise|reset|reopen|give-up)$/.test(step ?? ''))
        .slice(0, 6),
      ['retry', 'abort', 'initialise', 'reset', 'reopen', 'give-up'],
    );
    b.chip.setMode('normal');
    await b.clock.advance(62_000);
    assert.is(b.reader.health.state, 'ok');
    b.chip.placeCard(bytes('01020304'));
    await b.clock.advance(1000);
    assert.is(b.taps.length, 1);
    await b.close();
  });

  test(`§1.6 ${mode} from the beginning: start does not throw, the reader comes when the chip does`, async () => {
    const b = bench();
    b.chip.setMode(mode);
    b.reader.start();
    await b.clock.advance(10_000);
    assert.is(b.reader.health.state, 'failed');
    b.chip.setMode('normal');
    await b.clock.advance(20_000);
    assert.is(b.reader.health.state, 'ok');
    await b.close();
  });

  test(`§1.6 ${mode}: close ends within a second`, async () => {
    const b = bench();
    b.chip.setMode(mode);
    b.reader.start();
    await b.clock.advance(30);
    await b.close();
    const before = b.clock.pendingTimers;
    await b.clock.advance(5000);
    assert.is(b.clock.pendingTimers, before, 'a timer goes on');
  });
}

test('§1.6 a chip that hangs comes back through RSTPD_N, long before the reader counts as failed', async () => {
  const b = bench({ reset: true });
  b.reader.start();
  await b.clock.advance(1000);
  b.chip.hang();
  await b.clock.advance(5000);
  assert.equal(
    b.healths.map((health) => health.state),
    ['ok'],
  );
  b.chip.placeCard(bytes('01020304'));
  await b.clock.advance(1000);
  assert.is(b.taps.length, 1);
  await b.close();
});

test('§1.6 without RSTPD_N a hanging chip is reported, with the wire as the fix', async () => {
  const b = bench();
  b.reader.start();
  await b.clock.advance(1000);
  b.chip.hang();
  await b.clock.advance(10_000);
  const { health } = b.reader;
  assert.ok(health.state === 'failed');
  assert.match(health.fix, /RSTPD_N/);
  await b.close();
});

test('§1.6 brown-out: a chip back in LowVbat is configured again', async () => {
  const b = bench();
  b.reader.start();
  await b.clock.advance(1000);
  b.chip.brownOut();
  b.chip.placeCard(bytes('01020304'));
  await b.clock.advance(3000);
  assert.is(b.taps.length, 1);
  assert.is(b.reader.health.state, 'ok');
  assert.is(b.opened, 1, 'configuring was enough, the bus stayed open');
  await b.close();
});

test('§1.6 an idle chip is asked every 30 to 60 s whether it lives', async () => {
  const b = bench();
  b.reader.start();
  await b.clock.advance(300_000);
  const checks = b.chip.commands.filter((code) => code === CODE.diagnose).length;
  assert.ok(checks >= 5 && checks <= 10, `${checks} in 300 s`);
  await b.close();
});

test('§1.6 the back-off opens the bus again after 1, 2, 4 … s, never less often than each 60 s', async () => {
  const b = bench();
  b.chip.setMode('missing');
  b.reader.start();
  await b.clock.advance(130_000);
  const before = b.opened;
  await b.clock.advance(600_000);
  const attempts = b.opened - before;
  assert.ok(attempts >= 9 && attempts <= 11, `${attempts} attempts in 10 min`);
  await b.close();
});

for (const [code, fix] of [
  ['ENOENT', /raspi-config/],
  ['EACCES', /usermod -aG i2c/],
  ['EBUSY', /blacklist/],
] as const) {
  test(`§1.5 ${code} from the bus: failed at once, with what to type`, async () => {
    const b = bench({
      openTransport: () => Promise.reject(Object.assign(new Error(`${code}: open`), { code })),
    });
    b.reader.start();
    await b.clock.advance(100);
    const { health } = b.reader;
    assert.ok(health.state === 'failed');
    assert.match(health.fix, fix);
    await b.close();
  });
}

test('a card left on the reader during an outage does not tap again after it', async () => {
  const b = bench();
  b.reader.start();
  await b.clock.advance(500);
  b.chip.placeCard(bytes('01020304'));
  await b.clock.advance(1000);
  b.chip.setMode('silent');
  await b.clock.advance(20_000);
  b.chip.setMode('normal');
  await b.clock.advance(60_000);
  assert.is(b.reader.health.state, 'ok');
  assert.is(b.taps.length, 1);
  await b.close();
});

test('a listener that throws does not stop the reader', async () => {
  const b = bench();
  const uncaught: unknown[] = [];
  const keep = (error: unknown): void => void uncaught.push(error);
  process.once('uncaughtException', keep);
  b.reader.onTap(() => {
    throw new Error('listener');
  });
  b.reader.start();
  await b.clock.advance(500);
  b.chip.placeCard(bytes('01020304'));
  await b.clock.advance(1000);
  b.chip.placeCard(null);
  await b.clock.advance(1000);
  assert.is(b.reader.health.state, 'ok');
  assert.is(uncaught.length, 1);
  process.removeListener('uncaughtException', keep);
  await b.close();
});

test.run();
