import { setTimeout as sleep } from 'node:timers/promises';
import { CallError, type CallHandler } from '@tapwatt/ocpp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../support/deadline.js';
import { connectScriptedChargePoint } from '../support/scripted-charge-point.js';
import { ScriptedCallError, type ScriptedPeer } from '../support/scripted-peer.js';
import { ordinaryHandler, type ServerSetup, type ServerUnderTest, startServer } from './fixture.js';

const START = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: '2030-01-01T00:00:00Z' };

/** Our server and a scripted charge point on it. */
async function withPeer(setup: ServerSetup, run: (peer: ScriptedPeer, under: ServerUnderTest) => Promise<void>) {
  const under = await startServer(setup);
  try {
    const peer = await connectScriptedChargePoint({ url: under.url, identity: 'CP1' });
    await run(peer, under);
    peer.drop();
  } finally {
    await under.stop();
  }
}

/** Texts of the frames that the peer received. */
const received = (peer: ScriptedPeer): string[] =>
  peer.frames.filter(({ direction }) => direction === 'in').map(({ text }) => text);

async function errorOf(work: Promise<unknown>): Promise<string> {
  try {
    return `answered ${JSON.stringify(await work)}`;
  } catch (error) {
    return error instanceof ScriptedCallError ? error.code : String(error);
  }
}

test('CALLs are served one at a time, in the order of arrival', async () => {
  const log: string[] = [];
  const handler: CallHandler = async (call) => {
    log.push(`begin ${call.action}`);
    await sleep(call.action === 'StartTransaction' ? 40 : 1);
    log.push(`end ${call.action}`);
    return ordinaryHandler(call);
  };
  await withPeer({ handler }, async (peer) => {
    const first = peer.call('StartTransaction', START);
    const second = peer.call('Heartbeat');
    await Promise.all([first, second]);
    assert.equal(log, ['begin StartTransaction', 'end StartTransaction', 'begin Heartbeat', 'end Heartbeat']);
    assert.equal(
      received(peer).map((text) => JSON.parse(text)[2].transactionId ?? 'heartbeat'),
      [1, 'heartbeat'],
    );
  });
});

test('an answer is one line without white space, in the order of the schema', async () => {
  await withPeer({}, async (peer) => {
    await peer.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }, { messageId: 'b' });
    assert.equal(received(peer), ['[3,"b",{"status":"Accepted","currentTime":"2030-01-01T00:00:00Z","interval":300}]']);
  });
});

test('1.6-J §4.2.3: unknown action NotImplemented, the other direction NotSupported', async () => {
  await withPeer({}, async (peer) => {
    assert.is(await errorOf(peer.call('Nonsense')), 'NotImplemented');
    assert.is(await errorOf(peer.call('heartbeat')), 'NotImplemented');
    assert.is(await errorOf(peer.call('RemoteStartTransaction', { idTag: 'A' })), 'NotSupported');
    assert.is(await errorOf(peer.call('__proto__')), 'NotImplemented');
  });
});

test('verdict strict: an invalid payload does not reach the handler', async () => {
  let calls = 0;
  const handler: CallHandler = () => {
    calls += 1;
    return {};
  };
  await withPeer({ handler }, async (peer, { heard }) => {
    assert.is(await errorOf(peer.call('StartTransaction', { ...START, meterStart: '0' })), 'TypeConstraintViolation');
    assert.is(await errorOf(peer.call('StartTransaction', { connectorId: 1 })), 'ProtocolError');
    assert.is(calls, 0);
    assert.is(heard.reports.filter(({ kind }) => kind === 'invalid-payload').length, 2);
  });
});

test('verdict warn: an invalid payload reaches the handler with its violations', async () => {
  const seen: string[] = [];
  const handler: CallHandler = (call) => {
    seen.push(call.violations.map(({ path }) => path).join());
    return ordinaryHandler(call);
  };
  await withPeer({ handler, settings: { verdict: 'warn' } }, async (peer) => {
    await peer.call('StartTransaction', { ...START, meterStart: '0' });
    await peer.call('Heartbeat', { extra: true });
    await peer.call('Heartbeat');
    assert.equal(seen, ['/meterStart', '/extra', '']);
  });
});

test('a handler throws CallError: its code and text; anything else: InternalError without its text', async () => {
  const handler: CallHandler = ({ action }) => {
    if (action === 'Heartbeat') throw new CallError('SecurityError', 'not booted', { a: 1 });
    throw new Error('SQLITE_BUSY in /home/pi/secret.db');
  };
  await withPeer({ handler }, async (peer, { heard }) => {
    peer.send([2, '1', 'Heartbeat', {}]);
    peer.send([2, '2', 'StartTransaction', START]);
    await peer.expectFrame('second answer', ({ text }) => text.startsWith('[4,"2"'));
    assert.equal(received(peer), [
      '[4,"1","SecurityError","not booted",{"a":1}]',
      '[4,"2","InternalError","the request could not be processed",{}]',
    ]);
    const failed = heard.reports.find(({ kind }) => kind === 'handler-failed');
    assert.ok(failed?.kind === 'handler-failed' && String(failed.error).includes('SQLITE_BUSY'));
  });
});

