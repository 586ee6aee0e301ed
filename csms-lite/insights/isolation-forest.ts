import type { Random } from './random.js';

/** Inner node of an isolation tree, or a leaf with so many rows in it. */
type Tree = { feature: number; at: number; below: Tree; above: Tree } | { size: number };

export interface IsolationForest {
  sampleSize: number;
  /** 0 to 1: near 1 is an anomaly, well below 0.5 is ordinary; all near 0.5: nothing stands out. */
  score(row: readonly number[]): number;
}

/** H(n) - 1/n … by Euler's approximation of the harmonic number. */
const EULER = 0.5772156649015329;

/** c(n): mean length of an unsuccessful search in a binary search tree of n rows (equation 1 of the paper). */
export function averagePathLength(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}

function columnRange(rows: readonly (readonly number[])[], feature: number): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const value = row[feature] ?? 0;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

function grow(rows: readonly (readonly number[])[], depthLeft: number, random: Random): Tree {
  if (depthLeft === 0 || rows.length <= 1) return { size: rows.length };
  const width = rows[0]?.length ?? 0;
  // A feature that is the same in all of these rows separates nothing.
  const features = Array.from({ length: width }, (_unused, feature) => ({ feature, ...columnRange(rows, feature) }));
  const varying = features.filter(({ low, high }) => high > low);
  const chosen = varying[Math.floor(random() * varying.length)];
  if (chosen === undefined) return { size: rows.length };
  const { feature, low, high } = chosen;
  // In (low, high]: both sides have at least one row.
  const at = high - random() * (high - low);
  return {
    feature,
    at,
    below: grow(
      rows.filter((row) => (row[feature] ?? 0) < at),
      depthLeft - 1,
      random,
    ),
    above: grow(
      rows.filter((row) => (row[feature] ?? 0) >= at),
      depthLeft - 1,
      random,
    ),
  };
}

function pathLength(tree: Tree, row: readonly number[]): number {
  let depth = 0;
  let node = tree;
  while ('feature' in node) {
    node = (row[node.feature] ?? 0) < node.at ? node.below : node.above;
    depth += 1;
  }
  return depth + averagePathLength(node.size);
}

/** `size` of the rows, drawn without putting back (Fisher and Yates). */
function draw<T>(rows: readonly T[], size: number, random: Random): T[] {
  const left = [...rows];
  const drawn: T[] = [];
  for (let index = 0; index < size; index += 1) {
    const at = index + Math.floor(random() * (left.length - index));
    const row = left[at] as T;
    left[at] = left[index] as T;
    left[index] = row;
    drawn.push(row);
  }
  return drawn;
}

/**
 * Isolation Forest of Liu, Ting and Zhou (ICDM 2008): rows that few random cuts set apart are anomalies.
 * @param rows all of the same width, at least two
 * @param random seeded, so that the same rows give the same scores
 */
export function isolationForest(
  rows: readonly (readonly number[])[],
  { trees, sampleSize, random }: { trees: number; sampleSize: number; random: Random },
): IsolationForest {
  const size = Math.min(sampleSize, rows.length);
  const depth = Math.ceil(Math.log2(size));
  const forest = Array.from({ length: trees }, () => grow(draw(rows, size, random), depth, random));
  const usual = averagePathLength(size);
  return {
    sampleSize: size,
    score(row) {
      const length = forest.reduce((sum, tree) => sum + pathLength(tree, row), 0) / forest.length;
      return 2 ** (-length / usual);
    },
  };
}
