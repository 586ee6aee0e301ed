import type { Command } from 'csms-lite/core/model.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { at, type RunningCsms, runCsms, start, stop } from './support/running-csms.js';

const test = suite('commands');
let running: RunningCsms;
let station: ScriptedPeer;

test.before.each(async () => {
  running = await runCsms();
  station = await running.connect('CP1');
});

/** For commands that are not answered. Everything else has all the time it needs. */
async function impatient(): Promise<void> {
  await running.close();
  running = await runCsms({ callTimeoutMs: 400 });
  station = await running.connect('CP1');
}
test.after.each(() => running.close());

function send(name: string, body: unknown, waitMs = 20_000): Promise<Command> {
  return running.csms.commands.send('CP1', name, body, { waitMs, actor: 'test' });
}

async function refusal(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
}

/** What goes on the wire for a body; the charge point answers with `answer`. */
async function onWire(
  name: string,
  body: unknown,
  action: string,
  answer: Json = { status: 'Accepted' },
): Promise<Json> {
  const sent = send(name, body);
  const call = await station.expectCall(action);
  call.answer(answer);
  const command = await sent;
  assert.equal([command.status, command.action, command.response], ['completed', action, answer]);
  return call.payload;
}

test('simple commands are the OCPP call, absent members absent', async () => {
  assert.equal(await onWire('reset', { type: 'Soft' }, 'Reset'), { type: 'Soft' });
  assert.equal(await onWire('unlock-connector', { connectorId: 99 }, 'UnlockConnector', { status: 'NotSupported' }), {
    connectorId: 99,
  });
  assert.equal(await onWire('clear-cache', {}, 'ClearCache'), {});
  assert.equal(await onWire('change-availability', { connectorId: 0, type: 'Inoperative' }, 'ChangeAvailability'), {
    connectorId: 0,
    type: 'Inoperative',
  });
  assert.equal(await onWire('get-configuration', {}, 'GetConfiguration', { configurationKey: [] }), {});
  assert.equal(
    await onWire('get-configuration', { keys: ['A', 'B'] }, 'GetConfiguration', { unknownKey: ['A', 'B'] }),
    {
      key: ['A', 'B'],
    },
  );
  assert.equal(await onWire('change-configuration', { key: 'K', value: '' }, 'ChangeConfiguration'), {
    key: 'K',
    value: '',
  });
  assert.equal(await onWire('remote-start', { idTag: 'T', connectorId: null }, 'RemoteStartTransaction'), {
    idTag: 'T',
  });
  assert.equal(await onWire('remote-stop', { transactionId: '17' }, 'RemoteStopTransaction'), { transactionId: 17 });
  assert.equal(await onWire('trigger-message', { requestedMessage: 'Heartbeat' }, 'TriggerMessage'), {
    requestedMessage: 'Heartbeat',
  });
  assert.equal(
    await onWire('get-composite-schedule', { connectorId: 1, duration: 60 }, 'GetCompositeSchedule', {
      status: 'Rejected',
    }),
    { connectorId: 1, duration: 60 },
  );
  assert.equal(
    await onWire('clear-charging-profile', { chargingProfileId: 3, purpose: 'TxProfile' }, 'ClearChargingProfile'),
    {
      id: 3,
      chargingProfilePurpose: 'TxProfile',
    },
  );
  assert.equal(await onWire('data-transfer', { vendorId: 'v', data: 'd' }, 'DataTransfer'), {
    vendorId: 'v',
    data: 'd',
  });
  assert.equal(await onWire('call', { action: 'ClearCache', payload: {} }, 'ClearCache'), {});
});

test('a Rejected CALLRESULT is completed; a CALLERROR and a lost connection are failed with a code', async () => {
  station.on('Reset', { status: 'Rejected' });
  const rejected = await send('reset', { type: 'Hard' });
  assert.equal([rejected.status, rejected.response, rejected.error], ['completed', { status: 'Rejected' }, null]);

  station.on('ClearCache', (call) => void call.answerError('InternalError', 'no cache'));
  const failed = await send('clear-cache', {});
  assert.equal(
    [failed.status, failed.error],
    ['failed', { code: 'InternalError', description: 'no cache', details: {} }],
  );

  const lost = send('unlock-connector', { connectorId: 1 });
  (await station.expectCall('UnlockConnector')).drop();
  assert.equal([(await lost).status, (await lost).error?.code], ['failed', 'ConnectionLost']);
  assert.is(await refusal(send('clear-cache', {})), 'charge_point_offline');
});

