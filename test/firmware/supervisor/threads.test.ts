import { createSystemClock } from '@tapwatt/hal';
import type { Log } from 'tapwatt/supervisor/log.js';
import { createRestartPolicy } from 'tapwatt/supervisor/restartPolicy.js';
import { superviseThread } from 'tapwatt/supervisor/threads.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';

const entry = new URL('./workers/misbehaving.js', import.meta.url);
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {} };

function supervise(mode: string) {
  const gone: string[] = [];
  const messages: { t: string; message?: string }[] = [];
  const thread = superviseThread<{ t: 'shutdown' }, { t: string }>({
    name: 'test',
    entry,
    workerData: { mode },
    addons: false,
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    clock: createSystemClock(),
    log: quiet,
    silenceMs: 1000,
    startGraceMs: 10_000,
    onMessage: (message) => messages.push(message),
    onGone: (reason) => gone.push(reason),
    onBroken() {},
  });
  thread.start();
  return { thread, gone, messages };
}

const hellos = (messages: { t: string }[]) => messages.filter(({ t }) => t === 'hello').length;

for (const [mode, reason] of [
  ['throw', /thrown on purpose/],
  ['exit', /exit status 3/],
  ['spin', /no sign of life for 1000 ms/],
  ['silent', /no sign of life for 1000 ms/],
] as const) {
  test(`a thread that does "${mode}" is noticed, ended and started again`, async () => {
    const { thread, gone, messages } = supervise(mode);
    await eventually(() => gone.length > 0, 'gone');
    assert.match(gone[0] ?? '', reason);
    await eventually(() => hellos(messages) >= 2, 'started again');
    assert.ok(thread.restarts >= 1);
    await thread.stop(100);
    const count = gone.length;
    assert.is(thread.state, 'ended');
    assert.is(gone.length, count, 'an end that was asked for is no failure');
  });
}

test('a thread that is asked to stop ends by itself and is not started again', async () => {
  const { thread, gone, messages } = supervise('well');
  await eventually(() => thread.state === 'running', 'running');
  thread.send({ t: 'shutdown' });
  await thread.stop(5000);
  assert.is(thread.state, 'ended');
  assert.equal(gone, []);
  assert.is(hellos(messages), 1);
});

test('a connector thread cannot load a native addon: --no-addons', async () => {
  const { thread, messages } = supervise('addon');
  try {
    await eventually(() => messages.some(({ t }) => t === 'refused' || t === 'loaded'), 'an answer');
  } finally {
    await thread.stop(100);
  }
  const refused = messages.find(({ t }) => t === 'refused');
  assert.ok(refused !== undefined, 'the addon was loaded');
  assert.match(refused?.message ?? '', /addons|disabled|dlopen/i);
});

test('restarts come after 0.5 s, doubling; more than 5 ends in 5 minutes are tried every 30 s; it recovers', () => {
  const policy = createRestartPolicy();
  const delays = [0, 1000, 2000, 3000, 4000, 5000, 6000].map((nowMs) => policy.failed(nowMs));
  assert.equal(
    delays.map(({ delayMs }) => delayMs),
    [500, 1000, 2000, 4000, 8000, 30_000, 30_000],
  );
  assert.equal(
    delays.map(({ broken }) => broken),
    [false, false, false, false, false, true, true],
  );
  assert.ok(policy.isBroken(10_000));
  assert.not(policy.isBroken(310_000));
  assert.is(policy.failed(400_000).delayMs, 500);
});

test.run();
