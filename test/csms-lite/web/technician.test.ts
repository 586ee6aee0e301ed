import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UpgradeRefused } from '../../support/scripted-charge-point.js';
import { startTestServer, type TestServer } from '../api/server.js';
import { assertClean, haveBrowser, launch, openPage, untilText } from './browser.js';

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let browser: Browser | null = null;

test.before(async () => {
  server = await startTestServer({ openStations: false });
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await server.close();
});

check('a technician: knock, accept, unknown tag, tap, watch, stop, see the session and its cost', async () => {
  if (browser === null) throw new Error('no browser');
  const watched = await openPage(browser, `${server.url}/`);
  const { page } = watched;
  const link = (name: string | RegExp) => page.getByRole('link', { name });
  await untilText(page, 'Waiting for the first charge point');

  // The charger is turned away and appears with the reason; one click lets it in.
  const refused = await server.connect('YARD-1').catch((error: unknown) => error);
  assert.instance(refused, UpgradeRefused);
  await link('Connect').first().click();
  await untilText(page, 'It is not registered.');
  await page.getByRole('button', { name: 'Accept YARD-1' }).click();
  await untilText(page, 'YARD-1 may connect now.');
  const peer = await server.boot('YARD-1', 2);

  // A price, so that there is something to pay.
  const tariff = await server.api('POST', '/api/v1/tariffs', { name: 'Day', pricePerKwh: '0.40' });
  assert.is(tariff.status, 201);
  const assigned = await server.api('PUT', '/api/v1/tariff-assignments', {
    chargePointId: 'YARD-1',
    tariffId: tariff.body.id,
  });
  assert.is(assigned.status, 200);

  // A card that nobody knows waits in the inbox; one click and it may charge.
  const before = (await peer.call('Authorize', { idTag: 'CAFE0001' })) as { idTagInfo: { status: string } };
  assert.is(before.idTagInfo.status, 'Invalid');
  await link(/^Tags/).click();
  await page.getByRole('button', { name: 'Add CAFE0001' }).click();
  await untilText(page, 'CAFE0001 may charge now.');

  // The card again: the session appears on the station's page and moves.
  await link('Stations').click();
  await page.getByRole('link', { name: 'YARD-1' }).click();
  await untilText(page, 'Connector 2');
  await peer.call('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' });
  const startedMs = Date.now() - 60_000;
  const { transactionId, idTagInfo } = (await peer.call('StartTransaction', {
    connectorId: 1,
    idTag: 'CAFE0001',
    meterStart: 0,
    timestamp: new Date(startedMs).toISOString(),
  })) as { transactionId: number; idTagInfo: { status: string } };
  assert.is(idTagInfo.status, 'Accepted');
  for (const second of [20, 40])
    await peer.call('MeterValues', {
      connectorId: 1,
      transactionId,
      meterValue: [
        {
          timestamp: new Date(startedMs + second * 1000).toISOString(),
          sampledValue: [
            { value: String(second * 50), unit: 'Wh' },
            { value: '7360', measurand: 'Power.Active.Import', unit: 'W' },
            { value: '31.9', measurand: 'Current.Import', unit: 'A', phase: 'L1' },
            { value: '230.4', measurand: 'Voltage', unit: 'V', phase: 'L1-N' },
          ],
        },
      ],
    });
  await untilText(page, /7\.36\s*kW/);
  await untilText(page, /31\.9\s*A/);
  await untilText(page, /230\.4\s*V/);
  await page.locator('.small-charts canvas').first().waitFor();

  // Stop from the page; the charger does as it is told.
  peer.on('RemoteStopTransaction', { status: 'Accepted' });
  await page.getByRole('button', { name: 'Stop connector 1' }).click();
  await untilText(page, /RemoteStopTransaction\s+Accepted/);
  assert.equal(peer.calls('RemoteStopTransaction'), [{ transactionId }]);
  await peer.call('StopTransaction', {
    transactionId,
    idTag: 'CAFE0001',
    meterStop: 2500,
    timestamp: new Date().toISOString(),
    reason: 'Remote',
  });
  await peer.call('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
  await untilText(page, 'Remote');

  // The session with its curve, its states and what it costs.
  await page.locator('section', { hasText: 'the newest 1 of 1' }).locator('tbody a').first().click();
  await untilText(page, /2\.50\s*kWh/);
  await untilText(page, '1.00 EUR');
  await untilText(page, 'Charging');
  await page.locator('.chart canvas').first().waitFor();
  await peer.close();
  assertClean(watched);
  await page.close();
});

test.run();