test('without an answer it is failed by timeout; an answer after that is recorded', async () => {
  await impatient();
  const command = await send('get-local-list-version', {});
  assert.equal([command.status, command.error?.code], ['failed', 'Timeout']);
  (await station.expectCall('GetLocalListVersion')).answer({ listVersion: 7 });
  const late = await eventually(async () => {
    const now = await running.csms.commands.get(command.id);
    return now.lateAnswerAtMs === null ? null : now;
  }, 'late answer');
  assert.equal([late.status, late.response], ['failed', { listVersion: 7 }]);
  assert.is((await running.csms.stations.get('CP1')).localListVersion, 7);
});

test('wait 0 gives a pending command; the outcome comes by get and as an event', async () => {
  const command = await send('reset', { type: 'Soft' }, 0);
  assert.is(command.status, 'pending');
  (await station.expectCall('Reset')).answer({ status: 'Accepted' });
  await eventually(async () => (await running.csms.commands.get(command.id)).status === 'completed', 'completed');
  const seen = running.events.flatMap(({ event }) => (event.type === 'command.updated' ? [event.command.status] : []));
  assert.equal(seen, ['pending', 'completed']);
});

test('one CALL is outstanding per charge point; the queue keeps its order', async () => {
  const all = [send('clear-cache', {}), send('reset', { type: 'Soft' }), send('reset', { type: 'Hard' })];
  const first = await station.expectCall('ClearCache');
  await station.expectNoCall('Reset', 60);
  first.answer({ status: 'Accepted' });
  const second = await station.expectCall('Reset');
  await station.expectNoCall('Reset', 60);
  second.answer({ status: 'Accepted' });
  const third = await station.expectCall('Reset');
  third.answer({ status: 'Accepted' });
  assert.equal([second.payload.type, third.payload.type], ['Soft', 'Hard']);
  assert.ok((await Promise.all(all)).every((command) => command.status === 'completed'));
});

test('a charge point may CALL while our CALL is open', async () => {
  const open = send('reset', { type: 'Soft' });
  const call = await station.expectCall('Reset');
  assert.ok((await station.call('Heartbeat')).currentTime);
  call.answer({ status: 'Accepted' });
  assert.is((await open).status, 'completed');
});

test('refusals: unknown charge point, command, version, body, profile', async () => {
  const to = (id: string, name: string, body: unknown): Promise<unknown> =>
    refusal(running.csms.commands.send(id, name, body, { actor: 'test' }));
  assert.is(await to('NOBODY', 'reset', { type: 'Soft' }), 'charge_point_not_found');
  assert.is(await to('CP1', 'explode', {}), 'command_not_found');
  assert.is(await to('CP1', 'get-variables', { variables: [] }), 'operation_not_supported');
  assert.is(await to('CP1', 'reset', { type: 'Immediate' }), 'invalid_request');
  assert.is(await to('CP1', 'reset', { type: 'Soft', force: true }), 'invalid_request');
  assert.is(await to('CP1', 'remote-stop', { transactionId: 'abc' }), 'invalid_request');
  assert.is(await to('CP1', 'remote-start', { idTag: 'x'.repeat(21) }), 'invalid_request');
  assert.is(
    await to('CP1', 'set-charging-profile', { connectorId: 1, chargingProfileId: 5 }),
    'charging_profile_not_found',
  );
  await running.csms.stations.put('OFFLINE', {}, 'test');
  assert.is(await to('OFFLINE', 'reset', { type: 'Soft' }), 'charge_point_offline');
  assert.is((await running.csms.commands.list()).total, 0);
});

test('a remote start is linked to the session it causes, also when that starts before the answer', async () => {
  await running.csms.tags.put('TAG1', {}, 'test');
  const sent = send('remote-start', { idTag: 'TAG1', connectorId: 2 });
  const call = await station.expectCall('RemoteStartTransaction');
  await station.call('StartTransaction', start(1, 'TAG1', 0, at(0)));
  const { transactionId } = await station.call('StartTransaction', start(2, 'TAG1', 0, at(0)));
  call.answer({ status: 'Accepted' });
  const command = await sent;
  assert.is((await running.csms.commands.get(command.id)).transactionId, transactionId);
  assert.is((await running.csms.transactions.get(Number(transactionId))).commandId, command.id);
});

