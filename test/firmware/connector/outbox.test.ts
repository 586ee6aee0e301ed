import {
  acknowledge,
  addRecord,
  emptyOutbox,
  RESEND_AFTER_MS,
  repeatDueMs,
  sendAllAgain,
  takeUnsent,
} from 'tapwatt/connector/outbox.js';
import type { ConnectorRecord } from 'tapwatt/domain/records.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench } from './bench.js';
import { START } from './fixtures.js';

const record = (energyWh: number): ConnectorRecord => ({ t: 'EnergyCheckpoint', localId: 'x', energyWh, at: START });
const seqs = (taken: ReturnType<typeof takeUnsent>): number[] => taken.send.map((entry) => entry.seq);

test('records are numbered from 1 without gaps, sent once, and forgotten when acknowledged', () => {
  const filled = [1, 2, 3].reduce((outbox, n) => addRecord(outbox, record(n)), emptyOutbox());
  const sent = takeUnsent(filled, 0);
  assert.equal(seqs(sent), [1, 2, 3]);
  assert.equal(seqs(takeUnsent(sent.outbox, 1)), []);
  const acknowledged = acknowledge(sent.outbox, 2, 10);
  assert.equal(
    acknowledged.waiting.map((entry) => entry.seq),
    [3],
  );
  assert.equal(seqs(takeUnsent(addRecord(acknowledged, record(4)), 11)), [4]);
});

test('a restart of the station: everything not acknowledged, in order', () => {
  const filled = [1, 2, 3].reduce((outbox, n) => addRecord(outbox, record(n)), emptyOutbox());
  const { outbox } = takeUnsent(filled, 0);
  assert.equal(seqs(takeUnsent(sendAllAgain(acknowledge(outbox, 1, 0)), 5)), [2, 3]);
});

test('acknowledgements that were never due are not believed; late ones do no harm', () => {
  const { outbox } = takeUnsent(addRecord(emptyOutbox(), record(1)), 0);
  assert.is(acknowledge(outbox, 7, 1), outbox);
  const done = acknowledge(outbox, 1, 1);
  assert.is(acknowledge(done, 1, 2), done);
  assert.is(repeatDueMs(done), null);
});

test('silence of the journal: repeated after 5 s', () => {
  const { outbox } = takeUnsent(addRecord(emptyOutbox(), record(1)), 100);
  assert.is(repeatDueMs(outbox), 100 + RESEND_AFTER_MS);
});

test('a station that dies: charging goes on, and afterwards the journal has every record once and in order', () => {
  const bench = new Bench({ settings: { sampleIntervalS: 10 } }).charge();
  bench.journalAnswers = false;
  bench.pass(45);
  assert.is(bench.power.on, true);
  bench.stop().plugOut().plugIn().authorize().pass(3);
  assert.is(bench.power.on, false, 'the next transaction waits for the journal');
  bench.journalAnswers = true;
  bench.send({ t: 'resend' });
  assert.is(bench.power.on, true);
  const told = bench.records.filter((entry) => entry.t !== 'EnergyCheckpoint').map((entry) => entry.t);
  assert.equal(told, [
    'TransactionStarted',
    'MeterSampled',
    'MeterSampled',
    'MeterSampled',
    'MeterSampled',
    'TransactionEnded',
    'TransactionStarted',
  ]);
  assert.is(bench.state.outbox.waiting.length, 0);
});

test.run();
