import * as assert from 'uvu/assert';
import { certification } from './harness/certification.js';
import { anyOrder } from './harness/trace.js';

const { certificationCase, run } = certification();

const NOTHING_LEFT_OUT = { beside: [] };

certificationCase('TC_054', async (bench) => {
  await bench.callFor('Accepted', 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 });
  await bench.heard(['MeterValues'], NOTHING_LEFT_OUT);
  const [values] = bench.payloads('MeterValues');
  assert.is(values?.connectorId, 1);
  const [value] = (values?.meterValue ?? []) as { sampledValue: { context?: string }[] }[];
  assert.ok(value?.sampledValue.length);
  for (const { context } of value?.sampledValue ?? []) assert.is(context, 'Trigger');

  bench.mark();
  await bench.callFor('Accepted', 'TriggerMessage', { requestedMessage: 'Heartbeat' });
  await bench.heard(['Heartbeat'], NOTHING_LEFT_OUT);

  bench.mark();
  await bench.callFor('Accepted', 'TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
  await bench.heard(['Status 1 Available'], NOTHING_LEFT_OUT);

  bench.mark();
  await bench.callFor('Accepted', 'TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' });
  await bench.heard(['Diagnostics Idle'], NOTHING_LEFT_OUT);

  bench.mark();
  await bench.callFor('Accepted', 'TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
  await bench.heard(['Firmware Idle'], NOTHING_LEFT_OUT);

  // Errata 3.35 recommends to reject this one once accepted; those who test and those who were restarted count on it.
  bench.mark();
  await bench.callFor('Accepted', 'TriggerMessage', { requestedMessage: 'BootNotification' });
  // Accepted anew: every status is told again (errata 3.22).
  await bench.heard(['BootNotification', anyOrder('Status 0 Available', 'Status 1 Available', 'Status 2 Available')]);
});

certificationCase('TC_055', async (bench) => {
  for (const requestedMessage of ['MeterValues', 'StatusNotification'])
    await bench.callFor('Rejected', 'TriggerMessage', { requestedMessage, connectorId: 3 });
  await bench.heard([], { ...NOTHING_LEFT_OUT, settleMs: 500 });
});

run();