test('reservation: exists before the CALL, follows the answers, is used, cancelled, expires', async () => {
  await running.csms.tags.put('TAG1', {}, 'test');
  const { reservations } = running.csms;
  const expiryDate = new Date(Date.now() + 3_600_000).toISOString();
  const sent = send('reserve-now', { connectorId: 1, idTag: 'TAG1', expiryDate });
  const call = await station.expectCall('ReserveNow');
  const id = Number(call.payload.reservationId);
  assert.equal(call.payload, { connectorId: 1, expiryDate, idTag: 'TAG1', reservationId: id });
  assert.is((await reservations.get(id)).status, 'Pending');
  call.answer({ status: 'Accepted' });
  const command = await sent;
  assert.is(command.reservationId, id);
  assert.is((await reservations.get(id)).status, 'Accepted');
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 0, at(0), { reservationId: id }));
  assert.equal(
    [(await reservations.get(id)).status, (await reservations.get(id)).transactionId],
    ['Used', transactionId],
  );
  await station.call('StopTransaction', stop(transactionId, 0, at(1)));

  for (const status of ['Occupied', 'Faulted', 'Unavailable', 'Rejected']) {
    station.on('ReserveNow', { status });
    const other = await send('reserve-now', { connectorId: 99, idTag: 'TAG1', expiryDate });
    assert.is((await reservations.get(Number(other.reservationId))).status, status);
  }
  station.on('ReserveNow', { status: 'Accepted' });
  station.on('CancelReservation', (request) => ({
    status: request.payload.reservationId === 9 ? 'Accepted' : 'Rejected',
  }));
  await send('reserve-now', { connectorId: 1, idTag: 'TAG1', expiryDate, reservationId: 9 });
  const unknown = await send('cancel-reservation', { reservationId: 4711 });
  assert.equal([unknown.status, unknown.response], ['completed', { status: 'Rejected' }]);
  await send('cancel-reservation', { reservationId: 9 });
  assert.is((await reservations.get(9)).status, 'Cancelled');
  const soon = new Date(Date.now() + 150).toISOString();
  await send('reserve-now', { connectorId: 1, idTag: 'TAG1', expiryDate: soon, reservationId: 10 });
  await eventually(async () => (await reservations.get(10)).status === 'Expired', 'expired');
  assert.is((await reservations.list({ status: 'Expired' })).total, 1);
});

test('a reservation stays Pending after a timeout and follows the late answer; after a CALLERROR it is Rejected', async () => {
  await impatient();
  const expiryDate = new Date(Date.now() + 3_600_000).toISOString();
  const slow = await send('reserve-now', { connectorId: 1, idTag: 'T', expiryDate });
  const id = Number(slow.reservationId);
  assert.is((await running.csms.reservations.get(id)).status, 'Pending');
  (await station.expectCall('ReserveNow')).answer({ status: 'Accepted' });
  await eventually(async () => (await running.csms.reservations.get(id)).status === 'Accepted', 'late Accepted');
  station.on('ReserveNow', (call) => void call.answerError('NotSupported'));
  const refused = await send('reserve-now', { connectorId: 1, idTag: 'T', expiryDate });
  assert.is((await running.csms.reservations.get(Number(refused.reservationId))).status, 'Rejected');
});

test('charging profiles: the stored one travels whole, its id is the chargingProfileId', async () => {
  const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.1 }] };
  const profile = {
    name: 'night',
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: schedule,
  };
  const { created } = await running.csms.chargingProfiles.put(42, profile, 'test');
  assert.ok(created);
  const wire = {
    chargingProfileId: 42,
    chargingProfileKind: 'Relative',
    chargingProfilePurpose: 'TxProfile',
    chargingSchedule: schedule,
    stackLevel: 0,
  };
  assert.equal(
    await onWire(
      'set-charging-profile',
      { connectorId: 1, chargingProfileId: 42, transactionId: 5 },
      'SetChargingProfile',
    ),
    { connectorId: 1, csChargingProfiles: { ...wire, transactionId: 5 } },
  );
  assert.equal(await onWire('remote-start', { idTag: 'T', chargingProfileId: 42 }, 'RemoteStartTransaction'), {
    idTag: 'T',
    chargingProfile: wire,
  });
  assert.is((await running.csms.chargingProfiles.list({ name: 'night' })).total, 1);
  assert.is(await refusal(running.csms.chargingProfiles.put(1, { name: 'x' }, 'test')), 'invalid_request');
  await running.csms.chargingProfiles.remove(42, 'test');
  assert.is(await refusal(running.csms.chargingProfiles.get(42)), 'charging_profile_not_found');
});

