import { kmeans } from 'ml-kmeans';
import { mean } from './statistics.js';

export interface Clustering {
  k: number;
  /** Cluster of each row. */
  clusters: number[];
  silhouette: number;
  /** Of every k that was tried. */
  silhouettes: { k: number; silhouette: number }[];
}

/** Starts of k-means: it finds the nearest local optimum only. */
const STARTS = 10;
/** Silhouettes that differ by less are the same: the smaller k is taken. */
const TIE = 0.01;

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, value, column) => sum + (value - (b[column] ?? 0)) ** 2, 0));
}

/**
 * Mean silhouette (Rousseeuw 1987): for each row (b - a) / max(a, b), with a the mean distance to its own cluster and b
 * to the nearest other one; 0 for a row that is alone in its cluster. Takes the square of the number of rows.
 */
export function meanSilhouette(rows: readonly (readonly number[])[], clusters: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const cluster of clusters) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  if (sizes.size < 2) return 0;
  return mean(
    rows.map((row, index) => {
      const own = clusters[index] ?? 0;
      const sums = new Map<number, number>();
      rows.forEach((other, at) => {
        const cluster = clusters[at] ?? 0;
        sums.set(cluster, (sums.get(cluster) ?? 0) + distance(row, other));
      });
      const size = sizes.get(own) ?? 1;
      if (size === 1) return 0;
      const inside = (sums.get(own) ?? 0) / (size - 1);
      const outside = Math.min(
        ...[...sums].filter(([cluster]) => cluster !== own).map(([cluster, sum]) => sum / (sizes.get(cluster) ?? 1)),
      );
      const larger = Math.max(inside, outside);
      return larger === 0 ? 0 : (outside - inside) / larger;
    }),
  );
}

/** The best of several seeded starts: the one with the least squared distance to its centres. */
function bestStart(rows: number[][], k: number): number[] {
  let best: { clusters: number[]; inertia: number } | null = null;
  for (let seed = 1; seed <= STARTS; seed += 1) {
    const { clusters, centroids } = kmeans(rows, k, { seed, initialization: 'kmeans++' });
    const inertia = rows.reduce(
      (sum, row, index) => sum + distance(row, centroids[clusters[index] ?? 0] ?? row) ** 2,
      0,
    );
    if (best === null || inertia < best.inertia) best = { clusters, inertia };
  }
  return best?.clusters ?? [];
}

/**
 * k-means (library `ml-kmeans`) for every k from 2 to `mostClusters`; the k with the largest mean silhouette is taken,
 * the smaller one where two are alike.
 * @param rows scaled alike, at least three
 */
export function clusterRows(rows: number[][], mostClusters: number): Clustering {
  const tried = Array.from({ length: Math.min(mostClusters, rows.length - 1) - 1 }, (_unused, index) => {
    const k = index + 2;
    const clusters = bestStart(rows, k);
    return { k, clusters, silhouette: meanSilhouette(rows, clusters) };
  });
  const best = tried.reduce((a, b) => (b.silhouette > a.silhouette + TIE ? b : a));
  return { ...best, silhouettes: tried.map(({ k, silhouette }) => ({ k, silhouette })) };
}
