/** GetDiagnostics, GetLog and UpdateFirmware with nothing but the two programs: csms-lite takes and gives the files. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';
import { accepted, type Body, type Pair, startPair } from './harness/pair.js';

const test = suite('files, tapwatt and csms-lite');
const ID = 'FILES-1';
let pair: Pair;

test.before(async () => {
  pair = await startPair('files');
  const installed = join(pair.directory, 'installed');
  await pair.chargePoint(ID, {
    more: `maintenance: { installCommand: [/bin/cp, "{file}", "${installed}"], restartAfterInstall: false }`,
  });
  await accepted(pair, ID);
});
test.after(() => pair.close());

async function job(kind: string, status: string): Promise<Body> {
  return await eventually(
    async () => {
      const { items } = await pair.api('GET', `/file-jobs?chargePointId=${ID}`);
      return (items as Body[]).find((one) => one.kind === kind && one.status === status);
    },
    `${kind}: ${status}`,
    60_000,
    100,
  );
}

/** The file that came of a job, as it can be downloaded. */
async function upload(id: number): Promise<Buffer> {
  const stored = ((await pair.api('GET', '/uploads')).items as Body[]).find((one) => one.id === id);
  const response = await fetch(`http://127.0.0.1:${pair.csms.port}/api/v1/uploads/${id}/content`);
  assert.is(response.status, 200);
  const content = Buffer.from(await response.arrayBuffer());
  assert.equal([content.length, createHash('sha256').update(content).digest('hex')], [stored.sizeBytes, stored.sha256]);
  return content;
}

test('GetDiagnostics without a location: a .tar.gz is uploaded, its notifications end with Uploaded', async () => {
  const { fileName } = await pair.command(ID, 'get-diagnostics', {});
  assert.match(fileName, /\.tar\.gz$/);
  const done = await job('diagnostics', 'Uploaded');
  assert.match(gunzipSync(await upload(done.uploadId)).toString('latin1'), /FILES-1/);
});

test('GetLog: the security log is uploaded', async () => {
  const answer = await pair.command(ID, 'get-log', { logType: 'SecurityLog' });
  assert.is(answer.status, 'Accepted');
  const done = await job('log', 'Uploaded');
  assert.match(gunzipSync(await upload(done.uploadId)).toString('utf8'), /"type":/);
});

test('UpdateFirmware from csms-lite’s own host: downloaded, given to the installer byte for byte, Installed', async () => {
  const image = Buffer.alloc(300_000, 'firmware ');
  const response = await fetch(`http://127.0.0.1:${pair.csms.port}/api/v1/firmware?name=image.bin`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: image,
  });
  assert.is(response.status, 201);
  const { id } = (await response.json()) as { id: number };
  const body = { firmwareId: id, retrieveDate: new Date().toISOString() };
  assert.equal(await pair.command(ID, 'update-firmware', body), {});
  await job('firmware', 'Installed');
  assert.ok(readFileSync(join(pair.directory, 'installed')).equals(image));
});

test.run();
