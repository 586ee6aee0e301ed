import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, followEvents, NotReachable } from 'tapwatt/control/client.js';
import { ControlError } from 'tapwatt/control/errors.js';
import { startControlServer } from 'tapwatt/control/server.js';
import type { BenchTarget, ControlTarget } from 'tapwatt/control/target.js';
import type { ControlState } from 'tapwatt/supervisor/state.js';
import type { DomainEvent } from 'tapwatt/threads/messages.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually, PATIENCE_MS, withDeadline } from '../../support/deadline.js';

/** Notes what it was asked, and answers. */
function fakeTarget(bench: 'there' | 'none' | 'starting' = 'there') {
  const calls: [string, ...unknown[]][] = [];
  const listeners = new Set<(event: DomainEvent) => void>();
  const note =
    (name: string) =>
    (...input: unknown[]): void =>
      void calls.push([name, ...input]);
  const hands: BenchTarget = {
    plugIn: note('plugIn'),
    plugOut: note('plugOut'),
    tap: note('tap'),
    fault: note('fault'),
    clearFault: note('clearFault'),
    meter(connectorId, energyWh) {
      calls.push(['meter', connectorId, energyWh]);
      return energyWh ?? 41;
    },
    ev: note('ev'),
    powerModule(connectorId, mode) {
      if (connectorId === 9) throw new ControlError(404, 'UnknownConnector', 'there is no connector 9', 'there are: 1');
      calls.push(['powerModule', connectorId, mode]);
      return 0;
    },
    reader: note('reader'),
    can: note('can'),
    lock: note('lock'),
    chaos: note('chaos'),
    powerCut: note('powerCut'),
  };
  const target: ControlTarget = {
    state: () => ({ version: '1', connectors: [] }) as unknown as ControlState,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    subscribeCurrent(listener) {
      listener({
        at: '2026-01-01T00:00:00.000Z',
        connectorId: 1,
        currentMa: 6000,
        limitMa: 16_000,
        powerOn: true,
        module: 'ok',
        anomalies: [],
      });
      return () => undefined;
    },
    transactions: async (limit) => [{ limit }],
    station: async (query) => ({ asked: query }),
    queue: async () => {
      throw new Error('a defect');
    },
    reload: () => ({ applied: [], needsRestart: ['csms.url'] }),
    bench: bench === 'there' ? hands : bench,
  };
  return { target, calls, listeners };
}

async function withServer(
  bench: 'there' | 'none' | 'starting',
  work: (path: string, fake: ReturnType<typeof fakeTarget>) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-control-'));
  const path = join(directory, 'deep', 'control.sock');
  const fake = fakeTarget(bench);
  const server = await startControlServer(path, fake.target);
  try {
    await work(path, fake);
  } finally {
    await server.close();
    rmSync(directory, { recursive: true });
  }
}

/** Status and body, whatever the status. */
function raw(
  socketPath: string,
  method: string,
  path: string,
  text = '',
): Promise<{ status: number; body: { error?: { code: string; message: string; hint: string } } }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, headers: { connection: 'close' } }, (incoming) => {
      let received = '';
      incoming.on('data', (chunk) => {
        received += String(chunk);
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(received) }));
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

test('the routes that are always there', async () => {
  await withServer('none', async (path) => {
    assert.equal(await ask(path, 'GET', '/state'), { version: '1', connectors: [] });
    assert.equal(await ask(path, 'GET', '/transactions?limit=3'), [{ limit: 3 }]);
    assert.equal(await ask(path, 'GET', '/transactions'), [{ limit: 50 }]);
    assert.equal(await ask(path, 'POST', '/reload', {}), { applied: [], needsRestart: ['csms.url'] });
  });
});

