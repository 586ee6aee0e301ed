import type { Transaction } from 'csms-lite/core/model.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json } from '../../support/scripted-peer.js';
import { at, BOOT, meter, type RunningCsms, runCsms, start, stop } from './support/running-csms.js';

const test = suite('sessions are stored exactly once');
let running: RunningCsms;

test.before.each(async () => {
  running = await runCsms();
  await running.csms.tags.put('TAG1', {}, 'test');
});
test.after.each(() => running.close());

async function sessions(chargePointId: string): Promise<Transaction[]> {
  return (await running.csms.transactions.list({ chargePointId })).items;
}

test('§4.8 §4.10: a session from start to stop, with its energy', async () => {
  const station = await running.connect('CP1');
  await station.call('BootNotification', BOOT);
  const t0 = at(0);
  const started = await station.call('StartTransaction', start(1, 'TAG1', 1000, t0));
  assert.equal((started.idTagInfo as Json).status, 'Accepted');
  const id = started.transactionId as number;
  assert.ok(Number.isInteger(id) && id > 0 && id <= 2 ** 31 - 1);
  const [active] = await sessions('CP1');
  assert.equal(active?.status, 'active');
  assert.equal(active?.transactionId, id);
  await station.call('MeterValues', meter(1, at(10), 1250, { transactionId: id }));
  assert.equal((await running.csms.transactions.get(id)).energyWh, 250);
  assert.equal(await station.call('StopTransaction', stop(id, 1500, at(20), { reason: 'EVDisconnected' })), {});
  const [done] = await sessions('CP1');
  assert.equal(done?.status, 'completed');
  assert.equal(done?.meterStop, 1500);
  assert.equal(done?.energyWh, 500);
  assert.equal(done?.stopReason, 'EVDisconnected');
  assert.equal(done?.startedAtMs, Date.parse(t0));
  assert.equal(done?.qualityFlags, []);
});

test('a StartTransaction repeated under another message id, on another socket, gives the same transactionId', async () => {
  const first = await running.connect('CP1');
  const request = start(1, 'TAG1', 1000, at(0));
  const one = await first.call('StartTransaction', request);
  await first.close();
  const second = await running.connect('CP1');
  const two = await second.call('StartTransaction', request);
  assert.equal(two.transactionId, one.transactionId);
  assert.equal((await sessions('CP1')).length, 1);
  const events = await running.csms.transactions.events(Number(one.transactionId));
  assert.equal(
    events.map((event) => event.effect),
    ['stored', 'repeated'],
  );
});

test('a StartTransaction repeated under its message id with a corrected time is the same session', async () => {
  const station = await running.connect('CP1');
  const one = await station.call('StartTransaction', start(1, 'TAG1', 1000, '1970-01-01T00:10:00Z'), {
    messageId: 'm-1',
  });
  station.drop();
  const again = await eventually(() => running.connect('CP1').catch(() => null), 'reconnect');
  const two = await again.call('StartTransaction', start(1, 'TAG1', 1000, at(0)), { messageId: 'm-1' });
  assert.equal(two.transactionId, one.transactionId);
  assert.equal((await sessions('CP1')).length, 1);
});

test('the same StopTransaction under another message id gives the same answer and changes nothing', async () => {
  const station = await running.connect('CP1');
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 1000, at(0)));
  const request = stop(transactionId, 1700, at(30), { idTag: 'TAG1' });
  const one = await station.call('StopTransaction', request);
  const before = await sessions('CP1');
  const two = await station.call('StopTransaction', request);
  assert.equal(two, one);
  assert.equal((one.idTagInfo as Json).status, 'Accepted');
  assert.equal(await sessions('CP1'), before);
});

test('a second, different stop is kept and flagged; the first one stands', async () => {
  const station = await running.connect('CP1');
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 1000, at(0)));
  await station.call('StopTransaction', stop(transactionId, 1700, at(30)));
  await station.call('StopTransaction', stop(transactionId, 99_999, at(50)));
  const [session] = await sessions('CP1');
  assert.equal(session?.meterStop, 1700);
  assert.equal(session?.qualityFlags, ['conflicting-stop']);
  assert.is(session?.stopReason, 'Local');
  const events = await running.csms.transactions.events(Number(transactionId));
  assert.is(events.at(-1)?.effect, 'conflicting');
});

