import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';
import type { Bench } from './harness/bench.js';
import { certification } from './harness/certification.js';
import { anyOrder } from './harness/trace.js';

const { certificationCase, run } = certification();

const ALL_AVAILABLE = anyOrder('Status 0 Available', 'Status 1 Available', 'Status 2 Available');

/** Cold boot against a central system that gives these answers in turn, the last one from then on. */
async function coldBoot(bench: Bench, answers: readonly { status: string; interval: number }[]): Promise<void> {
  await bench.powerCut();
  let boots = 0;
  bench.central.on('BootNotification', () => {
    const answer = answers[Math.min(boots, answers.length - 1)];
    boots += 1;
    return { currentTime: new Date().toISOString(), ...answer };
  });
  bench.mark();
  await bench.powerBack();
  await eventually(() => boots > 0, 'the first BootNotification');
}

function bootTimes(bench: Bench): number[] {
  return bench.said().flatMap(({ action, atMs }) => (action === 'BootNotification' ? [atMs] : []));
}

certificationCase('TC_001', async (bench) => {
  await coldBoot(bench, [
    { status: 'Rejected', interval: 4 },
    { status: 'Accepted', interval: 1 },
  ]);
  // "While Rejected, the Charge Point SHALL NOT respond to any Central System initiated message" (1.6 §4.2).
  const question = { key: ['HeartbeatInterval'] };
  const answer = await bench.station
    .call('GetConfiguration', question, { withinMs: 1200 })
    .catch((error: Error) => error);
  assert.ok(answer instanceof Error && /no answer/.test(answer.message), 'a request was answered while Rejected');
  await bench.heard(['BootNotification'], { beside: [], settleMs: 0 });

  await bench.heard(['BootNotification', 'BootNotification', ALL_AVAILABLE]);
  const [first = 0, second = 0] = bootTimes(bench);
  assert.ok(second - first >= 3950, `booted again after ${second - first} ms instead of 4000`);
  const heartbeats = (): number[] =>
    bench.said([]).flatMap(({ action, atMs }) => (action === 'Heartbeat' ? [atMs] : []));
  await eventually(() => heartbeats().length >= 3, 'three Heartbeats');
  const [one = 0, two = 0, three = 0] = heartbeats();
  for (const gapMs of [two - one, three - two]) assert.ok(gapMs > 800, `${gapMs} ms between Heartbeats of 1 s`);
});

certificationCase('TC_002', async (bench) => {
  await coldBoot(bench, [
    { status: 'Pending', interval: 60 },
    { status: 'Pending', interval: 4 },
    { status: 'Accepted', interval: 300 },
  ]);
  const { configurationKey } = await bench.call('GetConfiguration', {});
  assert.ok((configurationKey as unknown[]).length > 20);
  await bench.configure({ MeterValueSampleInterval: 7 });
  assert.is(await bench.key('MeterValueSampleInterval'), '7');
  // "While in pending state, the following Central System initiated messages are not allowed" (1.6 §4.2).
  await bench.callFor('Rejected', 'RemoteStartTransaction', { idTag: 'A1B2C3D4', connectorId: 1 });
  await bench.callFor('Rejected', 'RemoteStopTransaction', { transactionId: 1 });
  await sleep(500);
  await bench.heard(['BootNotification'], { beside: [], settleMs: 0 });
  // "unless it has been instructed by the Central System to do so with a TriggerMessage.req"; the new interval counts.
  await bench.callFor('Accepted', 'TriggerMessage', { requestedMessage: 'BootNotification' });
  await bench.heard(['BootNotification', 'BootNotification'], { beside: [], settleMs: 1000 });

  await bench.heard(['BootNotification', 'BootNotification', 'BootNotification', ALL_AVAILABLE]);
  const [, second = 0, third = 0] = bootTimes(bench);
  assert.ok(third - second >= 3950, `booted again after ${third - second} ms instead of 4000`);
});

run();
