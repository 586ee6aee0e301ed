import * as assert from 'uvu/assert';
import { ScriptedCallError } from '../support/scripted-peer.js';
import { type Bench, CARD, OTHER_CARD } from './harness/bench.js';
import { certification } from './harness/certification.js';
import { anyOrder, maybe } from './harness/trace.js';

const { certificationCase, run } = certification();

const THIRD_CARD = 'C0FFEE01';
const WITHOUT_RESERVATION = { file: { ocpp: { featureProfiles: ['Core', 'RemoteTrigger'] } } };
let reservations = 100;

/** ReserveNow for CARD. @returns the reservationId */
async function reserve(bench: Bench, expected: string, connectorId: number, more: object = {}): Promise<number> {
  reservations += 1;
  await bench.callFor(expected, 'ReserveNow', {
    connectorId,
    idTag: CARD,
    reservationId: reservations,
    expiryDate: new Date(Date.now() + 600_000).toISOString(),
    ...more,
  });
  return reservations;
}

/** Refused, or a profile that is off (its CALLERROR). */
async function assertRefused(bench: Bench, connectorId: number): Promise<void> {
  const request = {
    connectorId,
    idTag: CARD,
    reservationId: 1,
    expiryDate: new Date(Date.now() + 60_000).toISOString(),
  };
  const answer = await bench.call('ReserveNow', request).catch((error: unknown) => error);
  if (answer instanceof ScriptedCallError) assert.ok(['NotSupported', 'NotImplemented'].includes(answer.code));
  else assert.is((answer as { status?: string }).status, 'Rejected');
}

certificationCase('TC_046_1', async (bench) => {
  const id = await reserve(bench, 'Accepted', 1);
  await bench.heard(['Status 1 Reserved']);
  // Somebody else is refused.
  await bench.tap(OTHER_CARD);
  await bench.heardAndMark(['Status 1 Reserved', maybe(`Authorize ${OTHER_CARD}`)], { settleMs: 700 });
  await bench.tap(CARD);
  await bench.heard([`Authorize ${CARD}`, 'Status 1 Preparing']);
  await bench.plugIn();
  await bench.heardAndMark([
    `Authorize ${CARD}`,
    'Status 1 Preparing',
    anyOrder(`Start 1 ${CARD} reservation ${id}`, 'Status 1 Charging'),
  ]);
  // Used up: after the session the connector is free for anybody.
  await bench.tap(CARD);
  await bench.heard([anyOrder('Stop Local', 'Status 1 Finishing')]);
  await bench.plugOut();
  await bench.heard([anyOrder('Stop Local', 'Status 1 Finishing'), 'Status 1 Available']);
});

certificationCase('TC_046_2', async (bench) => {
  const id = await reserve(bench, 'Accepted', 1);
  await bench.heard(['Status 1 Reserved']);
  await bench.callFor('Rejected', 'RemoteStartTransaction', { idTag: OTHER_CARD, connectorId: 1 });
  await bench.callFor('Accepted', 'RemoteStartTransaction', { idTag: CARD, connectorId: 1 });
  await bench.heard(['Status 1 Reserved', 'Status 1 Preparing']);
  await bench.plugIn();
  await bench.heard([
    'Status 1 Reserved',
    'Status 1 Preparing',
    anyOrder(`Start 1 ${CARD} reservation ${id}`, 'Status 1 Charging'),
  ]);
});

certificationCase('TC_047', async (bench) => {
  const expiryMs = Date.now() + 4000;
  await reserve(bench, 'Accepted', 1, { expiryDate: new Date(expiryMs).toISOString() });
  await bench.heard(['Status 1 Reserved']);
  await bench.heard(['Status 1 Reserved', 'Status 1 Available']);
  const [, available] = bench.payloads('StatusNotification');
  const lateMs = Date.parse(String(available?.timestamp)) - expiryMs;
  assert.ok(lateMs >= -50, `${lateMs} ms after expiryDate`);
});

certificationCase('TC_048_1', async (bench) => {
  await bench.act('/fault', { connectorId: 1, errorCode: 'GroundFailure' });
  await bench.heardAndMark(['Status 1 Faulted GroundFailure']);
  await reserve(bench, 'Faulted', 1);
  await bench.heard([]);
});

certificationCase('TC_048_2', async (bench) => {
  await bench.plugIn();
  await bench.heardAndMark(['Status 1 Preparing']);
  await reserve(bench, 'Occupied', 1);
  await bench.heard([]);
  // A reservation of somebody else occupies as well.
  await reserve(bench, 'Accepted', 2, { idTag: OTHER_CARD });
  await bench.heard(['Status 2 Reserved']);
  await reserve(bench, 'Occupied', 2);
});

