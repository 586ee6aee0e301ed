import type { TimerName } from 'tapwatt/connector/effects.js';
import { isSecured } from 'tapwatt/connector/facts.js';
import { transitionCode } from 'tapwatt/connector/status.js';
import type { Fault, StopReason } from 'tapwatt/domain/records.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, type Random } from '../../support/random.js';
import { Bench } from './bench.js';
import { GROUND_FAILURE, openTransaction, SOMEBODY } from './fixtures.js';

/**
 * What must hold after any sequence of events. A failing seed is named; `CONNECTOR_SEED=<seed>` replays it alone,
 * `CONNECTOR_SEEDS=<n>` runs more of them.
 */
const SEEDS = Number(process.env.CONNECTOR_SEEDS ?? 200);
const STEPS = 120;

const FAULTS: readonly Fault[] = (
  ['GroundFailure', 'ConnectorLockFailure', 'EVCommunicationError', 'WeakSignal', 'PowerMeterFailure'] as const
).map((errorCode) => ({ ...GROUND_FAILURE, errorCode }));

const ACTIONS: readonly ((bench: Bench, random: Random) => unknown)[] = [
  (b) => b.plugIn(),
  (b) => b.plugIn(),
  (b) => b.plugOut(),
  (b) => b.authorize(),
  (b) => b.authorize(),
  (b, r) => b.authorize({ idTag: r.pick(['FFFF', 'EEEE']), parentIdTag: r.pick([null, 'GROUP']) }),
  (b, r) => b.stop(r.pick<StopReason>(['Local', 'Remote', 'SoftReset'])),
  (b, r) => b.limit(r.pick([null, 0, 5000, 6000, 16_000, 99_000])),
  (b, r) => b.fault(r.pick(FAULTS)),
  (b, r) => b.clearFault(r.pick(FAULTS).errorCode),
  (b, r) => b.clearFault(r.pick(FAULTS).errorCode),
  (b, r) => b.availability(r.next() < 0.7),
  (b, r) => b.reserve(r.next() < 0.4 ? { reservationId: 1, idTag: SOMEBODY.idTag, parentIdTag: null } : null),
  (b) => b.send({ t: 'unlock', requestId: 'u' }),
  (b) => b.send({ t: 'power-lost', reading: b.reading() }),
  (b, r) => b.send({ t: 'deauthorized', localId: b.snapshot.transaction?.localId ?? r.pick(['', 'x']) }),
  (b) => b.send({ t: 'sample', context: 'Trigger' }),
  (b) => b.send({ t: 'resend' }),
  // Late or absurd acknowledgements; a journal that says it has what it has not would be a lie, not a fault.
  (b, r) => b.send({ t: 'recorded', seq: r.pick([0, b.state.outbox.acknowledged, b.state.outbox.lastSeq + 40]) }),
  (b, r) => b.send({ t: 'lock-result', locked: r.next() < 0.5, ok: r.next() < 0.5 }),
  (b) => b.send({ t: 'power-is-off', reading: b.reading() }),
  (b) => b.restore({ transaction: openTransaction(), pluggedIn: true }),
  (b, r) =>
    b.settings({
      connectionTimeoutS: r.pick([0, 5, 60]),
      stopTransactionOnEvSideDisconnect: r.next() < 0.5,
      unlockConnectorOnEvSideDisconnect: r.next() < 0.5,
      stopTransactionOnInvalidId: r.next() < 0.5,
      maxEnergyOnInvalidIdWh: r.pick([null, 10]),
      sampleIntervalS: r.pick([0, 7]),
      clockAlignedIntervalS: r.pick([0, 11]),
    }),
  (b, r) => {
    b.journalAnswers = r.next() < 0.6;
  },
  (b, r) => {
    b.powerOffAnswers = r.next() < 0.6;
  },
  (b, r) => {
    b.lockAnswers = r.pick(['works', 'works', 'fails', 'silent']);
  },
  (b, r) => {
    b.drawMa = r.pick([0, 400, 16_000]);
  },
  (b, r) => {
    b.energyWh += r.pick([0, 25, -10]);
  },
  (b, r) => b.setClock(r.pick([-90_000, -300, 4000, 100_000])),
  (b, r) => b.pass(r.pick([0.2, 1, 3, 12])),
  (b, r) => b.pass(r.pick([0.2, 1, 3, 70])),
];

