import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { type FileServer, startFileServer } from '../../support/file-server.js';
import { StationBench } from '../station/bench.js';

async function withStation(work: (bench: StationBench, files: FileServer) => Promise<void>): Promise<void> {
  const files = await startFileServer();
  const bench = await StationBench.start({ configuration: { MessageTimeout: '60' } });
  try {
    await work(bench, files);
  } finally {
    await bench.stop();
    await files.stop();
  }
}

const statuses = (bench: StationBench, action: string): unknown[] =>
  bench.central.calls(action).map(({ status }) => status);

test('TC_045_1, §5.9: GetDiagnostics: file name in the answer, Uploading, the file, Uploaded', () =>
  withStation(async (bench, files) => {
    const { fileName } = await bench.peer.call('GetDiagnostics', { location: `${files.url}/logs/` });
    await eventually(() => statuses(bench, 'DiagnosticsStatusNotification').length === 2, 'two notifications');
    assert.equal(statuses(bench, 'DiagnosticsStatusNotification'), ['Uploading', 'Uploaded']);
    assert.is(files.uploads[0]?.path, `/logs/${fileName}`);
    const archive = gunzipSync(files.uploads[0]?.body ?? Buffer.alloc(0)).toString('latin1');
    for (const part of ['about.json', 'events.ndjson', 'transactions.ndjson', 'configuration-keys.json'])
      assert.ok(archive.includes(part), part);
    assert.ok(archive.includes('HeartbeatInterval'));
  }));

test('TC_045_2: UploadFailed once the retries are used up', () =>
  withStation(async (bench, files) => {
    files.refuseUploads = 500;
    await bench.peer.call('GetDiagnostics', { location: `${files.url}/logs/`, retries: 1, retryInterval: 0 });
    await eventually(() => statuses(bench, 'DiagnosticsStatusNotification').length === 2, 'two notifications');
    assert.equal(statuses(bench, 'DiagnosticsStatusNotification'), ['Uploading', 'UploadFailed']);
    const event = await bench.event('UploadFailed');
    assert.match(event.message, /answered 500/);
  }));

test('TC_054: DiagnosticsStatusNotification on request: Idle, and Uploading during an upload', () =>
  withStation(async (bench, files) => {
    const trigger = () => bench.peer.call('TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' });
    await trigger();
    await bench.calls('DiagnosticsStatusNotification', 1);
    files.refuseUploads = 500;
    await bench.peer.call('GetDiagnostics', { location: `${files.url}/l/`, retries: 1, retryInterval: 600 });
    await bench.calls('DiagnosticsStatusNotification', 2);
    await trigger();
    await bench.calls('DiagnosticsStatusNotification', 3);
    assert.equal(statuses(bench, 'DiagnosticsStatusNotification'), ['Idle', 'Uploading', 'Uploading']);
  }));

test('N01: GetLog SecurityLog: Uploading, Uploaded with the requestId; the file has the security events', () =>
  withStation(async (bench, files) => {
    const answer = await bench.peer.call('GetLog', {
      logType: 'SecurityLog',
      requestId: 7,
      log: { remoteLocation: `${files.url}/logs/` },
    });
    assert.is(answer.status, 'Accepted');
    const notified = await bench.calls('LogStatusNotification', 2);
    assert.equal(notified, [
      { status: 'Uploading', requestId: 7 },
      { status: 'Uploaded', requestId: 7 },
    ]);
    assert.is(files.uploads[0]?.path, `/logs/${answer.filename}`);
    const lines = gunzipSync(files.uploads[0]?.body ?? Buffer.alloc(0)).toString();
    assert.match(lines, /"type":"StartupOfTheDevice"/);
  }));

test('N01: a window without entries has no security log: Rejected without a file name', () =>
  withStation(async (bench, files) => {
    const answer = await bench.peer.call('GetLog', {
      logType: 'SecurityLog',
      requestId: 8,
      log: { remoteLocation: `${files.url}/logs/`, latestTimestamp: '2020-01-01T00:00:00Z' },
    });
    assert.equal(answer, { status: 'Rejected' });
  }));

test('N01.FR.11: a second GetLog cancels the first: AcceptedCanceled, and nothing more of the first', () =>
  withStation(async (bench, files) => {
    files.refuseUploads = 500;
    const request = (requestId: number) => ({
      logType: 'DiagnosticsLog',
      requestId,
      retries: 1,
      retryInterval: 600,
      log: { remoteLocation: `${files.url}/logs/` },
    });
    await bench.peer.call('GetLog', request(1));
    await bench.event('UploadRetry');
    files.refuseUploads = null;
    const answer = await bench.peer.call('GetLog', request(2));
    assert.is(answer.status, 'AcceptedCanceled');
    const notified = await bench.calls('LogStatusNotification', 3);
    assert.equal(
      notified.map(({ status, requestId }) => [status, requestId]),
      [
        ['Uploading', 1],
        ['Uploading', 2],
        ['Uploaded', 2],
      ],
    );
  }));

for (const [status, expected] of [
  [403, 'PermissionDenied'],
  [400, 'BadMessage'],
  [405, 'NotSupportedOperation'],
  [500, 'UploadFailure'],
] as const)
  test(`N01.FR.10: a server that answers ${status}: ${expected}`, () =>
    withStation(async (bench, files) => {
      files.refuseUploads = status;
      await bench.peer.call('GetLog', {
        logType: 'DiagnosticsLog',
        requestId: 3,
        retries: 0,
        log: { remoteLocation: `${files.url}/logs/` },
      });
      await bench.calls('LogStatusNotification', 2);
      assert.equal(statuses(bench, 'LogStatusNotification'), ['Uploading', expected]);
    }));

test('N01.FR.12: LogStatusNotification on request: Idle without requestId', () =>
  withStation(async (bench) => {
    await bench.peer.call('ExtendedTriggerMessage', { requestedMessage: 'LogStatusNotification' });
    assert.equal(await bench.calls('LogStatusNotification', 1), [{ status: 'Idle' }]);
  }));

test('an upload that a power cut interrupted goes on; it is told as one', () =>
  withStation(async (bench, files) => {
    files.refuseUploads = 500;
    await bench.peer.call('GetDiagnostics', { location: `${files.url}/logs/`, retries: 3, retryInterval: 600 });
    await bench.event('UploadRetry');
    await bench.calls('DiagnosticsStatusNotification', 1);
    files.refuseUploads = null;
    await bench.powerCut();
    await bench.online();
    await bench.calls('DiagnosticsStatusNotification', 2);
    assert.equal(statuses(bench, 'DiagnosticsStatusNotification'), ['Uploading', 'Uploaded']);
  }));

test('a central system that never answers notifications does not hold up a session', () =>
  withStation(async (bench, files) => {
    bench.central.on('DiagnosticsStatusNotification', () => undefined);
    await bench.peer.call('GetDiagnostics', { location: `${files.url}/logs/` });
    await bench.calls('DiagnosticsStatusNotification', 1);
    bench.connector().plugIn();
    bench.tap('A1B2C3D4');
    await bench.calls('StartTransaction', 1);
    const [authorize, ...more] = bench.actions('Authorize');
    assert.is(authorize, 'Authorize');
    assert.is(more.length, 0);
  }));

test.run();
