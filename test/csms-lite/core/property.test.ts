/**
 * Whatever the network and the processes do, the stored sessions are those that happened. A failing run prints its
 * seed; `CSMS_SEED=… node test/dist/csms-lite/core/property.test.js` plays it again.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCsms } from 'csms-lite/core/csms.js';
import type { Csms } from 'csms-lite/core/services.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, type Random } from '../../support/random.js';
import type { Json, ScriptedPeer } from '../../support/scripted-peer.js';
import { CsmsProcess } from './support/csms-child.js';
import { type ModelSession, modelSessions, type Owed } from './support/model.js';
import { at, meter, runCsms, start, stop } from './support/running-csms.js';

const test = suite('sessions equal the model');
const SEED = Number(process.env.CSMS_SEED ?? Date.now() % 1_000_000);

/** Sends what is owed as a charge point must: in order, each until it is answered, over a network that does its worst. */
async function deliver(
  random: Random,
  owed: readonly Owed[],
  connect: () => Promise<ScriptedPeer>,
  trouble: () => Promise<void>,
  /** Goes on while a message is on its way. */
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  let station = await connect();
  const ids = new Map<number, unknown>();
  const sent: { action: string; payload: Json }[] = [];
  const reconnect = async (): Promise<void> => {
    if (station.isOpen) station.drop();
    station = await connect();
  };
  const attempt = async (action: string, payload: Json, messageId: string): Promise<Json | null> => {
    try {
      const answer = await station.call(action, payload, { messageId, withinMs: 2000 });
      // Its answer is lost: the charge point does not know, and repeats.
      return random.next() < 0.15 ? null : answer;
    } catch {
      return null;
    }
  };
  let sequence = 0;
  for (const message of owed) {
    const known = message.kind === 'start' ? {} : { transactionId: ids.get(message.session) };
    const action = { start: 'StartTransaction', meter: 'MeterValues', stop: 'StopTransaction' }[message.kind];
    const payload = { ...known, ...message.payload };
    sequence += 1;
    const fixedId = `fixed-${sequence}`;
    for (let tries = 0; ; tries += 1) {
      if (tries > 30) throw new Error(`${action} was never answered`);
      if (random.next() < 0.1) await trouble();
      if (random.next() < 0.1) station.drop();
      if (!station.isOpen) await reconnect();
      // Half of the charge points keep the id on a retry, half mint a new one.
      const messageId = random.next() < 0.5 ? fixedId : `try-${sequence}-${tries}`;
      const [answer] = await Promise.all([attempt(action, payload, messageId), meanwhile()]);
      if (answer === null) continue;
      if (message.kind === 'start') ids.set(message.session, answer.transactionId);
      break;
    }
    sent.push({ action, payload });
    // A copy from long ago arrives: a duplicate, delayed and out of order. Its answer goes nowhere.
    if (random.next() < 0.25 && station.isOpen) {
      const old = random.pick(sent);
      if (old.action !== 'MeterValues') station.send([2, `old-${sequence}`, old.action, old.payload]);
    }
  }
  // All of it has been handled when this, the last in the queue, is answered.
  if (!station.isOpen) await reconnect();
  await station.call('Heartbeat');
  await station.close();
}

async function compare(
  csms: Csms,
  chargePointId: string,
  sessions: readonly ModelSession[],
  exactSamples: boolean,
): Promise<void> {
  const { items, total } = await csms.transactions.list({ chargePointId, limit: 1000 });
  assert.is(total, sessions.length);
  const stored = items.reverse().map((session) => ({
    connectorId: session.connectorId,
    idTag: session.idTag,
    meterStart: session.meterStart,
    meterStop: session.meterStop,
    startedAt: new Date(session.startedAtMs).toISOString(),
    stoppedAt: session.stoppedAtMs === null ? null : new Date(session.stoppedAtMs).toISOString(),
    reason: session.stopReason,
    energyWh: session.energyWh,
    status: session.status,
    startUnknown: session.qualityFlags.includes('start-unknown'),
  }));
  const expected = sessions.map(({ samples: _samples, ...session }) => ({
    ...session,
    energyWh: session.meterStop - session.meterStart,
    status: 'completed' as const,
    startUnknown: false,
  }));
  assert.equal(stored, expected);
  for (const [index, session] of items.entries()) {
    const samples = await csms.transactions.samples(session.id);
    const distinct = new Set(samples.map((sample) => sample.atMs)).size;
    assert.is(distinct, sessions[index]?.samples);
    if (exactSamples) assert.is(samples.length, distinct);
  }
}

