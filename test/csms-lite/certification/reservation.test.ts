/** Reservations (OCTT cases for a Central System). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json } from '../../support/scripted-peer.js';
import type { Body } from '../api/server.js';
import { at, type Bench, openBench, type Station } from './bench.js';

const test = suite('certification: reservations');
let bench: Bench;

test.before(async () => {
  bench = await openBench();
  await bench.tag('VALID1', { status: 'Accepted', parentIdTag: 'GROUP1' });
  await bench.tag('VALID2', { status: 'Accepted', parentIdTag: 'GROUP1' });
});
test.after(() => bench.close());

async function reserve(station: Station, more: object = {}, status = 'Accepted'): Promise<{ id: number; wire: Json }> {
  const body = { connectorId: 1, idTag: 'VALID1', expiryDate: at(3600), ...more };
  const { wire, command } = await station.command('reserve-now', body, 'ReserveNow', { status });
  assert.is(command.reservationId, wire.reservationId);
  return { id: Number(wire.reservationId), wire };
}

async function stored(id: number): Promise<Body> {
  return (await bench.api('GET', `/reservations/${id}`)).body;
}

test('TC_046_1 and TC_046_2 reserved, then started locally or from here with the same id: Used', async () => {
  for (const remote of [false, true]) {
    const station = await bench.station();
    const expiryDate = at(3600);
    const { id, wire } = await reserve(station, { expiryDate });
    assert.equal(wire, { connectorId: 1, expiryDate, idTag: 'VALID1', reservationId: id });
    assert.is((await stored(id)).status, 'Accepted');
    await station.status(1, 'Reserved');
    const remoteStart = { idTag: 'VALID1', connectorId: 1 };
    if (remote) await station.command('remote-start', remoteStart, 'RemoteStartTransaction');
    const { transactionId } = await station.start('VALID1', { reservationId: id });
    const used = await stored(id);
    assert.equal([used.status, used.transactionId], ['Used', transactionId]);
    assert.is((await station.sessions())[0].reservationId, id);
  }
});

test('TC_047 reserved, expired', async () => {
  const station = await bench.station();
  const { id } = await reserve(station, { expiryDate: at(1) });
  await eventually(async () => ((await stored(id)).status === 'Expired' ? true : null), 'Expired');
  await station.status(1, 'Available');
});

for (const [number, status] of [
  ['048_1', 'Faulted'],
  ['048_2', 'Occupied'],
  ['048_3', 'Unavailable'],
  ['048_4', 'Rejected'],
] as const)
  test(`TC_${number} reserve now: ${status}`, async () => {
    const station = await bench.station();
    const { id } = await reserve(station, {}, status);
    assert.is((await stored(id)).status, status);
  });

test('TC_049 connector 0: any connector, used by the transaction', async () => {
  const station = await bench.station(2);
  const { id, wire } = await reserve(station, { connectorId: 0 });
  assert.is(wire.connectorId, 0);
  await station.start('VALID1', { connectorId: 2, reservationId: id });
  assert.is((await stored(id)).status, 'Used');
});

for (const [number, status] of [
  ['050_1', 'Faulted'],
  ['050_2', 'Occupied'],
  ['050_3', 'Unavailable'],
  ['050_4', 'Rejected'],
] as const)
  test(`TC_${number} reserve connector 0: ${status}`, async () => {
    const station = await bench.station();
    const { id } = await reserve(station, { connectorId: 0 }, status);
    assert.is((await stored(id)).status, status);
  });

test('TC_051 cancel reservation', async () => {
  const station = await bench.station();
  const { id } = await reserve(station);
  const body = { reservationId: id };
  assert.equal((await station.command('cancel-reservation', body, 'CancelReservation')).wire, body);
  assert.is((await stored(id)).status, 'Cancelled');
});

test('TC_052 cancel reservation rejected: an unknown one reaches the charge point', async () => {
  const station = await bench.station();
  const body = { reservationId: 987_654 };
  const { wire } = await station.command('cancel-reservation', body, 'CancelReservation', { status: 'Rejected' });
  assert.equal(wire, body);
});

for (const [number, how] of [
  ['053_1', 'locally'],
  ['053_2', 'from here'],
] as const)
  test(`TC_${number} a reservation with a parent is used ${how} by another tag of the group`, async () => {
    const station = await bench.station();
    const { id, wire } = await reserve(station, { parentIdTag: 'GROUP1' });
    assert.is(wire.parentIdTag, 'GROUP1');
    const remoteStart = { idTag: 'VALID2', connectorId: 1 };
    if (how === 'from here') await station.command('remote-start', remoteStart, 'RemoteStartTransaction');
    else await station.peer.call('Authorize', { idTag: 'VALID2' });
    await station.start('VALID2', { reservationId: id });
    assert.is((await stored(id)).status, 'Used');
  });

test('a start that names no reservation uses the one of its connector: same tag, or another of its parent', async () => {
  for (const [idTag, more] of [
    ['VALID1', {}],
    ['valid1', { connectorId: 0 }],
    ['VALID2', { parentIdTag: 'GROUP1' }],
  ] as const) {
    const station = await bench.station();
    const { id } = await reserve(station, more);
    const { transactionId } = await station.start(idTag);
    const used = await stored(id);
    assert.equal([used.status, used.transactionId], ['Used', transactionId], idTag);
    assert.is((await station.sessions())[0].reservationId, undefined, 'what was not on the wire is not made up');
  }
});

test('a start of somebody else, on another connector, or refused, uses no reservation', async () => {
  const station = await bench.station(2);
  await bench.tag('STRANGER');
  const { id } = await reserve(station);
  await station.start('STRANGER');
  await station.start('VALID1', { connectorId: 2 });
  await station.start('VALID2', { meterStart: 1100 });
  assert.is((await stored(id)).status, 'Accepted');
  await bench.tag('VALID1', { status: 'Blocked', parentIdTag: 'GROUP1' });
  assert.is((await station.start('VALID1', { meterStart: 1200 })).status, 'Blocked');
  assert.is((await stored(id)).status, 'Accepted');
  await bench.tag('VALID1', { status: 'Accepted', parentIdTag: 'GROUP1' });
});

test('a session that began before the expiry and is told after it used the reservation', async () => {
  const station = await bench.station();
  const { id } = await reserve(station, { expiryDate: at(1) });
  const began = at(0);
  await eventually(async () => (await stored(id)).status === 'Expired', 'Expired');
  await station.start('VALID1', { timestamp: began });
  assert.is((await stored(id)).status, 'Used');
});

test('the reservation exists before the answer: with wait=0 it is there, Pending', async () => {
  const station = await bench.station();
  const body = { connectorId: 1, idTag: 'VALID1', expiryDate: at(3600) };
  const answer = await bench.api('POST', `/charge-points/${station.id}/commands/reserve-now?wait=0`, body);
  assert.equal([answer.status, answer.body.status], [202, 'pending']);
  const [reservation] = (await bench.api('GET', `/reservations?chargePointId=${station.id}`)).body.items;
  assert.equal([reservation.id, reservation.status], [answer.body.reservationId, 'Pending']);
  const call = await station.peer.expectCall('ReserveNow');
  assert.is(call.payload.reservationId, reservation.id);
  call.answer({ status: 'Accepted' });
});

test('a given reservationId goes on the wire, also one that is taken: the charge point replaces it', async () => {
  const station = await bench.station();
  const { wire } = await reserve(station, { reservationId: 4711 });
  assert.is(wire.reservationId, 4711);
  await reserve(station, { reservationId: 4711, idTag: 'VALID2' });
  assert.equal([(await stored(4711)).idTag, (await stored(4711)).status], ['VALID2', 'Accepted']);
});

test.run();
