import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startTestServer, type TestServer } from '../api/server.js';
import { assertAccessible, assertNothingSticksOut, haveBrowser, launch, openPage, untilText } from './browser.js';

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let browser: Browser | null = null;

test.before(async () => {
  server = await startTestServer({ tokens: [{ name: 'test', token: 'secret-of-the-operator' }] });
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await server.close();
});

check('sign-in in a real browser: the form is taken, the page is where one wanted to go, changes work', async () => {
  if (browser === null) throw new Error('no browser');
  const watched = await openPage(browser, `${server.url}/tags`, 360);
  const { page } = watched;
  assert.is(new URL(page.url()).pathname, '/login');
  await assertNothingSticksOut(page, 'sign-in');
  await assertAccessible(page, 'sign-in');
  await page.getByText('Sign in with a token').click();
  await page.getByLabel('Token').fill('secret-of-the-operator');
  await page.getByLabel('Token').press('Enter');
  await untilText(page, 'Unknown tags');
  await page.getByLabel('Tag', { exact: true }).fill('CAFE0002');
  await page.getByRole('button', { name: 'Add tag' }).click();
  await untilText(page, 'CAFE0002 may charge now.');
  assert.equal(watched.foreignRequests, []);
  await page.close();
});

test.run();
