import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { UpgradeRefused } from '../../support/scripted-charge-point.js';
import type { Json } from '../../support/scripted-peer.js';
import { startTestServer, type TestServer } from '../api/server.js';

const test = suite('keys and security profiles');
let server: TestServer;

test.before.each(async () => {
  server = await startTestServer();
});
test.after.each(() => server.close());

async function status(work: Promise<unknown>): Promise<number> {
  return await work.then(
    () => 101,
    (error: UpgradeRefused) => error.httpStatus,
  );
}

async function put(id: string, body: Json): Promise<Json> {
  return (await server.api('PUT', `/api/v1/charge-points/${id}`, body)).body;
}

test('profile 0 is never slipped into: where it is not the setting, a key is made and shown once', async () => {
  await server.api('PATCH', '/api/v1/settings', { unsecuredStations: false, acceptUnknownStations: false });
  const made = await put('CP1', {});
  assert.match(String(made.generatedPassword), /^[0-9A-F]{40}$/);
  assert.equal([made.securityProfile, made.hasPassword], [1, true]);
  assert.not.ok('generatedPassword' in (await server.api('GET', '/api/v1/charge-points/CP1')).body);
  assert.is(await status(server.connect('CP1')), 401);
  // As the text, and as the 20 bytes that it stands for.
  const password = String(made.generatedPassword);
  await (await server.connect('CP1', { password })).close();
  await (await server.connect('CP1', { password: Buffer.from(password, 'hex') })).close();
  const audit = JSON.stringify((await server.api('GET', '/api/v1/audit')).body);
  assert.not.ok(audit.includes(password));
  // A later change of something else makes no new key.
  assert.not.ok('generatedPassword' in (await put('CP1', { displayName: 'One' })));
  await (await server.connect('CP1', { password })).close();

  const open = await put('CP2', { securityProfile: 0 });
  assert.equal([open.securityProfile, open.hasPassword, 'generatedPassword' in open], [0, false, false]);
  assert.is(await status(server.connect('CP2')), 101);
  // Choosing a higher profile asks for a key, and so one is made.
  assert.match(String((await put('CP2', { securityProfile: 1 })).generatedPassword), /^[0-9A-F]{40}$/);
  const both = await server.api('PUT', '/api/v1/charge-points/CP3', { securityProfile: 0, password: 'x' });
  assert.is(both.status, 422);
});

test('a knock is accepted in one call: with a key made, with a password, or openly by choice', async () => {
  await server.api('PATCH', '/api/v1/settings', { unsecuredStations: false, acceptUnknownStations: false });
  const accept = async (id: string, body: Json): Promise<Json> => {
    assert.is(await status(server.connect(id)), 404);
    const { items } = (await server.api('GET', '/api/v1/knocks')).body;
    const knock = items.find((one: Json) => one.chargePointId === id);
    return (await server.api('POST', `/api/v1/knocks/${knock.id}/accept`, body)).body;
  };
  const made = await accept('K1', { displayName: 'First' });
  assert.is(await status(server.connect('K1', { password: String(made.generatedPassword) })), 101);
  const given = await accept('K2', { password: 'a good password' });
  assert.not.ok('generatedPassword' in given);
  assert.is(await status(server.connect('K2', { password: 'a good password' })), 101);
  assert.is((await accept('K3', { securityProfile: 0 })).securityProfile, 0);
  assert.is(await status(server.connect('K3')), 101);
});

test('A01 rotation: accepted, the old key is refused from then on', async () => {
  await put('CP1', { password: 'the first password' });
  const peer = await server.connect('CP1', { password: 'the first password' });
  peer.on('ChangeConfiguration', { status: 'Accepted' });
  const rotated = (await server.api('POST', '/api/v1/charge-points/CP1/authorization-key', {})).body;
  assert.is(rotated.outcome, 'accepted');
  assert.match(rotated.key, /^[0-9A-F]{40}$/);
  assert.equal(peer.calls('ChangeConfiguration'), [{ key: 'AuthorizationKey', value: rotated.key }]);
  assert.is(rotated.command.request.value, '***');
  assert.is(await status(server.connect('CP1', { password: 'the first password' })), 401);
  assert.is(await status(server.connect('CP1', { password: Buffer.from(rotated.key, 'hex') })), 101);
});

test('A01 rotation: refused, the old key stays', async () => {
  await put('CP1', { password: 'the first password' });
  const peer = await server.connect('CP1', { password: 'the first password' });
  for (const answer of ['Rejected', 'NotSupported']) {
    peer.on('ChangeConfiguration', { status: answer });
    const rotated = (await server.api('POST', '/api/v1/charge-points/CP1/authorization-key', {})).body;
    assert.equal([rotated.outcome, rotated.key], ['refused', null]);
  }
  peer.on('ChangeConfiguration', (call) => void call.answerError('InternalError'));
  assert.is((await server.api('POST', '/api/v1/charge-points/CP1/authorization-key', {})).body.outcome, 'refused');
  assert.is(await status(server.connect('CP1', { password: 'the first password' })), 101);
});

test('A01 rotation: the answer is lost; both keys are right until the new one was used, also across a restart', async () => {
  await put('CP1', { password: 'the first password' });
  const peer = await server.connect('CP1', { password: 'the first password' });
  peer.on('ChangeConfiguration', (call) => {
    call.drop();
    return undefined;
  });
  const path = '/api/v1/charge-points/CP1/authorization-key';
  const rotated = (await server.api('POST', path, { key: '000102030405060708090A0B0C0D0E0F' })).body;
  assert.equal([rotated.outcome, rotated.key], ['unknown', '000102030405060708090A0B0C0D0E0F']);
  assert.is(await status(server.connect('CP1', { password: 'the first password' })), 101);
  await server.restart();
  assert.is(await status(server.connect('CP1', { password: 'the first password' })), 101);
  assert.is(await status(server.connect('CP1', { password: rotated.key })), 101);
  assert.is(await status(server.connect('CP1', { password: 'the first password' })), 401);
  const offline = await server.api('POST', '/api/v1/charge-points/NOBODY/authorization-key', {});
  assert.is(offline.status, 404);
});

test('a profile that demands TLS keeps plain connections out, and says so in the knock', async () => {
  const made = await put('CP1', { password: 'the first password', securityProfile: 2 });
  assert.is(made.securityProfile, 2);
  assert.is(await status(server.connect('CP1', { password: 'the first password' })), 403);
  const [knock] = (await server.api('GET', '/api/v1/knocks')).body.items;
  assert.equal([knock.reason, knock.hint.includes('TLS')], ['security-profile', true]);
});

test.run();