test('bench routes: bodies with the defaults of charge-point-control.md', async () => {
  await withServer('there', async (path, { calls }) => {
    const bodies: [string, object][] = [
      ['/plug-in', {}],
      ['/plug-in', { connectorId: 2, currentA: 16.5, phases: 3, drawDelayMs: 250 }],
      ['/plug-out', {}],
      ['/tap', { idTag: 'A1B2C3D4' }],
      ['/tap', { idTag: 'anything', connectorIds: [1, 2] }],
      ['/fault', { errorCode: 'GroundFailure' }],
      ['/fault', { connectorId: 2, errorCode: 'OtherError', info: 'i', vendorId: 'v', vendorErrorCode: 'e' }],
      ['/clear-fault', { connectorId: 2 }],
      ['/meter', { energyWh: 1000 }],
      ['/ev', { ready: false }],
      ['/ev', { connectorId: 2, currentA: 6 }],
      ['/power-module', { mode: 'stuck-on' }],
      ['/reader', { mode: 'garbage' }],
      ['/chaos', { thread: 'connector', connectorId: 2, mode: 'spin' }],
      ['/power-cut', {}],
    ];
    for (const [route, body] of bodies) await ask(path, 'POST', route, body);
    const nothing = { info: null, vendorId: null, vendorErrorCode: null };
    assert.equal(calls, [
      ['plugIn', 1, { currentA: 32, phases: 1, drawDelayMs: 0 }],
      ['plugIn', 2, { currentA: 16.5, phases: 3, drawDelayMs: 250 }],
      ['plugOut', 1],
      ['tap', 'A1B2C3D4', null],
      ['tap', 'anything', [1, 2]],
      ['fault', 1, { errorCode: 'GroundFailure', ...nothing }],
      ['fault', 2, { errorCode: 'OtherError', info: 'i', vendorId: 'v', vendorErrorCode: 'e' }],
      ['clearFault', 2],
      ['meter', 1, 1000],
      ['ev', 1, { ready: false }],
      ['ev', 2, { currentA: 6 }],
      ['powerModule', 1, 'stuck-on'],
      ['reader', 'garbage'],
      ['chaos', 'connector', 2, 'spin'],
      ['powerCut'],
    ]);
    assert.equal(await ask(path, 'POST', '/meter', {}), { ok: true, energyWh: 41 });
  });
});

test('bench routes are 404 when hardware is real, 503 while it is being opened', async () => {
  await withServer('none', async (path) => {
    const { status, body } = await raw(path, 'POST', '/tap', '{"idTag":"A1B2C3D4"}');
    assert.is(status, 404);
    assert.is(body.error?.code, 'NotFound');
    assert.match(body.error?.message ?? '', /hardware/);
    assert.is((await raw(path, 'POST', '/power-cut')).status, 404);
  });
  await withServer('starting', async (path) => {
    assert.is((await raw(path, 'POST', '/tap', '{"idTag":"A1B2C3D4"}')).status, 503);
  });
});

/** [method, path, body, status, code] */
const REFUSED: [string, string, string, number, string][] = [
  ['GET', '/nothing', '', 404, 'NotFound'],
  ['POST', '/state', '', 405, 'MethodNotAllowed'],
  ['DELETE', '/events', '', 405, 'MethodNotAllowed'],
  ['GET', '/transactions?limit=0', '', 400, 'BadRequest'],
  ['GET', '/transactions?limit=many', '', 400, 'BadRequest'],
  ['GET', '/state?verbose=1', '', 400, 'BadRequest'],
  ['POST', '/tap', '{', 400, 'BadRequest'],
  ['POST', '/tap', '{}', 400, 'BadRequest'],
  ['POST', '/tap', '[]', 400, 'BadRequest'],
  ['POST', '/tap', '{"idTag":7}', 400, 'BadRequest'],
  ['POST', '/plug-in', '{"connectorId":"1"}', 400, 'BadRequest'],
  ['POST', '/plug-in', '{"phases":4}', 400, 'BadRequest'],
  ['POST', '/plug-in', '{"curentA":4}', 400, 'BadRequest'],
  ['POST', '/fault', '{"errorCode":"NoError"}', 400, 'BadRequest'],
  ['POST', '/power-module', '{"mode":"loud"}', 400, 'BadRequest'],
  ['POST', '/power-module', '{"mode":"normal","connectorId":9}', 404, 'UnknownConnector'],
  ['POST', '/tap', JSON.stringify({ idTag: 'x'.repeat(70_000) }), 413, 'TooLarge'],
  ['GET', '/queue', '', 500, 'InternalError'],
];

