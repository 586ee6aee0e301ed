import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json, ScriptedCallError } from '../../support/scripted-peer.js';
import { StationBench } from './bench.js';

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

async function reserve(bench: StationBench, connectorId: number, more: Json = {}): Promise<unknown> {
  const request = { connectorId, expiryDate: inSeconds(3600), idTag: 'HOLDER', reservationId: 1, ...more };
  return (await bench.peer.call('ReserveNow', request)).status;
}

const cancel = async (bench: StationBench, reservationId: number): Promise<unknown> =>
  (await bench.peer.call('CancelReservation', { reservationId })).status;

const start = async (bench: StationBench, idTag: string, connectorId?: number): Promise<unknown> =>
  (await bench.peer.call('RemoteStartTransaction', { idTag, ...(connectorId === undefined ? {} : { connectorId }) }))
    .status;

async function refused(bench: StationBench, idTag: string, reason: string): Promise<void> {
  const refusal = await eventually(
    () => bench.events.find(({ type, data }) => type === 'CardRefused' && data?.idTag === idTag),
    `${idTag} is refused`,
  );
  assert.is(refusal.data?.reason, reason);
}

test('TC_046_1: reserved, others refused, used by its card: reservationId in StartTransaction; then it is gone', async () => {
  const bench = await StationBench.start();
  assert.is(await reserve(bench, 1, { reservationId: 77 }), 'Accepted');
  await bench.status(1, 'Reserved');
  bench.connector().plugIn();
  bench.tap('OTHER');
  await refused(bench, 'OTHER', 'Reserved');
  assert.is(await start(bench, 'OTHER', 1), 'Rejected');
  bench.tap('holder');
  const [started] = await bench.calls('StartTransaction', 1);
  assert.is(started?.reservationId, 77);
  await bench.status(1, 'Charging');
  assert.is(await cancel(bench, 77), 'Rejected', 'used up');
  bench.tap('HOLDER');
  await bench.status(1, 'Finishing');
  bench.connector().plugOut();
  await bench.status(1, 'Available');
  assert.equal(bench.statuses(1), ['Available', 'Reserved', 'Preparing', 'Charging', 'Finishing', 'Available']);
  await bench.stop();
});

test('TC_046_2: used by a remote start, with and without connectorId', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  assert.is(await reserve(bench, 2), 'Accepted');
  await bench.status(2, 'Reserved');
  assert.is(await start(bench, 'HOLDER', 2), 'Accepted');
  bench.connector(2).plugIn();
  const [started] = await bench.calls('StartTransaction', 1);
  assert.equal([started?.connectorId, started?.reservationId], [2, 1]);
  await bench.stop();
});

test('TC_047: it expires by itself, also while the power is off', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  assert.is(await reserve(bench, 1, { expiryDate: inSeconds(1) }), 'Accepted');
  assert.is(await reserve(bench, 2, { reservationId: 2, expiryDate: inSeconds(1.2) }), 'Accepted');
  await bench.status(1, 'Reserved');
  await bench.status(1, 'Available');
  await bench.status(2, 'Available');
  assert.is(await cancel(bench, 1), 'Rejected');
  assert.is(await reserve(bench, 1, { expiryDate: inSeconds(-1) }), 'Rejected', 'over before it begins');
  await bench.stop();
});

