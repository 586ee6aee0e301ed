import { step } from 'tapwatt/connector/machine.js';
import { initialState } from 'tapwatt/connector/state.js';
import { ERROR_CODES, type Fault } from 'tapwatt/domain/records.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bench } from './bench.js';
import { INCARNATION, openTransaction, START, TRAITS } from './fixtures.js';

const faultOf = (errorCode: Fault['errorCode']): Fault => ({
  errorCode,
  info: null,
  vendorId: null,
  vendorErrorCode: null,
});

/** 1.6 §7.6 and §4.9: what each error code does to a connector at rest, and to one that charges. */
const MEANINGS: Record<Fault['errorCode'], [atRest: string, whileCharging: string]> = {
  ConnectorLockFailure: ['Faulted', 'Faulted'],
  EVCommunicationError: ['Available', 'SuspendedEVSE'],
  GroundFailure: ['Faulted', 'Faulted'],
  HighTemperature: ['Faulted', 'Faulted'],
  InternalError: ['Faulted', 'Faulted'],
  LocalListConflict: ['Available', 'Charging'],
  OtherError: ['Faulted', 'Faulted'],
  OverCurrentFailure: ['Faulted', 'Faulted'],
  OverVoltage: ['Faulted', 'Faulted'],
  PowerMeterFailure: ['Faulted', 'Faulted'],
  PowerSwitchFailure: ['Faulted', 'Faulted'],
  ReaderFailure: ['Available', 'Charging'],
  ResetFailure: ['Available', 'Charging'],
  UnderVoltage: ['Faulted', 'Faulted'],
  WeakSignal: ['Available', 'Charging'],
};

for (const errorCode of ERROR_CODES) {
  if (errorCode === 'NoError') continue;
  const [atRest, whileCharging] = MEANINGS[errorCode];
  test(`1.6 §7.6 ${errorCode}: ${atRest} at rest, ${whileCharging} while charging; the transaction is kept`, () => {
    const resting = new Bench().fault(faultOf(errorCode));
    assert.is(resting.status, atRest);
    // §4.9: EVCommunicationError only with Preparing, SuspendedEV, SuspendedEVSE and Finishing.
    assert.is(resting.snapshot.errorCode, errorCode === 'EVCommunicationError' ? 'NoError' : errorCode);
    const charging = new Bench().charge().fault(faultOf(errorCode));
    assert.is(charging.status, whileCharging);
    assert.is(charging.snapshot.errorCode, errorCode);
    assert.is(charging.power.on, whileCharging === 'Charging');
    charging.pass(100).clearFault(errorCode);
    assert.is(charging.status, 'Charging');
    assert.is(charging.power.on, true);
    assert.is(charging.ended().length, 0);
    assert.is(charging.started().length, 1);
  });
}

test('several faults: Faulted until the last one clears, then the status that the facts give', () => {
  const bench = new Bench().charge().fault().fault(faultOf('OverVoltage')).clearFault();
  assert.is(bench.status, 'Faulted');
  assert.is(bench.snapshot.errorCode, 'OverVoltage');
  // What happens meanwhile is not forgotten: the transaction is stopped by its card, the cable stays in.
  bench.stop();
  assert.is(bench.ended()[0]?.reason, 'Local');
  bench.clearFault('OverVoltage');
  assert.is(bench.status, 'Finishing');
});

test('a car that leaves while Faulted ends its transaction (EVDisconnected)', () => {
  const bench = new Bench().charge().fault().plugOut().clearFault();
  assert.is(bench.ended()[0]?.reason, 'EVDisconnected');
  assert.is(bench.status, 'Available');
});

test('nobody can begin on a Faulted connector; a cable that waits has its whole time after the fault', () => {
  const bench = new Bench().plugIn().pass(50).fault().authorize().pass(100);
  assert.is(bench.records.length, 0);
  bench.clearFault().pass(59);
  assert.is(bench.status, 'Preparing');
  bench.pass(1);
  assert.is(bench.status, 'Finishing');
});

