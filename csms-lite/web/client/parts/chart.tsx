import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { clock, dayAndTime } from '../../shared/format.js';
import { colour, themeChanges } from '../theme.js';

/** One curve: `values` belong to the chart's times; null is a gap. */
export interface Curve {
  label: string;
  unit: string;
  /** A custom property of the style sheet. */
  colour: string;
  /** Axis on the right. */
  right?: boolean;
  filled?: boolean;
  /** The axis follows the values instead of beginning at zero: voltage, temperature. */
  tight?: boolean;
  digits: number;
  /** Null stays a gap: what is not known is not drawn. */
  gaps?: boolean;
  values: (number | null)[];
}

/** A stretch of time in which something held, drawn behind the curves. Times in epoch seconds. */
export interface Band {
  from: number;
  to: number;
  /** A custom property of the style sheet. */
  colour: string;
}

interface Look {
  height: number;
  /** Charts with the same key share their cursor. */
  sync: string | undefined;
  /** Without the times below: another chart under it has them. */
  timeless: boolean;
  /** Room on the right where another chart above it has an axis, px. */
  padRight: number | null;
  bands: () => readonly Band[];
}

/** Part of the plot's height that a band's strip at the bottom takes; above it the band is only a breath of colour. */
const STRIP_PX = 5;

function drawBands(plot: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = plot;
  const strip = STRIP_PX * devicePixelRatio;
  ctx.save();
  for (const band of bands) {
    const left = Math.max(bbox.left, plot.valToPos(band.from, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(band.to, 'x', true));
    if (right <= left) continue;
    ctx.fillStyle = colour(band.colour);
    ctx.globalAlpha = 0.07;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.globalAlpha = 0.75;
    ctx.fillRect(left, bbox.top + bbox.height - strip, right - left, strip);
  }
  ctx.restore();
}

const DAY_S = 86_400;
/** Shorter stretches have seconds at their times. */
const SECONDS_BELOW_S = 600;

function axisTime(seconds: number, spanSeconds: number): string {
  // Over days the date is what matters: `21 Nov`
  if (spanSeconds > 2 * DAY_S) return dayAndTime(seconds * 1000, seconds * 1000).split(',')[0] ?? '';
  const text = clock(seconds * 1000);
  return spanSeconds < SECONDS_BELOW_S ? text : text.slice(0, 5);
}

function fromZero(_plot: uPlot, _low: number, high: number): [number, number] {
  return [0, Math.max(high * 1.08, 0.1)];
}

/** At least ±2 %, so that noise does not look like news. */
function tightRange(_plot: uPlot, low: number, high: number): [number, number] {
  const room = Math.max((high - low) * 0.15, Math.abs(high) * 0.02, 0.1);
  return [low - room, high + room];
}

function optionsOf(curves: readonly Curve[], width: number, look: Look): uPlot.Options {
  const ink = colour('--ink-3');
  const grid = { stroke: colour('--line'), width: 1 };
  const font = `12px ${colour('--sans')}`;
  const units = [...new Set(curves.map((curve) => curve.unit))];
  return {
    width,
    height: look.height,
    padding: [null, look.padRight, null, null],
    cursor: { y: false, ...(look.sync === undefined ? {} : { sync: { key: look.sync } }) },
    hooks: { drawClear: [(plot) => drawBands(plot, look.bands())] },
    series: [
      {
        label: 'Time',
        value: (plot, seconds) => {
          if (seconds === null) return '–';
          const { min = 0, max = 0 } = plot.scales.x ?? {};
          const isDays = (max ?? 0) - (min ?? 0) > 2 * DAY_S;
          return isDays ? dayAndTime(seconds * 1000, seconds * 1000) : clock(seconds * 1000);
        },
      },
      ...curves.map((curve): uPlot.Series => {
        const stroke = colour(curve.colour);
        return {
          label: curve.label,
          scale: curve.unit,
          stroke,
          width: 2,
          spanGaps: curve.gaps !== true,
          ...(curve.filled === true ? { fill: `color-mix(in srgb, ${stroke} 14%, transparent)` } : {}),
          points: { show: curve.values.length < 40, size: 5 },
          value: (_plot, value) => (value === null ? '–' : `${value.toFixed(curve.digits)} ${curve.unit}`),
        };
      }),
    ],
    scales: Object.fromEntries(
      units.map((unit) => {
        const tight = curves.some((curve) => curve.unit === unit && curve.tight === true);
        return [unit, { range: tight ? tightRange : fromZero }];
      }),
    ),
    axes: [
      {
        stroke: ink,
        font,
        grid: { show: false },
        ticks: grid,
        // With seconds a time is wider.
        space: (_plot, _axis, from, to) => (to - from < SECONDS_BELOW_S ? 80 : 50),
        ...(look.timeless ? { size: 6 } : {}),
        values: (plot, splits) => {
          if (look.timeless) return splits.map(() => '');
          const { min = 0, max = 0 } = plot.scales.x ?? {};
          return splits.map((seconds) => axisTime(seconds, (max ?? 0) - (min ?? 0)));
        },
      },
      ...units.map((unit, index): uPlot.Axis => {
        const [curve, ...others] = curves.filter((one) => one.unit === unit);
        return {
          scale: unit,
          side: curve?.right === true ? 1 : 3,
          stroke: ink,
          font,
          size: 58,
          grid: index === 0 ? grid : { show: false },
          ticks: { show: false },
          values: (_plot, splits) => splits.map((value) => `${Number(value.toFixed(3))}`),
          label: others.length > 0 ? unit : `${curve?.label ?? ''}, ${unit}`,
          labelFont: font,
          labelSize: 18,
        };
      }),
    ],
  };
}

/** The legend shows the newest values while no cursor is on the plot. uPlot clears it in a microtask of its own: after that. */
function showNewest(plot: uPlot): void {
  queueMicrotask(() => {
    if ((plot.cursor.left ?? -1) < 0) plot.setLegend({ idx: Math.max(0, plot.data[0].length - 1) });
  });
}

/** Curves over time, drawn by uPlot; `times` in epoch seconds. */
export function Chart({
  times,
  curves,
  label,
  height = 300,
  sync,
  timeless = false,
  padRight = null,
  bands = [],
}: {
  times: number[];
  curves: readonly Curve[];
  label: string;
  height?: number;
  sync?: string;
  timeless?: boolean;
  padRight?: number | null;
  bands?: readonly Band[];
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const behind = useRef(bands);
  behind.current = bands;
  const shape = `${curves.map((curve) => curve.label).join()} ${times.length < 40} ${height} ${themeChanges.value}`;

  // New data go in below; only another shape needs a new plot
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(
      optionsOf(curves, element.clientWidth - 16, { height, sync, timeless, padRight, bands: () => behind.current }),
      [times, ...curves.map((curve) => curve.values)],
      element,
    );
    plot.current = made;
    showNewest(made);
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth - 16, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => {
    if (plot.current === null) return;
    plot.current.setData([times, ...curves.map((curve) => curve.values)]);
    showNewest(plot.current);
  }, [times, curves, bands]);

  return <div class="chart" style={{ minHeight: `${height}px` }} ref={place} role="img" aria-label={label} />;
}
