import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { CARD } from './harness/bench.js';
import { certification } from './harness/certification.js';
import { anyOrder } from './harness/trace.js';

const { certificationCase, run } = certification({ keys: { MeterValueSampleInterval: '0' } });

interface MeterValue {
  timestamp: string;
  sampledValue: { value: string; context?: string; measurand?: string }[];
}

certificationCase('TC_036', async (bench) => {
  await bench.configure({ MeterValueSampleInterval: 1, MeterValuesSampledData: 'Energy.Active.Import.Register' });
  const { transactionId } = await bench.charging();
  await bench.networkGone();
  const goneAtMs = Date.now();
  await sleep(3500);
  assert.is((await bench.connector()).transaction?.transactionId, transactionId, 'the transaction survives');
  assert.is((await bench.connector()).status, 'Charging');
  bench.mark();
  await bench.networkBack();
  const backAtMs = Date.now();
  // No BootNotification on a mere reconnect (J §5.4), and no status that did not change.
  await bench.heard([], { settleMs: 700 });
  const samples = bench.payloads('MeterValues').map((payload) => {
    assert.is(payload.transactionId, transactionId);
    const [value] = payload.meterValue as MeterValue[];
    assert.is(value?.sampledValue[0]?.context ?? 'Sample.Periodic', 'Sample.Periodic');
    return { atMs: Date.parse(value?.timestamp ?? ''), energyWh: Number(value?.sampledValue[0]?.value) };
  });
  const missed = samples.filter(({ atMs }) => atMs > goneAtMs && atMs < backAtMs);
  assert.ok(missed.length >= 2, `${missed.length} samples of 3.5 s offline were delivered`);
  for (const [n, sample] of samples.entries()) {
    const before = samples[n - 1];
    if (before === undefined) continue;
    assert.ok(sample.atMs > before.atMs, 'in the order in which they were taken');
    assert.ok(sample.energyWh >= before.energyWh, 'the register never goes back');
  }
  bench.mark();
  await bench.callFor('Accepted', 'RemoteStopTransaction', { transactionId });
  await bench.heard([anyOrder('Stop Remote', 'Status 1 Finishing')]);
});

certificationCase('TC_037_1', async (bench) => {
  await bench.configure({ AllowOfflineTxForUnknownId: true, LocalAuthorizeOffline: true });
  await bench.networkGone();
  bench.mark();
  await bench.plugIn();
  await bench.tap();
  await bench.becomes('Charging');
  await sleep(500);
  const backAtMs = Date.now();
  await bench.networkBack();
  // The current status, not the history (1.6 §4.9).
  await bench.heard([anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')], { settleMs: 500 });
  const [start] = bench.payloads('StartTransaction');
  assert.ok(Date.parse(String(start?.timestamp)) <= backAtMs - 400, 'it began when it began, not when it was told');
  await bench.tap();
  await bench.heard([anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging'), anyOrder('Stop Local', 'Status 1 Finishing')]);
});

certificationCase('TC_037_2', async (bench) => {
  await bench.configure({
    AllowOfflineTxForUnknownId: true,
    LocalAuthorizeOffline: true,
    StopTransactionOnInvalidId: false,
    MaxEnergyOnInvalidId: 0,
  });
  bench.central.on('StartTransaction', { transactionId: 3702, idTagInfo: { status: 'Invalid' } });
  await bench.networkGone();
  bench.mark();
  await bench.plugIn();
  await bench.tap();
  await bench.becomes('Charging');
  await bench.networkBack();
  await bench.heardAndMark([anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging'), 'Status 1 SuspendedEVSE'], {
    settleMs: 1000,
  });
  assert.is((await bench.connector()).transaction?.transactionId, 3702, 'the transaction stays');
  await bench.callFor('Accepted', 'RemoteStopTransaction', { transactionId: 3702 });
  await bench.heard([anyOrder('Stop Remote', 'Status 1 Finishing')]);
});

certificationCase('TC_037_3', async (bench) => {
  await bench.configure({
    AllowOfflineTxForUnknownId: true,
    LocalAuthorizeOffline: true,
    StopTransactionOnInvalidId: true,
  });
  bench.central.on('StartTransaction', { transactionId: 3703, idTagInfo: { status: 'Invalid' } });
  await bench.networkGone();
  bench.mark();
  await bench.plugIn();
  await bench.tap();
  await bench.becomes('Charging');
  await bench.networkBack();
  await bench.heard([
    anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging'),
    anyOrder('Stop DeAuthorized', 'Status 1 Finishing'),
  ]);
  assert.is(bench.payloads('StopTransaction')[0]?.transactionId, 3703);
});

certificationCase('TC_038', async (bench) => {
  const { transactionId } = await bench.charging();
  await bench.networkGone();
  await bench.tap();
  await bench.becomes('Finishing');
  await sleep(500);
  const backAtMs = Date.now();
  await bench.networkBack();
  await bench.heard([anyOrder('Stop Local', 'Status 1 Finishing')]);
  const [stop] = bench.payloads('StopTransaction');
  assert.is(stop?.transactionId, transactionId);
  assert.ok(Date.parse(String(stop?.timestamp)) <= backAtMs - 400, 'it ended when it ended');
});

certificationCase('TC_039', async (bench) => {
  await bench.configure({ AllowOfflineTxForUnknownId: true, LocalAuthorizeOffline: true });
  bench.central.on('StartTransaction', { transactionId: 3900, idTagInfo: { status: 'Accepted' } });
  await bench.networkGone();
  bench.mark();
  await bench.plugIn();
  await bench.tap();
  await bench.becomes('Charging');
  await bench.tap();
  await bench.becomes('Finishing');
  await bench.plugOut();
  await bench.becomes('Available');
  await bench.networkBack();
  // Available before and after: nothing to tell of the connector.
  await bench.heard([`Start 1 ${CARD}`, 'Stop Local'], { settleMs: 500 });
  assert.is(bench.payloads('StopTransaction')[0]?.transactionId, 3900);
});

run();
