import { compositeSchedule } from 'tapwatt/smart-charging/composite.js';
import type { ChargingProfile, ConnectorContext, InstalledProfile } from 'tapwatt/smart-charging/profile.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, type Random } from '../../support/random.js';

const T0 = Date.UTC(2026, 10, 20, 10, 0, 0);
const DAY_S = 86_400;
const HARDWARE_MA = 32_000;

function profile(over: Partial<ChargingProfile>, periods: [number, number][], schedule: object = {}): ChargingProfile {
  return {
    profileId: 1,
    stackLevel: 0,
    purpose: 'TxDefaultProfile',
    kind: 'Absolute',
    recurrency: null,
    validFromMs: null,
    validToMs: null,
    transactionId: null,
    ...over,
    schedule: {
      durationS: null,
      startMs: T0,
      unit: 'A',
      periods: periods.map(([startS, limit]) => ({ startS, limit, numberPhases: null })),
      ...schedule,
    },
  };
}

const context = (over: Partial<ConnectorContext> = {}): ConnectorContext => ({
  connectorId: 1,
  voltageV: 230,
  phases: 1,
  transaction: null,
  ...over,
});

const plain = (
  installed: InstalledProfile[],
  durationS: number,
  c = context(),
  unit: 'A' | 'W' = 'A',
): [number, number][] =>
  compositeSchedule(installed, c, HARDWARE_MA, T0, durationS, unit).periods.map((p) => [p.startS, p.limit]);

test('without profiles the hardware limits', () => {
  assert.equal(plain([], 600), [[0, 32]]);
});

test('a duration of 0 asks for this moment', () => {
  const installed: InstalledProfile[] = [{ connectorId: 1, profile: profile({ profileId: 1 }, [[0, 6]]) }];
  assert.equal(plain(installed, 0), [[0, 6]]);
});

test('TC_066: ChargePointMax, TxDefault and TxProfile combine; equal neighbours are merged', () => {
  const installed: InstalledProfile[] = [
    { connectorId: 0, profile: profile({ profileId: 1, purpose: 'ChargePointMaxProfile' }, [[0, 10]]) },
    {
      connectorId: 1,
      profile: profile(
        { profileId: 2 },
        [
          [0, 6],
          [100, 12],
          [200, 11],
        ],
        { durationS: 400 },
      ),
    },
    {
      connectorId: 1,
      profile: profile(
        { profileId: 3, purpose: 'TxProfile' },
        [
          [0, 8],
          [50, 9],
        ],
        { durationS: 80 },
      ),
    },
  ];
  const running = context({ transaction: { startedAtMs: T0, transactionId: 5 } });
  assert.equal(plain(installed, 500, running), [
    [0, 8],
    [50, 9],
    [80, 6],
    [100, 10],
  ]);
  assert.equal(
    plain(installed, 500),
    [
      [0, 6],
      [100, 10],
    ],
    'a TxProfile says nothing without its transaction',
  );
});

test('TC_072: the higher stack level wins while it lasts', () => {
  const installed: InstalledProfile[] = [
    { connectorId: 0, profile: profile({ profileId: 1, stackLevel: 0 }, [[0, 20]]) },
    {
      connectorId: 0,
      profile: profile({ profileId: 2, stackLevel: 3 }, [[0, 7]], { startMs: T0 + 60_000, durationS: 60 }),
    },
  ];
  assert.equal(plain(installed, 300), [
    [0, 20],
    [60, 7],
    [120, 20],
  ]);
});

test('1.6 §5.16: a default for the connector wins over one for connector 0 at the same stack level', () => {
  const installed: InstalledProfile[] = [
    { connectorId: 0, profile: profile({ profileId: 1 }, [[0, 20]]) },
    { connectorId: 1, profile: profile({ profileId: 2 }, [[0, 13]]) },
  ];
  assert.equal(plain(installed, 60), [[0, 13]]);
  assert.equal(plain(installed, 60, context({ connectorId: 2 })), [[0, 20]]);
});

test('relative schedules count from the start of charging', () => {
  const installed: InstalledProfile[] = [
    {
      connectorId: 1,
      profile: profile(
        { kind: 'Relative' },
        [
          [0, 16],
          [120, 8],
        ],
        { startMs: null },
      ),
    },
  ];
  const running = context({ transaction: { startedAtMs: T0 - 90_000, transactionId: 5 } });
  assert.equal(plain(installed, 300, running), [
    [0, 16],
    [30, 8],
  ]);
});

test('daily recurrence wraps at 24 h', () => {
  const installed: InstalledProfile[] = [
    {
      connectorId: 1,
      profile: profile(
        { kind: 'Recurring', recurrency: 'Daily' },
        [
          [0, 16],
          [3600, 10],
        ],
        { startMs: T0 - 3 * DAY_S * 1000 },
      ),
    },
  ];
  assert.equal(plain(installed, 2 * DAY_S), [
    [0, 16],
    [3600, 10],
    [DAY_S, 16],
    [DAY_S + 3600, 10],
  ]);
});

test('watts become amperes by the phases in use, and come back whole', () => {
  const watts: InstalledProfile[] = [{ connectorId: 1, profile: profile({}, [[0, 11_000]], { unit: 'W' }) }];
  const three = context({ phases: 3 });
  assert.equal(plain(watts, 60, three), [[0, 15.9]]);
  assert.equal(plain(watts, 60, three, 'W'), [[0, 11_000]]);
  assert.equal(plain(watts, 60), [[0, 32]], 'one phase: 47.8 A is above the hardware');
});

