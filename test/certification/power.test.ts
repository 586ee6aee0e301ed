import * as assert from 'uvu/assert';
import { type Bench, CARD } from './harness/bench.js';
import { certification } from './harness/certification.js';
import { anyOrder, type Step } from './harness/trace.js';

const { certificationCase, run } = certification({ keys: { MeterValueSampleInterval: '1' } });

const REST = anyOrder('Status 0 Available', 'Status 1 Available', 'Status 2 Available');

/** 1.6 §5.14: "Persistent states: for example: Connector set to Unavailable shall persist." */
async function resetWithoutTransaction(bench: Bench, type: 'Hard' | 'Soft'): Promise<void> {
  await bench.callFor('Accepted', 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
  await bench.heardAndMark(['Status 1 Unavailable']);
  await bench.callFor('Accepted', 'Reset', { type });
  await bench.restartedAfterReset();
  await bench.heardAndMark([
    'BootNotification',
    anyOrder('Status 0 Available', 'Status 1 Unavailable', 'Status 2 Available'),
  ]);
  await bench.callFor('Accepted', 'ChangeAvailability', { connectorId: 1, type: 'Operative' });
  await bench.heard(['Status 1 Available']);
}

certificationCase('TC_013', (bench) => resetWithoutTransaction(bench, 'Hard'));

certificationCase('TC_014', (bench) => resetWithoutTransaction(bench, 'Soft'));

/** Stopped, and the stop told, before the process ends; nothing of it is told again after. */
async function resetWithTransaction(bench: Bench, type: 'Hard' | 'Soft'): Promise<void> {
  const { transactionId } = await bench.charging();
  await bench.callFor('Accepted', 'Reset', { type });
  await bench.restartedAfterReset();
  const stop: Step = anyOrder(`Stop ${type}Reset`, 'Status 1 Finishing');
  // Simulated hardware starts at rest: the cable is out after the restart.
  await bench.heard([stop, 'BootNotification', REST]);
  const stops = bench.payloads('StopTransaction');
  assert.equal(
    stops.map((payload) => payload.transactionId),
    [transactionId],
  );
  assert.is((await bench.connector()).transaction, null);
}

certificationCase('TC_015', (bench) => resetWithTransaction(bench, 'Hard'));

certificationCase('TC_016', (bench) => resetWithTransaction(bench, 'Soft'));

certificationCase('TC_032_1', async (bench) => {
  const { transactionId } = await bench.charging();
  // What the daemon of a back-up supply sends when the mains are gone.
  process.kill(bench.program.pid, 'SIGPWR');
  const { code } = await bench.program.exited;
  assert.is(code, 0, bench.program.output());
  await bench.heard([anyOrder('Stop PowerLoss', 'Status 1 Finishing')], { settleMs: 0 });
  await bench.powerBack();
  await bench.heard([anyOrder('Stop PowerLoss', 'Status 1 Finishing'), 'BootNotification', REST]);
  assert.is(bench.payloads('StopTransaction')[0]?.transactionId, transactionId);
});

certificationCase('TC_032_2', async (bench) => {
  const { transactionId, start } = await bench.charging();
  await bench.powerCut();
  await bench.powerBack();
  // "any order after boot", but nothing before it.
  await bench.heard([
    'BootNotification',
    anyOrder('Stop PowerLoss', 'Status 0 Available', 'Status 1 Available', 'Status 2 Available'),
  ]);
  const [stop] = bench.payloads('StopTransaction');
  assert.is(stop?.transactionId, transactionId);
  assert.ok(Number(stop?.meterStop) >= Number(start.meterStart));
  assert.ok(Date.parse(String(stop?.timestamp)) <= Date.now());
  assert.is((await bench.connector()).transaction, null);
});

certificationCase('TC_034', async (bench) => {
  await bench.callFor('Accepted', 'ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
  await bench.heardAndMark([anyOrder('Status 0 Unavailable', 'Status 1 Unavailable', 'Status 2 Unavailable')]);
  await bench.powerCut();
  await bench.powerBack();
  await bench.heardAndMark([
    'BootNotification',
    anyOrder('Status 0 Unavailable', 'Status 1 Unavailable', 'Status 2 Unavailable'),
  ]);
  await bench.tap(CARD);
  await bench.callFor('Rejected', 'RemoteStartTransaction', { idTag: CARD, connectorId: 1 });
  await bench.heardAndMark([], { settleMs: 700 });
  await bench.callFor('Accepted', 'ChangeAvailability', { connectorId: 0, type: 'Operative' });
  await bench.heard([REST]);
});

run();
