import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPowerModule, createSystemClock } from '@tapwatt/hal';
import { createSimulatedBoard } from '@tapwatt/hal/simulated';
import type { CurrentReport } from 'tapwatt/anomaly/currentWatch.js';
import { ASCII_MARKS, renderPlot, UNICODE_MARKS } from 'tapwatt/scope/plot.js';
import { CSV_HEADER, csvLine, openRecording } from 'tapwatt/scope/record.js';
import { openScreen } from 'tapwatt/scope/screen.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS, withDeadline } from '../../support/deadline.js';
import { install, run, tapwatt, untilUp } from '../cli/tapwattProcess.js';

const PROGRAM = fileURLToPath(new URL('../../../../firmware/bin/tapwatt.js', import.meta.url));
const NOW = Date.parse('2026-01-01T00:01:00.000Z');

function report(agoS: number, currentMa: number | null, more: Partial<CurrentReport> = {}): CurrentReport {
  const at = new Date(NOW - agoS * 1000).toISOString();
  return { at, connectorId: 1, currentMa, limitMa: 16_000, powerOn: true, module: 'ok', anomalies: [], ...more };
}

const options = { columns: 80, rows: 24, windowMs: 60_000, nowMs: NOW, connectorId: 1, marks: ASCII_MARKS };

test('the plot fits into 80×24: current, limit, axes, and what is wrong', () => {
  const reports = Array.from({ length: 60 }, (_, index) => report(59 - index, Math.min(16_000, index * 500)));
  const lines = renderPlot(reports, options);
  assert.is(lines.length, 23);
  assert.ok(lines.every((line) => line.length <= 80));
  assert.match(lines[0] ?? '', /Connector 1 {2}00:01:00 UTC {2}16\.0 A of 16\.0 A, power on, module ok/);
  assert.match(lines[1] ?? '', /^ {2}20 A \|/);
  assert.match(lines.at(-3) ?? '', /^ {7}\+-{70}/);
  assert.match(lines.at(-2) ?? '', /-60 s .* -30 s .* now/);
  const plot = lines.slice(1, -3).join('\n');
  // The limit is a straight line, the current climbs to it.
  assert.is(plot.split('\n').filter((line) => line.includes('-')).length, 1);
  assert.ok(plot.split('\n').filter((line) => line.includes('*')).length > 10);
  assert.match(plot, /#/);
  const wrong = renderPlot([report(0, 40_000, { anomalies: ['runaway'] })], options);
  assert.match(wrong.at(-1) ?? '', /!! current above its limit/);
  assert.match(wrong[1] ?? '', /50 A/);
});

test('silence is a gap, other connectors are not shown, nothing heard is said, any size works', () => {
  const lines = renderPlot(
    [report(30, 8000), report(5, null, { module: 'failed' }), report(1, 9000, { connectorId: 2 })],
    options,
  );
  assert.match(lines[0] ?? '', /silent of 16\.0 A, power on, module failed/);
  assert.match(renderPlot([], options)[0] ?? '', /nothing heard yet/);
  for (const [columns, rows] of [
    [20, 6],
    [200, 60],
    [1, 1],
  ] as const)
    assert.ok(
      renderPlot([report(0, 8000)], { ...options, columns, rows, marks: UNICODE_MARKS }).every(
        (l) => l.length <= columns,
      ),
    );
});

test('CSV: header, ISO times, mA, empty where nothing is known; a recording is never overwritten', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-scope-'));
  const path = join(directory, 'current.csv');
  const recording = openRecording(path);
  recording.write(report(1, 8000, { anomalies: ['drift', 'oscillation'] }));
  recording.write(report(0, null, { limitMa: null, powerOn: null, module: 'failed' }));
  assert.is(recording.lines, 2);
  recording.close();
  assert.equal(readFileSync(path, 'utf8').split('\n'), [
    CSV_HEADER,
    '2026-01-01T00:00:59.000Z,1,8000,16000,true,ok,drift oscillation',
    '2026-01-01T00:01:00.000Z,1,,,,failed,',
    '',
  ]);
  assert.throws(() => openRecording(path), /EEXIST/);
  assert.is(csvLine(report(0, 1)).split(',').length, CSV_HEADER.split(',').length);
  rmSync(directory, { recursive: true });
});

test('the screen is given back as it was, once', () => {
  const written: string[] = [];
  const terminal = {
    columns: 80,
    rows: 24,
    write: (text: string) => written.push(text) > 0,
    on: () => terminal,
    off: () => terminal,
  };
  const screen = openScreen(terminal as unknown as Parameters<typeof openScreen>[0]);
  screen.draw(['a', 'b']);
  screen.restore();
  screen.restore();
  screen.draw(['late']);
  assert.is(written.length, 3);
  assert.is(written[0], '\u001b[?1049h\u001b[?25l');
  assert.is(written[2], '\u001b[?25h\u001b[?1049l');
});

