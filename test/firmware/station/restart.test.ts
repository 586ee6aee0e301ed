import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { StationBench } from './bench.js';

test('A station thread that dies in a session: the car charges on, every record arrives once, in order', async () => {
  const bench = await StationBench.start();
  const connector = bench.connector();
  connector.plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  await bench.restartStation(() => {
    connector.sample('Sample.Periodic', 10);
    connector.sample('Sample.Periodic', 10);
    assert.ok(connector.isPowered);
  });
  await bench.calls('MeterValues', 2);
  assert.is(connector.unacknowledged, 0);
  assert.equal(connector.restored?.transaction?.localId, connector.transaction?.localId);
  bench.tap('A1');
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.transactionId, 1);
  assert.is(stop?.meterStop, 1020);
  await bench.queueEmpty();
  assert.equal(bench.actions('StartTransaction', 'MeterValues', 'StopTransaction'), [
    'StartTransaction',
    'MeterValues',
    'MeterValues',
    'StopTransaction',
  ]);
  await bench.stop();
});

test('A gap is not acknowledged: what a dead station thread swallowed comes again', async () => {
  const bench = await StationBench.start();
  const connector = bench.connector();
  connector.plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  bench.stationHears = false;
  connector.sample('Sample.Periodic', 10);
  bench.stationHears = true;
  connector.sample('Sample.Periodic', 10);
  assert.is(connector.unacknowledged, 2);
  const meters = await bench.calls('MeterValues', 2);
  await eventually(() => connector.unacknowledged === 0, 'acknowledged');
  const values = meters.map(
    ({ meterValue }) => (meterValue as { sampledValue: { value: string }[] }[])[0]?.sampledValue[0]?.value,
  );
  assert.equal(values, ['1010', '1020']);
  await bench.stop();
});

test('TC_032_2: after a power cut the session ends with PowerLoss at the last checkpoint', async () => {
  const bench = await StationBench.start();
  const connector = bench.connector();
  connector.plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  connector.energyWh = 1700;
  const { localId = '' } = connector.transaction ?? {};
  connector.record({
    t: 'EnergyCheckpoint',
    localId,
    energyWh: 1700,
    at: { wallMs: bench.clock.wallMs(), monotonicMs: bench.clock.monotonicMs() },
  });
  await eventually(() => connector.unacknowledged === 0, 'on disk');
  await bench.powerCut();
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.reason, 'PowerLoss');
  assert.is(stop?.meterStop, 1700);
  assert.is(bench.connector().transaction, null);
  const ready = bench.posted.filter((message) => message.t === 'ready').at(-1);
  assert.equal(ready, { t: 'ready', meterFloorsWh: { 1: 1700 } });
  await bench.stop();
});

test('powerLoss.openTransaction resume: the connector takes the session up again', async () => {
  const bench = await StationBench.start({ powerLoss: 'resume' });
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  const localId = bench.connector().transaction?.localId;
  await bench.powerCut();
  await bench.online();
  assert.is(bench.connector().transaction?.localId, localId);
  bench.tap('A1');
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.reason, 'Local');
  assert.is(stop?.transactionId, 1);
  await bench.stop();
});

test('Queries: transactions and queue', async () => {
  const bench = await StationBench.start();
  bench.connector().plugIn();
  bench.tap('A1');
  await bench.status(1, 'Charging');
  await bench.queueEmpty();
  const ask = (requestId: string, query: Parameters<NonNullable<typeof bench.station>['receive']>[0]) => {
    bench.station?.receive(query);
    return bench.posted.find((message) => message.t === 'answer' && message.requestId === requestId);
  };
  const transactions = ask('q1', { t: 'query', requestId: 'q1', query: { q: 'transactions', limit: 10 } });
  assert.ok(transactions?.t === 'answer' && transactions.ok);
  const [running] = transactions.value as Record<string, unknown>[];
  assert.is(running?.idTag, 'A1');
  assert.is(running?.transactionId, 1);
  assert.is(running?.stoppedAt, null);
  const queue = ask('q2', { t: 'query', requestId: 'q2', query: { q: 'queue' } });
  assert.ok(queue?.t === 'answer' && queue.ok);
  assert.is((queue.value as { pending: number }).pending, 0);
  await bench.stop();
});

test('Shutdown: the journal is closed, then `closed`; what was owed is sent by the next run', async () => {
  const bench = await StationBench.start();
  bench.central.off('StartTransaction');
  bench.connector().plugIn();
  bench.tap('A1');
  await eventually(() => bench.central.untaken.some(({ action }) => action === 'StartTransaction'), 'Start is out');
  const at = { wallMs: bench.clock.wallMs(), monotonicMs: bench.clock.monotonicMs() };
  bench.station?.receive({ t: 'shutdown', reason: 'signal', at });
  await eventually(() => bench.posted.some(({ t }) => t === 'closed'), 'closed');
  bench.central.on('StartTransaction', { transactionId: 5, idTagInfo: { status: 'Accepted' } });
  await bench.powerCut();
  const starts = await bench.calls('StartTransaction', 2);
  assert.equal(starts[0], starts[1]);
  const [stop] = await bench.calls('StopTransaction', 1);
  assert.is(stop?.transactionId, 5);
  await bench.stop();
});

test.run();
