import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { assertFits } from './schemas.js';
import { type Answer, startTestServer, type TestServer } from './server.js';

let server: TestServer;
test.before(async () => {
  server = await startTestServer();
});
test.after(() => server.close());

const path = (id: string, command: string, query = ''): string =>
  `/api/v1/charge-points/${id}/commands/${command}${query}`;

function assertProblem(answer: Answer, status: number, code: string): void {
  assert.is(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.is(answer.body.code, code);
  assertFits('Problem', answer.body);
}

test('commands: 200 with the charge point’s own answer', async () => {
  const peer = await server.boot('C-1');
  peer.on('ChangeAvailability', { status: 'Scheduled' });
  const answer = await server.api('POST', path('C-1', 'change-availability'), { connectorId: 1, type: 'Inoperative' });
  assert.is(answer.status, 200, JSON.stringify(answer.body));
  assertFits('Command', answer.body);
  assert.is(answer.body.status, 'completed');
  assert.is(answer.body.action, 'ChangeAvailability');
  assert.equal(answer.body.request, { connectorId: 1, type: 'Inoperative' });
  assert.equal(answer.body.response, { status: 'Scheduled' });
  assert.equal(peer.calls('ChangeAvailability'), [{ connectorId: 1, type: 'Inoperative' }]);
  await peer.close();
});

test('commands: a Rejected answer is a 200 with the command, never an HTTP error', async () => {
  const peer = await server.boot('C-2');
  peer.on('RemoteStartTransaction', { status: 'Rejected' });
  const answer = await server.api('POST', path('C-2', 'remote-start'), { idTag: 'T1', connectorId: 99 });
  assert.is(answer.status, 200);
  assert.is(answer.body.status, 'completed');
  assert.equal(answer.body.response, { status: 'Rejected' });
  assert.equal(
    peer.calls('RemoteStartTransaction'),
    [{ connectorId: 99, idTag: 'T1' }],
    'connector 99 goes on the wire',
  );
  await peer.close();
});

test('commands: a CALLERROR is a 200 with status failed and its code', async () => {
  const peer = await server.boot('C-3');
  const asked = server.api('POST', path('C-3', 'clear-cache'));
  (await peer.expectCall('ClearCache')).answerError('InternalError', 'flash is full');
  const answer = await asked;
  assert.is(answer.status, 200);
  assertFits('Command', answer.body);
  assert.is(answer.body.status, 'failed');
  assert.is(answer.body.response, null);
  assert.is(answer.body.error.code, 'InternalError');
  assert.is(answer.body.error.description, 'flash is full');
  await peer.close();
});

test('commands: wait=0 answers 202 at once, GET /commands/{id} has the outcome later', async () => {
  const peer = await server.boot('C-4');
  const sent = await server.api('POST', path('C-4', 'reset', '?wait=0'), { type: 'Soft' });
  assert.is(sent.status, 202);
  assertFits('Command', sent.body);
  assert.is(sent.body.status, 'pending');
  assert.is(sent.headers.get('location'), `/api/v1/commands/${sent.body.id}`);
  (await peer.expectCall('Reset')).answer({ status: 'Accepted' });
  const done = await eventually(async () => {
    const { body } = await server.api('GET', `/api/v1/commands/${sent.body.id}`);
    return body.status === 'completed' ? body : null;
  }, 'the outcome');
  assert.equal(done.response, { status: 'Accepted' });
  assert.ok(done.completedAt >= done.createdAt);
  await peer.close();
});

test('commands: no answer in time is a 200 with status failed, code Timeout', async () => {
  const impatient = await startTestServer({ callTimeoutMs: 500 });
  const peer = await impatient.boot('C-5');
  const answer = await impatient.api('POST', path('C-5', 'get-configuration'), {});
  assert.is(answer.status, 200);
  assert.is(answer.body.status, 'failed');
  assert.is(answer.body.error.code, 'Timeout');
  assert.equal(peer.calls('GetConfiguration'), [{}], 'absent keys are not on the wire');
  await peer.close();
  await impatient.close();
});

test('commands: one outstanding at a time, in order', async () => {
  const peer = await server.boot('C-6');
  const first = server.api('POST', path('C-6', 'unlock-connector'), { connectorId: 1 });
  const call = await peer.expectCall('UnlockConnector');
  const second = server.api('POST', path('C-6', 'clear-cache'), {});
  await peer.expectNoCall('ClearCache', 100);
  call.answer({ status: 'Unlocked' });
  (await peer.expectCall('ClearCache')).answer({ status: 'Accepted' });
  assert.is((await first).body.response.status, 'Unlocked');
  assert.is((await second).body.response.status, 'Accepted');
  await peer.close();
});

test('commands: 404 charge_point_not_found, 404 command_not_found, 409 charge_point_offline', async () => {
  assertProblem(await server.api('POST', path('nobody', 'clear-cache'), {}), 404, 'charge_point_not_found');
  await server.api('PUT', '/api/v1/charge-points/C-off', {});
  assertProblem(await server.api('POST', path('C-off', 'clear-cache'), {}), 409, 'charge_point_offline');
  const peer = await server.boot('C-7');
  assertProblem(await server.api('POST', path('C-7', 'make-coffee'), {}), 404, 'command_not_found');
  assertProblem(await server.api('GET', '/api/v1/commands/no-such-id'), 404, 'command_not_found');
  await peer.close();
});

test('commands: 422 invalid_request says where; 422 operation_not_supported for a 2.x command on 1.6', async () => {
  const peer = await server.boot('C-8');
  const missing = await server.api('POST', path('C-8', 'remote-start'), { connectorId: 1 });
  assertProblem(missing, 422, 'invalid_request');
  assert.match(missing.body.detail, 'idTag');
  assertProblem(await server.api('POST', path('C-8', 'reset'), { type: 'Sideways' }), 422, 'invalid_request');
  assertProblem(await server.api('POST', path('C-8', 'reset', '?wait=61'), { type: 'Soft' }), 422, 'invalid_request');
  assertProblem(
    await server.api('POST', path('C-8', 'get-variables'), {
      variables: [{ component: { name: 'EVSE' }, variable: { name: 'Power' } }],
    }),
    422,
    'operation_not_supported',
  );
  assert.is(
    peer.frames.filter((frame) => frame.direction === 'in' && Array.isArray(frame.message) && frame.message[0] === 2)
      .length,
    0,
  );
  await peer.close();
});

test('commands: remote-start with a stored profile; an unknown one is 404 charging_profile_not_found', async () => {
  const peer = await server.boot('C-9');
  assertProblem(
    await server.api('POST', path('C-9', 'remote-start'), { idTag: 'T1', chargingProfileId: 4711 }),
    404,
    'charging_profile_not_found',
  );
  const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] };
  const stored = await server.api('PUT', '/api/v1/charging-profiles/12', {
    name: 'ten amps',
    stackLevel: 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: schedule,
  });
  assert.is(stored.status, 201, JSON.stringify(stored.body));
  assertFits('ChargingProfile', stored.body);
  peer.on('RemoteStartTransaction', { status: 'Accepted' });
  const answer = await server.api('POST', path('C-9', 'remote-start'), {
    idTag: 'T1',
    connectorId: 1,
    chargingProfileId: 12,
  });
  assert.is(answer.status, 200, JSON.stringify(answer.body));
  const [call] = peer.calls('RemoteStartTransaction');
  const profile = call?.chargingProfile as Record<string, unknown>;
  assert.is(profile.chargingProfileId, 12);
  assert.is(profile.chargingProfilePurpose, 'TxProfile');
  assert.is(profile.name, undefined, 'the name is ours and not on the wire');
  await peer.close();
});

