import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startTestServer, type TestServer } from '../api/server.js';
import { assertClean, haveBrowser, launch, openPage, untilText } from './browser.js';

const check = haveBrowser() ? test : test.skip;
const WAIT_MS = 60_000;
let server: TestServer;
let browser: Browser | null = null;

test.before(async () => {
  server = await startTestServer();
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await server.close();
});

test('reachability: a server on loopback answers at none of the other addresses of this machine', async () => {
  const { body } = await server.api('GET', '/api/v1/reachability');
  assert.is(body.loopbackOnly, true);
  assert.is(body.port, server.port);
  for (const { address, reachable } of body.addresses) assert.is(reachable, false, address);
});

check('a simulated charge point: started by a button, connects, is stopped, and ends with the server', async () => {
  if (browser === null) throw new Error('no browser');
  const watched = await openPage(browser, `${server.url}/connect`);
  const { page } = watched;
  await untilText(page, /listens for this machine only|only its own/);
  await page.getByLabel('Its name').fill('TRY-1');
  await page.getByRole('button', { name: 'Start a simulated charge point' }).click();
  await untilText(page, 'TRY-1 is starting');
  const isConnected = async (id: string): Promise<boolean> =>
    (await server.api('GET', `/api/v1/charge-points/${id}`)).body.connected === true;
  await eventually(() => isConnected('TRY-1'), 'it connects', WAIT_MS, 200);
  const again = await server.api('POST', '/api/v1/simulators', { id: 'TRY-1' });
  assert.is(again.body.code, 'already_exists');
  assert.is((await server.api('POST', '/api/v1/simulators', { id: '../x' })).status, 422);
  await page.getByRole('button', { name: 'Stop TRY-1' }).click();
  await untilText(page, 'TRY-1 is stopped.');
  await eventually(async () => !(await isConnected('TRY-1')), 'it is gone', WAIT_MS, 200);

  const { body } = await server.api('POST', '/api/v1/simulators', { id: 'TRY-2' });
  await eventually(() => existsSync(body.controlSocket), 'it runs', WAIT_MS, 200);
  assertClean(watched);
  await page.close();
  await server.restart();
  assert.is(existsSync(body.controlSocket), false, 'it ended with the server');
  assert.equal((await server.api('GET', '/api/v1/simulators')).body.items, []);
});

test.run();
