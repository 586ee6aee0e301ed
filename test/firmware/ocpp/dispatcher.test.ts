import {
  CallErrorReceived,
  type CallOptions,
  CallTimeout,
  type Connection,
  ConnectionLost,
  InvalidAnswer,
  InvalidPayload,
} from '@tapwatt/ocpp';
import { createDispatcher } from 'tapwatt/ocpp/dispatcher.js';
import type { Gate, Outcome, Registration, Source } from 'tapwatt/ocpp/outgoing.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** A clock that is moved by hand. */
class HandClock {
  now = 0;
  timers: { dueMs: number; action: () => void }[] = [];
  monotonicMs = () => this.now;
  after = (delayMs: number, action: () => void) => {
    const timer = { dueMs: this.now + delayMs, action };
    this.timers.push(timer);
    const cancel = (): void => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
    return { cancel };
  };
  advance(ms: number): void {
    this.now += ms;
    const due = this.timers.filter(({ dueMs }) => dueMs <= this.now);
    this.timers = this.timers.filter(({ dueMs }) => dueMs > this.now);
    for (const { action } of due) action();
  }
}

/** Calls hang until the test settles them. */
class HandConnection {
  isOpen = true;
  calls: {
    action: string;
    messageId: string | undefined;
    resolve: (payload: object) => void;
    reject: (error: Error) => void;
  }[] = [];
  call = (action: string, _payload: object, options: CallOptions = {}): Promise<object> =>
    new Promise((resolve, reject) => {
      this.calls.push({ action, messageId: options.messageId, resolve, reject });
      options.signal?.addEventListener('abort', () => reject(new CallTimeout('x', action, 0)));
    });
}

function sourceOf(name: string, gate: Gate, actions: string[], outcomes: [string, Outcome][] = []): Source {
  return {
    name,
    gate,
    next: () => {
      const action = actions.shift();
      if (action === undefined) return { t: 'empty' };
      return { t: 'send', outgoing: { action, payload: {}, settle: (outcome) => outcomes.push([action, outcome]) } };
    },
  };
}

