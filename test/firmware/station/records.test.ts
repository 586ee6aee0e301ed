import type { ConnectorRecord } from 'tapwatt/domain/records.js';
import type { Configuration } from 'tapwatt/ocpp/v16/configuration.js';
import { createConnectorRegistry } from 'tapwatt/station/connectors.js';
import { createRecords } from 'tapwatt/station/records.js';
import { wantedReadings } from 'tapwatt/station/wantedReadings.js';
import type { ToConnector } from 'tapwatt/threads/messages.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reading } from './scripted-connector.js';

const AT = { wallMs: 0, monotonicMs: 0 };

function sampled(
  context: 'Sample.Periodic' | 'Sample.Clock' | 'Trigger',
  localId: string | null = 'tx',
): ConnectorRecord {
  return { t: 'MeterSampled', localId, context, reading: reading(1), offeredMa: 0, at: AT };
}

function texts(values: Record<string, string>): Configuration {
  return { text: (name: string) => values[name] ?? '' } as Configuration;
}

function world() {
  const timers: (() => void)[] = [];
  const clock = {
    monotonicMs: () => 0,
    after: (_delayMs: number, action: () => void) => {
      timers.push(action);
      return { cancel: () => {} };
    },
  };
  const sent: ToConnector[] = [];
  const applied: number[] = [];
  const health: string[] = [];
  const journal = { broken: false };
  const records = createRecords({
    journal: {
      lastSeq: () => 0,
      apply: ({ seq }) => {
        if (journal.broken) throw new Error('disk full');
        if (applied.includes(seq)) return { t: 'duplicate' };
        applied.push(seq);
        return { t: 'applied', owes: true };
      },
    },
    configuration: texts({}),
    connectors: createConnectorRegistry(
      [{ connectorId: 1, phases: 1, maximumMa: 32_000, hasLock: true, hasPlugSensor: true }],
      clock,
      (_connectorId, message) => sent.push(message),
    ),
    clock,
    beforeAcknowledged: () => {},
    onApplied: () => {},
    onFailure: () => health.push('failed'),
    onSuccess: () => health.push('worked'),
  });
  const take = (seq: number) => records.take(1, 'life', seq, sampled('Sample.Periodic'));
  const tick = () => timers.splice(0).forEach((action) => void action());
  return { take, tick, sent, applied, health, journal };
}

const acknowledged = (sent: ToConnector[]) =>
  sent.flatMap((message) => (message.t === 'recorded' ? [message.seq] : []));

test('Each record is applied once and acknowledged each time it comes', () => {
  const { take, sent, applied } = world();
  for (const seq of [1, 2, 1, 2, 3]) take(seq);
  assert.equal(applied, [1, 2, 3]);
  assert.equal(acknowledged(sent), [1, 2, 1, 2, 3]);
});

test('A record that the journal refused is not acknowledged, nor is what comes after it, until it was repeated', () => {
  const { take, tick, sent, applied, health, journal } = world();
  take(1);
  journal.broken = true;
  take(2);
  journal.broken = false;
  take(3);
  assert.equal(acknowledged(sent), [1]);
  assert.equal(health, ['worked', 'failed']);
  tick();
  assert.equal(sent.at(-1), { t: 'resend' });
  assert.is(sent.filter(({ t }) => t === 'resend').length, 1);
  take(2);
  take(3);
  assert.equal(applied, [1, 2, 3]);
  assert.equal(acknowledged(sent), [1, 2, 3]);
});

test('§3.16, errata 3.14: which measurands of a record go where', () => {
  const configuration = texts({
    MeterValuesSampledData: 'SoC,Voltage',
    MeterValuesAlignedData: '',
    StopTxnSampledData: 'SoC',
    StopTxnAlignedData: 'Energy.Active.Import.Register,SoC',
  });
  const wanted = (record: ConnectorRecord) => wantedReadings(record, configuration);
  assert.equal(wanted(sampled('Sample.Periodic')), { meterValues: ['SoC', 'Voltage'], stopTransaction: ['SoC'] });
  assert.equal(wanted(sampled('Sample.Clock')), {
    meterValues: ['Energy.Active.Import.Register'],
    stopTransaction: ['Energy.Active.Import.Register', 'SoC'],
  });
  assert.is(wanted(sampled('Sample.Clock', null)).stopTransaction, null);
  assert.equal(wanted(sampled('Trigger')), { meterValues: null, stopTransaction: null });
  const ended: ConnectorRecord = {
    t: 'TransactionEnded',
    localId: 'tx',
    reason: 'Local',
    idTag: null,
    meterStopWh: 1,
    reading: reading(1),
    at: AT,
  };
  assert.equal(wanted(ended).stopTransaction, ['SoC', 'Energy.Active.Import.Register']);
  assert.is(wantedReadings(ended, texts({})).stopTransaction, null);
});

test.run();
