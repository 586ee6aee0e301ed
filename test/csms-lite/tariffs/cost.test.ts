import { costOf, idleTimeOf, type TariffSnapshot, type Usage } from 'csms-lite/core/tariffs/cost.js';
import {
  amountText,
  divideRounded,
  priceText,
  readDecimal,
  readPrice,
  writeDecimal,
} from 'csms-lite/core/tariffs/money.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../support/random.js';

const test = suite('cost');
const SEED = Number(process.env.CSMS_SEED ?? Date.now() % 1_000_000);

const FREE: TariffSnapshot = {
  tariffId: 1,
  version: 1,
  name: 'T',
  currency: 'EUR',
  perKwhMicros: 0,
  perMinuteMicros: 0,
  perSessionMicros: 0,
  perIdleMinuteMicros: 0,
  idleGraceMinutes: 0,
  taxBasisPoints: 0,
  pricesIncludeTax: true,
  holdMinor: 500,
};
const HOUR: Usage = { energyWh: 7_400, durationMs: 3_600_000, idleMs: 0, idleWithinMs: 0 };

test('energy, time, session and idle, each with its own price', () => {
  const tariff = {
    ...FREE,
    perKwhMicros: 450_000,
    perMinuteMicros: 20_000,
    perSessionMicros: 1_000_000,
    perIdleMinuteMicros: 100_000,
    idleGraceMinutes: 10,
  };
  const cost = costOf(tariff, { ...HOUR, durationMs: 5_400_000, idleMs: 1_800_000, idleWithinMs: 1_800_000 });
  assert.equal(
    cost.lines.map(({ kind, quantity, amountMinor }) => [kind, quantity, amountMinor]),
    [
      // 7.4 kWh × 0.45; 60 of the 90 minutes × 0.02; 1.00; 20 of the 30 idle minutes × 0.10
      ['energy', 7_400, 333],
      ['time', 3_600_000, 120],
      ['session', 1, 100],
      ['idle', 1_200_000, 200],
    ],
  );
  assert.is(cost.totalMinor, 753);
});

test('what lies exactly between two cents goes up, once per line', () => {
  // 0.5 kWh × 0.25 = 0.125
  assert.is(costOf({ ...FREE, perKwhMicros: 250_000 }, { ...HOUR, energyWh: 500 }).totalMinor, 13);
  // 0.4999 of a cent stays below
  assert.is(costOf({ ...FREE, perKwhMicros: 4_999 }, { ...HOUR, energyWh: 1000 }).totalMinor, 0);
  assert.is(divideRounded(-5n, 2n), -3n);
  assert.throws(() => divideRounded(1n, 0n), RangeError);
});

test('tax within the prices and on top of them', () => {
  const tariff = { ...FREE, perKwhMicros: 500_000, taxBasisPoints: 1900 };
  const within = costOf(tariff, { ...HOUR, energyWh: 10_000 });
  assert.equal([within.netMinor, within.taxMinor, within.totalMinor], [420, 80, 500]);
  const above = costOf({ ...tariff, pricesIncludeTax: false }, { ...HOUR, energyWh: 10_000 });
  assert.equal([above.netMinor, above.taxMinor, above.totalMinor], [500, 95, 595]);
});

test('currencies without and with three digits', () => {
  assert.is(costOf({ ...FREE, currency: 'JPY', perKwhMicros: 35_500_000 }, { ...HOUR, energyWh: 1000 }).totalMinor, 36);
  assert.is(costOf({ ...FREE, currency: 'KWD', perKwhMicros: 12_345 }, { ...HOUR, energyWh: 1000 }).totalMinor, 12);
  assert.is(amountText(36, 'JPY'), '36');
  assert.is(amountText(-1234, 'KWD'), '-1.234');
});

test('decimal texts are read and written exactly, never through floating point', () => {
  assert.is(readPrice('0.2745'), 274_500);
  assert.is(readPrice('0.1'), 100_000);
  assert.is(readPrice('1.0000001'), null, 'finer than a millionth');
  assert.is(readPrice('1e3'), null);
  assert.is(readPrice('1,5'), null);
  assert.is(readDecimal('-0', 2), 0);
  assert.is(readDecimal('1.50', 1), 15, 'trailing zeros are not finer');
  assert.is(priceText(274_500, 'EUR'), '0.2745');
  assert.is(priceText(500_000, 'EUR'), '0.50');
  assert.is(writeDecimal(5, 0), '5');
});

