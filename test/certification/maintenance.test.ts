import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type FileServer, startFileServer } from '../support/file-server.js';
import { freePort } from '../support/programs.js';
import type { Bench } from './harness/bench.js';
import { type CaseRun, certification } from './harness/certification.js';

/** The file that the hook command leaves behind: it was run, with the file that was downloaded. */
const INSTALLED = join(tmpdir(), `tapwatt-cert-installed-${process.pid}`);
const hook = (script: string) => [process.execPath, '-e', script, '{file}', INSTALLED];
const GOOD_HOOK = hook("require('fs').copyFileSync(process.argv[1], process.argv[2])");
const BAD_HOOK = hook('process.exit(3)');

const maintenance = (installCommand: readonly string[]) => ({
  file: { maintenance: { installCommand, restartAfterInstall: false } },
});

const { certificationCase, run } = certification(maintenance(GOOD_HOOK));

/** A case with a file server of its own. */
function withFiles(body: (bench: Bench, files: FileServer) => Promise<void>): CaseRun {
  return async (bench) => {
    const files = await startFileServer();
    try {
      await body(bench, files);
    } finally {
      await files.stop();
    }
  };
}

const now = (): string => new Date().toISOString();

certificationCase(
  'TC_044_1',
  withFiles(async (bench, files) => {
    const content = Buffer.alloc(200_000, 'tapwatt');
    files.files.set('/firmware.bin', content);
    writeFileSync(INSTALLED, '');
    const answer = await bench.call('UpdateFirmware', { location: `${files.url}/firmware.bin`, retrieveDate: now() });
    assert.equal(answer, {});
    await bench.heard(['Firmware Downloading', 'Firmware Downloaded', 'Firmware Installing', 'Firmware Installed'], {
      withinMs: 15_000,
    });
    assert.ok(readFileSync(INSTALLED).equals(content), 'the hook was given the file');
    rmSync(INSTALLED);
  }),
);

certificationCase(
  'TC_044_2',
  withFiles(async (bench, files) => {
    const request = { location: `${files.url}/no-such-file.bin`, retrieveDate: now(), retries: 1, retryInterval: 1 };
    assert.equal(await bench.call('UpdateFirmware', request), {});
    await bench.heard(['Firmware Downloading', 'Firmware DownloadFailed'], { settleMs: 700, withinMs: 15_000 });
  }),
);

certificationCase(
  'TC_045_1',
  withFiles(async (bench, files) => {
    const { fileName } = await bench.call('GetDiagnostics', { location: `${files.url}/uploads/` });
    assert.type(fileName, 'string');
    await bench.heard(['Diagnostics Uploading', 'Diagnostics Uploaded']);
    const [upload] = files.uploads;
    assert.ok(upload?.path.startsWith('/uploads'), upload?.path);
    assert.ok((upload?.body.length ?? 0) > 100, 'the file has something in it');
    assert.ok(upload?.path.includes(String(fileName)) || JSON.stringify(upload?.headers).includes(String(fileName)));
  }),
);

certificationCase('TC_045_2', async (bench) => {
  const request = { location: `http://127.0.0.1:${await freePort()}/uploads/`, retries: 1, retryInterval: 1 };
  await bench.call('GetDiagnostics', request);
  await bench.heard(['Diagnostics Uploading', 'Diagnostics UploadFailed'], { settleMs: 700, withinMs: 15_000 });
});

certificationCase(
  'TC_044_3',
  withFiles(async (bench, files) => {
    files.files.set('/firmware.bin', Buffer.from('not for this charge point'));
    await bench.call('UpdateFirmware', { location: `${files.url}/firmware.bin`, retrieveDate: now() });
    await bench.heard(
      ['Firmware Downloading', 'Firmware Downloaded', 'Firmware Installing', 'Firmware InstallationFailed'],
      { settleMs: 700, withinMs: 15_000 },
    );
  }),
  maintenance(BAD_HOOK),
);

run();