test('send-local-list: exactly the given entries, status from the tags where absent; the version is tracked', async () => {
  const { tags } = running.csms;
  await tags.put('KNOWN', { status: 'Blocked', parentIdTag: 'P' }, 'test');
  const list = [{ idTag: 'KNOWN' }, { idTag: 'OTHER' }, { idTag: 'GIVEN', status: 'Accepted' }];
  assert.equal(
    await onWire(
      'send-local-list',
      { listVersion: 3, updateType: 'Differential', localAuthorizationList: list },
      'SendLocalList',
    ),
    {
      listVersion: 3,
      localAuthorizationList: [
        { idTag: 'KNOWN', idTagInfo: { parentIdTag: 'P', status: 'Blocked' } },
        // 1.6 §7.1: without idTagInfo it is taken off the list.
        { idTag: 'OTHER' },
        { idTag: 'GIVEN', idTagInfo: { status: 'Accepted' } },
      ],
      updateType: 'Differential',
    },
  );
  assert.is((await running.csms.stations.get('CP1')).localListVersion, 3);
  assert.equal(
    await onWire('send-local-list', { listVersion: 3, updateType: 'Full' }, 'SendLocalList', {
      status: 'VersionMismatch',
    }),
    {
      listVersion: 3,
      updateType: 'Full',
    },
  );
  assert.equal(
    await onWire(
      'send-local-list',
      { listVersion: 4, updateType: 'Full', localAuthorizationList: [] },
      'SendLocalList',
    ),
    { listVersion: 4, localAuthorizationList: [], updateType: 'Full' },
  );
  await onWire('get-local-list-version', {}, 'GetLocalListVersion', { listVersion: 8 });
  assert.is((await running.csms.stations.get('CP1')).localListVersion, 8);
});

test('firmware, diagnostics and log jobs are followed from order to end', async () => {
  await onWire('get-diagnostics', { location: 'http://x/up', retries: 2 }, 'GetDiagnostics', { fileName: 'diag.zip' });
  await station.call('DiagnosticsStatusNotification', { status: 'Uploaded' });
  await onWire('update-firmware', { location: 'http://x/fw', retrieveDate: at(0) }, 'UpdateFirmware', {});
  await station.call('FirmwareStatusNotification', { status: 'Installed' });
  // An answer to a trigger does not undo the end.
  await station.call('FirmwareStatusNotification', { status: 'Idle' });
  const log = { remoteLocation: 'http://x/log' };
  const wire = await onWire('get-log', { logType: 'SecurityLog', log }, 'GetLog', {
    status: 'Accepted',
    filename: 's.log',
  });
  assert.equal(wire, { log, logType: 'SecurityLog', requestId: 1 });
  await station.call('LogStatusNotification', { status: 'Uploaded', requestId: 1 });
  const jobs = (await running.csms.records.fileJobs({ chargePointId: 'CP1' })).items;
  assert.equal(
    jobs.map((job) => [job.kind, job.status, job.location, job.fileName]),
    [
      ['log', 'Uploaded', 'http://x/log', 's.log'],
      ['firmware', 'Installed', 'http://x/fw', null],
      ['diagnostics', 'Uploaded', 'http://x/up', 'diag.zip'],
    ],
  );
});

test('a password in ChangeConfiguration is kept in no log, and is the password from the next connection on', async () => {
  const key = '0123456789abcdef0123';
  await onWire('change-configuration', { key: 'AuthorizationKey', value: key }, 'ChangeConfiguration');
  const [command] = (await running.csms.commands.list()).items;
  assert.equal(command?.request, { key: 'AuthorizationKey', value: '***' });
  const messages = await eventually(async () => {
    const page = await running.csms.messages.list({ action: 'ChangeConfiguration' });
    return page.total === 2 ? page.items : null;
  }, 'messages');
  assert.not.ok(messages.some((message) => message.text.includes(key)));
  assert.is(await refusal(running.connect('CP1').catch((error) => Promise.reject({ code: error.httpStatus }))), 401);
  // As text, and as the bytes that the hexadecimal text stands for (white paper A00.FR.206).
  await (await running.connect('CP1', { password: key })).close();
  await (await running.connect('CP1', { password: Buffer.from(key, 'hex') })).close();
});

test('commands that a restart interrupted are failed, not pending for ever', async () => {
  const command = await send('reset', { type: 'Soft' }, 0);
  await station.expectCall('Reset');
  await running.restart();
  const after = await running.csms.commands.get(command.id);
  assert.is(after.status, 'failed');
  assert.ok(['ConnectionLost', 'Interrupted'].includes(after.error?.code ?? ''));
});

test('every command of the contract is described, with a schema of its body', () => {
  const described = new Map(running.csms.commands.describe().map((one) => [one.name, one.bodySchema as Json]));
  const contract = `reset unlock-connector clear-cache change-availability get-configuration change-configuration
    remote-start remote-stop trigger-message set-charging-profile get-composite-schedule clear-charging-profile
    update-firmware get-diagnostics get-local-list-version send-local-list reserve-now cancel-reservation get-variables
    set-variables`;
  for (const name of contract.split(/\s+/)) assert.is(described.get(name)?.type, 'object', name);
});

test.run();