test('reservations: exist before the reserve-now answer; the id is the one on the wire; Accepted after it', async () => {
  const peer = await server.boot('C-10');
  const asked = server.api('POST', path('C-10', 'reserve-now'), {
    connectorId: 1,
    idTag: 'T1',
    expiryDate: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const call = await peer.expectCall('ReserveNow');
  const id = call.payload.reservationId;
  const before = await server.api('GET', `/api/v1/reservations/${id}`);
  assert.is(before.status, 200, JSON.stringify(before.body));
  assert.is(before.body.status, 'Pending');
  assert.is('parentIdTag' in call.payload, false, 'absent stays absent');
  call.answer({ status: 'Accepted' });
  assert.is((await asked).status, 200);
  const after = await server.api('GET', `/api/v1/reservations?chargePointId=C-10&status=Accepted`);
  assertFits('Reservation', after.body.items[0]);
  assert.is(after.body.items[0].id, id);
  assertProblem(await server.api('GET', '/api/v1/reservations/999999'), 404, 'reservation_not_found');
  await peer.close();
});

test('charging profiles: name and purpose are enough to store one; what is no OCPP profile is refused when it is sent', async () => {
  const peer = await server.boot('C-PROFILE');
  const body = { name: 'bare', chargingProfilePurpose: 'TxProfile' };
  const stored = await server.api('PUT', '/api/v1/charging-profiles/4100', body);
  assert.is(stored.status, 201, JSON.stringify(stored.body));
  assert.equal([stored.body.name, stored.body.chargingProfilePurpose], ['bare', 'TxProfile']);
  assertProblem(
    await server.api('POST', path('C-PROFILE', 'set-charging-profile'), { connectorId: 1, chargingProfileId: 4100 }),
    422,
    'invalid_request',
  );
  assert.equal(peer.calls('SetChargingProfile'), []);
  await peer.close();
});

test('charging profiles: list by name, replace, delete', async () => {
  const profile = {
    name: 'night',
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
  };
  assert.is((await server.api('PUT', '/api/v1/charging-profiles/77', profile)).status, 201);
  assert.is((await server.api('PUT', '/api/v1/charging-profiles/77', { ...profile, stackLevel: 3 })).status, 200);
  assert.is((await server.api('GET', '/api/v1/charging-profiles/77')).body.stackLevel, 3);
  const made = await server.api('POST', '/api/v1/charging-profiles', { ...profile, name: 'made' });
  assert.is(made.status, 201);
  const found = await server.api('GET', '/api/v1/charging-profiles?name=night');
  assert.equal(
    found.body.items.map((p: { id: number }) => p.id),
    [77],
  );
  assert.is(found.body.total, 1);
  assert.is((await server.api('DELETE', '/api/v1/charging-profiles/77')).status, 204);
  assertProblem(await server.api('GET', '/api/v1/charging-profiles/77'), 404, 'charging_profile_not_found');
  assertProblem(await server.api('PUT', '/api/v1/charging-profiles/abc', profile), 422, 'invalid_request');
});

test.run();
