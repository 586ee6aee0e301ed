import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { session, startTestServer, type TestServer } from '../api/server.js';
import { haveBrowser, launch, openPage, untilText } from './browser.js';

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let browser: Browser | null = null;
let network: Network;

/** What lies between a browser and the server: it can lose every connection, and let no new one through. */
interface Network {
  readonly port: number;
  setUp(isUp: boolean): void;
  close(): Promise<void>;
}

async function startNetwork(target: number): Promise<Network> {
  const sockets = new Set<Socket>();
  let isUp = true;
  const proxy: Server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: target });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    if (!isUp) near.destroy();
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    setUp(now) {
      isUp = now;
      if (!now) for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        proxy.close(() => resolve());
      }),
  };
}

test.before(async () => {
  server = await startTestServer();
  await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
  network = await startNetwork(server.port);
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await network.close();
  await server.close();
});

check(
  'a page that loses its event stream resumes it: nothing is missed, nothing comes twice, nothing is read anew',
  async () => {
    if (browser === null) throw new Error('no browser');
    const peer = await server.boot('LOST-1', 2);
    const { page, foreignRequests } = await openPage(browser, `http://127.0.0.1:${network.port}/`);
    let readings = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/v1/charge-points?')) readings += 1;
    });
    await untilText(page, 'LOST-1');
    const started = () => page.locator('.ticker li', { hasText: 'Session started' }).count();
    const ended = () => page.locator('.ticker li', { hasText: 'Session ended' }).count();
    await session(peer, { idTag: 'A1B2C3D4', meterStart: 0, meterStop: 1000 });
    await untilText(page, 'Session ended, 1.00 kWh');
    const before = readings;

    for (const round of [2, 3, 4]) {
      network.setUp(false);
      await eventually(
        async () => (await page.locator('#link-state').innerText()).includes('Server not reached'),
        'the page says so',
        60_000,
      );
      // While nobody hears it: a whole session, and one that is still running when the network comes back.
      const at = new Date(Date.now() - 90_000 + round * 1000).toISOString();
      await session(peer, { idTag: 'A1B2C3D4', meterStart: 0, meterStop: round * 1000, at });
      network.setUp(true);
      await untilText(page, `Session ended, ${round}.00 kWh`);
      await eventually(
        async () => (await page.locator('#link-state').innerText()).includes('Live'),
        'live again',
        60_000,
      );
      assert.is(await started(), round, 'each start once');
      assert.is(await ended(), round, 'each end once');
      await untilText(page, new RegExp(`${((round * (round + 1)) / 2).toFixed(2)}\\s*kWh`));
    }
    assert.is(readings, before, 'resumed, not read anew');
    assert.equal(foreignRequests, []);
    await peer.close();
    await page.close();
  },
);

test.run();
