import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { firstFile } from 'csms-lite/core/files/multipart.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { startTestServer, type TestServer } from './server.js';

const test = suite('files');
let server: TestServer;
let peer: ScriptedPeer;

test.before.each(async () => {
  server = await startTestServer();
  await server.api('PUT', '/api/v1/charge-points/CP1', {});
  peer = await server.boot('CP1');
});
test.after.each(() => server.close());

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Sends a command that the charge point answers; gives the CALL's payload. */
async function command(name: string, body: Json, action: string, answer: Json): Promise<Json> {
  peer.on(action, answer);
  const sent = await server.api('POST', `/api/v1/charge-points/CP1/commands/${name}`, body);
  assert.is(sent.status, 200, JSON.stringify(sent.body));
  return peer.calls(action).at(-1) as Json;
}

async function send(
  method: string,
  url: string,
  body: Buffer,
  headers: Record<string, string> = {},
): Promise<Response> {
  return await fetch(url, { method, body, headers: { connection: 'close', ...headers } });
}

test('get-diagnostics without a location: PUT to the URL that it got, with a file name after it', async () => {
  const { location } = await command('get-diagnostics', { retries: 2 }, 'GetDiagnostics', { fileName: 'diag.zip' });
  assert.match(String(location), new RegExp(`^http://127.0.0.1:${server.port}/files/up/[\\w-]{24}/$`));
  const bytes = randomBytes(100_000);
  const stored = await send('PUT', `${location}diag.zip`, bytes, { 'content-type': 'application/zip' });
  assert.is(stored.status, 201);
  assert.equal(await stored.json(), { sizeBytes: 100_000, sha256: sha256(bytes) });
  await peer.call('DiagnosticsStatusNotification', { status: 'Uploaded' });

  const { items, total } = (await server.api('GET', '/api/v1/uploads?chargePointId=CP1')).body;
  assert.is(total, 1);
  assert.equal([items[0].fileName, items[0].sizeBytes, items[0].sha256], ['diag.zip', 100_000, sha256(bytes)]);
  const [job] = (await server.api('GET', '/api/v1/file-jobs?chargePointId=CP1')).body.items;
  assert.equal([job.uploadId, job.status, job.fileName], [items[0].id, 'Uploaded', 'diag.zip']);
  const content = await fetch(`${server.url}/api/v1/uploads/${items[0].id}/content`);
  assert.ok(Buffer.from(await content.arrayBuffer()).equals(bytes));
  assert.match(content.headers.get('content-disposition') ?? '', /^attachment/);
  assert.is(content.headers.get('x-content-type-options'), 'nosniff');

  // Its answer was lost: the same again is the same; something else is not taken.
  assert.is((await send('PUT', `${location}diag.zip`, bytes)).status, 201);
  const other = await send('PUT', `${location}diag.zip`, randomBytes(10));
  assert.equal([other.status, ((await other.json()) as Json).code], [409, 'transfer_used']);

  assert.is((await server.api('DELETE', `/api/v1/uploads/${items[0].id}`)).status, 204);
  assert.is((await server.api('GET', `/api/v1/uploads/${items[0].id}`)).status, 404);
  assert.equal(readdirSync(join(server.dataDirectory, 'files', 'uploads')), []);
});

test('get-log without a location: POST of a form, as some charge points do', async () => {
  const body = { logType: 'SecurityLog' };
  const { log, requestId } = await command('get-log', body, 'GetLog', { status: 'Accepted' });
  assert.is(requestId, 1);
  const file = randomBytes(5000);
  const form = new FormData();
  form.set('note', 'before');
  form.set('file', new Blob([file]), 'security.log');
  const location = String((log as Json).remoteLocation);
  const answer = await fetch(location, { method: 'POST', body: form });
  assert.is(answer.status, 201);
  const [upload] = (await server.api('GET', '/api/v1/uploads')).body.items;
  assert.equal([upload.fileName, upload.sha256], ['security.log', sha256(file)]);
});

test('a URL of nobody, an upload that breaks off, and one that is too large leave nothing behind', async () => {
  assert.is((await send('PUT', `${server.url}/files/up/nonsense/x`, Buffer.from('x'))).status, 404);
  const { location } = await command('get-diagnostics', {}, 'GetDiagnostics', {});
  const folder = join(server.dataDirectory, 'files', 'incoming');
  const incoming = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
  const broken = request(`${location}a`, { method: 'PUT', headers: { 'content-length': '1000' } });
  broken.on('error', () => {});
  broken.write('half');
  await eventually(() => (incoming().length === 1 ? true : null), 'it begins');
  broken.destroy();
  await eventually(() => (incoming().length === 0 ? true : null), 'it is gone');
  const large = request(`${location}a`, { method: 'PUT', headers: { 'transfer-encoding': 'chunked' } });
  const status = new Promise((resolve) => {
    large.on('response', (response) => resolve(response.statusCode));
    large.on('error', (error) => resolve(error.message));
  });
  const chunk = Buffer.alloc(1 << 20);
  for (let count = 0; count < 66 && !large.destroyed; count += 1)
    if (!large.write(chunk)) await Promise.race([new Promise((resolve) => large.once('drain', resolve)), status]);
  large.end();
  assert.ok([413, 'write EPIPE', 'read ECONNRESET', 'socket hang up'].includes((await status) as never));
  await eventually(() => (incoming().length === 0 ? true : null), 'it is gone');
  // The URL is still good.
  assert.is((await send('PUT', `${location}a`, Buffer.from('whole'))).status, 201);
});

