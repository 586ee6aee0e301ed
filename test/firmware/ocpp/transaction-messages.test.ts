import {
  STOP_TRANSACTION_MAX_METER_VALUES as MOST,
  transactionRequest,
} from 'tapwatt/ocpp/v16/translate/transactionMessages.js';
import type { OwedMessage } from 'tapwatt/station/journal/outbox-types.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const reading = (energyWh: number) => ({
  energyWh,
  powerW: 0,
  currentMa: [],
  voltageV: [],
  temperatureC: null,
  socPercent: null,
});
const time = (ms: number): OwedMessage['time'] => ({ ms, basis: 'clock' });

function stopWith(samples: number): OwedMessage {
  return {
    id: 'id',
    ordinal: 1,
    connectorId: 1,
    localId: 'tx',
    transactionId: 5,
    attempts: 0,
    time: time(0),
    content: {
      t: 'Ended',
      interrupted: false,
      record: {
        t: 'TransactionEnded',
        localId: 'tx',
        reason: 'Local',
        idTag: 'A',
        meterStopWh: samples,
        reading: reading(samples),
        at: { wallMs: 0, monotonicMs: 0 },
      },
      samples: Array.from({ length: samples }, (_, n) => ({
        context: n === 0 ? 'Transaction.Begin' : n === samples - 1 ? 'Transaction.End' : 'Sample.Periodic',
        reading: reading(n),
        offeredMa: null,
        measurands: ['Energy.Active.Import.Register'],
        time: time(n * 1000),
      })),
    },
  };
}

function values(samples: number): number[] {
  const request = transactionRequest(stopWith(samples));
  if (request?.action !== 'StopTransaction') throw new Error('no StopTransaction');
  return (request.payload.transactionData ?? []).map(({ sampledValue }) => Number(sampledValue[0]?.value));
}

test('Errata 3.91: up to StopTransactionMaxMeterValues nothing is left out; of more, first and last stay, the rest is thinned evenly', () => {
  assert.is(values(MOST).length, MOST);
  for (const samples of [MOST + 1, 1000, 12_345]) {
    const kept = values(samples);
    assert.is(kept.length, MOST);
    assert.is(kept[0], 0);
    assert.is(kept.at(-1), samples - 1);
    const steps = kept.slice(1).map((value, n) => value - (kept[n] ?? 0));
    assert.ok(Math.min(...steps) >= 1 && Math.max(...steps) - Math.min(...steps) <= 1, 'evenly');
  }
});

test.run();
