import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startRealtimeDatabase, type TestDatabase } from '../../support/realtime-database.js';
import { session, startTestServer, type TestServer } from '../api/server.js';
import {
  assertAccessible,
  assertClean,
  assertNothingSticksOut,
  haveBrowser,
  launch,
  openPage,
  untilText,
} from '../web/browser.js';
import { type ExportedSite, exportAndServe } from './site.js';

const check = haveBrowser() ? test : test.skip;
let database: TestDatabase;
let server: TestServer;
let site: ExportedSite;
let browser: Browser | null = null;

test.before(async () => {
  // The rules of an export are the rules of the database.
  const draft = await exportAndServe('http://127.0.0.1:1/?ns=csms-lite');
  database = await startRealtimeDatabase(`${draft.folder}/database.rules.json`);
  draft.close();
  process.env.FIREBASE_DATABASE_EMULATOR_HOST = database.host;
  server = await startTestServer();
  site = await exportAndServe(database.url);
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  site.close();
  await server.close();
  await database.kill();
});

check('a charger’s session goes from OCPP through Firebase onto a driver’s phone, with what it costs', async () => {
  if (browser === null) throw new Error('no browser');
  await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
  const tariff = await server.api('POST', '/api/v1/tariffs', { name: 'T', pricePerKwh: '0.50' });
  const peer = await server.boot('CP01');
  await server.api('PUT', '/api/v1/charge-points/CP01', { displayName: 'At the <gate>' });
  await server.api('PUT', '/api/v1/tariff-assignments', { chargePointId: 'CP01', tariffId: tariff.body.id });
  await peer.call('StatusNotification', { connectorId: 1, status: 'Preparing', errorCode: 'NoError' });
  const watched = await openPage(browser, `${site.url}/c/CP01/1`, 360);
  const { page } = watched;
  await untilText(page, 'Getting ready');
  await untilText(page, '0.50 EUR per kWh');
  await eventually(async () => (await page.locator('h1').innerText()) === 'At the <gate>', 'the name');

  const transactionId = await session(peer, { idTag: 'A1B2C3D4', meterStart: 0 });
  await peer.call('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' });
  const sampledValue = [
    { value: '3000', unit: 'Wh' },
    { value: '11040', measurand: 'Power.Active.Import', unit: 'W' },
  ];
  const meterValue = [{ timestamp: new Date().toISOString(), sampledValue }];
  await peer.call('MeterValues', { connectorId: 1, transactionId, meterValue });
  await untilText(page, 'Charging');
  await untilText(page, /11\.0\s*kW/);
  await untilText(page, /3\.00\s*kWh/);
  await untilText(page, '1.50 EUR');
  const seconds = async (): Promise<string> => await page.locator('dd', { hasText: /\d (?:s|min)$/ }).innerText();
  const before = await seconds();
  await eventually(async () => (await seconds()) !== before, 'the time goes on by itself');
  await assertNothingSticksOut(page, 'the exported page');
  await assertAccessible(page, 'the exported page');
  assert.not.match(await page.content(), /A1B2|C3D4/i, 'who charges is not shown');

  await peer.call('StopTransaction', { transactionId, meterStop: 4000, timestamp: new Date().toISOString() });
  await peer.call('StatusNotification', { connectorId: 1, status: 'Finishing', errorCode: 'NoError' });
  await untilText(page, 'Unplug your car.');
  await untilText(page, 'Receipt of the last session');
  await untilText(page, '2.00 EUR');
  await peer.call('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
  await untilText(page, 'Free');
  assertClean(watched);
  await page.close();
  await peer.close();
});

check('a charger that is lost, one that is not there, and the page without a charger', async () => {
  if (browser === null) throw new Error('no browser');
  const peer = await server.boot('CP02');
  const watched = await openPage(browser, `${site.url}/?c=CP02/1`, 360);
  const { page } = watched;
  await untilText(page, 'Free');
  await peer.close();
  await untilText(page, 'not connected at the moment');
  await page.goto(`${site.url}/c/NONE/1`);
  await untilText(page, 'There is no such charger');
  await page.goto(`${site.url}/`);
  await page.getByLabel('Number of the charger').fill('CP02/1');
  await page.getByRole('button', { name: 'Show' }).click();
  await untilText(page, 'Free');
  assertClean(watched);
  await page.close();
});

check('the page says that its link is lost, and goes on when it is back', async () => {
  if (browser === null) throw new Error('no browser');
  const peer = await server.boot('CP03');
  const { page } = await openPage(browser, `${site.url}/c/CP03/1`, 360);
  await untilText(page, 'Free');
  await page.context().setOffline(true);
  await database.kill();
  await eventually(async () => /may be old/.test(await page.locator('#link').innerText()), 'told that it is old');
  await page.context().setOffline(false);
  database = await startRealtimeDatabase(`${site.folder}/database.rules.json`, database.port);
  await peer.call('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'GroundFailure' });
  await untilText(page, 'Out of order', 60_000);
  await eventually(async () => (await page.locator('#link').innerText()) === '', 'the link is good', 60_000);
  await page.close();
  await peer.close();
});

test.run();
