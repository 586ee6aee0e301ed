import { clearProfiles, installProfile, type ProfileRules } from 'tapwatt/smart-charging/install.js';
import type { ChargingProfile, InstalledProfile } from 'tapwatt/smart-charging/profile.js';
import { shareCurrent } from 'tapwatt/smart-charging/share.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const rules: ProfileRules = { maxStackLevel: 8, maxPeriods: 4, maxInstalled: 3, allowedUnits: ['A'] };

const base: ChargingProfile = {
  profileId: 1,
  stackLevel: 0,
  purpose: 'TxDefaultProfile',
  kind: 'Absolute',
  recurrency: null,
  validFromMs: null,
  validToMs: null,
  transactionId: null,
  schedule: { durationS: null, startMs: 0, unit: 'A', periods: [{ startS: 0, limit: 16, numberPhases: null }] },
};
const period = (startS: number, limit = 16): { startS: number; limit: number; numberPhases: null } => ({
  startS,
  limit,
  numberPhases: null,
});

const refused: [string, number, ChargingProfile, { transactionId: number | null } | null][] = [
  ['TC_058_1 TxProfile without transaction', 1, { ...base, purpose: 'TxProfile' }, null],
  [
    'TC_058_2 TxProfile for another transaction',
    1,
    { ...base, purpose: 'TxProfile', transactionId: 9 },
    { transactionId: 8 },
  ],
  ['TxProfile on connector 0', 0, { ...base, purpose: 'TxProfile' }, { transactionId: 8 }],
  ['ChargePointMaxProfile on a connector', 1, { ...base, purpose: 'ChargePointMaxProfile' }, null],
  ['stack level above the maximum', 1, { ...base, stackLevel: 9 }, null],
  ['unit that is not allowed', 1, { ...base, schedule: { ...base.schedule, unit: 'W' } }, null],
  ['no period', 1, { ...base, schedule: { ...base.schedule, periods: [] } }, null],
  ['first period later than 0', 1, { ...base, schedule: { ...base.schedule, periods: [period(5)] } }, null],
  [
    'periods out of order',
    1,
    { ...base, schedule: { ...base.schedule, periods: [period(0), period(9), period(9)] } },
    null,
  ],
  [
    'too many periods',
    1,
    { ...base, schedule: { ...base.schedule, periods: [0, 1, 2, 3, 4].map((s) => period(s)) } },
    null,
  ],
  ['negative limit', 1, { ...base, schedule: { ...base.schedule, periods: [period(0, -1)] } }, null],
  ['recurring without recurrencyKind', 1, { ...base, kind: 'Recurring' }, null],
  ['validTo before validFrom', 1, { ...base, validFromMs: 5, validToMs: 5 }, null],
];
for (const [name, connectorId, profile, running] of refused) {
  test(`SetChargingProfile refuses: ${name}`, () => {
    const result = installProfile([], connectorId, profile, running, rules);
    assert.is(result.ok, false);
  });
}

test('1.6 §5.16: the same id replaces, and so does the same purpose and level on the same connector', () => {
  const first: InstalledProfile[] = [{ connectorId: 1, profile: base }];
  const sameId = installProfile(first, 2, { ...base, stackLevel: 4 }, null, rules);
  assert.ok(sameId.ok && sameId.installed.length === 1 && sameId.installed[0]?.connectorId === 2);
  const sameLevel = installProfile(first, 1, { ...base, profileId: 2 }, null, rules);
  assert.ok(sameLevel.ok && sameLevel.installed.length === 1 && sameLevel.installed[0]?.profile.profileId === 2);
  const other = installProfile(first, 2, { ...base, profileId: 2 }, null, rules);
  assert.ok(other.ok && other.installed.length === 2);
});

test('MaxChargingProfilesInstalled: a fourth is refused, a replacement is not', () => {
  const three: InstalledProfile[] = [1, 2, 3].map((n) => ({
    connectorId: 1,
    profile: { ...base, profileId: n, stackLevel: n },
  }));
  assert.is(installProfile(three, 1, { ...base, profileId: 4, stackLevel: 4 }, null, rules).ok, false);
  assert.is(installProfile(three, 1, { ...base, profileId: 3, stackLevel: 5 }, null, rules).ok, true);
});

test('TC_067 ClearChargingProfile: an id decides alone, other filters add up, none clears all', () => {
  const installed: InstalledProfile[] = [
    { connectorId: 0, profile: { ...base, profileId: 1, purpose: 'ChargePointMaxProfile' } },
    { connectorId: 1, profile: { ...base, profileId: 2, stackLevel: 2 } },
    { connectorId: 2, profile: { ...base, profileId: 3, stackLevel: 2 } },
  ];
  const none = { profileId: null, connectorId: null, purpose: null, stackLevel: null };
  const removed = (filter: object): number[] =>
    clearProfiles(installed, { ...none, ...filter }).removed.map((i) => i.profile.profileId);
  assert.equal(removed({ profileId: 2, connectorId: 99 }), [2]);
  assert.equal(removed({ stackLevel: 2 }), [2, 3]);
  assert.equal(removed({ stackLevel: 2, connectorId: 2 }), [3]);
  assert.equal(removed({ purpose: 'TxProfile' }), []);
  assert.equal(removed({}), [1, 2, 3]);
});

test('a charge point limit is shared equally, leftovers go on, and 6 A is the least', () => {
  const demands = [
    { connectorId: 1, limitMa: 10_000 },
    { connectorId: 2, limitMa: 32_000 },
  ];
  const of = (total: number | null): number[] => [...shareCurrent(total, demands).values()];
  assert.equal(of(null), [10_000, 32_000]);
  assert.equal(of(32_000), [10_000, 22_000]);
  assert.equal(of(16_000), [8000, 8000]);
  assert.equal(of(11_000), [10_000, 0]);
  assert.equal(of(5000), [0, 0]);
});

test.run();
