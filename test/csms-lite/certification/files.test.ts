/** Firmware and diagnostics (OCTT cases for a Central System). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Body } from '../api/server.js';
import { at, type Bench, openBench, type Station } from './bench.js';

const test = suite('certification: firmware and diagnostics');
let bench: Bench;

test.before(async () => {
  bench = await openBench();
});
test.after(() => bench.close());

async function job(station: Station): Promise<Body> {
  return (await bench.api('GET', `/file-jobs?chargePointId=${station.id}`)).body.items[0];
}

for (const [number, statuses] of [
  ['044_1', ['Downloading', 'Downloaded', 'Installing', 'Installed']],
  ['044_2', ['Downloading', 'DownloadFailed']],
  ['044_3', ['Downloading', 'Downloaded', 'Installing', 'InstallationFailed']],
] as const)
  test(`TC_${number} firmware update: ${statuses.join(', ')}`, async () => {
    const station = await bench.station();
    const body = { location: 'https://files.example/fw.bin', retrieveDate: '2030-01-01T00:00:00Z' };
    const { wire } = await station.command('update-firmware', body, 'UpdateFirmware', {});
    assert.equal(wire, body);
    for (const status of statuses) {
      assert.equal(await station.peer.call('FirmwareStatusNotification', { status }), {});
      assert.is((await job(station)).status, status);
    }
  });

for (const [number, statuses] of [
  ['045_1', ['Uploading', 'Uploaded']],
  ['045_2', ['Uploading', 'UploadFailed']],
] as const)
  test(`TC_${number} diagnostics: ${statuses.join(', ')}`, async () => {
    const station = await bench.station();
    const location = 'ftp://files.example/incoming';
    const times = { startTime: at(-3600), stopTime: at(0), retries: 1, retryInterval: 30 };
    const answer = { fileName: 'diag.zip' };
    const { wire } = await station.command('get-diagnostics', { location, ...times }, 'GetDiagnostics', answer);
    assert.equal(wire, { location, ...times });
    assert.is((await job(station)).fileName, 'diag.zip');
    for (const status of statuses) {
      assert.equal(await station.peer.call('DiagnosticsStatusNotification', { status }), {});
      assert.is((await job(station)).status, status);
    }
    const bare = await station.command('get-diagnostics', { location }, 'GetDiagnostics', {});
    assert.equal(bare.wire, { location }, 'absent members stay absent');
  });

test.run();