test('a handler that gives no object: InternalError', async () => {
  await withPeer({ handler: () => undefined as unknown as object }, async (peer) => {
    assert.is(await errorOf(peer.call('Heartbeat')), 'InternalError');
  });
});

test('our own invalid CALLRESULT is reported and still sent: the request has been processed', async () => {
  await withPeer({ handler: () => ({ transactionId: 'seven' }) }, async (peer, { heard }) => {
    assert.equal(await peer.call('StartTransaction', START), { transactionId: 'seven' });
    const report = heard.reports.find(({ kind }) => kind === 'invalid-response');
    assert.ok(report?.kind === 'invalid-response' && report.violations.length === 2);
  });
});

test('J errata 3.1: a repeated CALL gets the same bytes and is not served again', async () => {
  let calls = 0;
  const handler: CallHandler = () => {
    calls += 1;
    return { transactionId: calls, idTagInfo: { status: 'Accepted' } };
  };
  await withPeer({ handler }, async (peer) => {
    await peer.call('StartTransaction', START, { messageId: 'same' });
    // Another order of properties and other white space: the same content. The reply is compared as bytes.
    peer.sendRaw(`[2, "same", "StartTransaction", ${JSON.stringify(START)}]`);
    await eventually(() => received(peer).length === 2, 'the replay');
    assert.is(received(peer)[1], received(peer)[0]);
    assert.is(calls, 1);
  });
});

test('a repeated id: what counts is the content, also of messages too long to be kept', async () => {
  const padded = (payload: object): string =>
    `[2,"same","StartTransaction",${' '.repeat(5000)}${JSON.stringify(payload)}]`;
  const plain = (payload: object): string => JSON.stringify([2, 'same', 'StartTransaction', payload]);
  for (const [first, second] of [
    [padded, padded],
    [padded, plain],
    [plain, padded],
  ] as const)
    await withPeer({}, async (peer) => {
      for (const [index, text] of [first(START), second(START), second({ ...START, meterStart: 5 })].entries()) {
        peer.sendRaw(text);
        await eventually(() => received(peer).length === index + 1, 'an answer');
      }
      const [answer, replay, refusal] = received(peer);
      assert.is(replay, answer);
      assert.match(String(refusal), '"GenericError"');
    });
});

test('a CALL repeated while it is being served gets one answer', async () => {
  let calls = 0;
  const handler: CallHandler = async (call) => {
    calls += 1;
    await sleep(40);
    return ordinaryHandler(call);
  };
  await withPeer({ handler }, async (peer, { heard }) => {
    for (let copy = 0; copy < 3; copy += 1) peer.send([2, 'same', 'StartTransaction', START]);
    await peer.call('Heartbeat');
    assert.is(calls, 2);
    assert.is(received(peer).length, 2);
    assert.is(heard.reports.filter(({ kind }) => kind === 'repeated-id').length, 2);
  });
});

test('a used id with other content: GenericError, and the first answer stands', async () => {
  await withPeer({}, async (peer) => {
    await peer.call('StartTransaction', START, { messageId: 'same' });
    assert.is(
      await errorOf(peer.call('StartTransaction', { ...START, meterStart: 5 }, { messageId: 'same' })),
      'GenericError',
    );
    assert.equal(await peer.call('StartTransaction', START, { messageId: 'same' }), {
      transactionId: 1,
      idTagInfo: { status: 'Accepted' },
    });
  });
});

test('1.6 §3.7.1: a CALL that failed is served anew when it is repeated with its id', async () => {
  let calls = 0;
  const handler: CallHandler = (call) => {
    calls += 1;
    if (calls === 1) throw new Error('database is locked');
    return ordinaryHandler(call);
  };
  await withPeer({ handler }, async (peer) => {
    assert.is(await errorOf(peer.call('StartTransaction', START, { messageId: 'same' })), 'InternalError');
    assert.is((await peer.call('StartTransaction', START, { messageId: 'same' })).transactionId, 1);
  });
});

test('the last 64 ids are remembered', async () => {
  let calls = 0;
  const handler: CallHandler = (call) => {
    calls += 1;
    return ordinaryHandler(call);
  };
  await withPeer({ handler }, async (peer) => {
    for (let id = 0; id < 65; id += 1) await peer.call('Heartbeat', {}, { messageId: `id-${id}` });
    await peer.call('Heartbeat', {}, { messageId: 'id-1' });
    assert.is(calls, 65, 'id-1 is remembered');
    await peer.call('Heartbeat', {}, { messageId: 'id-0' });
    assert.is(calls, 66, 'id-0 was forgotten');
  });
});

