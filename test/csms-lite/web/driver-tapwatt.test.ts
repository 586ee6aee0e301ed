import type { Browser, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startTestServer, type TestServer } from '../api/server.js';
import {
  assertAccessible,
  assertClean,
  assertNothingSticksOut,
  haveBrowser,
  keepPicture,
  launch,
  openPage,
  untilText,
} from './browser.js';
import { type SimulatedCharger, startSimulatedCharger } from './simulated-charger.js';

const check = haveBrowser() ? test : test.skip;
const WAIT_MS = 60_000;
const CARD = '04A1B2C3';
let server: TestServer;
let charger: SimulatedCharger | null = null;
let browser: Browser | null = null;

test.before(async () => {
  // With a token: drivers are strangers.
  server = await startTestServer({ tokens: [{ name: 'test', token: 'secret-of-the-operator' }] });
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await charger?.close();
  await browser?.close();
  await server.close();
});

const operator = { authorization: 'Bearer secret-of-the-operator' };

async function energyShown(page: Page): Promise<number | null> {
  const found = /(\d+\.\d\d)\s*kWh/.exec(await page.locator('main').innerText());
  return found?.[1] === undefined ? null : Number(found[1]);
}

check('driver on a 360 px phone, with the real tapwatt: scan, start, watch, stop, receipt', async () => {
  if (browser === null) throw new Error('no browser');
  await server.api('PUT', `/api/v1/id-tags/${CARD}`, { status: 'Accepted' }, operator);
  await server.api('PATCH', '/api/v1/settings', { driverStart: 'card' }, operator);
  const tariff = await server.api('POST', '/api/v1/tariffs', { name: 'Day', pricePerKwh: '400.00' }, operator);
  const wallbox = await startSimulatedCharger('YARD-2', server.port);
  charger = wallbox;
  await eventually(async () => (await server.api('GET', '/c/YARD-2/2')).status === 200, 'connector 2', WAIT_MS);
  const assigned = { chargePointId: 'YARD-2', tariffId: tariff.body.id };
  assert.is((await server.api('PUT', '/api/v1/tariff-assignments', assigned, operator)).status, 200);

  const watched = await openPage(browser, `${server.url}/c/YARD-2/2`, 360);
  const { page } = watched;
  await untilText(page, 'Free', WAIT_MS);
  await untilText(page, '400.00 EUR per kWh');
  await assertNothingSticksOut(page, 'the driver’s page');
  await keepPicture(page, 'driver-1-free');
  await wallbox.plugIn(2);
  await page.getByLabel('Number of your card').fill(CARD.toLowerCase());
  await page.getByRole('button', { name: 'Start charging' }).click();
  await untilText(page, /The charger begins\.|Charging/, WAIT_MS);
  await untilText(page, /7\.[34]\d?\s*kW/, WAIT_MS);
  const first = await eventually(() => energyShown(page), 'the energy', WAIT_MS);
  await eventually(async () => ((await energyShown(page)) ?? 0) > first, 'the energy grows', WAIT_MS);
  await assertNothingSticksOut(page, 'the driver’s page');
  await assertAccessible(page, 'the driver’s page');
  assert.not.match(await page.content(), new RegExp(CARD, 'i'), 'who charges is not shown');
  await keepPicture(page, 'driver-2-charging');

  // The browser that started it stops it: the button has changed by itself.
  await page.getByRole('button', { name: 'Stop charging' }).click({ timeout: WAIT_MS });
  await untilText(page, 'Receipt of the last session', WAIT_MS);
  await keepPicture(page, 'driver-3-receipt');
  await wallbox.plugOut(2);
  await untilText(page, 'Free', WAIT_MS);
  assertClean(watched);
  await page.close();
});

test.run();
