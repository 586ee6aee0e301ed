import { anomalyName } from '@tapwatt/ocpp/anomaly/words.js';
import type { CurrentReport } from '../anomaly/currentWatch.js';

export interface PlotOptions {
  /** Characters of the terminal. */
  columns: number;
  rows: number;
  windowMs: number;
  nowMs: number;
  connectorId: number;
  /** Characters that the terminal can show. */
  marks: Marks;
}

export interface Marks {
  current: string;
  limit: string;
  both: string;
  axis: string;
  corner: string;
  base: string;
}

export const UNICODE_MARKS: Marks = { current: '•', limit: '─', both: '◉', axis: '│', corner: '└', base: '─' };
export const ASCII_MARKS: Marks = { current: '*', limit: '-', both: '#', axis: '|', corner: '+', base: '-' };

/** Room for `100 A │`. */
const LABEL = 7;
const SMALLEST_TOP_A = 10;

/**
 * Current and limit of one connector over a window of time, as lines for a terminal of the given size: a head, the plot,
 * the time axis, and what is wrong. Pure; the newest report is at the right edge.
 */
export function renderPlot(reports: readonly CurrentReport[], options: PlotOptions): string[] {
  const { columns, rows, windowMs, nowMs, connectorId } = options;
  const own = reports.filter((report) => report.connectorId === connectorId);
  const width = Math.max(10, columns - LABEL - 1);
  const height = Math.max(4, rows - 5);
  const shown = own.filter(({ at }) => Date.parse(at) > nowMs - windowMs);
  const topA = scaleTop(
    Math.max(...shown.flatMap(({ currentMa, limitMa }) => [currentMa ?? 0, limitMa ?? 0]), 0) / 1000,
  );

  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => ' '));
  const put = (atMs: number, valueMa: number, mark: string, spanMs: number): void => {
    const row = height - 1 - Math.round((valueMa / 1000 / topA) * (height - 1));
    const columnOf = (ms: number): number => Math.floor(((ms - (nowMs - windowMs)) / windowMs) * width);
    for (let column = columnOf(atMs - spanMs) + 1; column <= columnOf(atMs); column += 1) {
      const line = cells[row];
      if (line === undefined || column < 0 || column >= width) continue;
      line[column] = line[column] === ' ' || line[column] === mark ? mark : options.marks.both;
    }
  };
  // A report stands for the second before it, however wide the terminal is.
  const perReportMs = Math.max(1000, windowMs / width);
  for (const { at, limitMa } of shown)
    if (limitMa !== null) put(Date.parse(at), limitMa, options.marks.limit, perReportMs);
  for (const { at, currentMa } of shown)
    if (currentMa !== null) put(Date.parse(at), currentMa, options.marks.current, perReportMs);

  const ticks = new Set([0, Math.floor((height - 1) / 2), height - 1]);
  const plot = cells.map((line, index) => {
    const valueA = (topA * (height - 1 - index)) / (height - 1);
    const label = ticks.has(index) ? `${Number(valueA.toFixed(1))} A` : '';
    return `${label.padStart(LABEL - 1)} ${options.marks.axis}${line.join('').trimEnd()}`;
  });
  const cut = (line: string): string => line.slice(0, columns);
  return [
    head(own.at(-1), connectorId),
    ...plot,
    base(options, width),
    times(windowMs, width),
    foot(own.at(-1), options),
  ].map(cut);
}

/** Highest value of the axis: a round one with a little room. */
function scaleTop(highestA: number): number {
  const wantedA = Math.max(SMALLEST_TOP_A, highestA * 1.05);
  const magnitude = 10 ** Math.floor(Math.log10(wantedA));
  const steps = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map((step) => Math.round(step * magnitude));
  return steps.find((step) => step >= wantedA) ?? 10 * magnitude;
}

function head(newest: CurrentReport | undefined, connectorId: number): string {
  if (newest === undefined) return `Connector ${connectorId}: nothing heard yet`;
  return `Connector ${connectorId}  ${newest.at.slice(11, 19)} UTC  ${valuesOf(newest)}`;
}

/** `12.0 A of 32.0 A, power on, module ok`. */
export function valuesOf({ currentMa, limitMa, powerOn, module }: CurrentReport): string {
  const current = currentMa === null ? 'silent' : `${(currentMa / 1000).toFixed(1)} A`;
  const limit = limitMa === null ? '' : ` of ${(limitMa / 1000).toFixed(1)} A`;
  const power = powerOn === null ? '' : powerOn ? ', power on' : ', power off';
  return `${current}${limit}${power}, module ${module}`;
}

function base({ marks }: PlotOptions, width: number): string {
  return `${' '.repeat(LABEL)}${marks.corner}${marks.base.repeat(width)}`;
}

function times(windowMs: number, width: number): string {
  const left = `-${windowMs / 1000} s`;
  const middle = `-${windowMs / 2000} s`;
  const half = Math.floor(width / 2);
  return `${' '.repeat(LABEL + 1)}${left.padEnd(half)}${middle.padEnd(Math.max(0, width - half - 3))}now`;
}

function foot(newest: CurrentReport | undefined, { marks }: PlotOptions): string {
  const wrong = newest?.anomalies.map(anomalyName) ?? [];
  const legend = `${marks.current} current  ${marks.limit} limit   Ctrl-C ends`;
  return wrong.length === 0 ? legend : `!! ${wrong.join(', ')}   ${legend}`;
}
