import type { ActiveAnomaly } from 'tapwatt/anomaly/currentWatch.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { StationBench } from './bench.js';

const OSCILLATION: ActiveAnomaly = {
  finding: {
    kind: 'oscillation',
    windowMs: 60_000,
    figure: 8,
    threshold: 6,
    unit: 'turns',
    currentMa: 12_000,
    limitMa: 32_000,
    commanded: false,
  },
  since: { wallMs: 0, monotonicMs: 0 },
};

function tell(bench: StationBench, active: ActiveAnomaly[]): void {
  const at = { wallMs: bench.clock.wallMs(), monotonicMs: bench.clock.monotonicMs() };
  const since = { wallMs: at.wallMs - 60_000, monotonicMs: at.monotonicMs - 60_000 };
  bench.station?.receive({
    t: 'anomalies',
    connectorId: 1,
    active: active.map((one) => ({ ...one, since })),
    at,
  });
}

function transfers(bench: StationBench): { state: string; kind: string; figure: number; commanded: boolean }[] {
  return bench.central.calls('DataTransfer').map(({ data }) => JSON.parse(String(data)));
}

test('an anomaly is an event, a DataTransfer with its figures, and a warning in StatusNotification; its end too', async () => {
  const bench = await StationBench.start();
  bench.central.on('DataTransfer', () => ({ status: 'Accepted' }));
  tell(bench, [OSCILLATION]);
  const event = await bench.event('AnomalyDetected');
  assert.is(event.connectorId, 1);
  assert.match(event.message, /current oscillates: 8 turns over 60 s \(threshold 6 turns\)/);
  await eventually(() => transfers(bench).length === 1, 'the DataTransfer');
  const [request] = bench.central.calls('DataTransfer');
  assert.is(request?.vendorId, 'Tapwatt');
  assert.is(request?.messageId, 'Anomaly');
  const [told] = transfers(bench);
  assert.is(told?.state, 'detected');
  assert.is(told?.figure, 8);
  const warnings = () => bench.central.calls('StatusNotification').filter((call) => call.errorCode === 'OtherError');
  await eventually(() => warnings().length === 1, 'the warning');
  const [warning] = warnings();
  assert.is(warning?.status, 'Available', 'not Faulted: charging goes on');
  assert.is(warning?.vendorErrorCode, 'oscillation');
  assert.is(warning?.info, '8 turns over 60 s (threshold 6 turns)');
  // The same again is no news.
  tell(bench, [OSCILLATION]);
  tell(bench, []);
  await bench.event('AnomalyCleared');
  await eventually(() => transfers(bench).length === 2, 'the end');
  assert.is(transfers(bench)[1]?.state, 'cleared');
  await eventually(
    () => bench.central.calls('StatusNotification').at(-1)?.errorCode === 'NoError',
    'the warning is gone',
  );
  await bench.stop();
});

test('an oscillation that was commanded is an event here, and no message to the central system that commanded it', async () => {
  const bench = await StationBench.start();
  bench.central.on('DataTransfer', () => ({ status: 'Accepted' }));
  tell(bench, [{ ...OSCILLATION, finding: { ...OSCILLATION.finding, commanded: true } }]);
  const event = await bench.event('AnomalyDetected');
  assert.match(event.message, /current oscillates, as commanded/);
  // What comes after it is told, so it would have been.
  tell(bench, []);
  tell(bench, [OSCILLATION]);
  await eventually(() => transfers(bench).length > 0, 'the DataTransfer');
  assert.equal(
    transfers(bench).map(({ state, commanded }) => [state, commanded]),
    [['detected', false]],
  );
  await bench.stop();
});

test('a commanded oscillation is no error in StatusNotification', async () => {
  const bench = await StationBench.start();
  tell(bench, [{ ...OSCILLATION, finding: { ...OSCILLATION.finding, commanded: true } }]);
  await bench.event('AnomalyDetected');
  assert.ok(bench.central.calls('StatusNotification').every((call) => call.errorCode === 'NoError'));
  await bench.stop();
});

test('a central system that knows no Tapwatt is not told again on this connection, and gets the warning', async () => {
  const bench = await StationBench.start();
  bench.central.on('DataTransfer', () => ({ status: 'UnknownVendorId' }));
  tell(bench, [OSCILLATION]);
  await eventually(() => transfers(bench).length === 1, 'it is asked once');
  tell(bench, []);
  tell(bench, [OSCILLATION]);
  await eventually(
    () => bench.central.calls('StatusNotification').filter((call) => call.errorCode === 'OtherError').length === 2,
    'the second warning',
  );
  assert.is(transfers(bench).length, 1);
  await bench.stop();
});

test('what happened while away is told after the next connection, its present state only', async () => {
  const bench = await StationBench.start();
  bench.central.on('DataTransfer', () => ({ status: 'Accepted' }));
  bench.peer.drop();
  await eventually(() => bench.state?.csms.connected === false, 'the connection is lost');
  tell(bench, [OSCILLATION]);
  tell(bench, []);
  tell(bench, [OSCILLATION]);
  await eventually(() => transfers(bench).length > 0, 'it is told');
  // Once, or twice when the connection was back before the last of the three; the end in between is never news.
  assert.ok(transfers(bench).every(({ state }) => state === 'detected'));
  await bench.stop();
});

test.run();