test('what is wrong is answered with code, message and hint', async () => {
  await withServer('there', async (path, { calls }) => {
    for (const [method, route, text, status, code] of REFUSED) {
      const answer = await raw(path, method, route, text);
      assert.is(answer.status, status, `${method} ${route} ${text.slice(0, 60)}`);
      assert.is(answer.body.error?.code, code, `${method} ${route}`);
      assert.ok(answer.body.error?.message && answer.body.error.hint, `${method} ${route}: message and hint`);
    }
    assert.equal(calls, [], 'nothing was done');
  });
});

test('the socket has mode 0660; a second instance is refused; a file that nobody answers on is replaced', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tapwatt-control-'));
  const path = join(directory, 'control.sock');
  const { target } = fakeTarget('none');
  const code = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'no error',
      (error: unknown) => (error as ControlError).code,
    );
  try {
    const first = await startControlServer(path, target);
    assert.is(statSync(path).mode & 0o777, 0o660);
    assert.is(await code(startControlServer(path, target)), 'AlreadyRunning');
    assert.equal(await ask(path, 'GET', '/state'), { version: '1', connectors: [] }, 'the first one goes on');
    await first.close();
    assert.throws(() => statSync(path), /ENOENT/);

    // What SIGKILL leaves behind: a socket file without a listener.
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(path, resolve));
    const stale = join(directory, 'stale.sock');
    const { linkSync } = await import('node:fs');
    linkSync(path, stale);
    await new Promise((resolve) => dead.close(resolve));
    const second = await startControlServer(stale, target);
    assert.equal(await ask(stale, 'GET', '/state'), { version: '1', connectors: [] });
    await second.close();

    writeFileSync(path, 'not a socket');
    assert.is(await code(startControlServer(path, target)), 'NotASocket');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('events: one line of JSON each; an end of the listener ends the subscription', async () => {
  await withServer('none', async (path, { listeners }) => {
    const stop = new AbortController();
    const seen: DomainEvent[] = [];
    const following = followEvents(path, (event) => seen.push(event), stop.signal);
    await eventually(() => listeners.size === 1, 'subscribed');
    for (const listener of listeners) {
      listener({ at: 't', type: 'A', message: 'line\nbreak' });
      listener({ at: 't', type: 'B', message: 'b', connectorId: 1 });
    }
    await eventually(() => seen.length === 2, 'two events');
    assert.is(seen[0]?.message, 'line\nbreak');
    stop.abort();
    await withDeadline(following, PATIENCE_MS, 'the stream ends');
    await eventually(() => listeners.size === 0, 'unsubscribed');
  });
});

test('events: a reader that does not read misses events and is told; nothing waits for it', async () => {
  await withServer('none', async (path, { listeners }) => {
    let received = '';
    const outgoing = request({ socketPath: path, path: '/events' });
    outgoing.on('error', () => {});
    const incoming = await new Promise<NodeJS.ReadableStream>((resolve) => {
      outgoing.on('response', resolve);
      outgoing.end();
    });
    incoming.pause();
    await eventually(() => listeners.size === 1, 'subscribed');
    const big = 'x'.repeat(10_000);
    const emit = (message: string): void => {
      for (const listener of listeners) listener({ at: 't', type: 'Big', message });
    };
    for (let i = 0; i < 500; i += 1) emit(big);
    incoming.on('data', (chunk) => {
      received += String(chunk);
    });
    incoming.resume();
    await eventually(async () => {
      emit('again');
      await sleep(10);
      return received.includes('EventsMissed');
    }, 'told of the gap');
    const gap = received.split('\n').find((line) => line.includes('EventsMissed')) ?? '';
    assert.ok(Number((JSON.parse(gap) as { data: { missed: number } }).data.missed) > 100);
    outgoing.destroy();
  });
});

test('client: nobody there, and no permission, are told apart with what to do', async () => {
  const error = await ask('/nonexistent/control.sock', 'GET', '/state').then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.instance(error, NotReachable);
  assert.is((error as NotReachable).code, 'ENOENT');
  assert.match((error as NotReachable).hint, /start it/);
});

test.run();
