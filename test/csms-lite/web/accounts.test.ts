import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { session, startTestServer, type TestServer } from '../api/server.js';
import { assertClean, haveBrowser, launch, openPage, untilText } from './browser.js';

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

check('tariff made and let hold, user with card and wallet topped up: the session is paid from it', async () => {
  if (browser === null) throw new Error('no browser');
  await server.api('PUT', '/api/v1/id-tags/CARDADA1', { status: 'Accepted' });
  const peer = await server.boot('ACC-1');
  const watched = await openPage(browser, `${server.url}/tariffs`);
  const { page } = watched;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await untilText(page, 'charging is free');
  await page.getByLabel('Name').fill('Day');
  await page.getByLabel('Price per kWh').fill('0.40');
  await button('Store').click();
  await untilText(page, '0.40 EUR per kWh');
  await page.getByLabel('Where').selectOption({ label: 'ACC-1 · 1' });
  await button('Let it hold there').click();
  await untilText(page, 'Day holds for sessions that start from now on.');

  await page.goto(`${server.url}/users`);
  await page.getByLabel('Login').fill('ada');
  await page.getByLabel('Cards').fill('CARDADA1');
  await button('Make this user').click();
  await page.getByRole('link', { name: 'ada' }).click();
  await page.getByLabel('This user’s cards charge on the wallet').click();
  await untilText(page, 'The wallet pays for sessions.');
  await page.getByLabel('Amount, EUR').fill('20,001');
  await button('Book').click();
  await untilText(page, 'This is no amount of EUR.');
  await page.getByLabel('Amount, EUR').fill('20');
  await button('Book').click();
  await untilText(page, '20.00 EUR is booked.');

  await session(peer, { idTag: 'CARDADA1', meterStart: 0, meterStop: 5000 });
  await untilText(page, /18\.00\s*EUR/);
  await page
    .locator('tbody')
    .getByRole('link', { name: /^session/ })
    .first()
    .click();
  await untilText(page, '2.00 EUR');
  await untilText(page, 'Paid by');
  await peer.close();
  assertClean(watched);
  await page.close();
});

check('system: a backup with one button; webhooks: a refused address says why', async () => {
  if (browser === null) throw new Error('no browser');
  const watched = await openPage(browser, `${server.url}/system`);
  const { page } = watched;
  await page.getByRole('button', { name: 'Back up now' }).click();
  await untilText(page, 'The backup is made.');
  await page.getByRole('region', { name: 'Backups' }).locator('tbody tr').first().waitFor();
  assertClean(watched);
  await page.goto(`${server.url}/webhooks`);
  await page.getByLabel('Address').fill('http://127.0.0.1:1/hook');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.close();
});

check('access: the first administrator is signed in at once, others are asked; then tokens can be made', async () => {
  if (browser === null) throw new Error('no browser');
  const { page } = await openPage(browser, `${server.url}/access`);
  await untilText(page, 'Nobody has to sign in yet');
  assert.is(await page.getByLabel('May').count(), 0, 'a token alone would lock its maker out');
  await page.getByRole('link', { name: 'Users', exact: true }).click();
  await page.getByLabel('Login').fill('chief');
  await page.getByLabel('May sign in as').selectOption('admin');
  await page.getByLabel('Password').fill('a long sentence 42');
  await page.getByRole('button', { name: 'Make this user' }).click();
  await untilText(page, 'chief is made.');
  assert.is((await server.api('GET', '/api/v1/charge-points')).status, 401);

  await page.goto(`${server.url}/access`);
  await untilText(page, 'You are chief, role admin.');
  await page.getByLabel('Name').fill('robot');
  await page.getByLabel('May').selectOption('read');
  await page.getByRole('button', { name: 'Make this token' }).click();
  await untilText(page, 'robot is made: copy it now.');
  const headers = { authorization: `Bearer ${await page.locator('.copy code').innerText()}` };
  assert.is((await server.api('GET', '/api/v1/charge-points', undefined, headers)).status, 200);
  const stranger = await openPage(browser, `${server.url}/tags`);
  assert.is(new URL(stranger.page.url()).pathname, '/login');
  await stranger.page.close();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/login/);
  await page.close();
});

test.run();
