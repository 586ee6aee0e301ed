import type { PowerPoint } from '../../shared/derived-power.js';

const WIDTH = 150;
const HEIGHT = 34;

/** SVG path of power over time in a box of WIDTH × HEIGHT, from zero upwards. Null with fewer than two points. */
export function sparkPath(points: readonly PowerPoint[]): { line: string; area: string } | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
  const top = Math.max(1, ...points.map((point) => point.powerW));
  const x = (point: PowerPoint): string => (((point.atMs - first.atMs) / (last.atMs - first.atMs)) * WIDTH).toFixed(1);
  const y = (point: PowerPoint): string => (HEIGHT - 2 - (Math.max(0, point.powerW) / top) * (HEIGHT - 5)).toFixed(1);
  const line = points.map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point)} ${y(point)}`).join('');
  return { line, area: `${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z` };
}

/** Power since the session began, small. The figures beside it say the same to those who do not see it. */
export function Spark({ points }: { points: readonly PowerPoint[] }) {
  const path = sparkPath(points);
  if (path === null) return null;
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="area" d={path.area} />
      <path d={path.line} />
    </svg>
  );
}