test('1.6-J: what has no readable id gets no answer, and the connection goes on', async () => {
  await withPeer({}, async (peer, { heard }) => {
    const bad = [
      '',
      'hello',
      '{"a":1}',
      '[',
      '[]',
      '[2]',
      '[7,"1",{}]',
      '["2","1","Heartbeat",{}]',
      '[3]',
      '[3,"x",{}]',
      '[4,"x"]',
      '\u0000',
    ];
    for (const text of bad) peer.sendRaw(text);
    peer.sendRaw(Buffer.from([0xff, 0xfe, 0x00]));
    await peer.call('Heartbeat', {}, { messageId: 'alive' });
    assert.equal(received(peer), ['[3,"alive",{"currentTime":"2030-01-01T00:00:00Z"}]']);
    // All but the empty one, which some chargers send as a sign of life.
    assert.is(
      heard.reports.filter(({ kind }) => kind === 'bad-frame' || kind === 'unmatched-answer').length,
      bad.length,
    );
  });
});

test('1.6-J §4.2.3: wrong frames with a readable id are answered with exactly that id', async () => {
  await withPeer({}, async (peer) => {
    peer.sendRaw('[2,"a"]');
    peer.sendRaw('[2,"b",5,{}]');
    peer.sendRaw('[2,"c","Heartbeat",[]]');
    peer.sendRaw('[2,"d","Heartbeat"]');
    peer.sendRaw('[2,17,"Heartbeat",{}]');
    peer.sendRaw(`[2,"${'e'.repeat(37)}","Heartbeat",{}]`);
    await eventually(() => received(peer).length === 6, 'six answers');
    const answers = received(peer).map((text) => JSON.parse(text) as unknown[]);
    assert.equal(
      answers.map(([type, , code]) => [type, code]),
      Array(6).fill([4, 'FormationViolation']),
    );
    assert.equal(
      answers.map(([, id]) => id),
      ['a', 'b', 'c', 'd', 17, 'e'.repeat(37)],
    );
    for (const answer of answers) assert.is(answer.length, 5);
  });
});

test('verdict warn: numeric ids, long ids, missing payloads are served', async () => {
  await withPeer({ settings: { verdict: 'warn' } }, async (peer) => {
    peer.sendRaw('[2,17,"Heartbeat",{}]');
    peer.sendRaw('[2,"x","Heartbeat"]');
    peer.sendRaw(`[2,"{${'e'.repeat(36)}}","Heartbeat",{}]`);
    await eventually(() => received(peer).length === 3, 'three answers');
    assert.equal(
      received(peer).map((text) => text.slice(0, 8)),
      ['[3,17,{"', '[3,"x",{', '[3,"{eee'],
    );
  });
});

test('a full queue stops the reading, and nothing is lost', async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let served = 0;
  const handler: CallHandler = async (call) => {
    await gate;
    served += 1;
    return ordinaryHandler(call);
  };
  await withPeer({ handler, settings: { maxInboundQueue: 20 } }, async (peer, { heard }) => {
    const data = 'x'.repeat(10_000);
    for (let index = 0; index < 500; index += 1) peer.send([2, `m${index}`, 'DataTransfer', { vendorId: 'v', data }]);
    await eventually(() => heard.reports.some(({ kind }) => kind === 'reading-paused'), 'the pause');
    await sleep(100);
    const read = heard.frames.filter(({ direction }) => direction === 'in').length;
    assert.ok(read < 60, `${read} of 500 were read while 20 may wait`);
    assert.is(served, 0);
    release();
    await eventually(() => received(peer).length === 500, 'all answers');
    assert.equal(
      received(peer).map((text) => JSON.parse(text)[1]),
      Array.from({ length: 500 }, (_, index) => `m${index}`),
    );
  });
});

test('hooks that throw harm nobody', async () => {
  const under = await startServer({
    options: {
      onConnection: () => ({
        handler: ordinaryHandler,
        onFrame: () => {
          throw new Error('disk full');
        },
      }),
    },
  });
  const peer = await connectScriptedChargePoint({ url: under.url, identity: 'CP1' });
  assert.is((await peer.call('Heartbeat')).currentTime, '2030-01-01T00:00:00Z');
  await under.stop();
});

test('what the other end sent before its connection broke is still served; after our own close it is not', async () => {
  for (const ours of [false, true]) {
    const served: string[] = [];
    const handler: CallHandler = async (call) => {
      await sleep(30);
      served.push(call.messageId);
      return ordinaryHandler(call);
    };
    await withPeer({ handler }, async (peer, { connections, heard }) => {
      for (const id of ['1', '2', '3']) peer.send([2, id, 'Heartbeat', {}]);
      await eventually(() => heard.frames.length === 3, 'three CALLs');
      if (ours) connections[0]?.terminate();
      else peer.drop();
      await sleep(150);
      assert.equal(served, ours ? ['1'] : ['1', '2', '3']);
    });
  }
});

test('a CALL that comes while we close is not served', async () => {
  const served: string[] = [];
  const handler: CallHandler = (call) => {
    served.push(call.messageId);
    return ordinaryHandler(call);
  };
  await withPeer({ handler }, async (peer, { connections, heard }) => {
    peer.pauseReading();
    const closing = connections[0]?.close(1000, '', 200);
    peer.send([2, 'late', 'Heartbeat', {}]);
    await eventually(() => heard.frames.length === 1, 'the late CALL');
    await closing;
    assert.equal(served, []);
  });
});

test.run();
