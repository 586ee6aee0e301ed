import { setTimeout as sleep } from 'node:timers/promises';
import {
  CallErrorReceived,
  CallQueueFull,
  CallTimeout,
  ConnectionLost,
  type ConnectOptions,
  InvalidAnswer,
  InvalidPayload,
} from '@tapwatt/ocpp';
import { callV16, handlerV16 } from '@tapwatt/ocpp/v16';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS, withDeadline } from '../support/deadline.js';
import { type ScriptedCentralSystem, startScriptedCentralSystem } from '../support/scripted-central-system.js';
import { connectScriptedChargePoint } from '../support/scripted-charge-point.js';
import { ScriptedCallError, type ScriptedPeer } from '../support/scripted-peer.js';
import { connectOurs, startServer } from './fixture.js';

const START = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: '2030-01-01T00:00:00Z' };
const STARTED = { transactionId: 7, idTagInfo: { status: 'Accepted' } };

interface Ends extends Awaited<ReturnType<typeof connectOurs>> {
  central: ScriptedCentralSystem;
  station: ScriptedPeer;
}

/** A scripted central system and our charge point end on it. */
async function withCentral(more: Partial<ConnectOptions>, run: (ends: Ends) => Promise<void>): Promise<void> {
  const central = await startScriptedCentralSystem();
  try {
    const ours = await connectOurs(central.url, more);
    await run({ central, station: await central.nextConnection(), ...ours });
    await ours.connection.close();
  } finally {
    await central.stop();
  }
}

