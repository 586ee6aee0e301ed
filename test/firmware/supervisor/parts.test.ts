import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CardReader, CardTap } from '@tapwatt/hal';
import { createMemoryOutput, type DigitalInput, type DigitalOutput } from '@tapwatt/hal';
import { createManualClock } from '@tapwatt/hal/simulated';
import type { Fault } from 'tapwatt/domain/records.js';
import { createConnectorFaults, hardwareFault } from 'tapwatt/supervisor/connectorFaults.js';
import { createEventBus } from 'tapwatt/supervisor/events.js';
import { createIndicator } from 'tapwatt/supervisor/indicator.js';
import { dimmableLight, plainLight } from 'tapwatt/supervisor/light.js';
import { createLog, type Log } from 'tapwatt/supervisor/log.js';
import { createServiceManager } from 'tapwatt/supervisor/notify.js';
import { persistentInput, persistentOutput } from 'tapwatt/supervisor/persistentLine.js';
import { createShutdown, forcedStatus } from 'tapwatt/supervisor/shutdown.js';
import { createTaps } from 'tapwatt/supervisor/taps.js';
import { livenessProblems, startWatchdog } from 'tapwatt/supervisor/watchdog.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {} };

test('faults: by source; a code is cleared when its last source is', () => {
  const heard: string[] = [];
  const faults = createConnectorFaults({
    raised: (fault: Fault) => heard.push(`+${fault.errorCode} ${fault.info}`),
    cleared: (code) => heard.push(`-${code}`),
  });
  faults.raise('bench', hardwareFault('PowerMeterFailure', 'said'));
  faults.raise('power-module', hardwareFault('PowerMeterFailure', 'silent'));
  faults.raise('power-module', hardwareFault('PowerMeterFailure', 'silent'));
  faults.raise('bench', hardwareFault('GroundFailure', 'said'));
  assert.equal(
    faults.active.map(({ errorCode }) => errorCode),
    ['PowerMeterFailure', 'GroundFailure'],
  );
  faults.clear('bench');
  assert.equal(heard, [
    '+PowerMeterFailure said',
    '+PowerMeterFailure silent',
    '+GroundFailure said',
    '-GroundFailure',
  ]);
  faults.clear('power-module');
  faults.clear('power-module');
  assert.is(heard.at(-1), '-PowerMeterFailure');
  assert.is(heard.length, 5);
  assert.is(hardwareFault('OtherError', 'x'.repeat(80)).info?.length, 50, '1.6 §6.47: info is CiString50');
});

test('taps: UID as idTag; a random UID is refused unless it is accepted; a bench limit goes with its own tap', async () => {
  const clock = createManualClock();
  let hold: (tap: CardTap) => void = () => {};
  const reader: CardReader = {
    health: { state: 'ok', sinceMs: 0 },
    start() {},
    onTap(listener) {
      hold = listener;
      return () => {};
    },
    onHealth: () => () => {},
    async close() {},
  };
  const heard: unknown[][] = [];
  const make = (acceptRandomUid: boolean) =>
    createTaps({
      clock,
      reader,
      acceptRandomUid,
      log: quiet,
      events: createEventBus(clock),
      onTap: (idTag, connectorIds) => heard.push([idTag, connectorIds]),
      onRefused: () => heard.push(['refused']),
    });
  const taps = make(false);
  const tap = (uid: string, randomUid = false): void => hold({ uid, randomUid, seenAtMs: 0 });
  tap('08AABBCC', true);
  taps.announce('a1b2c3d4', null);
  taps.announce('A1B2C3D4', [2]);
  tap('A1B2C3D4');
  tap('A1B2C3D4');
  tap('A1B2C3D4');
  taps.announce('A1B2C3D4', [1]);
  await clock.advance(11_000);
  tap('A1B2C3D4');
  make(true);
  tap('08AABBCC', true);
  assert.equal(heard, [
    ['refused'],
    ['A1B2C3D4', null],
    ['A1B2C3D4', [2]],
    ['A1B2C3D4', null],
    ['A1B2C3D4', null],
    ['08AABBCC', null],
  ]);
});