function run(seed: number): void {
  const random = createRandom(seed);
  const bench = new Bench({
    traits: { hasPlugSensor: random.next() < 0.7, hasLock: random.next() < 0.5 },
    restored: false,
  });
  bench.restore({
    pluggedIn: random.next() < 0.5,
    transaction: random.next() < 0.3 ? openTransaction() : null,
    operative: random.next() < 0.9,
  });
  check(bench);
  for (let i = 0; i < STEPS; i += 1) {
    random.pick(ACTIONS)(bench, random);
    check(bench);
  }
  checkHistory(bench);
  // Whatever happened: with everybody answering and everything cleared, the connector comes to rest, free.
  Object.assign(bench, { journalAnswers: true, powerOffAnswers: true, lockAnswers: 'works' });
  bench.settings({ unlockConnectorOnEvSideDisconnect: true, connectionTimeoutS: 60 }).send({ t: 'resend' });
  bench.stop().pass(20).plugOut();
  for (const { errorCode } of FAULTS) bench.clearFault(errorCode);
  bench.reserve(null).availability(true).pass(90);
  assert.is(bench.status, 'Available');
  assert.is(bench.state.outbox.waiting.length, 0);
  assert.is(bench.state.unlocks.length, 0);
  checkHistory(bench);
}

function check(bench: Bench): void {
  const { state } = bench;
  if (state.told.power?.on === true) {
    assert.is(state.phase.t, 'running', 'power only in a running transaction');
    assert.is.not(state.pluggedIn, false, 'no power without a cable where there is a sensor');
    assert.ok(isSecured(state), 'no power on an unlocked socket');
    assert.ok(state.told.power.limitMa >= 6000 && state.told.power.limitMa <= state.traits.maximumCurrentMa);
    assert.is(state.outbox.waiting.filter(({ record }) => record.t === 'TransactionStarted').length, 0);
  }
  assert.is(bench.status, bench.snapshot.status, 'what was reported last is what the state gives');
  if (bench.status === 'Faulted') assert.is.not(bench.snapshot.errorCode, 'NoError');
  for (const [name, dueMs] of Object.entries(state.told.timers) as [TimerName, number][])
    assert.ok(dueMs > bench.now.monotonicMs - 21, `${name} was due ${bench.now.monotonicMs - dueMs} ms ago`);
}

/** Of the effects in the order in which they went out, and of what reached the journal. */
function checkHistory(bench: Bench): void {
  let seq = 0;
  for (const effect of bench.effects) {
    if (effect.t === 'record' && effect.seq > seq) {
      assert.is(effect.seq, seq + 1, 'numbers without gaps');
      seq = effect.seq;
    }
  }
  const open = new Map<string, number>([[openTransaction().localId, 0]]);
  const ended = new Set<string>();
  for (const record of bench.records) {
    if (record.t === 'TransactionStarted') {
      assert.not(open.has(record.localId), 'started once');
      open.set(record.localId, record.meterStartWh);
    } else if (record.t === 'TransactionEnded') {
      assert.ok(open.has(record.localId), 'ended after it was started');
      assert.not(ended.has(record.localId), 'ended once');
      assert.ok(record.meterStopWh >= (open.get(record.localId) ?? 0), 'meterStop is not below meterStart');
      assert.is(record.reading.energyWh, record.meterStopWh);
      ended.add(record.localId);
    } else if (record.localId !== null) {
      assert.ok(open.has(record.localId) && !ended.has(record.localId), `${record.t} within its transaction`);
    }
  }
  assert.ok(open.size - ended.size <= 2, 'one transaction at a time');
  for (const [i, status] of bench.statuses.entries()) {
    const before = bench.statuses[i - 1];
    if (before !== undefined) assert.ok(transitionCode(before, status), `${before} → ${status} is in §4.9's table`);
  }
}

const only = process.env.CONNECTOR_SEED;
const seeds = only === undefined ? Array.from({ length: SEEDS }, (_, i) => i + 1) : [Number(only)];

test(`invariants after random events: ${seeds.length} runs of ${STEPS} events`, () => {
  for (const seed of seeds) {
    try {
      run(seed);
    } catch (error) {
      // uvu prints no cause: the message has to say it all.
      const { stack, message, details } = error as { stack?: string; message: string; details?: string };
      throw new Error(`CONNECTOR_SEED=${seed}: ${message}\n${details ?? ''}\n${stack ?? ''}`);
    }
  }
});

test.run();
