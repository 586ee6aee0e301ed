import { createEventStream } from 'csms-lite/core/events.js';
import { closeStaleSessions, STALE_AFTER_BOOT_MS } from 'csms-lite/core/transactions/close-stale.js';
import { createSessionIndex } from 'csms-lite/core/transactions/session-index.js';
import { openStore } from 'csms-lite/store/store.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { at, BOOT, meter, type RunningCsms, runCsms, start, stop } from './support/running-csms.js';

const test = suite('sessions that a charge point has forgotten');
let running: RunningCsms;
let station: ScriptedPeer;
let id: number;

test.before.each(async () => {
  running = await runCsms();
  await running.csms.tags.put('TAG1', {}, 'test');
  station = await running.connect('CP1');
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 1000, at(0)));
  id = Number(transactionId);
  await station.call('MeterValues', meter(1, at(5), 1300, { transactionId }));
  // Receive times are milliseconds: the boot is to be later than the start.
  await new Promise((resolve) => setTimeout(resolve, 5));
});
test.after.each(() => running.close());

function status(value: string): Promise<Json> {
  return station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: value });
}

/** What maintenance does, at a time of our choice, beside the running csms-lite (which looks once a minute). */
async function closeStaleAfter(ms: number): Promise<void> {
  await running.csms.close();
  const store = await openStore(running.databaseFile);
  const sessions = createSessionIndex(store);
  const nowMs = (): number => Date.now() + ms;
  await closeStaleSessions({ store, sessions, events: createEventStream(), outbox: { keep: async () => {} }, nowMs });
  await store.close();
  await running.restart();
  station = await running.connect('CP1');
}

test('booted, connector Available, nothing for 15 minutes: closed with the last reading', async () => {
  await station.call('BootNotification', BOOT);
  await status('Available');
  await closeStaleAfter(STALE_AFTER_BOOT_MS - 5000);
  assert.is((await running.csms.transactions.get(id)).status, 'active', 'not before the time');
  await closeStaleAfter(STALE_AFTER_BOOT_MS + 1000);
  const closed = await running.csms.transactions.get(id);
  assert.equal(
    [closed.status, closed.meterStop, closed.energyWh, closed.closedBy, closed.stopReason, closed.qualityFlags],
    ['completed', 1300, 300, 'after-boot', 'Reboot', ['end-estimated']],
  );
  // The stop was in the charge point's queue all the time.
  await station.call('StopTransaction', stop(id, 1450, at(8), { reason: 'PowerLoss' }));
  const stopped = await running.csms.transactions.get(id);
  assert.equal([stopped.energyWh, stopped.closedBy, stopped.revision], [450, null, 1]);
});

test('a charge point that meters on after all reopens it', async () => {
  await station.call('BootNotification', BOOT);
  await status('Available');
  await closeStaleAfter(STALE_AFTER_BOOT_MS + 1000);
  await station.call('MeterValues', meter(1, at(50), 1400, { transactionId: id }));
  const session = await running.csms.transactions.get(id);
  assert.equal([session.status, session.energyWh, session.meterStop, session.qualityFlags], ['active', 400, null, []]);
});

test('kept open: no boot; a boot and the connector still Charging; a boot and meter values since', async () => {
  await status('Available');
  await closeStaleAfter(STALE_AFTER_BOOT_MS + 60_000);
  assert.is((await running.csms.transactions.get(id)).status, 'active', 'no boot');
  await station.call('BootNotification', BOOT);
  await status('Charging');
  await closeStaleAfter(STALE_AFTER_BOOT_MS + 60_000);
  assert.is((await running.csms.transactions.get(id)).status, 'active', 'still charging');
  await status('Available');
  await station.call('MeterValues', meter(1, at(9), 1310, { transactionId: id }));
  await closeStaleAfter(STALE_AFTER_BOOT_MS + 60_000);
  assert.is((await running.csms.transactions.get(id)).status, 'active', 'metered since the boot');
});

test.run();
