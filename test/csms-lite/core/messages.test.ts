import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { ScriptedCallError } from '../../support/scripted-peer.js';
import { at, BOOT, meter, type RunningCsms, runCsms, start, stop } from './support/running-csms.js';

const test = suite('every message of a 1.6 charge point');
let running: RunningCsms;

test.before.each(async () => {
  running = await runCsms({ heartbeatIntervalS: 77 });
});
test.after.each(() => running.close());

test('§4.2 BootNotification: accepted with interval and time; what it says is kept', async () => {
  const station = await running.connect('CP1');
  const boot = await station.call('BootNotification', {
    ...BOOT,
    firmwareVersion: '1.2.3',
    chargePointSerialNumber: 'S1',
  });
  assert.equal([boot.status, boot.interval], ['Accepted', 77]);
  assert.ok(Math.abs(Date.parse(String(boot.currentTime)) - Date.now()) < 5000);
  const stored = await running.csms.stations.get('CP1');
  assert.equal(
    [stored.vendor, stored.firmwareVersion, stored.serialNumber, stored.ocppVersion],
    ['Tapwatt', '1.2.3', 'S1', '1.6'],
  );
  assert.ok(stored.connected);
});

test('§4.6 Heartbeat gives the time', async () => {
  const station = await running.connect('CP1');
  const { currentTime } = await station.call('Heartbeat');
  assert.ok(Math.abs(Date.parse(String(currentTime)) - Date.now()) < 5000);
});

test('§4.9 StatusNotification: connector 0 is the charge point, the history is kept, the session shows', async () => {
  await running.csms.tags.put('TAG1', {}, 'test');
  const station = await running.connect('CP1');
  await station.call('StatusNotification', { connectorId: 0, errorCode: 'NoError', status: 'Available' });
  await station.call('StatusNotification', {
    connectorId: 1,
    errorCode: 'NoError',
    status: 'Preparing',
    timestamp: at(0),
  });
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 0, at(1)));
  // A connector that never gave a status has a session all the same.
  await station.call('StartTransaction', start(2, 'TAG1', 0, at(1)));
  await station.call('StatusNotification', {
    connectorId: 1,
    errorCode: 'GroundFailure',
    status: 'Faulted',
    info: 'RCD',
    vendorErrorCode: 'E7',
  });
  const stored = await running.csms.stations.get('CP1');
  assert.is(stored.mainStatus?.status, 'Available');
  assert.equal(
    stored.connectors.map((connector) => [connector.connectorId, connector.status, connector.errorCode]),
    [
      [1, 'Faulted', 'GroundFailure'],
      [2, null, null],
    ],
  );
  assert.is(stored.connectors[0]?.transactionId, transactionId);
  assert.is(stored.connectors[0]?.info, 'RCD');
  const history = await running.csms.records.connectorStatuses({ chargePointId: 'CP1', connectorId: 1 });
  assert.equal(
    history.items.map((entry) => entry.status),
    ['Faulted', 'Preparing'],
  );
});

test('§4.7 MeterValues: units become base units, phases and raw text are kept', async () => {
  await running.csms.tags.put('TAG1', {}, 'test');
  const station = await running.connect('CP1');
  const { transactionId } = await station.call('StartTransaction', start(1, 'TAG1', 0, at(0)));
  await station.call('MeterValues', {
    connectorId: 1,
    transactionId,
    meterValue: [
      {
        timestamp: at(1),
        sampledValue: [
          { value: '1.5', unit: 'kWh' },
          { value: '7.36', unit: 'kW', measurand: 'Power.Active.Import' },
          { value: '16.05', unit: 'A', measurand: 'Current.Import', phase: 'L1' },
          { value: '15.9', unit: 'A', measurand: 'Current.Import', phase: 'L2' },
          { value: '42', unit: 'Percent', measurand: 'SoC', location: 'EV' },
          { value: 'AQID', format: 'SignedData' },
        ],
      },
    ],
  });
  const samples = await running.csms.transactions.samples(Number(transactionId));
  assert.equal(
    samples.map((sample) => [sample.value, sample.unit, sample.phase, sample.rawValue]),
    [
      [1500, 'Wh', null, '1.5'],
      [7360, 'W', null, '7.36'],
      [16050, 'mA', 'L1', '16.05'],
      [15900, 'mA', 'L2', '15.9'],
      [42000, 'm%', null, '42'],
      [null, 'Wh', null, 'AQID'],
    ],
  );
  const { live } = await running.csms.transactions.get(Number(transactionId));
  assert.equal([live?.energyWh, live?.powerW, live?.currentMa, live?.socPercent], [1500, 7360, 16050, 42]);
  const metered = await eventually(
    () => running.events.find(({ event }) => event.type === 'transaction.metered'),
    'metered',
  );
  assert.is(metered.event.type === 'transaction.metered' && metered.event.transaction.energyWh, 1500);
});