function dispatch(sources: Source[], registration: () => Registration = () => 'Accepted') {
  const clock = new HandClock();
  const connection = new HandConnection();
  const errors: unknown[] = [];
  const dispatcher = createDispatcher({
    clock,
    sources,
    registration,
    timeoutMs: () => 30_000,
    yieldAfterMs: () => 2_000,
    onError: (error) => errors.push(error),
  });
  return { clock, connection, dispatcher, errors, wire: connection as unknown as Connection };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('OCPP-J §4.1.1: one CALL at a time, sources in order of priority', async () => {
  const authorize: string[] = [];
  const queue = ['StartTransaction', 'MeterValues'];
  const { connection, dispatcher, wire } = dispatch([
    sourceOf('authorize', 'accepted', authorize),
    sourceOf('queue', 'accepted', queue),
    sourceOf('heartbeat', 'accepted', ['Heartbeat']),
  ]);
  dispatcher.attach(wire);
  assert.equal(
    connection.calls.map(({ action }) => action),
    ['StartTransaction'],
  );
  authorize.push('Authorize');
  dispatcher.kick();
  assert.is(connection.calls.length, 1);
  for (let n = 0; n < 3; n += 1) {
    connection.calls.at(-1)?.resolve({});
    await turn();
  }
  assert.equal(
    connection.calls.map(({ action }) => action),
    ['StartTransaction', 'Authorize', 'MeterValues', 'Heartbeat'],
  );
});

test('J §4.1.1: a CALL that nobody needs times out early once something urgent is in line, and only then', async () => {
  for (const { yields, urgent, expected } of [
    { yields: true, urgent: true, expected: ['Heartbeat', 'Authorize'] },
    { yields: true, urgent: false, expected: ['Heartbeat'] },
    { yields: false, urgent: true, expected: ['Heartbeat'] },
  ]) {
    const inLine: string[] = [];
    const outcomes: Outcome[] = [];
    const authorize = { ...sourceOf('authorize', 'accepted', inLine), isUrgent: () => urgent && inLine.length > 0 };
    let wanted = true;
    const heartbeat: Source = {
      name: 'heartbeat',
      gate: 'accepted',
      next() {
        if (!wanted) return { t: 'empty' };
        wanted = false;
        const settle = (outcome: Outcome) => outcomes.push(outcome);
        return { t: 'send', outgoing: { action: 'Heartbeat', payload: {}, yields, settle } };
      },
    };
    const { clock, connection, dispatcher, wire } = dispatch([authorize, heartbeat]);
    dispatcher.attach(wire);
    clock.advance(500);
    inLine.push('Authorize');
    dispatcher.kick();
    clock.advance(1_499);
    await turn();
    assert.is(connection.calls.length, 1, 'not before its time');
    clock.advance(1);
    await turn();
    assert.equal(
      connection.calls.map(({ action }) => action),
      expected,
    );
    if (expected.length === 2) assert.equal(outcomes, [{ t: 'no-answer', why: 'timeout' }]);
  }
});

test('J §4.1.1: what is urgent and in line behind what goes first does not wait for a time-out either', async () => {
  const statuses = ['first', 'second'];
  const queue: Source = {
    name: 'delivery',
    gate: 'accepted',
    isUrgent: () => true,
    next() {
      const action = statuses.shift() ?? 'StartTransaction';
      return { t: 'send', outgoing: { action, payload: {}, yields: action !== 'StartTransaction', settle: () => {} } };
    },
  };
  const { clock, connection, dispatcher, wire } = dispatch([queue]);
  dispatcher.attach(wire);
  for (let n = 0; n < 4; n += 1) {
    clock.advance(2_000);
    await turn();
  }
  assert.equal(
    connection.calls.map(({ action }) => action),
    ['first', 'second', 'StartTransaction'],
  );
});

test('1.6 §4.2: before Accepted nothing but BootNotification, while Pending also what was triggered', async () => {
  let registration: Registration = 'none';
  const sources = () => [
    sourceOf('boot', 'always', ['BootNotification']),
    sourceOf('triggered', 'pending', ['Heartbeat']),
    sourceOf('queue', 'accepted', ['StartTransaction']),
  ];
  for (const [state, expected] of [
    ['none', ['BootNotification']],
    ['Rejected', ['BootNotification']],
    ['Pending', ['BootNotification', 'Heartbeat']],
    ['Accepted', ['BootNotification', 'Heartbeat', 'StartTransaction']],
  ] as const) {
    registration = state;
    const { connection, dispatcher, wire } = dispatch(sources(), () => registration);
    dispatcher.attach(wire);
    for (let n = 0; n < 4; n += 1) {
      connection.calls[n]?.resolve({});
      await turn();
    }
    assert.equal(
      connection.calls.map(({ action }) => action),
      expected,
    );
  }
});

test('Every end of a CALL is the right outcome', async () => {
  const outcomes: [string, Outcome][] = [];
  const { connection, dispatcher, wire, errors } = dispatch([
    sourceOf('x', 'always', ['A', 'B', 'C', 'D', 'E'], outcomes),
  ]);
  dispatcher.attach(wire);
  const ends = [
    new CallErrorReceived('1', 'A', 'InternalError', 'no', {}),
    new CallTimeout('2', 'B', 30),
    new ConnectionLost('3', 'C', true),
    new InvalidPayload('D', [{ path: '/x', message: 'too long', errorCode: 'PropertyConstraintViolation' }]),
    new InvalidAnswer('5', 'E', [], { transactionId: 3 }),
  ];
  for (const [n, end] of ends.entries()) {
    connection.calls[n]?.reject(end);
    await turn();
  }
  assert.equal(
    outcomes.map(([, outcome]) => outcome.t),
    ['refused', 'no-answer', 'no-answer', 'unsendable', 'answered'],
  );
  assert.equal(outcomes[4]?.[1], { t: 'answered', payload: { transactionId: 3 } });
  assert.equal(errors, []);
});

test('A source that waits is asked again at its time; nothing runs without a connection', async () => {
  let dueMs = 500;
  const source: Source = {
    name: 'later',
    gate: 'always',
    next: (nowMs) => {
      if (nowMs < dueMs) return { t: 'wait', untilMs: dueMs };
      dueMs = Number.POSITIVE_INFINITY;
      return { t: 'send', outgoing: { action: 'A', payload: {}, settle: () => {} } };
    },
  };
  const { clock, connection, dispatcher, wire } = dispatch([source]);
  dispatcher.kick();
  dispatcher.attach(wire);
  clock.advance(499);
  assert.is(connection.calls.length, 0);
  clock.advance(1);
  assert.is(connection.calls.length, 1);
  assert.is(dispatcher.lastSentMs, 500);
  connection.calls[0]?.resolve({});
  await turn();
  dispatcher.attach(null);
  assert.is(clock.timers.length, 0, 'no timer is left behind');
});

test('An outcome that cannot be kept (the journal fails) pauses sending instead of turning in circles', async () => {
  let failing = true;
  let sent = 0;
  const source: Source = {
    name: 'queue',
    gate: 'always',
    next: () => {
      if (!failing && sent > 1) return { t: 'empty' };
      sent += 1;
      const settle = () => {
        if (failing) throw new Error('disk full');
      };
      return { t: 'send', outgoing: { action: 'StopTransaction', payload: {}, settle } };
    },
  };
  const { clock, connection, dispatcher, wire, errors } = dispatch([source]);
  dispatcher.attach(wire);
  connection.calls[0]?.resolve({});
  await turn();
  assert.is(sent, 1);
  assert.is(errors.length, 1);
  failing = false;
  clock.advance(2000);
  assert.is(sent, 2);
});

test.run();
