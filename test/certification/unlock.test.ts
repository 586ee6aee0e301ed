import * as assert from 'uvu/assert';
import { CARD } from './harness/bench.js';
import { certification } from './harness/certification.js';
import { anyOrder } from './harness/trace.js';

const { certificationCase, run } = certification();

/** A fixed cable: no lock. */
const FIXED_CABLE = { connectors: [{ id: 1, maximumCurrentA: 32, phases: 3, hasLock: false }] };

certificationCase('TC_017_1', async (bench) => {
  await bench.callFor('Unlocked', 'UnlockConnector', { connectorId: 1 });
  await bench.heard([]);
});

certificationCase('TC_018_1', async (bench) => {
  const { transactionId } = await bench.charging();
  await bench.callFor('Unlocked', 'UnlockConnector', { connectorId: 1 });
  await bench.heard([anyOrder('Stop UnlockCommand', 'Status 1 Finishing')]);
  assert.is(bench.payloads('StopTransaction')[0]?.transactionId, transactionId);
  await bench.plugOut();
  await bench.heard([anyOrder('Stop UnlockCommand', 'Status 1 Finishing'), 'Status 1 Available']);
});

certificationCase('TC_024', async (bench) => {
  await bench.act('/lock', { connectorId: 1, fails: true });
  await bench.plugIn();
  await bench.tap();
  await bench.heard(['Status 1 Preparing', `Authorize ${CARD}`, 'Status 1 Faulted ConnectorLockFailure'], {
    settleMs: 700,
  });
  assert.is((await bench.connector()).transaction, null);
});

certificationCase('TC_030', async (bench) => {
  await bench.act('/fault', { connectorId: 1, errorCode: 'ConnectorLockFailure' });
  await bench.callFor('UnlockFailed', 'UnlockConnector', { connectorId: 1 });
  await bench.act('/clear-fault', { connectorId: 1 });
  await bench.becomes('Available');
  // The bolt of a locked cable does not move.
  await bench.charging();
  await bench.act('/lock', { connectorId: 1, fails: true });
  await bench.callFor('UnlockFailed', 'UnlockConnector', { connectorId: 1 });
  await bench.heard([anyOrder('Stop UnlockCommand', 'Status 1 Finishing')]);
  // The cable gets out by force, the lock works again: the next person can charge here.
  await bench.act('/lock', { connectorId: 1, fails: false });
  await bench.plugOut();
  await bench.heard([anyOrder('Stop UnlockCommand', 'Status 1 Finishing'), 'Status 1 Available']);
});

certificationCase('TC_031', async (bench) => {
  await bench.callFor('NotSupported', 'UnlockConnector', { connectorId: 3 });
  await bench.heard([]);
});

certificationCase(
  'TC_017_2',
  async (bench) => {
    await bench.callFor('NotSupported', 'UnlockConnector', { connectorId: 1 });
    await bench.heard([]);
  },
  FIXED_CABLE,
);

certificationCase(
  'TC_018_2',
  async (bench) => {
    const { transactionId } = await bench.charging();
    await bench.callFor('NotSupported', 'UnlockConnector', { connectorId: 1 });
    await bench.heard([], { settleMs: 700 });
    assert.is((await bench.connector()).transaction?.transactionId, transactionId);
    assert.is((await bench.connector()).status, 'Charging');
  },
  FIXED_CABLE,
);

run();
