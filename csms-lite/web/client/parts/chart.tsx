import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { clock } from '../../shared/format.js';
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
  digits: number;
  values: (number | null)[];
}

function axisTime(seconds: number, spanSeconds: number): string {
  const text = clock(seconds * 1000);
  return spanSeconds < 600 ? text : text.slice(0, 5);
}

function optionsOf(curves: readonly Curve[], width: number): uPlot.Options {
  const ink = colour('--ink-3');
  const grid = { stroke: colour('--line'), width: 1 };
  const font = `12px ${colour('--sans')}`;
  const units = [...new Set(curves.map((curve) => curve.unit))];
  return {
    width,
    height: 300,
    cursor: { y: false },
    series: [
      { label: 'Time', value: (_plot, seconds) => (seconds === null ? '–' : clock(seconds * 1000)) },
      ...curves.map((curve): uPlot.Series => {
        const stroke = colour(curve.colour);
        return {
          label: curve.label,
          scale: curve.unit,
          stroke,
          width: 2,
          spanGaps: true,
          ...(curve.filled === true ? { fill: `color-mix(in srgb, ${stroke} 14%, transparent)` } : {}),
          points: { show: curve.values.length < 40, size: 5 },
          value: (_plot, value) => (value === null ? '–' : `${value.toFixed(curve.digits)} ${curve.unit}`),
        };
      }),
    ],
    scales: Object.fromEntries(
      units.map((unit) => [
        unit,
        { range: (_plot: uPlot, _low: number, high: number): [number, number] => [0, Math.max(high * 1.08, 0.1)] },
      ]),
    ),
    axes: [
      {
        stroke: ink,
        font,
        grid: { show: false },
        ticks: grid,
        values: (plot, splits) => {
          const { min = 0, max = 0 } = plot.scales.x ?? {};
          return splits.map((seconds) => axisTime(seconds, (max ?? 0) - (min ?? 0)));
        },
      },
      ...curves.map(
        (curve, index): uPlot.Axis => ({
          scale: curve.unit,
          side: curve.right === true ? 1 : 3,
          stroke: ink,
          font,
          size: 58,
          grid: index === 0 ? grid : { show: false },
          ticks: { show: false },
          values: (_plot, splits) => splits.map((value) => `${Number(value.toFixed(3))}`),
          label: `${curve.label}, ${curve.unit}`,
          labelFont: font,
          labelSize: 18,
        }),
      ),
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
export function Chart({ times, curves, label }: { times: number[]; curves: readonly Curve[]; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shape = `${curves.map((curve) => curve.label).join()} ${times.length < 40} ${themeChanges.value}`;

  // New data go in below; only another shape needs a new plot
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(
      optionsOf(curves, element.clientWidth - 16),
      [times, ...curves.map((curve) => curve.values)],
      element,
    );
    plot.current = made;
    showNewest(made);
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth - 16, height: 300 }));
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
  }, [times, curves]);

  return <div class="chart" ref={place} role="img" aria-label={label} />;
}
