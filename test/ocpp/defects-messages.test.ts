import { setTimeout as sleep } from 'node:timers/promises';
import { CallError } from '@tapwatt/ocpp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS, withDeadline } from '../support/deadline.js';
import { startScriptedCentralSystem } from '../support/scripted-central-system.js';
import { connectScriptedChargePoint } from '../support/scripted-charge-point.js';
import type { ScriptedPeer } from '../support/scripted-peer.js';
import { type BareClient, bare, withBarePeer } from './bare.js';
import { connectOurs, type ServerSetup, startServer } from './fixture.js';

/** Each defect of ocpp-rpc 2.2.1 in its messages: first shown on bare ocpp-rpc, then ours. */

async function withOurPeer(setup: ServerSetup, work: (peer: ScriptedPeer) => Promise<void>): Promise<void> {
  const ours = await startServer(setup);
  const peer = await connectScriptedChargePoint({ url: ours.url, identity: 'CP1' });
  await work(peer);
  peer.drop();
  await ours.stop();
}

const received = (peer: ScriptedPeer): string[] =>
  peer.frames.filter(({ direction }) => direction === 'in').map(({ text }) => text);

/** What comes back for one text, with a Heartbeat behind it to know that nothing more will come. */
async function answerTo(peer: ScriptedPeer, text: string): Promise<string | undefined> {
  peer.sendRaw(text);
  await peer.call('Heartbeat', {}, { messageId: 'behind' });
  return received(peer).find((answer) => !answer.includes('"behind"'));
}

/** A bare client on a scripted central system. */
async function withBareClient(
  options: object,
  work: (client: BareClient, station: ScriptedPeer) => Promise<void>,
): Promise<void> {
  const central = await startScriptedCentralSystem();
  const client = new bare.RPCClient({
    endpoint: central.url,
    identity: 'CP1',
    protocols: ['ocpp1.6'],
    reconnect: false,
    ...options,
  });
  await client.connect();
  await work(client, await central.nextConnection());
  await central.stop();
}

async function withOurClient(
  options: object,
  work: (ours: Awaited<ReturnType<typeof connectOurs>>, station: ScriptedPeer) => Promise<void>,
): Promise<void> {
  const central = await startScriptedCentralSystem();
  const ours = await connectOurs(central.url, options);
  await work(ours, await central.nextConnection());
  ours.connection.terminate();
  await central.stop();
}

test('defect: what is no OCPP message is answered with id "-1" and a code that 1.6 does not have', async () => {
  for (const [text, code] of [
    ['not JSON', 'RpcFrameworkError'],
    ['{"a":1}', 'RpcFrameworkError'],
    ['["2","1","Heartbeat",{}]', 'RpcFrameworkError'],
    ['[9,"1",{}]', 'MessageTypeNotSupported'],
  ] as const) {
    await withBarePeer({}, async (peer) => {
      assert.match((await answerTo(peer, text)) ?? '', new RegExp(`^\\[4,"-1","${code}"`));
    });
    await withOurPeer({}, async (peer) => assert.is(await answerTo(peer, text), undefined, text));
  }
});