test('property: a receipt adds up, each line is within half a unit of the exact value, more costs never less', () => {
  const random = createRandom(SEED);
  for (let round = 0; round < 2000; round += 1) {
    const tariff: TariffSnapshot = {
      ...FREE,
      currency: random.pick(['EUR', 'JPY', 'KWD', 'USD']),
      perKwhMicros: random.integer(0, 2_000_000),
      perMinuteMicros: random.integer(0, 500_000),
      perSessionMicros: random.integer(0, 5_000_000),
      perIdleMinuteMicros: random.integer(0, 500_000),
      idleGraceMinutes: random.integer(0, 30),
      taxBasisPoints: random.integer(0, 10_000),
      pricesIncludeTax: random.next() < 0.5,
    };
    const durationMs = random.integer(0, 50_000_000);
    const idleWithinMs = random.integer(0, durationMs);
    const usage = {
      energyWh: random.integer(0, 200_000),
      durationMs,
      idleWithinMs,
      idleMs: idleWithinMs + random.integer(0, 10_000_000),
    };
    const context = `CSMS_SEED=${SEED} round ${round}`;
    const cost = costOf(tariff, usage);
    const sum = cost.lines.reduce((total, line) => total + line.amountMinor, 0);
    assert.is(cost.netMinor + cost.taxMinor, cost.totalMinor, context);
    assert.is(tariff.pricesIncludeTax ? cost.totalMinor : cost.netMinor, sum, context);
    const exponent = { JPY: 0, KWD: 3 }[tariff.currency] ?? 2;
    const units = { energy: 1000n, time: 60_000n, session: 1n, idle: 60_000n };
    for (const line of cost.lines) {
      // |2·(rounded − exact)| ≤ 1, all in whole numbers.
      const denominator = units[line.kind] * 10n ** BigInt(6 - exponent);
      const error = BigInt(line.amountMinor) * denominator - BigInt(line.quantity) * BigInt(line.priceMicros);
      assert.ok((error < 0n ? -error : error) * 2n <= denominator, context);
    }
    const more = costOf(tariff, { ...usage, energyWh: usage.energyWh + random.integer(0, 1000) });
    assert.ok(more.totalMinor >= cost.totalMinor, context);
    assert.ok(Number.isSafeInteger(cost.totalMinor) && cost.totalMinor >= 0, context);
  }
});

const MINUTE = 60_000;

test('idle time: the last unbroken stretch of SuspendedEV and Finishing', () => {
  const changes = [
    { status: 'Charging', atMs: 0 },
    { status: 'SuspendedEV', atMs: 10 * MINUTE },
    { status: 'Charging', atMs: 20 * MINUTE },
    { status: 'SuspendedEV', atMs: 60 * MINUTE },
    { status: 'Finishing', atMs: 90 * MINUTE },
    { status: 'Available', atMs: 100 * MINUTE },
  ];
  assert.equal(idleTimeOf(changes, 0, 90 * MINUTE, 200 * MINUTE), {
    idleMs: 40 * MINUTE,
    idleWithinMs: 30 * MINUTE,
    isOpen: false,
  });
});

test('idle time: SuspendedEVSE is the station’s doing and ends it; other sessions’ statuses do not count', () => {
  const changes = [
    { status: 'SuspendedEV', atMs: -5 },
    { status: 'SuspendedEV', atMs: 5 * MINUTE },
    { status: 'SuspendedEVSE', atMs: 6 * MINUTE },
  ];
  assert.is(idleTimeOf(changes, 0, 10 * MINUTE, 10 * MINUTE).idleMs, 0);
});

test('idle time: after the stop it is open until a status says that the car has gone; nothing is billed ahead', () => {
  const stopped = [
    { status: 'Charging', atMs: 0 },
    { status: 'Finishing', atMs: 61 * MINUTE },
  ];
  const open = idleTimeOf(stopped, 0, 60 * MINUTE, 90 * MINUTE);
  assert.equal(open, { idleMs: 0, idleWithinMs: 0, isOpen: true });
  const gone = idleTimeOf([...stopped, { status: 'Available', atMs: 75 * MINUTE }], 0, 60 * MINUTE, 90 * MINUTE);
  assert.equal(gone, { idleMs: 14 * MINUTE, idleWithinMs: 0, isOpen: false });
  assert.equal(idleTimeOf([{ status: 'SuspendedEV', atMs: MINUTE }], 0, null, 5 * MINUTE).idleMs, 4 * MINUTE);
});

test.run();
