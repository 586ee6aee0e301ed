import * as assert from 'uvu/assert';
import { CARD, OTHER_CARD } from './harness/bench.js';
import { certification } from './harness/certification.js';
import { anyOrder } from './harness/trace.js';

const { certificationCase, run } = certification();

certificationCase('TC_003', async (bench) => {
  await bench.plugIn();
  await bench.heard(['Status 1 Preparing']);
  await bench.tap();
  await bench.heard(['Status 1 Preparing', `Authorize ${CARD}`, anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
  const [start] = bench.payloads('StartTransaction');
  assert.is(start?.reservationId, undefined);
  assert.type(start?.meterStart, 'number');
});

certificationCase('TC_004_1', async (bench) => {
  await bench.tap();
  await bench.heard([`Authorize ${CARD}`, 'Status 1 Preparing']);
  await bench.plugIn();
  await bench.heard([`Authorize ${CARD}`, 'Status 1 Preparing', anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
});

certificationCase('TC_004_2', async (bench) => {
  await bench.configure({ ConnectionTimeOut: 1 });
  await bench.tap();
  await bench.heard([`Authorize ${CARD}`, 'Status 1 Preparing', 'Status 1 Available']);
  const [preparing, available] = bench.said().filter(({ action }) => action === 'StatusNotification');
  const waitedMs = (available?.atMs ?? 0) - (preparing?.atMs ?? 0);
  assert.ok(waitedMs > 800, `${waitedMs} ms is shorter than ConnectionTimeOut`);
  // The authorisation is over: a cable now waits for a card.
  await bench.plugIn();
  await bench.heard([`Authorize ${CARD}`, 'Status 1 Preparing', 'Status 1 Available', 'Status 1 Preparing']);
});

certificationCase('TC_068', async (bench) => {
  const { transactionId } = await bench.charging();
  await bench.tap();
  // "the Charge Point SHALL NOT send an Authorize.req before stopping with the idTag that started it" (1.6 §4.1).
  await bench.heard([anyOrder('Stop Local', 'Status 1 Finishing')]);
  const [stop] = bench.payloads('StopTransaction');
  assert.is(stop?.transactionId, transactionId);
  assert.is(stop?.idTag, CARD);
  await bench.plugOut();
  await bench.heard([anyOrder('Stop Local', 'Status 1 Finishing'), 'Status 1 Available']);
});

certificationCase('TC_069', async (bench) => {
  const idTagInfo = { status: 'Accepted', parentIdTag: 'FAMILY' };
  bench.central.on('Authorize', { idTagInfo });
  bench.central.on('StartTransaction', { transactionId: 6900, idTagInfo });
  await bench.charging();
  await bench.tap(OTHER_CARD);
  await bench.heard([`Authorize ${OTHER_CARD}`, anyOrder('Stop Local', 'Status 1 Finishing')]);
  const [stop] = bench.payloads('StopTransaction');
  assert.is(stop?.idTag, OTHER_CARD);
  assert.is(stop?.transactionId, 6900);
});

certificationCase('TC_023_4', async (bench) => {
  await bench.configure({ LocalPreAuthorize: true, MinimumStatusDuration: 10 });
  for (const [n, status] of ['Invalid', 'Blocked', 'Expired'].entries()) {
    bench.mark();
    bench.central.on('Authorize', { idTagInfo: { status } });
    const idTag = `0000000${n}`;
    await bench.tap(idTag);
    await bench.heard([`Authorize ${idTag}`], { settleMs: 700 });
    assert.is((await bench.connector()).status, 'Available');
  }
  // With a cable in, too.
  await bench.configure({ MinimumStatusDuration: 0 });
  bench.mark();
  await bench.plugIn();
  await bench.heard(['Status 1 Preparing']);
  await bench.tap('00000009');
  await bench.heard(['Status 1 Preparing', 'Authorize 00000009'], { settleMs: 700 });
});

certificationCase('TC_005_1', async (bench) => {
  await bench.configure({ StopTransactionOnEVSideDisconnect: true, UnlockConnectorOnEVSideDisconnect: true });
  const { transactionId } = await bench.charging();
  await bench.plugOut();
  await bench.heard([anyOrder('Stop EVDisconnected', 'Status 1 Finishing'), 'Status 1 Available']);
  const [stop] = bench.payloads('StopTransaction');
  assert.is(stop?.transactionId, transactionId);
});

certificationCase('TC_005_2', async (bench) => {
  await bench.configure({ StopTransactionOnEVSideDisconnect: true, UnlockConnectorOnEVSideDisconnect: false });
  await bench.charging();
  await bench.plugOut();
  // The cable is held at the charge point: Finishing until somebody unlocks it.
  await bench.heard([anyOrder('Stop EVDisconnected', 'Status 1 Finishing')], { settleMs: 700 });
  await bench.callFor('Unlocked', 'UnlockConnector', { connectorId: 1 });
  await bench.heard([anyOrder('Stop EVDisconnected', 'Status 1 Finishing'), 'Status 1 Available']);
});

certificationCase('TC_005_3', async (bench) => {
  await bench.configure({ StopTransactionOnEVSideDisconnect: false, UnlockConnectorOnEVSideDisconnect: false });
  const { transactionId } = await bench.charging();
  await bench.plugOut();
  await bench.heard(['Status 1 SuspendedEV'], { settleMs: 700 });
  await bench.callFor('Accepted', 'RemoteStopTransaction', { transactionId });
  // A remote stop unlocks (§5.12), and the cable is out already.
  await bench.heard(['Status 1 SuspendedEV', anyOrder('Stop Remote', 'Status 1 Finishing'), 'Status 1 Available']);
});

run();