test('against a running charge point: lines, JSON lines, CSV, a plot on a terminal that Ctrl-C gives back (130)', async () => {
  const place = install('ws://127.0.0.1:9/ocpp');
  const point = run(place);
  const csv = join(place.directory, 'current.csv');
  try {
    await untilUp(point);
    const words = follow(['--socket', place.socket, 'scope', '--record', csv]);
    await eventually(() => words.out().split('\n').length > 2, 'lines of words', PATIENCE_MS);
    assert.match(words.out(), /^\d\d:\d\d:\d\d {2}connector 1 {2}0\.0 A, power off, module ok$/m);
    assert.is(await words.interrupt(), 130);
    assert.ok(existsSync(csv));
    assert.match(readFileSync(csv, 'utf8'), new RegExp(`^${CSV_HEADER}\n[^\n]+,1,0,,false,ok,\n`));

    const json = follow(['--socket', place.socket, 'scope', '--json', '--connector', '1']);
    await eventually(() => json.out().split('\n').length > 2, 'lines of JSON', PATIENCE_MS);
    const [first = ''] = json.out().split('\n');
    assert.is((JSON.parse(first) as CurrentReport).connectorId, 1);
    assert.is(await json.interrupt(), 130);

    const again = await tapwatt(['--socket', place.socket, 'scope', '--record', csv]);
    assert.is(again.status, 1);
    assert.match(again.stderr, /is there already/);

    if (existsSync('/usr/bin/script')) {
      const terminal = follow(['--socket', place.socket, 'scope'], true);
      await eventually(() => terminal.out().includes('-60 s'), `the plot (${terminal.out()})`, PATIENCE_MS);
      assert.ok(terminal.out().includes('\u001b[?1049h'));
      // The terminal's own Ctrl-C.
      terminal.child.stdin?.write('\u0003');
      assert.is(await terminal.exit, 130);
      assert.ok(terminal.out().includes('\u001b[?25h\u001b[?1049l'), 'the terminal is as before');
    }

    const ended = follow(['--socket', place.socket, 'scope', '--json']);
    await eventually(() => ended.out() !== '', 'it follows', PATIENCE_MS);
    point.child.kill('SIGTERM');
    assert.is(await withDeadline(ended.exit, PATIENCE_MS, 'it ends with the charge point'), 69);
  } finally {
    await point.end();
    place.remove();
  }
});

test('no charge point runs: the CAN bus is read, limit and power are learned from its frames, nothing is ever sent', async () => {
  const clock = createSystemClock();
  const board = await createSimulatedBoard({
    clock,
    connectors: [{ connectorId: 1, phases: 1, canIdOffset: 0 }],
    currentScaleMa: 1000,
    listen: { host: '127.0.0.1', port: 0 },
  });
  const { socketcand } = board;
  assert.ok(socketcand);
  const sent: number[] = [];
  board.can.onFrame(({ id }) => sent.push(id));
  const place = install('ws://127.0.0.1:9/ocpp');
  const config = readFileSync(place.configFile, 'utf8').replace(
    /^can: .*$/m,
    `can: { kind: socketcand, host: 127.0.0.1, port: ${socketcand.port}, interface: can0 }`,
  );
  writeFileSync(place.configFile, config);
  const scope = follow(['--socket', place.socket, 'scope', '--json', '--config', place.configFile]);
  const reports = (): CurrentReport[] =>
    scope
      .out()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as CurrentReport);
  try {
    await eventually(() => reports().some(({ currentMa }) => currentMa === 0), 'it hears the module', PATIENCE_MS);
    assert.is(reports().at(-1)?.powerOn, null, 'nobody has said START or STOP');
    const module = createPowerModule({ clock, bus: board.can, idOffset: 0, currentScaleMa: 1000 });
    board.connector(1).contactor.write(true);
    board.connector(1).plugIn({ currentMa: 32_000 });
    module.start(10_000);
    await eventually(() => (reports().at(-1)?.currentMa ?? 0) > 5000, 'current', PATIENCE_MS);
    assert.is(reports().at(-1)?.limitMa, 10_000);
    assert.is(reports().at(-1)?.powerOn, true);
    assert.ok(
      sent.every((id) => id === 0x300),
      'only the module speaks to us',
    );
    await module.close();
    assert.is(await scope.interrupt(), 130);
  } finally {
    scope.child.kill('SIGKILL');
    await scope.exit;
    await board.close();
    place.remove();
  }
});

test('no charge point and a simulated bus: it says what to do', async () => {
  const place = install('ws://127.0.0.1:9/ocpp');
  const { status, stderr } = await tapwatt(['scope', '--config', place.configFile, '--socket', place.socket]);
  assert.is(status, 69);
  assert.match(stderr, /no charge point answers/);
  place.remove();
});

function follow(args: readonly string[], onTerminal = false) {
  const command = [process.execPath, PROGRAM, ...args];
  const env = { ...process.env, LC_ALL: 'C' };
  const child = onTerminal
    ? spawn('/usr/bin/script', ['-qefc', command.map((word) => `'${word}'`).join(' '), '/dev/null'], { env })
    : spawn(process.execPath, command.slice(1), { env });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.resume();
  const exit = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code));
  });
  return {
    child,
    exit,
    out: () => out,
    interrupt() {
      child.kill('SIGINT');
      return withDeadline(exit, PATIENCE_MS, 'it ends');
    },
  };
}

test.run();
