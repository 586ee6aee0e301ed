import { clusterRows, meanSilhouette } from 'csms-lite/insights/clusters.js';
import { energyByDuration, fitLine, predictEnergy } from 'csms-lite/insights/energy.js';
import { healthScore, scoreHealth } from 'csms-lite/insights/health.js';
import { seededRandom } from 'csms-lite/insights/random.js';
import { meanHour, segmentUsers } from 'csms-lite/insights/users.js';
import { heatMap, measureUtilisation } from 'csms-lite/insights/utilisation.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectorRow, HOUR_MS, insightRows, MONDAY_MS, sessionRow } from './rows.js';

test('silhouette by hand: two pairs, far apart', () => {
  // a = 1 for each; b is 10.5 on average for the outer ones, 9.5 for the inner ones.
  const expected = (2 * (1 - 1 / 10.5) + 2 * (1 - 1 / 9.5)) / 4;
  assert.is(meanSilhouette([[0], [1], [10], [11]], [0, 0, 1, 1]).toFixed(12), expected.toFixed(12));
  assert.is(meanSilhouette([[0], [1]], [0, 0]), 0, 'one cluster has none');
});

test('planted clusters are found, their number too, the same at every run', () => {
  const random = seededRandom(3);
  const planted = [
    [0, 0],
    [10, 0],
    [0, 10],
    [10, 10],
  ].flatMap((centre) => Array.from({ length: 15 }, () => centre.map((value) => value + random() * 2)));
  const { k, clusters, silhouette, silhouettes } = clusterRows(planted, 6);
  assert.is(k, 4);
  assert.ok(silhouette > 0.8);
  assert.equal(
    silhouettes.map((one) => one.k),
    [2, 3, 4, 5, 6],
  );
  for (let group = 0; group < 4; group += 1)
    assert.is(new Set(clusters.slice(group * 15, group * 15 + 15)).size, 1, `cluster ${group} is whole`);
  assert.is(new Set(clusters).size, 4);
  assert.equal(clusterRows(planted, 6).clusters, clusters);
});

test('the mean hour goes round the clock', () => {
  assert.is(meanHour([23, 1]).toFixed(6) === '24.000000' ? '0.000000' : meanHour([23, 1]).toFixed(6), '0.000000');
  assert.is(meanHour([8, 10]).toFixed(6), '9.000000');
  assert.is(meanHour([22, 23, 0]).toFixed(6), '23.000000');
});

/** Eight who come at eight for eight hours, eight who come at night for half an hour. */
function twoHabits(users: number) {
  const sessions = Array.from({ length: users * 4 }, (_unused, index) => {
    const user = Math.floor(index / 4);
    const isDay = user % 2 === 0;
    const startedAtMs = MONDAY_MS + ((index % 4) * 24 + (isDay ? 8 : 22) + (user % 3) / 10) * HOUR_MS;
    return sessionRow({
      user: `${isDay ? 'day' : 'night'}-${user}`,
      startedAtMs,
      stoppedAtMs: startedAtMs + (isDay ? 8 : 0.5) * HOUR_MS,
      energyWh: isDay ? 30_000 : 5000,
    });
  });
  return insightRows(336, { sessions });
}

test('users: two planted habits are two groups, with their figures', () => {
  const outcome = segmentUsers(twoHabits(16));
  assert.is(outcome.status, 'ok');
  if (outcome.status !== 'ok') return;
  const { k, groups, users, structure } = outcome.result;
  assert.is(k, 2);
  assert.is(structure, 'strong');
  assert.equal(
    groups.map(({ size }) => size),
    [8, 8],
  );
  for (const { user, group } of users) {
    const mean = groups[group]?.mean;
    assert.is(mean?.meanEnergyWh, user.startsWith('day') ? 30_000 : 5000, user);
    assert.ok(Math.abs((mean?.meanStartHour ?? 0) - (user.startsWith('day') ? 8.1 : 22.1)) < 0.1);
    assert.is(mean?.sessionsPerWeek, 2);
  }
});

test('users: fewer than twelve with three sessions are not enough', () => {
  const outcome = segmentUsers(twoHabits(11));
  assert.is(outcome.status, 'not-enough-data');
  if (outcome.status === 'not-enough-data')
    assert.equal(outcome.shortage, { of: 'users with 3 sessions or more', have: 11, need: 12 });
});

test('regression: exact on a line, by hand on four points, none where x does not vary', () => {
  const exact = fitLine([1, 2, 3, 4].map((x) => ({ x, y: 500 + 7000 * x })));
  assert.is(exact?.slope, 7000);
  assert.is(exact?.intercept, 500);
  assert.is(exact?.rSquared, 1);
  assert.is(exact?.residual, 0);
  // Anscombe-like by hand: means 2.5 and 5, Sxx 5, Sxy 6, Syy 10; rest 10 - 36 / 5.
  const line = fitLine([
    { x: 1, y: 3 },
    { x: 2, y: 5 },
    { x: 3, y: 5 },
    { x: 4, y: 7 },
  ]);
  assert.is(line?.slope.toFixed(9), '1.200000000');
  assert.is(line?.intercept.toFixed(9), '2.000000000');
  assert.is(line?.rSquared.toFixed(9), (7.2 / 8).toFixed(9));
  assert.is(line?.residual.toFixed(9), Math.sqrt(0.8 / 2).toFixed(9));
  assert.is(fitLine([1, 2, 3].map((y) => ({ x: 4, y }))), null);
});

