import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { session, startTestServer, type TestServer } from '../api/server.js';
import { assertClean, haveBrowser, launch, openPage, untilText, type Watched } from './browser.js';

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let browser: Browser | null = null;

test.before(async () => {
  server = await startTestServer();
  await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await server.close();
});

function open(path: string, width?: number): Promise<Watched> {
  if (browser === null) throw new Error('no browser');
  return openPage(browser, `${server.url}${path}`, width);
}

check('Now, empty: says exactly what to type', async () => {
  const watched = await open('/');
  await untilText(watched.page, `ws://127.0.0.1:${server.port}/ocpp/CP-1`);
  await untilText(watched.page, 'npx tapwatt tap A1B2C3D4');
  assertClean(watched);
  await watched.page.close();
});

check('Now: a charge point, its session and its end appear by themselves', async () => {
  const watched = await open('/');
  const { page } = watched;
  const peer = await server.boot('WEB-1', 2);
  await untilText(page, 'WEB-1');
  await untilText(page, /1\s*\/\s*1/);
  await peer.call('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' });
  const transactionId = await session(peer, { idTag: 'A1B2C3D4', meterStart: 1000 });
  await peer.call('MeterValues', {
    connectorId: 1,
    transactionId,
    meterValue: [
      {
        timestamp: new Date().toISOString(),
        sampledValue: [
          { value: '3250', measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
          { value: '7360', measurand: 'Power.Active.Import', unit: 'W' },
        ],
      },
    ],
  });
  await untilText(page, /Charging/);
  await untilText(page, /7\.4\s*kW/);
  await untilText(page, /2\.25\s*kWh/);
  await untilText(page, 'A1B2C3D4');
  await peer.call('StopTransaction', {
    transactionId,
    meterStop: 3300,
    timestamp: new Date().toISOString(),
    reason: 'Local',
  });
  await peer.call('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
  await untilText(page, 'Session ended, 2.30 kWh (Local)');
  await peer.close();
  await untilText(page, /Offline/);
  assertClean(watched);
  await page.close();
});

check('the page follows through a server restart: resumes by itself, right to the last figure', async () => {
  const watched = await open('/');
  const { page } = watched;
  await untilText(page, 'WEB-1');
  await server.restart();
  const peer = await server.boot('WEB-2');
  await session(peer, { idTag: 'A1B2C3D4', meterStart: 0, meterStop: 12_340 });
  await untilText(page, 'WEB-2');
  await untilText(page, /14\.64\s*kWh/);
  const started = await page.locator('.ticker li', { hasText: 'Session started' }).count();
  assert.is(started, 2, 'each session once');
  await peer.close();
  assert.equal(watched.foreignRequests, []);
  await page.close();
});

check('Tags: a card that nobody knows appears in the inbox and may charge after one click', async () => {
  const watched = await open('/tags');
  const { page } = watched;
  const peer = await server.boot('WEB-3');
  await peer.call('Authorize', { idTag: 'NEWCARD7' });
  await untilText(page, 'NEWCARD7');
  await page.getByRole('button', { name: 'Add NEWCARD7' }).click();
  await untilText(page, 'NEWCARD7 may charge now.');
  const answer = (await peer.call('Authorize', { idTag: 'NEWCARD7' })) as { idTagInfo: { status: string } };
  assert.is(answer.idTagInfo.status, 'Accepted');
  await peer.close();
  assertClean(watched);
  await page.close();
});

check('Messages: frames appear as they pass, the filter narrows them', async () => {
  const watched = await open('/messages');
  const { page } = watched;
  const peer = await server.boot('WEB-4');
  await peer.call('DataTransfer', { vendorId: 'tapwatt.test', data: 'hello <b>there</b>' });
  await untilText(page, 'DataTransfer');
  await page.getByLabel('Filter').fill('datatransfer');
  await eventually(
    async () => !(await page.locator('main .log').innerText()).includes('BootNotification'),
    'only what fits',
  );
  await peer.close();
  assertClean(watched);
  await page.close();
});

check('Sessions and one session: curve, figures and the raw events', async () => {
  const peer = await server.boot('WEB-5');
  const startMs = Date.now() - 60_000;
  const transactionId = await session(peer, { idTag: 'A1B2C3D4', meterStart: 0, at: new Date(startMs).toISOString() });
  for (const minute of [0.25, 0.5, 0.75])
    await peer.call('MeterValues', {
      connectorId: 1,
      transactionId,
      meterValue: [
        {
          timestamp: new Date(startMs + minute * 60_000).toISOString(),
          sampledValue: [
            { value: String(minute * 400), unit: 'Wh' },
            { value: '11000', measurand: 'Power.Active.Import', unit: 'W' },
          ],
        },
      ],
    });
  await peer.call('StopTransaction', {
    transactionId,
    meterStop: 321,
    timestamp: new Date().toISOString(),
    reason: 'EVDisconnected',
  });
  const watched = await open('/sessions');
  const { page } = watched;
  await untilText(page, 'EVDisconnected');
  await page.locator('tbody a').first().click();
  await untilText(page, /0\.32\s*kWh/);
  await page.locator('.chart canvas').first().waitFor();
  await untilText(page, 'StopTransaction');
  assert.match(await page.title(), /^Session \d+/);
  await page.goBack();
  await untilText(page, 'EVDisconnected');
  await peer.close();
  assertClean(watched);
  await page.close();
});

check('the theme button is remembered, the keyboard reaches the page', async () => {
  const watched = await open('/');
  const { page } = watched;
  await untilText(page, 'WEB-1');
  await page.getByRole('button', { name: 'Switch between light and dark' }).click();
  assert.is(await page.locator('html').getAttribute('data-theme'), 'dark');
  await page.reload();
  assert.is(await page.locator('html').getAttribute('data-theme'), 'dark');
  await page.keyboard.press('Tab');
  assert.is(await page.evaluate('document.activeElement.textContent'), 'Skip to the page');
  assertClean(watched);
  await page.close();
});

test.run();
