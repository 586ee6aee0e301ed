import { eventually, PATIENCE_MS } from '../../support/deadline.js';
import type { Bench } from './bench.js';

/**
 * Brings a bench back to how it was: ordinary central system, nothing plugged in, no fault, everything Available, keys as
 * on first start, no list, cache, reservation or profile.
 * @throws Error when it cannot; then a new bench is the cure
 */
export async function restore(bench: Bench): Promise<void> {
  const { central, touched } = bench;
  central.behaveOrdinarily();
  central.acceptUpgrades();
  if (!bench.program.running) await bench.powerBack();
  await bench.online();
  await bench.act('/reader', { mode: 'normal' });
  for (const connectorId of bench.connectorIds) {
    await bench.act('/clear-fault', { connectorId });
    await bench.act('/lock', { connectorId, fails: false }).catch(() => {});
    await bench.act('/power-module', { connectorId, mode: 'normal' });
  }
  await endTransactions(bench);
  await undo(bench);
  for (const key of touched.keys) {
    const value = bench.baseline.get(key);
    if (value !== undefined && (await bench.key(key)) !== value) await bench.configure({ [key]: value });
  }
  await bench.call('ClearCache');
  await eventually(
    async () => {
      const { connectors, queue } = await bench.state();
      const atRest = queue.pending === 0 && connectors.every(({ status }) => status === 'Available');
      return atRest && bench.connectorIds.every((connectorId) => bench.lastReported(connectorId) === 'Available');
    },
    'everything is at rest',
    PATIENCE_MS,
    40,
  );
  touched.keys.clear();
  touched.actions.clear();
  touched.reservations.clear();
}

async function endTransactions(bench: Bench): Promise<void> {
  for (const { connectorId, transaction } of (await bench.state()).connectors) {
    if (transaction !== null) {
      const transactionId = await eventually(
        async () => (await bench.connector(connectorId)).transaction?.transactionId ?? null,
        'the running transaction has its id',
      );
      await bench.call('RemoteStopTransaction', { transactionId });
      await eventually(async () => (await bench.connector(connectorId)).transaction === null, 'it has ended');
    }
    await bench.plugOut(connectorId);
  }
}

async function undo(bench: Bench): Promise<void> {
  const { actions, reservations } = bench.touched;
  for (const reservationId of reservations) await bench.call('CancelReservation', { reservationId });
  if (actions.has('ChangeAvailability')) await bench.call('ChangeAvailability', { connectorId: 0, type: 'Operative' });
  if (actions.has('SetChargingProfile')) await bench.call('ClearChargingProfile', {});
  // Version 0 with nothing in it: as if no list had ever been sent.
  if (actions.has('SendLocalList'))
    await bench.callFor('Accepted', 'SendLocalList', {
      listVersion: 0,
      updateType: 'Full',
      localAuthorizationList: [],
    });
}