test('a GPIO line that is missing is tried again, and is then what it should be', async () => {
  const clock = createManualClock();
  const real = createMemoryOutput();
  let tries = 0;
  const problems: string[] = [];
  let opened = 0;
  const output: DigitalOutput = persistentOutput(
    clock,
    async () => {
      tries += 1;
      if (tries < 3) throw new Error('EACCES');
      return real;
    },
    { onOpen: () => (opened += 1), onProblem: (error) => problems.push(String(error)) },
  );
  await clock.settle();
  output.write(true);
  await clock.advance(1000);
  assert.not(real.value);
  await clock.advance(2000);
  assert.ok(real.value);
  assert.is(opened, 1);
  assert.is(problems.length, 2);
  output.write(false);
  assert.not(real.value);
  await output.close();

  let level = true;
  let listener: (active: boolean) => void = () => {};
  const line: DigitalInput = {
    read: () => level,
    onChange(heard) {
      listener = heard;
      return () => {};
    },
    async close() {},
  };
  const changes: boolean[] = [];
  const input = persistentInput(clock, async () => line, { onOpen() {}, onProblem() {} });
  assert.not(input.read());
  input.onChange((active) => changes.push(active));
  await clock.settle();
  assert.ok(input.read());
  level = false;
  listener(false);
  assert.equal(changes, [true, false]);
  await input.close();
});

test('indicator: one long light, flashes or slow blinks as often as BlinkRepeat says (§9.1.4), as bright as LightIntensity (§9.1.11)', async () => {
  const clock = createManualClock();
  let brightness = 0;
  const light = {
    set(to: number) {
      brightness = to;
    },
    close: async () => {},
  };
  const indicator = createIndicator(clock, light);
  const lit = async (signal: 'accepted' | 'refused' | 'waiting'): Promise<number> => {
    let flashes = 0;
    let before = 0;
    indicator.show(signal);
    for (let i = 0; i < 600; i += 1) {
      if (brightness > 0 && before === 0) flashes += 1;
      before = brightness;
      await clock.advance(10);
    }
    return flashes;
  };
  assert.is(await lit('refused'), 3);
  assert.is(await lit('accepted'), 1);
  assert.is(brightness, 0);
  indicator.configure({ blinkRepeat: 5, intensityPercent: 20 });
  assert.is(await lit('waiting'), 5);
  assert.is(await lit('accepted'), 1);
  indicator.show('accepted');
  assert.is(brightness, 0.2);
  indicator.configure({ blinkRepeat: 0, intensityPercent: 80 });
  assert.is(brightness, 0.8, 'at once');
  assert.is(await lit('refused'), 0);
  indicator.close();
  assert.is(brightness, 0);
});

test('light: PWM where it can be dimmed, else on and off', () => {
  const duties: number[] = [];
  const dimmed = dimmableLight({
    set: (_hz, duty) => void duties.push(duty),
    off: () => void duties.push(0),
    close: async () => {},
  });
  for (const brightness of [1, 0.25, 0]) dimmed.set(brightness);
  assert.equal(duties, [1, 0.25, 0]);
  const output = createMemoryOutput();
  const plain = plainLight(output);
  plain.set(0.01);
  assert.ok(output.value);
  plain.set(0);
  assert.not(output.value);
});

test('watchdog: a central system or a connector that fails is no reason to restart; a dead journal is', async () => {
  const threads = [
    { name: 'station', state: 'running' },
    { name: 'connector-1', state: 'waiting' },
  ];
  const at = (stationWellAtMs: number | null) => ({ threads, stationWellAtMs, startedAtMs: 0 });
  assert.equal(livenessProblems(at(100_000), 130_000), []);
  assert.is(livenessProblems(at(100_000), 200_000).length, 1);
  assert.equal(livenessProblems(at(null), 60_000), [], 'a big journal is being checked');
  assert.is(livenessProblems(at(null), 400_000).length, 1);
  assert.is(livenessProblems({ ...at(1), threads: [{ name: 'station', state: 'ended' }] }, 2).length, 1);

  const clock = createManualClock();
  const sent: string[] = [];
  let wellMs = clock.monotonicMs();
  const watchdog = startWatchdog({
    clock,
    log: quiet,
    serviceManager: {
      watchdogMs: 60_000,
      ready: async () => {},
      alive: async () => void sent.push('alive'),
      status: async (text) => void sent.push(text),
      stopping: async () => {},
    },
    liveness: () => ({ threads, stationWellAtMs: wellMs, startedAtMs: 0 }),
    status: () => 'fine',
  });
  await clock.advance(60_500);
  assert.equal(sent, ['alive', 'fine', 'alive', 'alive', 'alive']);
  wellMs = clock.monotonicMs() - 100_000;
  sent.length = 0;
  await clock.advance(60_000);
  assert.not(sent.includes('alive'));
  assert.match(sent[0] ?? '', /journal/);
  watchdog.close();
});