test('update-firmware with an uploaded file: fetched, in parts too, with its checksum', async () => {
  const bytes = randomBytes(50_000);
  const posted = await send('POST', `${server.url}/api/v1/firmware?name=fw%201.2.bin&note=beta`, bytes, {
    'content-type': 'application/octet-stream',
  });
  assert.is(posted.status, 201);
  const file = (await posted.json()) as Json;
  assert.equal([file.name, file.sizeBytes, file.sha256, file.note], ['fw 1.2.bin', 50_000, sha256(bytes), 'beta']);
  const body = { firmwareId: file.id, retrieveDate: new Date().toISOString() };
  const wire = await command('update-firmware', body, 'UpdateFirmware', {});
  assert.equal(Object.keys(wire), ['location', 'retrieveDate']);
  const location = String(wire.location);
  assert.ok(location.endsWith('/fw%201.2.bin'));
  const head = await fetch(location, { method: 'HEAD' });
  assert.equal([head.status, head.headers.get('content-length')], [200, '50000']);
  const whole = await fetch(location);
  assert.ok(Buffer.from(await whole.arrayBuffer()).equals(bytes));
  const etag = whole.headers.get('etag') ?? '';
  const rest = await fetch(location, { headers: { range: 'bytes=49000-', 'if-range': etag } });
  assert.equal([rest.status, rest.headers.get('content-range')], [206, 'bytes 49000-49999/50000']);
  assert.ok(Buffer.from(await rest.arrayBuffer()).equals(bytes.subarray(49_000)));
  assert.is((await fetch(location, { headers: { range: 'bytes=60000-' } })).status, 416);
  assert.is((await fetch(location, { headers: { range: 'bytes=1-2', 'if-range': '"other"' } })).status, 200);
  assert.is((await send('PUT', location, Buffer.from('x'))).status, 404);

  const firmware = { retrieveDateTime: body.retrieveDate, signingCertificate: 'PEM', signature: 'AA==' };
  const signed = await command('signed-update-firmware', { firmwareId: file.id, firmware }, 'SignedUpdateFirmware', {
    status: 'Accepted',
  });
  const fetched = await fetch(String((signed.firmware as Json).location));
  assert.is(Buffer.from(await fetched.arrayBuffer()).length, 50_000);
  assert.is((await server.api('DELETE', `/api/v1/firmware/${file.id}`)).status, 204);
  assert.is((await fetch(location)).status, 404);
});

test('an update needs a location or a file, and the file must be there', async () => {
  const post = async (body: Json) =>
    (await server.api('POST', '/api/v1/charge-points/CP1/commands/update-firmware', body)).body.code;
  const retrieveDate = new Date().toISOString();
  assert.is(await post({ retrieveDate }), 'invalid_request');
  assert.is(await post({ retrieveDate, location: 'http://x/y', firmwareId: 1 }), 'invalid_request');
  assert.is(await post({ retrieveDate, firmwareId: 999 }), 'firmware_not_found');
  const empty = await send('POST', `${server.url}/api/v1/firmware?name=a.bin`, Buffer.alloc(0));
  assert.is(empty.status, 422);
  const path = await send('POST', `${server.url}/api/v1/firmware?name=..%2Fa.bin`, Buffer.from('x'));
  assert.is(path.status, 422);
});

test('the setting publicUrl decides where charge points are sent', async () => {
  await server.api('PATCH', '/api/v1/settings', { publicUrl: 'https://csms.example' });
  const { location } = await command('get-diagnostics', {}, 'GetDiagnostics', {});
  assert.match(String(location), /^https:\/\/csms\.example\/files\/up\//);
});

test('multipart, pure: names, parts without one, bytes that look like boundaries, broken bodies', () => {
  const body = (parts: string[]) =>
    Buffer.from(`${parts.map((part) => `--B\r\n${part}\r\n`).join('')}--B--\r\n`, 'latin1');
  const type = 'multipart/form-data; boundary=B';
  const read = (parts: string[]) => {
    const file = firstFile(type, body(parts));
    return file === null ? null : [file.fileName, file.content.toString('latin1')];
  };
  const disposition = 'Content-Disposition: form-data; name="f"';
  assert.equal(read([`${disposition}; filename="a.log"\r\n\r\nx\r\n--A\r\ny`]), ['a.log', 'x\r\n--A\r\ny']);
  assert.equal(read([`${disposition}\r\n\r\nnote`, `${disposition}; filename="b"\r\n\r\nz`]), ['b', 'z']);
  assert.equal(read([`${disposition}\r\n\r\nonly`]), [null, 'only']);
  assert.equal(read([`${disposition}; filename="e"\r\n\r\n`]), ['e', '']);
  assert.is(firstFile('application/zip', body([])), null);
  assert.is(firstFile(type, Buffer.from('nonsense')), null);
  assert.is(firstFile(type, Buffer.from('--B\r\nheader without end')), null);
});

test.run();
