/** Smart charging (OCTT cases for a Central System). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json } from '../../support/scripted-peer.js';
import { type Bench, openBench } from './bench.js';

const test = suite('certification: smart charging');
let bench: Bench;

const SCHEDULE = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] };

test.before(async () => {
  bench = await openBench();
  await bench.tag('VALID1');
});
test.after(() => bench.close());

/** Stores a profile. @returns it as it stands on the wire */
async function profile(id: number, purpose: string, more: object = {}): Promise<Json> {
  const kinds = { stackLevel: 0, chargingProfileKind: 'Absolute', chargingSchedule: SCHEDULE, ...more };
  const body = { name: `profile ${id}`, chargingProfilePurpose: purpose, ...kinds };
  const answer = await bench.api('PUT', `/charging-profiles/${id}`, body);
  assert.is(answer.status, 201);
  assert.is(answer.body.id, id);
  return { chargingProfileId: id, chargingProfilePurpose: purpose, ...kinds };
}

test('TC_056 TxDefaultProfile', async () => {
  const station = await bench.station();
  const stored = await profile(561, 'TxDefaultProfile', { stackLevel: 2 });
  const body = { connectorId: 1, chargingProfileId: 561 };
  const { wire } = await station.command('set-charging-profile', body, 'SetChargingProfile');
  assert.equal(wire.connectorId, 1);
  assert.equal(wire.csChargingProfiles, stored);
});

test('TC_057 TxProfile in a transaction', async () => {
  const station = await bench.station();
  const { transactionId } = await station.start('VALID1');
  const stored = await profile(571, 'TxProfile', { chargingProfileKind: 'Relative' });
  const body = { connectorId: 1, chargingProfileId: 571, transactionId };
  const { wire } = await station.command('set-charging-profile', body, 'SetChargingProfile');
  assert.equal(wire.csChargingProfiles, { ...stored, transactionId });
});

test('TC_058_1 and TC_058_2 TxProfile without a transaction, and with a wrong one: refused by the charge point only', async () => {
  const station = await bench.station();
  const stored = await profile(581, 'TxProfile');
  const body = { connectorId: 1, chargingProfileId: 581 };
  const rejected = { status: 'Rejected' };
  const without = await station.command('set-charging-profile', body, 'SetChargingProfile', rejected);
  assert.equal(without.wire.csChargingProfiles, stored, 'no transactionId');
  const wrong = { ...body, transactionId: 99 };
  const { wire } = await station.command('set-charging-profile', wrong, 'SetChargingProfile', rejected);
  assert.is((wire.csChargingProfiles as Json).transactionId, 99);
});

test('TC_059 and TC_060 remote start with a profile: inside RemoteStartTransaction, accepted or rejected', async () => {
  const station = await bench.station();
  const good = await profile(591, 'TxProfile', { chargingProfileKind: 'Relative' });
  const body = { idTag: 'VALID1', connectorId: 1, chargingProfileId: 591 };
  const { wire } = await station.command('remote-start', body, 'RemoteStartTransaction');
  assert.equal(wire, { connectorId: 1, idTag: 'VALID1', chargingProfile: good });
  await profile(601, 'TxDefaultProfile');
  const wrong = { ...body, chargingProfileId: 601 };
  await station.command('remote-start', wrong, 'RemoteStartTransaction', { status: 'Rejected' });
});

test('TC_066 composite schedule', async () => {
  const station = await bench.station();
  const answer = { status: 'Accepted', connectorId: 1, chargingSchedule: SCHEDULE };
  const body = { connectorId: 1, duration: 300 };
  assert.equal((await station.command('get-composite-schedule', body, 'GetCompositeSchedule', answer)).wire, body);
  const inA = { ...body, chargingRateUnit: 'A' };
  const { wire } = await station.command('get-composite-schedule', inA, 'GetCompositeSchedule', answer);
  assert.equal(wire, inA);
});

test('TC_067 clear charging profile: by id, by criteria, all', async () => {
  const station = await bench.station();
  for (const [body, wire] of [
    [{ chargingProfileId: 561 }, { id: 561 }],
    [
      { connectorId: 1, purpose: 'TxDefaultProfile', stackLevel: 0 },
      { chargingProfilePurpose: 'TxDefaultProfile', connectorId: 1, stackLevel: 0 },
    ],
    [{}, {}],
  ] as const) {
    const sent = await station.command('clear-charging-profile', body, 'ClearChargingProfile', { status: 'Unknown' });
    assert.equal(sent.wire, wire);
  }
});

test('TC_072 stacking: profiles of different levels are all sent', async () => {
  const station = await bench.station();
  for (const [id, stackLevel] of [
    [721, 0],
    [722, 1],
  ] as const) {
    await profile(id, 'TxDefaultProfile', { stackLevel });
    const body = { connectorId: 0, chargingProfileId: id };
    const { wire } = await station.command('set-charging-profile', body, 'SetChargingProfile');
    assert.is((wire.csChargingProfiles as Json).stackLevel, stackLevel);
  }
});

test('TC_082 TxDefaultProfile with a running transaction: no transactionId is put in', async () => {
  const station = await bench.station();
  await station.start('VALID1');
  await profile(821, 'TxDefaultProfile');
  const body = { connectorId: 1, chargingProfileId: 821 };
  const { wire } = await station.command('set-charging-profile', body, 'SetChargingProfile');
  assert.not.ok('transactionId' in (wire.csChargingProfiles as Json));
});

test('a profile that is not stored is 404 charging_profile_not_found', async () => {
  const station = await bench.station();
  const body = { connectorId: 1, chargingProfileId: 999_999 };
  const answer = await bench.api('POST', `/charge-points/${station.id}/commands/set-charging-profile`, body);
  assert.equal([answer.status, answer.body.code], [404, 'charging_profile_not_found']);
});

test.run();
