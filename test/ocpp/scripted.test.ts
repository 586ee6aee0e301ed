import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startScriptedCentralSystem } from '../support/scripted-central-system.js';
import { connectScriptedChargePoint, UpgradeRefused } from '../support/scripted-charge-point.js';
import { ScriptedCallError, type ScriptedPeer } from '../support/scripted-peer.js';

/** The two scripted ends against each other: what the other tests lean on must itself be right. */

type Central = Awaited<ReturnType<typeof startScriptedCentralSystem>>;

async function withBoth(
  options: Parameters<typeof startScriptedCentralSystem>[0],
  work: (station: ScriptedPeer, seen: ScriptedPeer, central: Central) => Promise<void>,
): Promise<void> {
  const central = await startScriptedCentralSystem(options);
  try {
    const station = await connectScriptedChargePoint({ url: central.url, identity: 'CP 1' });
    await work(station, await central.nextConnection(), central);
    station.drop();
  } finally {
    await central.stop();
  }
}

const messageOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'nothing was thrown';
  } catch (error) {
    return String(error);
  }
};

test('an ordinary central system serves a session', async () => {
  await withBoth({ ordinary: true }, async (station, seen) => {
    assert.is((await station.call('BootNotification', {})).status, 'Accepted');
    assert.is((await station.call('StartTransaction', {})).transactionId, 1);
    assert.is((await station.call('StartTransaction', {})).transactionId, 2);
    assert.equal(await station.call('StatusNotification', {}), {});
    assert.is(seen.identity, 'CP 1');
    assert.is(seen.calls('StartTransaction').length, 2);
  });
});

test('expectCall: before and after the CALL came, by action and by content, in order; before any responder', async () => {
  await withBoth({ ordinary: true }, async (station, seen, central) => {
    const heartbeat = seen.expectCall('Heartbeat');
    const answer = station.call('Heartbeat');
    (await heartbeat).answer({ currentTime: 'mine' });
    assert.equal(await answer, { currentTime: 'mine' });
    central.off('Authorize');
    for (const idTag of ['A', 'B', 'C']) station.send([2, idTag, 'Authorize', { idTag }]);
    assert.is((await central.expectCall('Authorize', { where: ({ idTag }) => idTag === 'B' })).messageId, 'B');
    assert.is((await seen.expectCall('Authorize')).messageId, 'A');
    assert.equal(
      central.untaken.map(({ messageId }) => messageId),
      ['C'],
    );
    assert.match(
      await messageOf(seen.expectCall('Reset', { withinMs: 20 })),
      /expected Reset within 20 ms; waiting: Authorize/,
    );
    assert.match(await messageOf(central.nextConnection(20)), /expected a connection within 20 ms/);
  });
});

test('answers: error, twice, later, garbage, never', async () => {
  await withBoth({}, async (station, seen) => {
    const refused = station.call('Heartbeat').catch((error: unknown) => error);
    (await seen.expectCall('Heartbeat')).answerError('SecurityError', 'no', { a: 1 });
    const error = await refused;
    assert.ok(error instanceof ScriptedCallError && error.code === 'SecurityError' && error.description === 'no');
    const later = station.call('Heartbeat');
    void (await seen.expectCall('Heartbeat')).answerLater(20, { late: true });
    assert.equal(await later, { late: true });
    const never = messageOf(station.call('Heartbeat', {}, { withinMs: 40 }));
    const call = await seen.expectCall('Heartbeat');
    call.answerRaw('garbage');
    assert.match(await never, /no answer within 40 ms/);
    call.answerTwice();
    await station.expectFrame('garbage', ({ text }) => text === 'garbage');
    await station.expectFrame(
      'a second answer',
      () => station.frames.filter(({ text }) => text === `[3,"${call.messageId}",{}]`).length === 2,
    );
    await seen.expectNoCall('Heartbeat', 20);
  });
});

test('drop: the request is lost, or only its answer', async () => {
  await withBoth({}, async (station, seen, central) => {
    seen.dropBeforeReceiving('StartTransaction');
    assert.match(await messageOf(station.call('StartTransaction')), /connection ended/);
    assert.equal(central.calls('StartTransaction'), []);
    const again = await connectScriptedChargePoint({ url: central.url, identity: 'CP 1' });
    const lost = messageOf(again.call('StartTransaction'));
    (await central.expectCall('StartTransaction')).drop();
    assert.match(await lost, /connection ended/);
    assert.is(central.calls('StartTransaction').length, 1);
    assert.is((await again.closed).code, 1006);
  });
});

test('upgrades: refused, credentials, vanished and back on the same port', async () => {
  await withBoth({ basicAuth: { password: 'secret' } }, async () => {}).then(
    () => assert.unreachable(),
    (error: unknown) => assert.ok(error instanceof UpgradeRefused && error.httpStatus === 401),
  );
  const central = await startScriptedCentralSystem({ basicAuth: { password: 'secret' } });
  const connect = () => connectScriptedChargePoint({ url: central.url, identity: 'CP1', password: 'secret' });
  central.refuseUpgrades({ httpStatus: 503 }, 1);
  assert.match(await messageOf(connect()), /HTTP 503/);
  const station = await connect();
  assert.equal(
    central.upgrades.map(({ outcome }) => outcome),
    ['refused', 'accepted'],
  );
  assert.equal(central.upgrades[1]?.credentials, { user: 'CP1', password: Buffer.from('secret') });
  await central.vanish();
  assert.is((await station.closed).code, 1006);
  assert.match(await messageOf(connect()), /ECONNREFUSED/);
  await central.listen();
  await (await connect()).close();
  await central.stop();
});

test('frames are recorded with times', async () => {
  await withBoth({ ordinary: true }, async (station) => {
    const before = performance.now();
    await station.call('Heartbeat', {}, { messageId: 'h' });
    await sleep(1);
    const [out, answer] = station.frames;
    assert.is(out?.text, '[2,"h","Heartbeat",{}]');
    assert.equal([out?.direction, answer?.direction], ['out', 'in']);
    assert.ok((out?.atMs ?? 0) >= before && (answer?.atMs ?? 0) >= (out?.atMs ?? 0));
  });
});

test.run();
