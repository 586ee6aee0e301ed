import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
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
import { PATIENCE_MS, picture } from './picture.js';

const check = haveBrowser() ? test : test.skip;
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

check('without data: each card says what is missing, nothing is made up', async () => {
  if (browser === null) throw new Error('no browser');
  const watched = await openPage(browser, `${server.url}/insights`, 360);
  const { page } = watched;
  await untilText(page, 'Not computed yet.');
  await page.getByRole('button', { name: 'Compute now' }).click();
  await untilText(page, 'Number of sessions: 0. At least 30 are needed', PATIENCE_MS);
  for (const text of [
    'Not enough data (n = 0 < 30).',
    'Number of sessions: 0. At least 1 is needed',
    'Number of connectors: 0. At least 1 is needed',
    'Number of connectors: 0. At least 8 are needed',
    'Number of users with 3 sessions or more: 0. At least 12 are needed',
    'Number of sessions of a minute or more, of different length: 0. At least 10 are needed',
  ])
    await untilText(page, text);
  await untilText(page, 'csms-lite demo-data');
  assert.is(await page.locator('main table').count(), 0, 'no figure where there is no data');
  await assertNothingSticksOut(page, 'the page without data');
  await assertAccessible(page, 'the page without data');
  assertClean(watched);
  await picture(page, 'insights-empty-360');
  await page.close();
});

test.run();