test('firmware, diagnostics, log and security messages are kept', async () => {
  const station = await running.connect('CP1');
  assert.equal(await station.call('FirmwareStatusNotification', { status: 'Downloading' }), {});
  assert.equal(await station.call('DiagnosticsStatusNotification', { status: 'Uploaded' }), {});
  assert.equal(await station.call('LogStatusNotification', { status: 'Uploading', requestId: 5 }), {});
  assert.equal(await station.call('SignedFirmwareStatusNotification', { status: 'Installed', requestId: 6 }), {});
  assert.equal(
    await station.call('SecurityEventNotification', {
      type: 'TamperDetectionActivated',
      timestamp: at(0),
      techInfo: 'lid',
    }),
    {},
  );
  const jobs = (await running.csms.records.fileJobs({ chargePointId: 'CP1' })).items;
  assert.equal(
    jobs.map((job) => [job.kind, job.status, job.requestId]),
    [
      ['signed-firmware', 'Installed', 6],
      ['log', 'Uploading', 5],
      ['diagnostics', 'Uploaded', null],
      ['firmware', 'Downloading', null],
    ],
  );
  const [event] = (await running.csms.records.securityEvents()).items;
  assert.equal([event?.type, event?.techInfo], ['TamperDetectionActivated', 'lid']);
});

test('§4.3 DataTransfer: an unknown vendor is told so; SignCertificate of nonsense is rejected', async () => {
  const station = await running.connect('CP1');
  assert.equal(await station.call('DataTransfer', { vendorId: 'acme', data: '{}' }), { status: 'UnknownVendorId' });
  assert.equal(await station.call('SignCertificate', { csr: '-----BEGIN CERTIFICATE REQUEST-----' }), {
    status: 'Rejected',
  });
});

test('bad frames get the right CALLERROR, and the connection lives', async () => {
  const station = await running.connect('CP1');
  const code = (action: string, payload: Record<string, unknown>): Promise<unknown> =>
    station.call(action, payload).then(
      () => 'answered',
      (error: ScriptedCallError) => error.code,
    );
  assert.is(await code('NoSuchThing', {}), 'NotImplemented');
  // A message that only the central system sends.
  assert.is(await code('RemoteStartTransaction', { idTag: 'X' }), 'NotSupported');
  assert.is(
    await code('StatusNotification', { connectorId: 'one', errorCode: 'NoError', status: 'Available' }),
    'TypeConstraintViolation',
  );
  assert.is(await code('StatusNotification', { errorCode: 'NoError', status: 'Available' }), 'ProtocolError');
  assert.is(await code('Authorize', { idTag: '' }), 'PropertyConstraintViolation');
  assert.is(await code('Authorize', { idTag: {} }), 'TypeConstraintViolation');
  station.sendRaw('{"not": "a call"}');
  station.sendRaw('nonsense');
  assert.ok((await station.call('Heartbeat')).currentTime);
  assert.equal(running.errors, []);
});

test('verdict warn: quirks are served (number as text, long serial, extra key, empty value)', async () => {
  await running.csms.stations.put('QUIRKY', { verdict: 'warn' }, 'test');
  await running.csms.tags.put('TAG1', {}, 'test');
  // It offers no subprotocol either.
  const station = await running.connect('QUIRKY', { protocols: [] });
  const boot = await station.call('BootNotification', {
    ...BOOT,
    chargePointSerialNumber: 'S'.repeat(26),
    extra: 1,
    imsi: '',
  });
  assert.is(boot.status, 'Accepted');
  const started = await station.call(
    'StartTransaction',
    start(1, 'TAG1', 0, at(0), { connectorId: '1', meterStart: '1000' }),
  );
  await station.call('MeterValues', {
    connectorId: 1,
    meterValue: [{ timestamp: at(1), sampledValue: [{ value: 1100 }, { value: '' }] }],
  });
  await station.call('StopTransaction', stop(started.transactionId, 1200, 'yesterday'));
  const session = await running.csms.transactions.get(Number(started.transactionId));
  assert.equal([session.meterStart, session.energyWh, session.connectorId], [1000, 200, 1]);
  assert.equal(session.qualityFlags, ['timestamp-unreadable']);
  assert.is((await running.csms.stations.get('QUIRKY')).serialNumber?.length, 26);
});

test('the message log keeps both directions with action and latency', async () => {
  const station = await running.connect('CP1');
  await station.call('Heartbeat', {}, { messageId: 'hb-1' });
  await station.call('MeterValues', meter(0, at(0), 1));
  const page = await eventually(async () => {
    const found = await running.csms.messages.list({ chargePointId: 'CP1' });
    return found.total === 4 ? found : null;
  }, 'four frames');
  const [, , answer, call] = page.items;
  assert.equal(
    [call?.kind, call?.direction, call?.messageId, call?.action, call?.latencyMs],
    ['CALL', 'in', 'hb-1', 'Heartbeat', null],
  );
  assert.is(call?.text, '[2,"hb-1","Heartbeat",{}]');
  assert.equal([answer?.kind, answer?.direction, answer?.action], ['CALLRESULT', 'out', 'Heartbeat']);
  assert.ok(answer?.latencyMs !== null && answer?.latencyMs !== undefined && answer.latencyMs >= 0);
  assert.is((await running.csms.messages.list({ action: 'Heartbeat', direction: 'in' })).total, 1);
});

test.run();