test('validFrom and validTo bound a profile to the millisecond', () => {
  const installed: InstalledProfile[] = [
    { connectorId: 1, profile: profile({ validFromMs: T0 + 10_500, validToMs: T0 + 20_000 }, [[0, 9]]) },
  ];
  assert.equal(plain(installed, 60), [
    [0, 32],
    [11, 9],
    [20, 32],
  ]);
});

/** The definition itself, one instant at a time. */
function naiveLimit(installed: InstalledProfile[], c: ConnectorContext, atMs: number, relativeMs: number): number {
  const say = (p: ChargingProfile): number | null => {
    if (p.validFromMs !== null && atMs < p.validFromMs) return null;
    if (p.validToMs !== null && atMs >= p.validToMs) return null;
    let start = p.kind === 'Relative' ? relativeMs : (p.schedule.startMs ?? relativeMs);
    if (p.kind === 'Recurring' && p.recurrency) {
      const every = (p.recurrency === 'Daily' ? 1 : 7) * DAY_S * 1000;
      while (start + every <= atMs) start += every;
      if (atMs - start >= every) return null;
    }
    const elapsedS = (atMs - start) / 1000;
    if (elapsedS < 0 || (p.schedule.durationS !== null && elapsedS >= p.schedule.durationS)) return null;
    let limit: number | null = null;
    for (const period of p.schedule.periods) if (period.startS <= elapsedS) limit = period.limit;
    if (limit !== null && p.schedule.unit === 'W') limit = limit / (c.voltageV * c.phases);
    return limit;
  };
  const top = (purpose: string): number | null => {
    let best: { level: number; connector: number; limit: number } | null = null;
    for (const { connectorId, profile: p } of installed) {
      if (p.purpose !== purpose) continue;
      if (purpose === 'TxProfile' && (connectorId !== c.connectorId || !c.transaction)) continue;
      if (purpose === 'TxDefaultProfile' && connectorId !== 0 && connectorId !== c.connectorId) continue;
      const limit = say(p);
      if (limit === null) continue;
      if (!best || p.stackLevel > best.level || (p.stackLevel === best.level && connectorId > best.connector)) {
        best = { level: p.stackLevel, connector: connectorId, limit };
      }
    }
    return best?.limit ?? null;
  };
  const own = top('TxProfile') ?? top('TxDefaultProfile') ?? Infinity;
  return Math.min(own, top('ChargePointMaxProfile') ?? Infinity, HARDWARE_MA / 1000);
}

function randomStack(random: Random): InstalledProfile[] {
  const used = new Set<string>();
  const stack: InstalledProfile[] = [];
  for (let id = 1; id <= random.integer(0, 8); id += 1) {
    const purpose = random.pick(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'] as const);
    const kind = random.pick(
      purpose === 'ChargePointMaxProfile'
        ? (['Absolute', 'Recurring'] as const)
        : (['Absolute', 'Recurring', 'Relative'] as const),
    );
    const connectorId = purpose === 'ChargePointMaxProfile' ? 0 : purpose === 'TxProfile' ? 1 : random.integer(0, 2);
    const stackLevel = random.integer(0, 4);
    if (used.has(`${connectorId}/${purpose}/${stackLevel}`)) continue;
    used.add(`${connectorId}/${purpose}/${stackLevel}`);
    let startS = 0;
    const periods: [number, number][] = [];
    for (let n = random.integer(1, 5); n > 0; n -= 1) {
      periods.push([startS, random.integer(0, 400) / 10]);
      startS += random.integer(1, 900);
    }
    const unit = random.pick(['A', 'W'] as const);
    const maybe = (chance: number, value: number): number | null => (random.next() < chance ? value : null);
    const validFromMs = maybe(0.3, T0 + random.integer(-3000, 3000) * 1000);
    stack.push({
      connectorId,
      profile: profile(
        {
          profileId: id,
          purpose,
          kind,
          stackLevel,
          recurrency: kind === 'Recurring' ? random.pick(['Daily', 'Weekly'] as const) : null,
          validFromMs,
          validToMs: maybe(0.3, (validFromMs ?? T0) + random.integer(1, 4000) * 1000),
        },
        unit === 'W' ? periods.map(([s, a]) => [s, a * 690]) : periods,
        {
          unit,
          durationS: maybe(0.5, random.integer(1, 5000)),
          startMs: kind === 'Relative' ? null : T0 + random.integer(-8 * DAY_S, 3000) * 1000,
        },
      ),
    });
  }
  return stack;
}

test('property: the composite schedule equals the definition at every second (300 random stacks)', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = createRandom(seed);
    const installed = randomStack(random);
    const startedAtMs = T0 - random.integer(0, 2000) * 1000;
    const transaction = random.next() < 0.7 ? { startedAtMs, transactionId: 7 } : null;
    const c = context({ phases: 3, transaction });
    const durationS = random.integer(1, 2500);
    const { periods } = compositeSchedule(installed, c, HARDWARE_MA, T0, durationS, 'A');
    assert.is(periods[0]?.startS, 0, `seed ${seed}: must begin at 0`);
    let index = 0;
    for (let second = 0; second < durationS; second += 1) {
      while ((periods[index + 1]?.startS ?? Infinity) <= second) index += 1;
      const expected = naiveLimit(installed, c, T0 + second * 1000, transaction?.startedAtMs ?? T0);
      const rounded = Math.floor(expected * 10 + 1e-6) / 10;
      assert.is(periods[index]?.limit, rounded, `seed ${seed}, second ${second}`);
    }
    for (let i = 1; i < periods.length; i += 1) {
      assert.is.not(
        periods[i]?.limit,
        periods[i - 1]?.limit,
        `seed ${seed}: equal neighbours at ${periods[i]?.startS} s`,
      );
    }
  }
});

test.run();