async function thrownBy(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

test('a CALL is one line in the order of the schema, with the id that was given', async () => {
  await withCentral({}, async ({ connection, station }) => {
    const answer = connection.call('StartTransaction', { ...START, reservationId: undefined }, { messageId: 'mine' });
    const call = await station.expectCall('StartTransaction');
    assert.is(
      call.text,
      '[2,"mine","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2030-01-01T00:00:00Z"}]',
    );
    call.answer(STARTED);
    assert.equal(await answer, STARTED);
  });
});

test('a CALL whose signal aborts has timed out: the next one goes, a late answer is still reported', async () => {
  await withCentral({}, async ({ connection, station, heard }) => {
    const patience = new AbortController();
    const given = thrownBy(connection.call('Heartbeat', {}, { signal: patience.signal }));
    const heartbeat = await station.expectCall('Heartbeat');
    const authorized = connection.call('Authorize', { idTag: 'A' });
    patience.abort();
    assert.instance(await given, CallTimeout);
    const authorize = await station.expectCall('Authorize');
    heartbeat.answer({ currentTime: '2030-01-01T00:00:00Z' });
    authorize.answer({ idTagInfo: { status: 'Accepted' } });
    await authorized;
    assert.equal(
      heard.late.map(({ messageId }) => messageId),
      [heartbeat.messageId],
    );
  });
});

test('1.6-J §4.1.1: one CALL at a time, the others wait in order', async () => {
  await withCentral({}, async ({ connection, station }) => {
    const answers = [
      connection.call('Heartbeat', {}),
      connection.call('Authorize', { idTag: 'A' }),
      connection.call('Heartbeat', {}),
    ];
    for (const action of ['Heartbeat', 'Authorize', 'Heartbeat']) {
      const call = await station.expectCall(action);
      await sleep(20);
      assert.is(
        station.frames.filter(({ direction }) => direction === 'in').at(-1)?.text,
        call.text,
        'nothing came after it',
      );
      call.answer(
        action === 'Authorize' ? { idTagInfo: { status: 'Accepted' } } : { currentTime: '2030-01-01T00:00:00Z' },
      );
    }
    await Promise.all(answers);
  });
});

test('both directions are independent: we answer while our own CALL waits', async () => {
  await withCentral({}, async ({ connection, station }) => {
    const answer = connection.call('Heartbeat', {});
    const heartbeat = await station.expectCall('Heartbeat');
    assert.equal(await station.call('ClearCache'), { status: 'Accepted' });
    heartbeat.answer({ currentTime: '2030-01-01T00:00:00Z' });
    await answer;
  });
});

test('a handler may call back on the same connection', async () => {
  const under = await startServer({
    handler: async () =>
      (await under.connections[0]?.call('ClearCache', {}).then(() => ({ currentTime: '2030-01-01T00:00:00Z' }))) ?? {},
  });
  const peer = await connectScriptedChargePoint({ url: under.url, identity: 'CP1' });
  peer.on('ClearCache', { status: 'Accepted' });
  assert.is((await peer.call('Heartbeat')).currentTime, '2030-01-01T00:00:00Z');
  await under.stop();
});

test('CALLERROR: code, description and details, known or not', async () => {
  await withCentral({}, async ({ connection, station }) => {
    const answer = thrownBy(connection.call('Heartbeat', {}, { messageId: 'm' }));
    (await station.expectCall('Heartbeat')).answerError('OccurrenceConstraintViolation', 'why', { a: 1 });
    const error = await answer;
    assert.instance(error, CallErrorReceived);
    assert.ok(error instanceof CallErrorReceived);
    assert.equal(
      [error.messageId, error.action, error.errorCode, error.description, error.details],
      ['m', 'Heartbeat', 'OccurrenceConstraintViolation', 'why', { a: 1 }],
    );
  });
});

test('no answer in time: CallTimeout; the next CALL goes out; the late answer is told', async () => {
  await withCentral({ callTimeoutMs: 60 }, async ({ connection, station, heard }) => {
    const first = thrownBy(connection.call('StartTransaction', START, { messageId: 'late' }));
    const second = connection.call('Heartbeat', {});
    const start = await station.expectCall('StartTransaction');
    assert.instance(await first, CallTimeout);
    const heartbeat = await station.expectCall('Heartbeat');
    start.answer(STARTED);
    heartbeat.answer({ currentTime: '2030-01-01T00:00:00Z' });
    await second;
    assert.is(heard.late.length, 1);
    const [late] = heard.late;
    assert.equal(
      [late?.messageId, late?.action, late?.answer],
      ['late', 'StartTransaction', { kind: 'result', payload: STARTED }],
    );
    assert.ok((late?.afterMs ?? 0) >= 50);
    assert.equal(heard.reports, []);
  });
});

test('a retry with the same id after the time was over takes whichever answer comes', async () => {
  await withCentral({ callTimeoutMs: 50 }, async ({ connection, station, heard }) => {
    await thrownBy(connection.call('StartTransaction', START, { messageId: 'same' }));
    const retry = connection.call('StartTransaction', START, { messageId: 'same', timeoutMs: 3000 });
    const first = await station.expectCall('StartTransaction');
    const second = await station.expectCall('StartTransaction');
    assert.is(second.text, first.text);
    first.answer(STARTED);
    assert.equal(await retry, STARTED);
    assert.equal(heard.late, []);
  });
});

test('answered twice, answered for an unknown id: reported, nothing else', async () => {
  await withCentral({}, async ({ connection, station, heard }) => {
    const answer = connection.call('Heartbeat', {});
    (await station.expectCall('Heartbeat')).answerTwice({ currentTime: '2030-01-01T00:00:00Z' });
    await answer;
    station.send([3, 'never sent', {}]);
    await eventually(() => heard.reports.length === 2, 'two reports');
    assert.equal(
      heard.reports.map(({ kind }) => kind),
      ['unmatched-answer', 'unmatched-answer'],
    );
    assert.ok(connection.isOpen);
  });
});

test('garbage instead of an answer: the CALL waits on', async () => {
  await withCentral({}, async ({ connection, station }) => {
    const answer = connection.call('Heartbeat', {});
    const call = await station.expectCall('Heartbeat');
    call.answerRaw('[3,');
    call.answerRaw('[3]');
    call.answer({ currentTime: '2030-01-01T00:00:00Z' });
    await answer;
  });
});

test('the connection breaks: the CALL under way may have arrived, those in line have not left', async () => {
  await withCentral({}, async ({ connection, station }) => {
    const sent = thrownBy(connection.call('StartTransaction', START));
    const queued = thrownBy(connection.call('Heartbeat', {}));
    (await station.expectCall('StartTransaction')).drop();
    const [first, second] = [await sent, await queued];
    assert.ok(first instanceof ConnectionLost && first.wasSent);
    assert.ok(second instanceof ConnectionLost && !second.wasSent);
    const after = await thrownBy(connection.call('Heartbeat', {}));
    assert.ok(after instanceof ConnectionLost && !after.wasSent);
    assert.not(connection.isOpen);
  });
});

test('our own invalid request is not sent', async () => {
  await withCentral({ verdict: 'warn' }, async ({ connection, station }) => {
    for (const work of [
      connection.call('StartTransaction', { ...START, meterStart: 1.5 }),
      connection.call('StartTransaction', { ...START, timestamp: '2030-01-01T00:00:00' }),
      connection.call('Reset', { type: 'Hard' }),
      connection.call('Nonsense', {}),
      connection.call('Heartbeat', {}, { messageId: 'x'.repeat(37) }),
    ])
      assert.instance(await thrownBy(work), InvalidPayload);
    await sleep(30);
    assert.equal(station.frames, []);
  });
});

test('an invalid answer: InvalidAnswer with strict, as received with warn', async () => {
  for (const verdict of ['strict', 'warn'] as const)
    await withCentral({ verdict }, async ({ connection, station, heard }) => {
      const work = connection.call('Heartbeat', {}).catch((error: unknown) => error);
      (await station.expectCall('Heartbeat')).answer({ currentTime: 'noon', more: 1 });
      const outcome = await work;
      if (verdict === 'strict') assert.instance(outcome, InvalidAnswer);
      else assert.equal(outcome, { currentTime: 'noon', more: 1 });
      assert.equal(
        heard.reports.map(({ kind }) => kind),
        ['invalid-payload'],
      );
    });
});

test('the line of waiting CALLs is bounded', async () => {
  await withCentral({ maxQueuedCalls: 2 }, async ({ connection }) => {
    const calls = Array.from({ length: 4 }, () => thrownBy(connection.call('Heartbeat', {})));
    // One under way, two in line.
    assert.instance(await calls[3], CallQueueFull);
    connection.terminate();
    for (const call of calls.slice(0, 3)) assert.instance(await call, ConnectionLost);
  });
});

test('close ends, also when the other end reads nothing', async () => {
  await withCentral({}, async ({ connection, station }) => {
    const closes: unknown[] = [];
    connection.onClose((close) => closes.push(close));
    station.pauseReading();
    await withDeadline(connection.close(1000, 'x'.repeat(500), 50), PATIENCE_MS, 'close');
    assert.is(closes.length, 1);
    assert.not(connection.isOpen);
    await withDeadline(connection.close(), PATIENCE_MS, 'close again');
    const late = new Promise((resolve) => connection.onClose(resolve));
    assert.equal(await withDeadline(late, PATIENCE_MS, 'a listener that comes late'), closes[0]);
  });
});

test('the other end sees our close code and reason', async () => {
  await withCentral({}, async ({ connection, station }) => {
    await connection.close(4000, 'Größe');
    assert.equal(await station.closed, { code: 4000, reason: 'Größe' });
  });
});

test('pings go out at the interval, which can be changed live; a missing pong ends the connection', async () => {
  await withCentral({ pingIntervalS: 0 }, async ({ connection, station }) => {
    let pings = 0;
    station.socket.on('ping', () => {
      pings += 1;
    });
    await sleep(60);
    assert.is(pings, 0);
    connection.setPingInterval(0.02);
    await eventually(() => pings >= 3, 'three pings');
    const closed = new Promise<{ code: number }>((resolve) => connection.onClose(resolve));
    station.pauseReading();
    assert.is((await withDeadline(closed, PATIENCE_MS, 'the end of a deaf connection')).code, 1006);
    assert.throws(() => connection.setPingInterval(-1), /0 or more/);
  });
});

test('pings end with interval 0', async () => {
  await withCentral({ pingIntervalS: 0.02 }, async ({ connection, station }) => {
    let pings = 0;
    station.socket.on('ping', () => {
      pings += 1;
    });
    await eventually(() => pings >= 2, 'two pings');
    connection.setPingInterval(0);
    await sleep(10);
    const before = pings;
    await sleep(80);
    assert.is(pings, before);
  });
});

test('typed calls and handlers of 1.6', async () => {
  const handler = handlerV16({
    GetConfiguration: ({ key }) => ({ unknownKey: key }),
  });
  await withCentral({ handler }, async ({ connection, station }) => {
    station.on('Authorize', { idTagInfo: { status: 'Blocked' } });
    const { idTagInfo } = await callV16(connection, 'Authorize', { idTag: 'A' });
    assert.is(idTagInfo.status, 'Blocked');
    assert.equal(await station.call('GetConfiguration', { key: ['X'] }), { unknownKey: ['X'] });
    const refused = await thrownBy(station.call('ClearCache'));
    assert.ok(refused instanceof ScriptedCallError && refused.code === 'NotSupported');
  });
});

test('supportedActions: others are NotSupported before their payload is looked at', async () => {
  await withCentral({ supportedActions: ['ClearCache'] }, async ({ station }) => {
    assert.equal(await station.call('ClearCache'), { status: 'Accepted' });
    const refused = await thrownBy(station.call('SendLocalList', { nonsense: 1 }));
    assert.ok(refused instanceof ScriptedCallError && refused.code === 'NotSupported');
  });
});

test.run();