test('a stop of an unknown transaction is kept as a session; repeated, it is the same one', async () => {
  const station = await running.connect('CP1');
  const request = stop(424242, 1700, at(30), {
    idTag: 'TAG1',
    transactionData: [
      { timestamp: at(0), sampledValue: [{ value: '1000', context: 'Transaction.Begin' }] },
      { timestamp: at(30), sampledValue: [{ value: '1700', context: 'Transaction.End' }] },
    ],
  });
  await station.call('StopTransaction', request);
  await station.call('StopTransaction', request);
  const all = await sessions('CP1');
  assert.is(all.length, 1);
  assert.is(all[0]?.transactionId, 424242);
  assert.is(all[0]?.meterStart, 1000);
  assert.is(all[0]?.energyWh, 700);
  assert.equal(all[0]?.qualityFlags, ['start-unknown']);
});

test('two orphan stops with transactionId -1 (errata 3.18) are two sessions', async () => {
  const station = await running.connect('CP1');
  await station.call('StopTransaction', stop(-1, 1700, at(10)));
  await station.call('StopTransaction', stop(-1, 2700, at(20)));
  assert.is((await sessions('CP1')).length, 2);
});

test('one charge point cannot stop the transaction of another', async () => {
  const mine = await running.connect('CP1');
  const other = await running.connect('CP2');
  const { transactionId } = await mine.call('StartTransaction', start(1, 'TAG1', 1000, at(0)));
  await other.call('StopTransaction', stop(transactionId, 5, at(5)));
  await other.call('MeterValues', meter(1, at(6), 1, { transactionId }));
  const [session] = await sessions('CP1');
  assert.is(session?.status, 'active');
  assert.is(session?.energyWh, 0);
  assert.is((await running.csms.transactions.samples(Number(transactionId))).length, 0);
  assert.ok((await sessions('CP2'))[0]?.qualityFlags.includes('start-unknown'));
});

test('pipelined: status before the boot answer, start, meter values and stop sent at once are handled in order', async () => {
  const station = await running.connect('CP1');
  const answers = [
    station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' }),
    station.call('BootNotification', BOOT),
    station.call('StartTransaction', start(1, 'TAG1', 100, at(0))),
    // The charge point does not know its id yet.
    station.call('MeterValues', meter(1, at(1), 150)),
    station.call('MeterValues', meter(1, at(2), 180, { transactionId: 0 })),
  ] as const;
  const [, boot, started] = await Promise.all(answers);
  assert.is(boot?.status, 'Accepted');
  const order = station.frames
    .filter((frame) => frame.direction === 'in')
    .map((frame) => (frame.message as unknown[])[1]);
  const sent = station.frames
    .filter((frame) => frame.direction === 'out')
    .map((frame) => (frame.message as unknown[])[1]);
  assert.equal(order, sent);
  const id = Number(started?.transactionId);
  assert.is((await running.csms.transactions.samples(id)).length, 2);
  assert.is((await running.csms.transactions.get(id)).energyWh, 80);
});

test('meter values: without transactionId, after the stop, of connector 0: all are kept', async () => {
  const station = await running.connect('CP1');
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 100, at(0)));
  const id = Number(transactionId);
  await station.call('MeterValues', meter(1, at(1), 150));
  await station.call('MeterValues', meter(0, at(2), 999_999));
  await station.call('StopTransaction', stop(id, 200, at(5)));
  await station.call('MeterValues', meter(1, at(4), 190, { transactionId: id }));
  const samples = await running.csms.transactions.samples(id);
  assert.equal(
    samples.map((sample) => sample.value),
    [150, 190],
  );
  const session = await running.csms.transactions.get(id);
  assert.is(session.energyWh, 100);
  assert.is(session.meterStop, 200);
  assert.equal(session.qualityFlags, ['late-data']);
});

test('a register that goes backwards is flagged and never gives negative energy', async () => {
  const station = await running.connect('CP1');
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 5000, at(0)));
  const id = Number(transactionId);
  await station.call('MeterValues', meter(1, at(1), 5400, { transactionId: id }));
  await station.call('MeterValues', meter(1, at(2), 10, { transactionId: id }));
  assert.equal((await running.csms.transactions.get(id)).qualityFlags, ['register-backwards']);
  await station.call('MeterValues', meter(1, at(3), 60, { transactionId: id }));
  await station.call('StopTransaction', stop(id, 90, at(4)));
  const session = await running.csms.transactions.get(id);
  assert.is(session.energyWh, 480);
  assert.equal(session.qualityFlags, ['register-backwards']);
});

test('clocks that are wrong by years, ahead and behind: stored, flagged, measured', async () => {
  const station = await running.connect('CP1');
  const future = new Date(Date.now() + 5 * 365 * 86_400_000).toISOString();
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 1, future));
  await station.call('StopTransaction', stop(transactionId, 2, future));
  assert.equal((await sessions('CP1'))[0]?.qualityFlags, ['clock-ahead']);
  const old = await running.connect('CP2');
  const late = await old.call('StartTransaction', start(1, 'TAG1', 1, '1970-01-01T00:00:05Z'));
  await old.call('StopTransaction', stop(late.transactionId, 2, '1970-01-01T00:01:05Z'));
  assert.equal((await sessions('CP2'))[0]?.qualityFlags, ['reported-late']);
  await running.restart();
  const skew = (await running.csms.stations.get('CP1')).clockSkewMs;
  assert.ok(skew !== null && skew > 4 * 365 * 86_400_000);
});

