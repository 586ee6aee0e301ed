import { join } from 'node:path';
import { storeDemo } from 'csms-lite/demo-data/demo-store.js';
import { planDemo } from 'csms-lite/demo-data/plan.js';
import { openStore } from 'csms-lite/store/store.js';
import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import { startTestServer, type TestServer } from '../api/server.js';
import {
  assertAccessible,
  assertClean,
  assertNothingSticksOut,
  haveBrowser,
  launch,
  openPage,
  untilText,
} from '../web/browser.js';

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let browser: Browser | null = null;

test.before(async () => {
  server = await startTestServer();
  const store = await openStore(join(server.dataDirectory, 'csms.sqlite'));
  const nowMs = Date.now();
  await storeDemo(store, planDemo({ seed: 1, days: 7, nowMs }), nowMs);
  await store.close();
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await server.close();
});

check('pages say "Demo data" wherever a charge point or a session of it shows, on a phone too', async () => {
  if (browser === null) throw new Error('no browser');
  const [session] = (await server.api('GET', '/api/v1/transactions?limit=1')).body.items;
  const watched = await openPage(browser, `${server.url}/`, 360);
  const { page } = watched;
  for (const path of ['/', '/sessions', '/stations', '/stations/DEMO-1', `/sessions/${session.id}`]) {
    await page.goto(`${server.url}${path}`);
    await untilText(page, 'Demo data');
    await assertNothingSticksOut(page, path);
    await assertAccessible(page, path);
  }
  assertClean(watched);
  await page.close();
});

test.run();
