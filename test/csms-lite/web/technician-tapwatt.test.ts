import type { Browser, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startTestServer, type TestServer } from '../api/server.js';
import { assertAccessible, assertClean, haveBrowser, keepPicture, launch, openPage, untilText } from './browser.js';
import { type SimulatedCharger, startSimulatedCharger } from './simulated-charger.js';

const check = haveBrowser() ? test : test.skip;
const WAIT_MS = 60_000;
const CARD = '04A1B2C3';
let server: TestServer;
let charger: SimulatedCharger | null = null;
let browser: Browser | null = null;

test.before(async () => {
  // As on a network: whoever comes must sign in, and unknown charge points are turned away.
  server = await startTestServer({ tokens: [{ name: 'test', token: 'secret-of-the-operator' }], openStations: false });
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

check(
  'technician: first start, set-up, knock, accept, unknown tag, tap, session live, stop, cost; with the real tapwatt',
  async () => {
    if (browser === null) throw new Error('no browser');
    const { setupUrl } = server.running;
    if (setupUrl === null) throw new Error('no set-up link');
    const watched = await openPage(browser, setupUrl);
    const { page } = watched;
    const link = (name: string | RegExp) => page.locator('nav').getByRole('link', { name });
    const picture = (name: string) => keepPicture(page, `technician-${name}`);
    // First start: the one-time link makes the first administrator, who stays signed in.
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill('a sentence is a good one');
    await picture('1-set-up');
    await page.getByRole('button', { name: 'Make this account' }).click();
    await untilText(page, 'Waiting for the first charge point');
    await picture('2-first-start');

    // The charger knocks and is accepted.
    charger = await startSimulatedCharger('YARD-1', server.port);
    await link('Connect').click();
    await untilText(page, 'It is not registered.', WAIT_MS);
    await picture('3-knock');
    await page.getByRole('button', { name: 'Accept YARD-1' }).click();
    await untilText(page, 'YARD-1 may connect now.');
    await link('Stations').click();
    await page.locator('main').getByRole('link', { name: 'YARD-1' }).click();
    await untilText(page, 'Connector 2', WAIT_MS);
    await untilText(page, /Free|Available/, WAIT_MS);

    // A price at the site, so that there is something to pay.
    const tariff = await server.api('POST', '/api/v1/tariffs', { name: 'Day', pricePerKwh: '400.00' }, operator);
    assert.is(tariff.status, 201, JSON.stringify(tariff.body));
    const assigned = { chargePointId: 'YARD-1', tariffId: tariff.body.id };
    assert.is((await server.api('PUT', '/api/v1/tariff-assignments', assigned, operator)).status, 200);

    // A card that nobody knows: the charger refuses it, one click later it may charge.
    await charger.plugIn(1);
    await charger.tap(CARD);
    await link(/^Tags/).click();
    await page.getByRole('button', { name: `Add ${CARD}` }).click({ timeout: WAIT_MS });
    await untilText(page, `${CARD} may charge now.`);
    await picture('4-tags');

    // The card again: the session appears on the station's page and moves by itself.
    await link('Stations').click();
    await page.locator('main').getByRole('link', { name: 'YARD-1' }).click();
    await untilText(page, 'Connector 1');
    await charger.tap(CARD);
    await untilText(page, 'Charging', WAIT_MS);
    await untilText(page, /22\.\d+\s*kW/, WAIT_MS);
    await page.locator('.small-charts canvas').first().waitFor({ timeout: WAIT_MS });
    const first = await eventually(() => energyShown(page), 'the energy', WAIT_MS);
    await eventually(async () => ((await energyShown(page)) ?? 0) > first, 'the energy grows', WAIT_MS);
    await picture('5-live');

    // Stopped from the page; the charger does as it is told.
    await page.getByRole('button', { name: 'Stop connector 1' }).click();
    await untilText(page, /RemoteStopTransaction\s+Accepted/, WAIT_MS);

    // The session with its curve, its states and what it costs, as it is stored.
    const stored = await eventually(
      async () => {
        const [newest] = (await server.api('GET', '/api/v1/transactions', undefined, operator)).body.items;
        return newest.status === 'completed' && newest;
      },
      'the session is stored',
      WAIT_MS,
    );
    assert.is(stored.stopReason, 'Remote');
    assert.ok(stored.energyWh > 0);
    await charger.plugOut(1);
    await page.locator('section', { hasText: 'the newest 1 of 1' }).locator('tbody a').first().click();
    await untilText(page, `${((stored.energyWh * 400) / 1000).toFixed(2)} EUR`, WAIT_MS);
    await untilText(page, 'Charging');
    await page.locator('.chart canvas').first().waitFor();
    await picture('6-session');
    await assertAccessible(page, 'the session');
    assertClean(watched);
    await page.close();
  },
);

test.run();