test('sessions that were stored offline arrive late, in order, while a new one runs', async () => {
  const station = await running.connect('CP1');
  const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
  for (const [hours, meterStart] of [
    [5, 100],
    [3, 300],
  ] as const) {
    const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', meterStart, hoursAgo(hours)));
    await station.call('StopTransaction', stop(transactionId, meterStart + 50, hoursAgo(hours - 1)));
  }
  const all = await sessions('CP1');
  assert.equal(
    all.map((session) => [session.status, session.energyWh, session.qualityFlags.join()]),
    [
      ['completed', 50, 'reported-late'],
      ['completed', 50, 'reported-late'],
    ],
  );
});

test('a start on a connector whose last session never stopped closes that one with its best known end', async () => {
  const station = await running.connect('CP1');
  const one = await station.call('StartTransaction', start(1, 'TAG1', 1000, at(0)));
  await station.call('MeterValues', meter(1, at(5), 1300, { transactionId: one.transactionId }));
  const two = await station.call('StartTransaction', start(1, 'TAG1', 1400, at(10)));
  const closed = await running.csms.transactions.get(Number(one.transactionId));
  assert.is(closed.status, 'completed');
  assert.is(closed.meterStop, 1300);
  assert.is(closed.closedBy, 'next-start');
  assert.equal(closed.qualityFlags, ['end-estimated']);
  // The real stop comes after all, and wins.
  await station.call('StopTransaction', stop(one.transactionId, 1390, at(9), { reason: 'PowerLoss' }));
  const corrected = await running.csms.transactions.get(Number(one.transactionId));
  assert.is(corrected.meterStop, 1390);
  assert.is(corrected.stopReason, 'PowerLoss');
  assert.is(corrected.closedBy, null);
  assert.is(corrected.revision, 1);
  assert.equal(corrected.qualityFlags, []);
  assert.is((await running.csms.transactions.get(Number(two.transactionId))).status, 'active');
});

test('an administrative close needs no wire, is in the audit log, and yields to the real stop', async () => {
  const station = await running.connect('CP1');
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 1000, at(0)));
  const id = Number(transactionId);
  await station.call('MeterValues', meter(1, at(5), 1300, { transactionId: id }));
  const closed = await running.csms.transactions.close(id, {}, 'maria');
  assert.equal(
    [closed.status, closed.meterStop, closed.stopReason, closed.closedBy],
    ['completed', 1300, 'Other', 'administrator'],
  );
  assert.is(station.frames.filter((frame) => frame.direction === 'in').length, 2);
  try {
    await running.csms.transactions.close(id, {}, 'maria');
    assert.unreachable('closed twice');
  } catch (error) {
    assert.is((error as { code?: string }).code, 'transaction_not_active');
  }
  const [entry] = (await running.csms.records.audit({ subject: String(id) })).items;
  assert.equal([entry?.actor, entry?.action], ['maria', 'transaction.close']);
  await station.call('StopTransaction', stop(id, 1500, at(9)));
  assert.is((await running.csms.transactions.get(id)).energyWh, 500);
});

test('what was answered survives a restart: the session is found again and can be stopped', async () => {
  const station = await running.connect('CP1');
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 1000, at(0)));
  await station.call('MeterValues', meter(1, at(5), 1300, { transactionId }));
  await running.restart();
  const again = await running.connect('CP1');
  assert.is((await running.csms.transactions.get(Number(transactionId))).energyWh, 300);
  await again.call('MeterValues', meter(1, at(6), 1350, { transactionId }));
  assert.is((await running.csms.transactions.get(Number(transactionId))).energyWh, 350);
  await again.call('StopTransaction', stop(transactionId, 1400, at(9)));
  assert.is((await running.csms.transactions.list({ status: 'active' })).total, 0);
});

test('lists are newest first with a total that counts every match', async () => {
  const station = await running.connect('CP1');
  for (let n = 0; n < 5; n += 1) {
    const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', n, at(n)));
    await station.call('StopTransaction', stop(transactionId, n, at(n)));
  }
  const page = await running.csms.transactions.list({ limit: 2, idTag: 'tag1' });
  assert.is(page.total, 5);
  assert.equal(
    page.items.map((session) => session.meterStart),
    [4, 3],
  );
});

test.run();