test('energy by duration: a constant 7 kW is found, prediction inside and beyond the data', () => {
  const sessions = Array.from({ length: 12 }, (_unused, index) => {
    const hours = 0.5 + index / 2;
    return sessionRow({ stoppedAtMs: MONDAY_MS + hours * HOUR_MS, energyWh: 7000 * hours });
  });
  const tapped = sessionRow({ stoppedAtMs: MONDAY_MS + 20_000, energyWh: 0 });
  const outcome = energyByDuration(insightRows(24, { sessions: [...sessions, tapped] }));
  assert.is(outcome.status, 'ok');
  assert.is(outcome.rowCount, 12, 'a tap of 20 s is no session to learn from');
  if (outcome.status !== 'ok') return;
  assert.is(outcome.result.slopeWhPerHour.toFixed(6), '7000.000000');
  assert.is(outcome.result.rSquared.toFixed(9), '1.000000000');
  assert.equal(predictEnergy(outcome.result, 2), { hours: 2, energyWh: 14_000, residualWh: 0, extrapolated: false });
  assert.is(predictEnergy(outcome.result, 40).extrapolated, true);
  const few = energyByDuration(insightRows(24, { sessions: sessions.slice(0, 9) }));
  assert.is(few.status, 'not-enough-data');
  if (few.status === 'not-enough-data') assert.equal([few.shortage.have, few.shortage.need], [9, 10]);
});

test('health: the seed’s formula, its terms in points', () => {
  const connectors = [
    connectorRow({}),
    connectorRow({ connectorId: 2, status: 'Charging' }),
    connectorRow({ connectorId: 3, status: 'Faulted', errorCode: 'GroundFailure' }),
    connectorRow({ connectorId: 4, status: null, errorCode: null }),
  ];
  const score = healthScore(connectors, 4);
  assert.is(score.availabilityPoints, 0.25 * 50);
  assert.is(score.errorPoints, 0.75 * 30);
  assert.is(score.activityPoints, 0.4 * 20);
  assert.is(score.score, 12.5 + 22.5 + 8);
  assert.is(healthScore([connectorRow({})], 25).score, 100, 'more than ten sessions are no more than full');
  const outcome = scoreHealth(
    insightRows(48, {
      connectors: [...connectors, connectorRow({ stationId: 'CP-2', demo: true })],
      sessions: [
        sessionRow({ startedAtMs: MONDAY_MS + 47 * HOUR_MS }),
        sessionRow({ startedAtMs: MONDAY_MS + 25 * HOUR_MS, stationId: 'CP-2' }),
        sessionRow({ startedAtMs: MONDAY_MS + 23 * HOUR_MS }),
      ],
    }),
  );
  assert.is(outcome.status, 'ok');
  assert.equal([outcome.rowCount, outcome.demoRowCount], [5, 1]);
  if (outcome.status !== 'ok') return;
  assert.is(outcome.result.all.sessions24h, 2);
  assert.equal(
    outcome.result.stations.map(({ stationId, sessions24h, demo }) => [stationId, sessions24h, demo]),
    [
      ['CP-1', 1, false],
      ['CP-2', 1, true],
    ],
    'lowest first',
  );
  assert.is(scoreHealth(insightRows(48, {})).status, 'not-enough-data');
});

test('utilisation: by weekday and hour of a zone, also where the clock changes', () => {
  const rows = insightRows(336, {
    connectors: [connectorRow({}), connectorRow({ connectorId: 2 })],
    // Both Mondays from 10:30 to 12:00 UTC on connector 1.
    sessions: [0, 168].map((hours) =>
      sessionRow({
        startedAtMs: MONDAY_MS + (hours + 10.5) * HOUR_MS,
        stoppedAtMs: MONDAY_MS + (hours + 12) * HOUR_MS,
      }),
    ),
  });
  const outcome = measureUtilisation(rows);
  assert.is(outcome.status, 'ok');
  if (outcome.status !== 'ok') return;
  assert.is(outcome.result.share, 3 / (336 * 2));
  const utc = heatMap(outcome.result, 'UTC').cells;
  assert.is(utc[0]?.[10], 0.25, 'half an hour of one of two connectors');
  assert.is(utc[0]?.[11], 0.5);
  assert.is(utc[0]?.[12], 0);
  assert.is(utc.flat().filter((cell) => cell !== 0).length, 2);
  assert.is(heatMap(outcome.result, 'Europe/Berlin').cells[0]?.[13], 0.5, 'summer time: two hours on');
  assert.is(heatMap(outcome.result, 'Pacific/Auckland').cells[0]?.[23], 0.5, 'twelve hours on');
  assert.is(heatMap(outcome.result, 'America/Los_Angeles').cells[0]?.[4], 0.5);
  assert.throws(() => heatMap(outcome.result, 'Mars/Olympus'), RangeError);
  const change = heatMap(
    { fromMs: Date.UTC(2026, 9, 25), occupiedMinutes: [0, 60, 0], connectors: [1, 1, 1], share: 0 },
    'Europe/Berlin',
  );
  assert.is(change.cells[6]?.[2], 0.5, 'the hour from 2 to 3 comes twice that night, once with a session');
  assert.is(change.cells[0]?.[0], null, 'no such hour in the window');
});

test('utilisation: less than a week is not enough; a connector counts from when it was known', () => {
  const short = measureUtilisation(insightRows(100, { sessions: [sessionRow({})] }));
  assert.is(short.status, 'not-enough-data');
  const late = measureUtilisation(
    insightRows(168, {
      connectors: [connectorRow({}), connectorRow({ connectorId: 2, knownSinceMs: MONDAY_MS + 100 * HOUR_MS })],
      sessions: [sessionRow({})],
    }),
  );
  if (late.status !== 'ok') throw new Error('not ok');
  assert.equal([late.result.connectors[99], late.result.connectors[100]], [1, 2]);
});

test.run();
