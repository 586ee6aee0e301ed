import { createSystemClock } from '@tapwatt/hal';
import { connectToCentralSystem } from '@tapwatt/ocpp';
import { backoffMs } from 'tapwatt/ocpp/backoff.js';
import { createLink, type LinkState } from 'tapwatt/ocpp/link.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startScriptedCentralSystem } from '../../support/scripted-central-system.js';

test('Back-off: doubles from the minimum to the maximum, the random part drawn each time', () => {
  const policy = { minimumS: 3, maximumS: 60, randomS: 10 };
  assert.equal(
    [0, 1, 2, 3, 4, 5, 6, 100].map((failures) => backoffMs(policy, failures, 0)),
    [3000, 3000, 6000, 12_000, 24_000, 48_000, 60_000, 60_000],
  );
  assert.is(backoffMs(policy, 1, 0.5), 8000);
  assert.is(backoffMs({ minimumS: 90, maximumS: 60, randomS: 0 }, 5, 0), 90_000);
});

async function linked(pingIntervalS = 0) {
  const central = await startScriptedCentralSystem({ ordinary: true });
  const states: LinkState[] = [];
  const link = createLink({
    connect: (signal) =>
      connectToCentralSystem({ url: central.url, identity: 'CP-1', versions: ['1.6'], handler: () => ({}), signal }),
    clock: createSystemClock(),
    random: () => 0,
    reconnect: { minimumS: 0.02, maximumS: 0.1, randomS: 0 },
    pingIntervalS: () => pingIntervalS,
    onState: (state) => states.push(state),
  });
  const problems = () => states.flatMap((state) => (state.t === 'waiting' ? [state.problem] : []));
  return { central, link, states, problems };
}

test('The central system is away, refuses, comes: the link never gives up, and each refusal has a hint', async () => {
  const { central, link, states, problems } = await linked();
  await central.vanish();
  link.start();
  await eventually(() => problems().length >= 3, 'three attempts');
  await central.listen();
  central.refuseUpgrades({ httpStatus: 404 }, 1);
  await eventually(() => problems().some(({ code }) => code === 'UnknownIdentity'), '404 (J errata 3.4)');
  await eventually(() => link.state.t === 'open', 'open');
  assert.is(problems()[0]?.code, 'ConnectionRefused');
  for (const { hint, message } of problems()) assert.ok(hint.length > 10 && message.length > 5);
  const waits = states.flatMap((state) => (state.t === 'waiting' ? [state.delayMs] : []));
  assert.ok((waits[0] ?? 0) < (waits[2] ?? 0), 'it grows');
  await link.stop();
  assert.is(link.state.t, 'stopped');
  await central.stop();
});

test('A central system that accepts and hangs up at once sees a growing back-off', async () => {
  const { central, link, states } = await linked();
  central.on('Never', {});
  link.start();
  for (let n = 0; n < 4; n += 1) void (await central.nextConnection()).close(1008, 'go away');
  await eventually(() => states.filter(({ t }) => t === 'waiting').length >= 4, 'four closes');
  const waits = states.flatMap((state) => (state.t === 'waiting' ? [state.delayMs] : []));
  assert.equal(waits.slice(0, 4), [20, 40, 80, 100]);
  const [first] = states.flatMap((state) => (state.t === 'waiting' ? [state.problem] : []));
  assert.match(first?.message ?? '', 'go away');
  await link.stop();
  await central.stop();
});

test('J errata 3.11: no pong: the connection is given up and made anew; WebSocketPingInterval works live', async () => {
  const { central, link } = await linked(0);
  link.start();
  const peer = await central.nextConnection();
  await eventually(() => link.state.t === 'open', 'open');
  peer.pauseReading();
  link.setPingInterval(1);
  await central.nextConnection(8000);
  await link.stop();
  await central.stop();
});

test('reconnect(): closes and connects again at once; stop() in the middle of an attempt leaves nothing', async () => {
  const { central, link } = await linked();
  link.start();
  const first = await central.nextConnection();
  await eventually(() => link.state.t === 'open', 'open');
  await link.reconnect('new credentials');
  assert.is((await first.closed).reason, 'new credentials');
  await central.nextConnection();
  await link.stop();
  central.refuseUpgrades('silence');
  link.start();
  await eventually(() => central.upgrades.at(-1)?.outcome === 'ignored', 'an attempt that hangs');
  await link.stop();
  await central.stop();
});

test.run();