test('defect: a numeric id is answered with "-1", which its sender cannot match', async () => {
  const text = '[2,17,"Heartbeat",{}]';
  await withBarePeer({}, async (peer) => assert.match((await answerTo(peer, text)) ?? '', /^\[4,"-1",/));
  await withOurPeer({}, async (peer) =>
    assert.match((await answerTo(peer, text)) ?? '', /^\[4,17,"FormationViolation"/),
  );
  const tolerant = { settings: { verdict: 'warn' as const } };
  await withOurPeer(tolerant, async (peer) => assert.match((await answerTo(peer, text)) ?? '', /^\[3,17,\{/));
});

test('defect: a missing Action is RpcFrameworkError on 1.6', async () => {
  await withBarePeer({}, async (peer) => assert.match((await answerTo(peer, '[2,"1"]')) ?? '', /RpcFrameworkError/));
  await withOurPeer({}, async (peer) =>
    assert.match((await answerTo(peer, '[2,"1"]')) ?? '', /^\[4,"1","FormationViolation"/),
  );
});

test('defect: a CALL repeated while it is being served gets a CALLERROR besides its answer', async () => {
  const slow = async (): Promise<object> => {
    await sleep(50);
    return { currentTime: '2030-01-01T00:00:00Z' };
  };
  const twice = async (peer: ScriptedPeer): Promise<string[]> => {
    peer.sendRaw('[2,"1","Heartbeat",{}]');
    peer.sendRaw('[2,"1","Heartbeat",{}]');
    await peer.call('Heartbeat', {}, { messageId: 'behind' });
    await sleep(20);
    return received(peer).filter((text) => text.includes('"1"'));
  };
  await withBarePeer({ handler: slow }, async (peer) => {
    const answers = await twice(peer);
    assert.is(answers.length, 2);
    assert.match(answers.join(), /RpcFrameworkError/);
  });
  await withOurPeer({ handler: slow }, async (peer) => {
    assert.equal(await twice(peer), ['[3,"1",{"currentTime":"2030-01-01T00:00:00Z"}]']);
  });
});

test('defect: a repeated StartTransaction is served twice', async () => {
  const start =
    '[2,"1","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2030-01-01T00:00:00Z"}]';
  const again = async (peer: ScriptedPeer): Promise<Set<string>> => {
    peer.sendRaw(start);
    await eventually(() => received(peer).length === 1, 'the first answer');
    peer.sendRaw(start);
    await eventually(() => received(peer).length === 2, 'the second answer');
    return new Set(received(peer));
  };
  const counting = () => {
    let transactionId = 0;
    return () => {
      transactionId += 1;
      return { transactionId, idTagInfo: { status: 'Accepted' } };
    };
  };
  await withBarePeer({ handler: counting() }, async (peer) => assert.is((await again(peer)).size, 2));
  await withOurPeer({ handler: counting() }, async (peer) => assert.is((await again(peer)).size, 1));
});

test('defect: "OccurenceConstraintViolation" is corrected on 1.6, against J errata 5.1', async () => {
  const fail = (): never => {
    throw Object.assign(new CallError('OccurenceConstraintViolation'), {
      rpcErrorCode: 'OccurenceConstraintViolation',
    });
  };
  const text = '[2,"1","Authorize",{"idTag":"A"}]';
  const answer = async (peer: ScriptedPeer): Promise<string> => {
    peer.sendRaw(text);
    return (await peer.expectFrame('CALLERROR', (frame) => frame.text.startsWith('[4'))).text;
  };
  await withBarePeer({ handler: fail }, async (peer) =>
    assert.match(await answer(peer), /"OccurrenceConstraintViolation"/),
  );
  await withOurPeer({ handler: fail }, async (peer) =>
    assert.match(await answer(peer), /"OccurenceConstraintViolation"/),
  );
});

test('defect: an error of the handler is GenericError, and its text goes to the other end', async () => {
  const fail = (): never => {
    throw new Error('SQLITE_BUSY: /home/pi/journal.db');
  };
  const answer = async (peer: ScriptedPeer): Promise<string> => {
    peer.sendRaw('[2,"1","Heartbeat",{}]');
    return (await peer.expectFrame('CALLERROR', (frame) => frame.text.startsWith('[4'))).text;
  };
  await withBarePeer({ handler: fail }, async (peer) => assert.match(await answer(peer), /GenericError.*journal\.db/));
  await withOurPeer({ handler: fail }, async (peer) => {
    assert.is(await answer(peer), '[4,"1","InternalError","the request could not be processed",{}]');
  });
});

test('defect: the caller cannot give the message id (J errata 3.1 needs it for retries)', async () => {
  await withBareClient({}, async (client, station) => {
    client.call('Heartbeat', {}, { messageId: 'mine', msgId: 'mine', id: 'mine' }).catch(() => {});
    assert.is.not((await station.expectCall('Heartbeat')).messageId, 'mine');
  });
  await withOurClient({}, async ({ connection }, station) => {
    connection.call('Heartbeat', {}, { messageId: 'mine' }).catch(() => {});
    assert.is((await station.expectCall('Heartbeat')).messageId, 'mine');
  });
});

test('defect: an answer after the time was over is a bad message', async () => {
  await withBareClient({ callTimeoutMs: 40 }, async (client, station) => {
    const bad: unknown[] = [];
    client.on('badMessage', (event: never) => bad.push(event));
    const timedOut = client.call('Heartbeat', {}).catch((error: Error) => error);
    const call = await station.expectCall('Heartbeat');
    await timedOut;
    call.answer({ currentTime: '2030-01-01T00:00:00Z' });
    await eventually(() => bad.length === 1, 'a bad message');
  });
  await withOurClient({ callTimeoutMs: 40 }, async ({ connection, heard }, station) => {
    const timedOut = connection.call('Heartbeat', {}).catch((error: Error) => error);
    const call = await station.expectCall('Heartbeat');
    await timedOut;
    call.answer({ currentTime: '2030-01-01T00:00:00Z' });
    await eventually(() => heard.late.length === 1, 'a late answer');
    assert.equal(heard.reports, []);
  });
});

test('defect: close() waits for a peer that reads nothing (ws gives it 30 s)', async () => {
  await withBareClient({}, async (client, station) => {
    station.pauseReading();
    assert.is(await Promise.race([client.close().then(() => 'closed'), sleep(1200, 'waits')]), 'waits');
    station.drop();
  });
  await withOurClient({}, async ({ connection }, station) => {
    station.pauseReading();
    await withDeadline(connection.close(1000, '', 50), PATIENCE_MS, 'close');
  });
});

test('defect: a close reason above 123 bytes leaves the connection open for ever', async () => {
  await withBareClient({}, async (client, station) => {
    const failed = await client.close({ reason: 'x'.repeat(200) }).catch((error: Error) => error);
    assert.instance(failed, RangeError);
    assert.ok(station.isOpen);
  });
  await withOurClient({}, async ({ connection }, station) => {
    await withDeadline(connection.close(1000, 'x'.repeat(200)), PATIENCE_MS, 'close');
    assert.is((await station.closed).reason, 'x'.repeat(123));
  });
});

test('defect: "/identity" is put behind a query in the endpoint', async () => {
  const central = await startScriptedCentralSystem();
  const client = new bare.RPCClient({
    endpoint: `${central.url}?key=1`,
    identity: 'CP1',
    protocols: ['ocpp1.6'],
    reconnect: false,
  });
  await client.connect();
  assert.is(central.upgrades[0]?.path, '/ocpp?key=1/CP1');
  await client.close();
  const { connection } = await connectOurs(`${central.url}?key=1`);
  assert.is(central.upgrades[1]?.path, '/ocpp/CP1?key=1');
  await connection.close();
  await central.stop();
});

test.run();
