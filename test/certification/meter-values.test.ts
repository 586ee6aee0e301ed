import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';
import type { Bench } from './harness/bench.js';
import { certification } from './harness/certification.js';

const { certificationCase, run } = certification({ keys: { MeterValueSampleInterval: '0' } });

interface SampledValue {
  value: string;
  context?: string;
  measurand?: string;
  phase?: string;
  location?: string;
  unit?: string;
}

interface MeterValues {
  connectorId: number;
  transactionId?: number;
  meterValue: { timestamp: string; sampledValue: SampledValue[] }[];
}

function meterValues(bench: Bench, context: string): { request: MeterValues; atMs: number; sampled: SampledValue[] }[] {
  return (bench.payloads('MeterValues') as unknown as MeterValues[]).flatMap((request) =>
    request.meterValue
      .filter(({ sampledValue }) => sampledValue.every((sample) => (sample.context ?? 'Sample.Periodic') === context))
      .map(({ timestamp, sampledValue }) => ({ request, atMs: Date.parse(timestamp), sampled: sampledValue })),
  );
}

const measurandOf = ({ measurand }: SampledValue): string => measurand ?? 'Energy.Active.Import.Register';

/** Errata 3.78 and §7.43: values are numbers, the register never goes back, EV location only for the state of charge. */
function assertSensible(samples: readonly SampledValue[]): void {
  for (const sample of samples) {
    assert.ok(Number.isFinite(Number(sample.value)), `${measurandOf(sample)} is ${sample.value}`);
    assert.is(sample.location === 'EV', measurandOf(sample) === 'SoC');
  }
}

certificationCase('TC_070', async (bench) => {
  const wanted = [
    'Energy.Active.Import.Register',
    'Power.Active.Import',
    'Current.Import',
    'Current.Offered',
    'Voltage',
  ];
  await bench.configure({
    MeterValuesSampledData: wanted.join(','),
    StopTxnSampledData: wanted.join(','),
    MeterValueSampleInterval: 2,
  });
  const { transactionId } = await bench.charging({ ev: { currentA: 16, phases: 3 } });
  await eventually(() => meterValues(bench, 'Sample.Periodic').length >= 3, 'three samples');
  const samples = meterValues(bench, 'Sample.Periodic');
  let registerWh = 0;
  let firstMs: number | undefined;
  for (const [n, { request, atMs, sampled }] of samples.entries()) {
    assert.is(request.connectorId, 1);
    assert.is(request.transactionId, transactionId);
    assert.equal([...new Set(sampled.map(measurandOf))].sort(), [...wanted].sort());
    assertSensible(sampled);
    const energyWh = Number(sampled.find((s) => measurandOf(s) === 'Energy.Active.Import.Register')?.value);
    assert.ok(energyWh >= registerWh);
    registerWh = energyWh;
    firstMs ??= atMs;
    // A busy machine may be late for one; it is never early, and makes no sample up.
    assert.ok(atMs - firstMs > n * 2000 - 300, `sample ${n} came ${atMs - firstMs} ms after the first, every 2 s`);
  }
  await bench.callFor('Accepted', 'RemoteStopTransaction', { transactionId });
  const [stop] = await eventually(() => {
    const stops = bench.payloads('StopTransaction');
    return stops.length > 0 ? stops : null;
  }, 'StopTransaction');
  const data = (stop?.transactionData ?? []) as MeterValues['meterValue'];
  const contexts = data.flatMap(({ sampledValue }) => sampledValue.map(({ context }) => context));
  assert.ok(contexts.includes('Transaction.Begin') && contexts.includes('Transaction.End'), JSON.stringify(contexts));
  assert.ok(contexts.filter((context) => context === 'Sample.Periodic' || context === undefined).length > 0);
});

certificationCase('TC_071', async (bench) => {
  await bench.configure({
    MeterValuesAlignedData: 'Energy.Active.Import.Register,Current.Import',
    StopTxnAlignedData: 'Energy.Active.Import.Register',
    ClockAlignedDataInterval: 2,
  });
  // Also without a transaction, and for each connector (1.6 §3.16.2).
  await eventually(() => meterValues(bench, 'Sample.Clock').length >= 2, 'aligned values at rest');
  assert.ok(meterValues(bench, 'Sample.Clock').every(({ request }) => request.transactionId === undefined));
  const { transactionId } = await bench.charging();
  const inTransaction = () =>
    meterValues(bench, 'Sample.Clock').filter(({ request }) => request.transactionId === transactionId);
  await eventually(() => inTransaction().length >= 2, 'aligned values in the transaction');
  for (const { atMs, sampled } of meterValues(bench, 'Sample.Clock')) {
    assert.is(atMs % 2000, 0, `${new Date(atMs).toISOString()} is not on the grid of 2 s`);
    assert.equal(sampled.map(measurandOf).includes('Current.Import'), true);
    assertSensible(sampled);
  }
  assert.ok(inTransaction().every(({ request }) => request.connectorId === 1));
  await bench.callFor('Accepted', 'RemoteStopTransaction', { transactionId });
  const stop = await eventually(() => bench.payloads('StopTransaction')[0], 'StopTransaction');
  const data = (stop.transactionData ?? []) as MeterValues['meterValue'];
  const aligned = data.filter(({ sampledValue }) => sampledValue.some(({ context }) => context === 'Sample.Clock'));
  assert.ok(aligned.length >= 2, 'StopTxnAlignedData brings the aligned values of the transaction');
  for (const { timestamp } of aligned) assert.is(Date.parse(timestamp) % 2000, 0, timestamp);
});

run();