certificationCase('TC_048_3', async (bench) => {
  await bench.callFor('Accepted', 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
  await bench.heardAndMark(['Status 1 Unavailable']);
  await reserve(bench, 'Unavailable', 1);
  await bench.heard([]);
});

certificationCase('TC_049', async (bench) => {
  const id = await reserve(bench, 'Accepted', 0);
  // No connector in particular is reserved.
  await bench.heard([]);
  // One may go to anybody; the last one is kept for the reserved card.
  await bench.plugIn(1);
  await bench.tap(OTHER_CARD, 1);
  await bench.heardAndMark([
    'Status 1 Preparing',
    `Authorize ${OTHER_CARD}`,
    anyOrder(`Start 1 ${OTHER_CARD}`, 'Status 1 Charging'),
  ]);
  await bench.tap(THIRD_CARD, 2);
  await bench.heardAndMark([maybe(`Authorize ${THIRD_CARD}`)], { settleMs: 700 });
  await bench.tap(CARD, 2);
  await bench.heard([`Authorize ${CARD}`, 'Status 2 Preparing']);
  await bench.plugIn(2);
  await bench.heard([
    `Authorize ${CARD}`,
    'Status 2 Preparing',
    anyOrder(`Start 2 ${CARD} reservation ${id}`, 'Status 2 Charging'),
  ]);
});

certificationCase('TC_050_1', async (bench) => {
  for (const connectorId of bench.connectorIds) await bench.act('/fault', { connectorId, errorCode: 'GroundFailure' });
  await bench.heard([anyOrder('Status 1 Faulted GroundFailure', 'Status 2 Faulted GroundFailure')]);
  await reserve(bench, 'Faulted', 0);
});

certificationCase('TC_050_2', async (bench) => {
  for (const connectorId of bench.connectorIds) await bench.plugIn(connectorId);
  await bench.heard([anyOrder('Status 1 Preparing', 'Status 2 Preparing')]);
  await reserve(bench, 'Occupied', 0);
});

certificationCase('TC_050_3', async (bench) => {
  await bench.callFor('Accepted', 'ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
  await bench.heard([anyOrder('Status 0 Unavailable', 'Status 1 Unavailable', 'Status 2 Unavailable')]);
  await reserve(bench, 'Unavailable', 0);
});

certificationCase('TC_051', async (bench) => {
  const reservationId = await reserve(bench, 'Accepted', 1);
  await bench.heard(['Status 1 Reserved']);
  await bench.callFor('Accepted', 'CancelReservation', { reservationId });
  await bench.heard(['Status 1 Reserved', 'Status 1 Available']);
});

certificationCase('TC_052', async (bench) => {
  const reservationId = await reserve(bench, 'Accepted', 1);
  await bench.heard(['Status 1 Reserved']);
  await bench.callFor('Rejected', 'CancelReservation', { reservationId: reservationId + 1000 });
  await bench.heard(['Status 1 Reserved']);
});

certificationCase('TC_053_1', async (bench) => {
  const idTagInfo = { status: 'Accepted', parentIdTag: 'FAMILY' };
  bench.central.on('Authorize', { idTagInfo });
  const id = await reserve(bench, 'Accepted', 1, { parentIdTag: 'FAMILY' });
  await bench.heardAndMark(['Status 1 Reserved']);
  await bench.tap(OTHER_CARD);
  await bench.heard([`Authorize ${OTHER_CARD}`, 'Status 1 Preparing']);
  await bench.plugIn();
  await bench.heard([
    `Authorize ${OTHER_CARD}`,
    'Status 1 Preparing',
    anyOrder(`Start 1 ${OTHER_CARD} reservation ${id}`, 'Status 1 Charging'),
  ]);
});

certificationCase('TC_053_2', async (bench) => {
  await bench.configure({ AuthorizeRemoteTxRequests: true });
  bench.central.on('Authorize', { idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } });
  const id = await reserve(bench, 'Accepted', 1, { parentIdTag: 'FAMILY' });
  await bench.heardAndMark(['Status 1 Reserved']);
  await bench.callFor('Accepted', 'RemoteStartTransaction', { idTag: OTHER_CARD, connectorId: 1 });
  await bench.heard([`Authorize ${OTHER_CARD}`, 'Status 1 Preparing']);
  await bench.plugIn();
  await bench.heard([
    `Authorize ${OTHER_CARD}`,
    'Status 1 Preparing',
    anyOrder(`Start 1 ${OTHER_CARD} reservation ${id}`, 'Status 1 Charging'),
  ]);
});

certificationCase('TC_048_4', (bench) => assertRefused(bench, 1), WITHOUT_RESERVATION);

certificationCase('TC_050_4', (bench) => assertRefused(bench, 0), WITHOUT_RESERVATION);

run();