test('TC_048, TC_050: Faulted, Occupied, Unavailable; for connector 0 when all connectors are', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  bench.connector(1).fault('GroundFailure');
  await bench.status(1, 'Faulted');
  assert.is(await reserve(bench, 1), 'Faulted');
  assert.is(await reserve(bench, 0), 'Accepted', 'the other one is free');
  assert.is(await cancel(bench, 1), 'Accepted');
  bench.connector(2).fault('GroundFailure');
  await bench.status(2, 'Faulted');
  assert.is(await reserve(bench, 0), 'Faulted');
  for (const id of [1, 2]) bench.connector(id).fault('NoError');
  await bench.status(2, 'Available');
  bench.connector(1).plugIn();
  await bench.status(1, 'Preparing');
  assert.is(await reserve(bench, 1), 'Occupied');
  bench.connector(2).plugIn();
  await bench.status(2, 'Preparing');
  assert.is(await reserve(bench, 0), 'Occupied');
  for (const id of [1, 2]) bench.connector(id).plugOut();
  await bench.status(2, 'Available');
  await bench.peer.call('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
  await bench.status(2, 'Unavailable');
  assert.is(await reserve(bench, 1), 'Unavailable');
  assert.is(await reserve(bench, 0), 'Unavailable');
  assert.is(await reserve(bench, 9), 'Rejected');
  await bench.stop();
});

test('TC_048_4, TC_050_4: the profile off is NotSupported; ReserveConnectorZeroSupported false is Rejected', async () => {
  const off = await StationBench.start({ featureProfiles: ['Core'] });
  const error = await off.peer.call('CancelReservation', { reservationId: 1 }).catch((reason: unknown) => reason);
  assert.is((error as ScriptedCallError).code, 'NotSupported');
  await off.stop();
  const bench = await StationBench.start({ configuration: { ReserveConnectorZeroSupported: 'false' } });
  assert.is(await reserve(bench, 0), 'Rejected');
  assert.is(await reserve(bench, 1), 'Accepted');
  await bench.stop();
});

test('TC_049: connector 0: one connector stays free; its holder uses it up on any', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  assert.is(await reserve(bench, 0, { reservationId: 5 }), 'Accepted');
  assert.is(await reserve(bench, 0, { reservationId: 6, idTag: 'SECOND' }), 'Accepted');
  assert.is(await reserve(bench, 1, { reservationId: 7 }), 'Occupied', 'both are promised');
  assert.is(await cancel(bench, 6), 'Accepted');
  bench.connector(1).plugIn();
  bench.tap('STRANGER', [1]);
  await bench.status(1, 'Charging');
  assert.is(await start(bench, 'OTHER'), 'Rejected');
  bench.connector(2).plugIn();
  await bench.status(2, 'Preparing');
  bench.tap('OTHER', [2]);
  await refused(bench, 'OTHER', 'Reserved');
  bench.tap('HOLDER', [2]);
  const [stranger, holder] = await bench.calls('StartTransaction', 2);
  assert.is(stranger?.reservationId, undefined);
  assert.equal([holder?.connectorId, holder?.reservationId], [2, 5]);
  assert.is(await cancel(bench, 5), 'Rejected');
  const reported = [...bench.statuses(1), ...bench.statuses(2)];
  assert.not.ok(reported.includes('Reserved'), 'no connector in particular is reserved');
  await bench.stop();
});

test('Connector 0, card first: while its holder has not plugged in, the other connector is not kept besides', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  assert.is(await reserve(bench, 0), 'Accepted');
  assert.is(await start(bench, 'HOLDER', 1), 'Accepted');
  await bench.status(1, 'Preparing');
  bench.connector(2).plugIn();
  bench.tap('STRANGER', [2]);
  await bench.status(2, 'Charging');
  bench.connector(1).plugIn();
  const [, holder] = await bench.calls('StartTransaction', 2);
  assert.is(holder?.reservationId, 1);
  assert.not.ok(bench.statuses(2).includes('Reserved'));
  await bench.stop();
});

test('TC_051, TC_052: CancelReservation; unknown is Rejected', async () => {
  const bench = await StationBench.start();
  assert.is(await reserve(bench, 1), 'Accepted');
  await bench.status(1, 'Reserved');
  assert.is(await cancel(bench, 2), 'Rejected');
  assert.is(await cancel(bench, 1), 'Accepted');
  await bench.status(1, 'Available');
  await bench.stop();
});