test('duplicated, delayed, reordered and dropped messages, in 12 seeded runs', async () => {
  const running = await runCsms();
  try {
    await running.csms.tags.put('TAG1', {}, 'test');
    for (let run = 0; run < 12; run += 1) {
      const seed = SEED + run;
      const random = createRandom(seed);
      const { sessions, owed } = modelSessions(random, 6, Date.now() - 100_000);
      const identity = `CP${run}`;
      try {
        await deliver(
          random,
          owed,
          () => running.connect(identity),
          async () => {},
        );
        await compare(running.csms, identity, sessions, false);
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
  } finally {
    await running.close();
  }
});

function answersOf(station: ScriptedPeer): number {
  return station.frames.filter((frame) => frame.direction === 'in').length;
}

test('two sockets with one identity bring the same messages at the same time: each session once', async () => {
  const running = await runCsms();
  const seed = SEED + 500;
  const random = createRandom(seed);
  try {
    await running.csms.tags.put('TAG1', {}, 'test');
    await running.csms.stations.put('CP1', { password: 'both of them' }, 'test');
    const { sessions, owed } = modelSessions(random, 5, Date.now() - 100_000);
    const ids = new Map<number, unknown>();
    for (const [index, message] of owed.entries()) {
      const action = { start: 'StartTransaction', meter: 'MeterValues', stop: 'StopTransaction' }[message.kind];
      const known = message.kind === 'start' ? {} : { transactionId: ids.get(message.session) };
      const payload = { ...known, ...message.payload };
      const old = await running.connect('CP1', { password: 'both of them' });
      old.send([2, `old-${index}`, action, payload]);
      // The charge point gives its old socket up without knowing whether the message arrived.
      const coming = running.connect('CP1', { password: 'both of them' });
      if (random.next() < 0.5) old.drop();
      const station = await coming;
      const answer = await station.call(action, payload, { messageId: `new-${index}` });
      if (message.kind === 'start') ids.set(message.session, answer.transactionId);
      await station.close();
    }
    await compare(running.csms, 'CP1', sessions, false);
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await running.close();
  }
});

test('killed between write and answer, and sent again: one session', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'csms-kill-'));
  const file = join(directory, 'csms.sqlite');
  const csms = new CsmsProcess(file);
  try {
    // Dies with the start on disk and its answer not sent.
    await csms.start(1);
    const first = await csms.connect('CP1');
    const begin = start(1, 'TAG1', 1000, at(0));
    first.send([2, 'a', 'StartTransaction', begin]);
    await first.closed;
    assert.is(answersOf(first), 0);
    await csms.ended();
    // The same with meter values and with the stop.
    await csms.start(2);
    const second = await csms.connect('CP1');
    const { transactionId } = await second.call('StartTransaction', begin, { messageId: 'b' });
    const values = meter(1, at(5), 1200, { transactionId });
    second.send([2, 'c', 'MeterValues', values]);
    await second.closed;
    assert.is(answersOf(second), 1, 'the start only');
    await csms.ended();
    await csms.start(1);
    const third = await csms.connect('CP1');
    const end = stop(transactionId, 1500, at(10));
    third.send([2, 'd', 'StopTransaction', end]);
    await third.closed;
    assert.is(answersOf(third), 0);
    await csms.ended();
    await csms.start();
    const fourth = await csms.connect('CP1');
    assert.equal(await fourth.call('StopTransaction', end, { messageId: 'e' }), {});
    await fourth.close();
    await csms.kill();

    const opened = await openCsms({ databaseFile: file });
    const { items } = await opened.transactions.list();
    assert.is(items.length, 1);
    assert.equal([items[0]?.status, items[0]?.meterStart, items[0]?.meterStop], ['completed', 1000, 1500]);
    // The answer to c was never given, but it was on disk before it would have been.
    assert.is((await opened.transactions.samples(Number(transactionId))).length, 1);
    await opened.close();
  } finally {
    await csms.kill();
    await rm(directory, { recursive: true, force: true });
  }
});

test('SIGKILL of csms-lite at random instants: the model, exactly once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'csms-kill-'));
  const file = join(directory, 'csms.sqlite');
  const csms = new CsmsProcess(file);
  const seed = SEED + 1000;
  const random = createRandom(seed);
  let kills = 0;
  try {
    await csms.start();
    const { sessions, owed } = modelSessions(random, 6, Date.now() - 200_000);
    const trouble = async (): Promise<void> => {
      if (kills >= 5) return;
      kills += 1;
      await csms.kill();
      await csms.start();
    };
    // At any moment between the sending of a message and its answer.
    const meanwhile = async (): Promise<void> => {
      if (kills >= 10 || random.next() < 0.6) return;
      kills += 1;
      await sleep(random.next() * 12);
      await csms.kill();
      await csms.start();
    };
    await deliver(random, owed, () => csms.connect('CP1'), trouble, meanwhile);
    await csms.kill();
    const opened = await openCsms({ databaseFile: file });
    await compare(opened, 'CP1', sessions, false);
    await opened.close();
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await csms.kill();
    await rm(directory, { recursive: true, force: true });
  }
});

test.run();