test('a messenger that does not come back holds up no sign of life', async () => {
  const clock = createManualClock();
  let signs = 0;
  const watchdog = startWatchdog({
    clock,
    log: quiet,
    serviceManager: {
      watchdogMs: 30_000,
      ready: async () => {},
      alive: () => {
        signs += 1;
        return new Promise(() => {});
      },
      status: async () => {},
      stopping: async () => {},
    },
    liveness: () => ({ threads: [], stationWellAtMs: clock.monotonicMs(), startedAtMs: 0 }),
    status: () => 'fine',
  });
  await clock.advance(30_500);
  assert.is(signs, 4);
  watchdog.close();
});

test('sd_notify: what systemd-notify is told; nothing without NOTIFY_SOCKET', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-notify-'));
  const told = join(directory, 'told');
  const fake = join(directory, 'systemd-notify');
  writeFileSync(fake, `#!/bin/sh\nprintf '%s|' "$@" "$NOTIFY_SOCKET" >> ${told}\necho >> ${told}\n`);
  chmodSync(fake, 0o755);
  try {
    const manager = createServiceManager({ NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '60000000' }, quiet, [fake]);
    assert.is(manager.watchdogMs, 60_000);
    await manager.ready('all well');
    await manager.alive();
    await manager.stopping();
    const lines = readFileSync(told, 'utf8').trim().split('\n');
    assert.is(lines[0], `--pid=${process.pid}|READY=1|STATUS=all well|/run/n|`);
    assert.is(lines[1], `--pid=${process.pid}|WATCHDOG=1|/run/n|`);
    assert.match(lines[2] ?? '', /STOPPING=1/);

    const silent = createServiceManager({ WATCHDOG_USEC: '60000000' }, quiet, [fake]);
    assert.is(silent.watchdogMs, null);
    await silent.ready('x');
    assert.is(readFileSync(told, 'utf8').trim().split('\n').length, 3);

    let warned = 0;
    const broken = createServiceManager({ NOTIFY_SOCKET: '/run/n' }, { ...quiet, warn: () => (warned += 1) }, [
      join(directory, 'none'),
    ]);
    await broken.alive();
    await broken.alive();
    assert.is(warned, 1, 'said once, and nothing thrown');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('shutdown: in order and once; a second signal ends it at once with 128 + n', async () => {
  const log: string[] = [];
  let finish: () => void = () => {};
  const shutdown = createShutdown({
    log: quiet,
    makeSafe: () => log.push('safe'),
    closeAll: (cause) => {
      log.push(cause.kind);
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
    exit: (status) => log.push(`exit ${status}`),
  });
  shutdown({ kind: 'reset', reset: 'Soft' });
  shutdown({ kind: 'reset', reset: 'Hard' });
  assert.equal(log, ['safe', 'reset']);
  finish();
  await eventually(() => log.length === 3, 'ended');
  assert.is(log[2], 'exit 0');
  shutdown({ kind: 'signal', signal: 'SIGINT' });
  assert.equal(log.slice(3), ['safe', 'exit 130']);
  assert.is(forcedStatus({ kind: 'signal', signal: 'SIGTERM' }), 143);
});

test('the log: pino lines on standard error, with syslog priorities under journald, without secrets', () => {
  const lines: string[] = [];
  const log = createLog('info', { JOURNAL_STREAM: '8:1' }, (line) => lines.push(line));
  log.debug('not this');
  log.info('a');
  log.warn('b', { password: 'secret' });
  log.error('c');
  log.setLevel('error');
  log.warn('not this either');
  assert.equal(
    lines.map((line) => line.slice(0, 3)),
    ['<6>', '<4>', '<3>'],
  );
  assert.not.match(lines.join(''), /secret|not this/);
  const plain: string[] = [];
  createLog('debug', {}, (line) => plain.push(line)).debug('d', { n: 1 });
  const parsed = JSON.parse(plain[0] ?? '') as { level: number; msg: string; n: number; time: string };
  assert.is(parsed.msg, 'd');
  assert.is(parsed.n, 1);
  assert.match(parsed.time, /^\d{4}-/);
});

test.run();
