import { rankConnectors } from 'csms-lite/insights/anomalies.js';
import { averagePathLength, isolationForest } from 'csms-lite/insights/isolation-forest.js';
import { seededRandom } from 'csms-lite/insights/random.js';
import type { StatusRow } from 'csms-lite/insights/rows.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectorRow, HOUR_MS, insightRows, MONDAY_MS, sessionRow } from './rows.js';

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A cloud of 300 rows and, at its end, three that lie far off in one, two and three columns. */
function cloudWithOutliers(seed: number): number[][] {
  const random = seededRandom(seed);
  const cloud = Array.from({ length: 300 }, () => [normal(random), normal(random), normal(random)]);
  return [...cloud, [9, 0, 0], [0, -8, 8], [10, 10, 10]];
}

function scores(rows: number[][], seed = 1): number[] {
  const forest = isolationForest(rows, { trees: 200, sampleSize: 256, random: seededRandom(seed) });
  return rows.map((row) => forest.score(row));
}

test('c(n) is that of the paper: 0, 1, and 10.24 for 256 rows', () => {
  assert.is(averagePathLength(1), 0);
  assert.is(averagePathLength(2), 1);
  assert.is(Number(averagePathLength(256).toFixed(4)), 10.2448);
});

test('planted outliers come first, whatever the seed; the cloud stays below 0.6', () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const rows = cloudWithOutliers(seed);
    const ranked = scores(rows, seed)
      .map((score, index) => ({ score, index }))
      .toSorted((a, b) => b.score - a.score);
    assert.equal(
      ranked
        .slice(0, 3)
        .map(({ index }) => index)
        .toSorted((a, b) => a - b),
      [300, 301, 302],
      `seed ${seed}`,
    );
    assert.is(ranked[0]?.index, 302, 'the one that is off in every column');
    assert.ok((ranked[2]?.score ?? 0) > 0.6, 'outliers stand out');
    const middle = ranked[150]?.score ?? 1;
    assert.ok(middle < 0.5, `an ordinary row is below 0.5, not ${middle}`);
  }
});

test('the same seed gives the same scores, another seed others', () => {
  const rows = cloudWithOutliers(1);
  assert.equal(scores(rows, 7), scores(rows, 7));
  assert.not.equal(scores(rows, 7), scores(rows, 8));
});

test('rows that are all the same are all ordinary: exactly 0.5', () => {
  const same = Array.from({ length: 20 }, () => [3, 3]);
  assert.equal(
    scores(same).map((score) => Number(score.toFixed(12))),
    same.map(() => 0.5),
  );
});

test('a column that never varies changes nothing: no cut is lost on it', () => {
  const rows = cloudWithOutliers(3).map((row) => [...row, 42, 42, 42, 42, 42, 42]);
  const [first] = scores(rows)
    .map((score, index) => ({ score, index }))
    .toSorted((a, b) => b.score - a.score);
  assert.is(first?.index, 302);
  assert.ok((first?.score ?? 0) > 0.7);
});

/** Ten connectors of 30 quiet days; connector 7 is faulted for ten hours every third day. */
function tenConnectors() {
  const connectors = Array.from({ length: 10 }, (_unused, index) =>
    connectorRow({ connectorId: index + 1, statusAtMs: MONDAY_MS + 719 * HOUR_MS }),
  );
  const sessions = connectors.flatMap(({ connectorId }) =>
    Array.from({ length: 60 }, (_unused, index) =>
      sessionRow({ connectorId, startedAtMs: MONDAY_MS + (index * 12 + connectorId / 10) * HOUR_MS }),
    ),
  );
  const statuses = Array.from({ length: 10 }, (_unused, index): StatusRow[] => {
    const atMs = MONDAY_MS + (index * 72 + 5) * HOUR_MS;
    const at = { stationId: 'CP-1', connectorId: 7 };
    return [
      { ...at, status: 'Faulted', atMs },
      { ...at, status: 'Available', atMs: atMs + 10 * HOUR_MS },
    ];
  }).flat();
  return insightRows(720, { connectors, sessions, statuses });
}

test('connectors: the one with faults is first, is flagged, and the reason is told', () => {
  const outcome = rankConnectors(tenConnectors());
  assert.is(outcome.status, 'ok');
  if (outcome.status !== 'ok') return;
  const { connectors } = outcome.result;
  assert.is(connectors[0]?.connectorId, 7);
  assert.ok(connectors[0]?.flagged);
  assert.equal(
    connectors.slice(1).filter(({ flagged }) => flagged),
    [],
    'nobody else is',
  );
  assert.match(connectors[0]?.reason.feature ?? '', /fault/);
  assert.is(Number(connectors[0]?.features.faultedShare.toFixed(4)), Number((100 / 720).toFixed(4)));
  assert.is(Number(connectors[0]?.features.faultsPerWeek.toFixed(4)), Number((10 / (720 / 168)).toFixed(4)));
  assert.equal(rankConnectors(tenConnectors()), outcome, 'the same rows give the same ranking');
});

test('fewer than eight connectors are not enough', () => {
  const rows = tenConnectors();
  const outcome = rankConnectors({ ...rows, connectors: rows.connectors.slice(0, 7) });
  assert.is(outcome.status, 'not-enough-data');
  if (outcome.status === 'not-enough-data') assert.equal(outcome.shortage, { of: 'connectors', have: 7, need: 8 });
});

test.run();
