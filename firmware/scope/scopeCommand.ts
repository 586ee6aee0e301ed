import { createSystemClock } from '@tapwatt/hal';
import { anomalyName } from '@tapwatt/ocpp/anomaly/index.js';
import type { CurrentReport } from '../anomaly/currentWatch.js';
import { CommandFailed, EXIT } from '../cli/exitCodes.js';
import { loadConfig } from '../config/load.js';
import { findConfigFile } from '../config/locate.js';
import { followCurrent, NotReachable } from '../control/client.js';
import { followBus } from './busSource.js';
import { ASCII_MARKS, renderPlot, UNICODE_MARKS, valuesOf } from './plot.js';
import { openRecording, type Recording } from './record.js';
import { openScreen, type Screen } from './screen.js';

export interface ScopeOptions {
  /** Null: all of them; the plot shows the first. */
  connectorId: number | null;
  /** CSV file to write. */
  record: string | null;
  json: boolean;
  /** Configuration file, where the bus itself must be read; null: where it usually is. */
  config: string | null;
}

const WINDOW_MS = 60_000;
const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * `tapwatt scope`: the current of the running charge point, or of the CAN bus itself where none runs, until Ctrl-C.
 * A plot on a terminal; a line of words for each report elsewhere; JSON lines with `json`; and a CSV file beside them.
 * @returns the exit status: 130 after Ctrl-C
 * @throws CommandFailed, NotReachable
 */
export async function scopeCommand(socket: string, options: ScopeOptions): Promise<number> {
  const recording = options.record === null ? null : record(options.record);
  const isPlot = Boolean(process.stdout.isTTY) && !options.json;
  const screen = isPlot ? openScreen(process.stdout) : null;
  const stop = new AbortController();
  let status: number = EXIT.ok;
  const listeners = Object.entries(SIGNAL_STATUS).map(([signal, code]) => {
    const listener = (): void => {
      status = code;
      stop.abort();
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  const show = createShow(options, screen);
  const take = (report: CurrentReport): void => {
    if (options.connectorId !== null && report.connectorId !== options.connectorId) return;
    recording?.write(report);
    show(report);
  };
  try {
    await follow(socket, options, take, stop.signal);
    if (!stop.signal.aborted)
      throw new CommandFailed(EXIT.notReachable, 'the charge point has ended', 'start it, then tapwatt scope again');
    return status;
  } finally {
    screen?.restore();
    recording?.close();
    for (const off of listeners) off();
    if (recording !== null) console.error(`${recording.lines} lines in ${options.record}`);
  }
}

function record(path: string): Recording {
  try {
    return openRecording(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new CommandFailed(EXIT.failed, `${path} is there already`, 'give another name, or move it away');
    throw new CommandFailed(EXIT.failed, `${path} cannot be written: ${message}`, 'give a file that you may write');
  }
}

/** The running service first: it knows the limit and whether somebody charges. */
async function follow(
  socket: string,
  options: ScopeOptions,
  take: (report: CurrentReport) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await followCurrent(socket, take, signal);
  } catch (error) {
    const isAway = error instanceof NotReachable && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
    const file = isAway ? findConfigFile(options.config ?? undefined, process.env) : null;
    if (file === null) throw error;
    const { config } = loadConfig({ file, environment: process.env });
    const bus = followBus(config, createSystemClock(), take, (text) => console.error(text));
    // A simulated bus exists only inside of the service.
    if (bus === null) throw error;
    console.error('No charge point runs: reading the CAN bus.');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await bus.close();
  }
}

function createShow(options: ScopeOptions, screen: Screen | null): (report: CurrentReport) => void {
  if (options.json) return (report) => console.log(JSON.stringify(report));
  if (screen === null) return (report) => console.log(lineOf(report));
  const reports: CurrentReport[] = [];
  const marks = speaksUtf8(process.env) ? UNICODE_MARKS : ASCII_MARKS;
  let drawing = false;
  const draw = (): void => {
    drawing = false;
    const newest = reports.at(-1);
    if (newest === undefined) return;
    const connectorId = options.connectorId ?? Math.min(...reports.map((report) => report.connectorId));
    const { columns, rows } = screen;
    screen.draw(
      renderPlot(reports, { columns, rows, windowMs: WINDOW_MS, nowMs: Date.parse(newest.at), connectorId, marks }),
    );
  };
  const soon = (): void => {
    if (drawing) return;
    drawing = true;
    // What comes at once, as the last minute does, is one picture.
    setImmediate(draw);
  };
  screen.onResize(soon);
  return (report) => {
    reports.push(report);
    const oldestMs = Date.parse(report.at) - WINDOW_MS;
    while (reports[0] !== undefined && Date.parse(reports[0].at) < oldestMs) reports.shift();
    soon();
  };
}

/** For logs and pipes: `15:02:01  connector 1  12.0 A of 32.0 A, power on, module ok`. */
function lineOf(report: CurrentReport): string {
  const wrong = report.anomalies.length === 0 ? '' : `  !! ${report.anomalies.map(anomalyName).join(', ')}`;
  return `${report.at.slice(11, 19)}  connector ${report.connectorId}  ${valuesOf(report)}${wrong}`;
}

function speaksUtf8(environment: NodeJS.ProcessEnv): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return /utf-?8/i.test(locale);
}
