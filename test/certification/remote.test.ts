import * as assert from 'uvu/assert';
import { type Bench, CARD, OTHER_CARD } from './harness/bench.js';
import { certification } from './harness/certification.js';
import { anyOrder } from './harness/trace.js';

const { certificationCase, run } = certification();

const start = { idTag: CARD, connectorId: 1 };

certificationCase('TC_010', async (bench) => {
  await bench.configure({ AuthorizeRemoteTxRequests: false });
  await bench.plugIn();
  await bench.heard(['Status 1 Preparing']);
  await bench.callFor('Accepted', 'RemoteStartTransaction', start);
  await bench.heardAndMark(['Status 1 Preparing', anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
  const { transaction } = await bench.connector();
  await bench.callFor('Accepted', 'RemoteStopTransaction', { transactionId: transaction?.transactionId });
  await bench.heard([anyOrder('Stop Remote', 'Status 1 Finishing')]);
});

certificationCase('TC_011_1', async (bench) => {
  // Authorised like a card first: "as if in response to a local action" (1.6 §5.11).
  await bench.configure({ AuthorizeRemoteTxRequests: true });
  await bench.callFor('Accepted', 'RemoteStartTransaction', start);
  await bench.heard([`Authorize ${CARD}`, 'Status 1 Preparing']);
  await bench.plugIn();
  await bench.heardAndMark([
    `Authorize ${CARD}`,
    'Status 1 Preparing',
    anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging'),
  ]);
});

certificationCase('TC_011_2', async (bench) => {
  await bench.configure({ ConnectionTimeOut: 1 });
  await bench.callFor('Accepted', 'RemoteStartTransaction', start);
  await bench.heard(['Status 1 Preparing', 'Status 1 Available']);
});

certificationCase('TC_012', async (bench) => {
  const { transactionId } = await bench.charging();
  await bench.callFor('Accepted', 'RemoteStopTransaction', { transactionId });
  await bench.heard([anyOrder('Stop Remote', 'Status 1 Finishing')]);
  const [stop] = bench.payloads('StopTransaction');
  assert.is(stop?.transactionId, transactionId);
  await bench.plugOut();
  await bench.heard([anyOrder('Stop Remote', 'Status 1 Finishing'), 'Status 1 Available']);
});

certificationCase('TC_023_5', async (bench) => {
  await bench.configure({ AuthorizeRemoteTxRequests: true, LocalPreAuthorize: true, MinimumStatusDuration: 10 });
  for (const [n, status] of ['Invalid', 'Blocked', 'Expired'].entries()) {
    bench.mark();
    bench.central.on('Authorize', { idTagInfo: { status } });
    const idTag = `REMOTE-${n}`;
    await bench.callFor('Accepted', 'RemoteStartTransaction', { idTag, connectorId: 1 });
    await bench.heard([`Authorize ${idTag}`], { settleMs: 700 });
    assert.is((await bench.connector()).status, 'Available');
  }
});

certificationCase('TC_026', async (bench) => {
  await bench.charging();
  await bench.callFor('Rejected', 'RemoteStartTransaction', { idTag: OTHER_CARD, connectorId: 1 });
  await bench.heard([], { settleMs: 500 });
  assert.is((await bench.connector()).transaction?.idTag, CARD);
});

certificationCase('TC_027', async (bench) => {
  await bench.callFor('Rejected', 'RemoteStartTransaction', { idTag: CARD, connectorId: 0 });
  await bench.heard([], { settleMs: 500 });
});

certificationCase('TC_028', async (bench) => {
  const { transactionId } = await bench.charging();
  await bench.callFor('Rejected', 'RemoteStopTransaction', { transactionId: transactionId + 1000 });
  await bench.heard([], { settleMs: 500 });
  assert.is((await bench.connector()).transaction?.transactionId, transactionId);
});

/** One whole session, so that the card is in the cache and the connector is free again. */
async function cached(bench: Bench): Promise<void> {
  const { transactionId } = await bench.charging();
  await bench.call('RemoteStopTransaction', { transactionId });
  await bench.becomes('Finishing');
  await bench.plugOut();
  await bench.becomes('Available');
  await bench.heardAndMark([anyOrder('Stop Remote', 'Status 1 Finishing'), 'Status 1 Available']);
}

certificationCase('TC_007_1', async (bench) => {
  await bench.configure({ AuthorizationCacheEnabled: true, LocalPreAuthorize: true });
  await cached(bench);
  await bench.plugIn();
  await bench.tap();
  await bench.heard(['Status 1 Preparing', anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
});

certificationCase('TC_007_2', async (bench) => {
  await bench.configure({
    AuthorizationCacheEnabled: true,
    LocalPreAuthorize: true,
    AuthorizeRemoteTxRequests: true,
  });
  await cached(bench);
  await bench.plugIn();
  await bench.callFor('Accepted', 'RemoteStartTransaction', start);
  await bench.heard(['Status 1 Preparing', anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
});

certificationCase('TC_061_1', async (bench) => {
  await bench.configure({ AuthorizationCacheEnabled: true, LocalPreAuthorize: true });
  await cached(bench);
  await bench.callFor('Accepted', 'ClearCache');
  await bench.plugIn();
  await bench.tap();
  await bench.heard(['Status 1 Preparing', `Authorize ${CARD}`, anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
});

certificationCase('TC_061_2', async (bench) => {
  await bench.configure({
    AuthorizationCacheEnabled: true,
    LocalPreAuthorize: true,
    AuthorizeRemoteTxRequests: true,
  });
  await cached(bench);
  await bench.callFor('Accepted', 'ClearCache');
  await bench.plugIn();
  await bench.heard(['Status 1 Preparing']);
  await bench.callFor('Accepted', 'RemoteStartTransaction', start);
  await bench.heard(['Status 1 Preparing', `Authorize ${CARD}`, anyOrder(`Start 1 ${CARD}`, 'Status 1 Charging')]);
});

run();