test('a limit below 6 A pauses (IEC 61851-1), above the installation it is capped, changes go out at once', () => {
  const bench = new Bench().charge();
  bench.limit(16_000);
  assert.equal(bench.power, { on: true, limitMa: 16_000 });
  assert.is(bench.snapshot.transaction?.limitMa, 16_000);
  bench.limit(5_999);
  assert.is(bench.power.on, false);
  assert.is(bench.status, 'SuspendedEVSE');
  assert.is(bench.snapshot.transaction?.limitMa, 0);
  bench.limit(6_000);
  assert.equal(bench.power, { on: true, limitMa: 6_000 });
  bench.limit(80_000);
  assert.equal(bench.power, { on: true, limitMa: 32_000 });
});

test('1.6 §4.9: SuspendedEVSE has precedence over SuspendedEV', () => {
  const bench = new Bench();
  bench.drawMa = 0;
  bench.charge().pass(10);
  assert.is(bench.status, 'SuspendedEV');
  bench.limit(0);
  assert.is(bench.status, 'SuspendedEVSE');
});

test('directly after the start: Charging while the car has 5 s to begin, then SuspendedEV, Charging when it draws', () => {
  const bench = new Bench();
  bench.drawMa = 0;
  bench.plugIn().authorize().pass(4.9);
  assert.is(bench.status, 'Charging');
  bench.pass(0.1);
  assert.is(bench.status, 'SuspendedEV');
  assert.is(bench.power.on, true, 'the car may begin whenever it likes');
  bench.drawMa = 600;
  bench.pass(1);
  assert.is(bench.status, 'Charging');
  // A dip of a few seconds is no suspension.
  bench.drawMa = 0;
  bench.pass(3);
  bench.drawMa = 16_000;
  bench.pass(3);
  assert.is(bench.status, 'Charging');
  assert.equal(bench.codes().slice(-2), ['C4', 'D3']);
});

test('power taken away by main: told off, SuspendedEVSE, asked for again after 10 s; the transaction is kept', () => {
  const bench = new Bench().charge();
  bench.power = { on: false };
  const from = bench.effects.length;
  bench.send({ t: 'power-lost', reading: bench.reading() });
  assert.ok(bench.effects.slice(from).some((effect) => effect.t === 'power' && !effect.on));
  assert.is(bench.status, 'SuspendedEVSE');
  bench.pass(9.9);
  assert.is(bench.power.on, false);
  bench.pass(0.1);
  assert.is(bench.power.on, true);
  assert.is(bench.status, 'Charging');
  assert.is(bench.started().length, 1);
});

test('power taken away with a fault: asked for again at once when the fault clears', () => {
  const bench = new Bench().charge();
  bench.power = { on: false };
  bench.send({ t: 'power-lost', reading: bench.reading() }).fault(faultOf('PowerMeterFailure')).pass(3);
  assert.is(bench.status, 'Faulted');
  assert.is(bench.power.on, false);
  bench.clearFault('PowerMeterFailure');
  assert.is(bench.power.on, true);
});

test('Reserved stays while a cable is in until the reserved identity is presented; cancelled, the cable has its time', () => {
  const bench = new Bench().reserve().plugIn().pass(120);
  assert.is(bench.status, 'Reserved');
  assert.is(bench.snapshot.waitingForTag, true);
  bench.reserve(null).pass(59);
  assert.is(bench.status, 'Preparing');
  bench.pass(1);
  assert.is(bench.status, 'Finishing');
});

test('restore: an open transaction whose cable is gone is ended with EVDisconnected at the register of now', () => {
  const bench = new Bench({ restore: { transaction: openTransaction(), pluggedIn: false } });
  assert.equal(
    bench.ended().map(({ reason, meterStopWh }) => ({ reason, meterStopWh })),
    [{ reason: 'EVDisconnected', meterStopWh: 1000 }],
  );
  assert.is(bench.status, 'Available');
  assert.not(bench.effects.some((effect) => effect.t === 'power' && effect.on));
});