test('TC_053_1, TC_053_2: a card of the same parentIdTag uses it, by card and remotely; another group does not', async () => {
  const bench = await StationBench.create();
  bench.central.on('Authorize', ({ payload }) => ({
    idTagInfo: { status: 'Accepted', parentIdTag: String(payload.idTag).startsWith('FAMILY') ? 'GROUP' : 'ELSE' },
  }));
  await bench.startStation();
  await bench.online();
  assert.is(await reserve(bench, 1, { parentIdTag: 'GROUP' }), 'Accepted');
  await bench.status(1, 'Reserved');
  bench.connector().plugIn();
  bench.tap('STRANGER');
  await refused(bench, 'STRANGER', 'Reserved');
  assert.is(await start(bench, 'STRANGER', 1), 'Rejected', 'the cache knows its group by now');
  bench.tap('FAMILY1');
  const [started] = await bench.calls('StartTransaction', 1);
  assert.is(started?.reservationId, 1);
  await bench.status(1, 'Charging');
  bench.tap('FAMILY1');
  await bench.status(1, 'Finishing');
  bench.connector().plugOut();
  await bench.status(1, 'Available');
  assert.is(await reserve(bench, 1, { reservationId: 2, parentIdTag: 'GROUP' }), 'Accepted');
  await bench.status(1, 'Reserved');
  assert.is(await start(bench, 'FAMILY2', 1), 'Accepted', 'the central system is asked for its group');
  bench.connector().plugIn();
  const [, second] = await bench.calls('StartTransaction', 2);
  assert.is(second?.reservationId, 2);
  await bench.stop();
});

test('§5.13: the same reservationId replaces, also on another connector; a reserved connector is Occupied for another', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  assert.is(await reserve(bench, 1), 'Accepted');
  await bench.status(1, 'Reserved');
  assert.is(await reserve(bench, 1, { reservationId: 2 }), 'Occupied');
  assert.is(await reserve(bench, 1, { idTag: 'NEXT' }), 'Accepted');
  assert.is(await start(bench, 'HOLDER', 1), 'Rejected');
  assert.is(await reserve(bench, 2, { idTag: 'NEXT' }), 'Accepted');
  await bench.status(1, 'Available');
  await bench.status(2, 'Reserved');
  bench.connector(1).plugIn();
  await bench.status(1, 'Preparing');
  assert.is(await reserve(bench, 1, { idTag: 'NEXT' }), 'Occupied');
  assert.is(await cancel(bench, 1), 'Accepted', 'the old one was still there');
  await bench.stop();
});

test('§5.13: Faulted and Unavailable end a reservation', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  await reserve(bench, 1);
  await reserve(bench, 2, { reservationId: 2 });
  await bench.status(2, 'Reserved');
  bench.connector(1).fault('GroundFailure');
  await bench.status(1, 'Faulted');
  bench.connector(1).fault('NoError');
  await bench.status(1, 'Available');
  await bench.peer.call('ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
  await bench.status(2, 'Unavailable');
  await bench.peer.call('ChangeAvailability', { connectorId: 2, type: 'Operative' });
  await bench.status(2, 'Available');
  assert.equal([await cancel(bench, 1), await cancel(bench, 2)], ['Rejected', 'Rejected']);
  await bench.stop();
});

test('Reservations outlive a restart and a power cut', async () => {
  const bench = await StationBench.start({ connectors: [{}, {}] });
  await reserve(bench, 1, { reservationId: 3 });
  await bench.status(1, 'Reserved');
  await bench.restartStation();
  await bench.online();
  assert.is(bench.connector(1).restored?.reservation?.reservationId, 3);
  await bench.powerCut();
  await bench.online();
  await bench.status(1, 'Reserved');
  bench.connector(1).plugIn();
  bench.tap('HOLDER', [1]);
  const [started] = await bench.calls('StartTransaction', 1);
  assert.is(started?.reservationId, 3);
  await bench.stop();
});

test.run();