test('restore: a socket is locked again before power flows', () => {
  const bench = new Bench({ traits: { hasLock: true }, restored: false });
  bench.lockAnswers = 'silent';
  bench.restore({ transaction: openTransaction(), pluggedIn: true });
  assert.is(bench.power.on, false);
  bench.send({ t: 'lock-result', locked: true, ok: true });
  assert.is(bench.power.on, true);
  assert.is(bench.status, 'Charging');
});

test('restore: a refused transaction stays without energy (TC_037_2 and a restart)', () => {
  const transaction = openTransaction({ deauthorized: true });
  const bench = new Bench({ restore: { transaction, pluggedIn: true } });
  assert.is(bench.status, 'SuspendedEVSE');
  assert.is(bench.power.on, false);
});

test('restore: the register of the journal counts when the meter lost its own', () => {
  const bench = new Bench({ restored: false });
  bench.energyWh = 5;
  bench.restore({ transaction: openTransaction({ lastEnergyWh: 990 }), pluggedIn: true });
  bench.stop();
  assert.is(bench.ended()[0]?.meterStopWh, 990);
  assert.is(bench.ended()[0]?.reading.energyWh, 990);
});

test('a second restore (the station was restarted) brings settings and limit, and keeps the transaction that runs', () => {
  const bench = new Bench().charge();
  bench.journalAnswers = false;
  bench.pass(61);
  const waiting = bench.state.outbox.waiting.length;
  assert.ok(waiting > 0);
  bench.journalAnswers = true;
  const snapshots = () => bench.effects.filter((effect) => effect.t === 'snapshot').length;
  const before = snapshots();
  bench.restore({ transaction: null, limitMa: 10_000, pluggedIn: false });
  assert.is(bench.status, 'Charging');
  assert.equal(bench.power, { on: true, limitMa: 10_000 });
  assert.is(bench.state.outbox.waiting.length, 0);
  assert.ok(snapshots() > before);
});

test('before its restore a connector hears nothing, and shows and does nothing', () => {
  let state = initialState(TRAITS, INCARNATION);
  for (const event of [
    { t: 'plug', pluggedIn: true, at: START },
    { t: 'authorize', authorization: openTransaction().authorization, at: START },
    { t: 'stop', reason: 'Remote', idTag: null, at: START },
  ] as const) {
    const result = step(state, event);
    state = result.state;
    assert.equal(result.effects, []);
  }
});

test('shutdown: power off, the register journaled, timers gone, the thread closes, and then nothing', () => {
  const bench = new Bench().charge().pass(30);
  const from = bench.effects.length;
  bench.send({ t: 'shutdown' });
  const effects = bench.effects.slice(from);
  assert.equal(effects[0], { t: 'power', on: false });
  assert.is(effects.at(-1)?.t, 'close');
  assert.equal(bench.state.told.timers, {});
  const last = bench.records.at(-1);
  assert.ok(last?.t === 'EnergyCheckpoint' && last.energyWh === bench.energyWh);
  assert.is(bench.ended().length, 0, 'it is left to the next boot: resumed or ended there');
  const { length } = bench.effects;
  bench.authorize().stop().pass(10);
  assert.is(bench.effects.length, length);
});

test('shutdown before the restore: the thread closes all the same', () => {
  const { effects } = step(initialState(TRAITS, INCARNATION), { t: 'shutdown', at: START });
  assert.equal(effects, [{ t: 'power', on: false }, { t: 'close' }]);
});

test('shutdown while stopping: what was being stopped is ended', () => {
  const bench = new Bench().charge();
  bench.powerOffAnswers = false;
  bench.stop('SoftReset').send({ t: 'shutdown' });
  assert.is(bench.ended()[0]?.reason, 'SoftReset');
});

test('time does not run backwards when messages of two threads overtake each other', () => {
  const bench = new Bench().plugIn();
  const early = { wallMs: bench.now.wallMs - 400, monotonicMs: bench.now.monotonicMs - 400 };
  bench.pass(1).send({ t: 'authorize', authorization: openTransaction().authorization, at: early });
  assert.ok((bench.started()[0]?.at.monotonicMs ?? 0) >= bench.now.monotonicMs);
});

test.run();
