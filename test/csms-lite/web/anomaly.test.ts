import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { session, startTestServer, type TestServer } from '../api/server.js';
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

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let peer: ScriptedPeer;
let browser: Browser | null = null;
const startedAtMs = Date.now() - 300_000;

test.before(async () => {
  server = await startTestServer();
  await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
  peer = await server.boot('ANO-1', 1);
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await peer.close();
  await server.close();
});

/** Meter values of each second by the charger's clock. */
async function meters(transactionId: unknown, fromS: number, currentsA: readonly number[]): Promise<void> {
  for (const [index, currentA] of currentsA.entries())
    await peer.call('MeterValues', {
      connectorId: 1,
      transactionId,
      meterValue: [
        {
          timestamp: new Date(startedAtMs + (fromS + index) * 1000).toISOString(),
          sampledValue: [
            { value: String(currentA), measurand: 'Current.Import', unit: 'A' },
            { value: '32', measurand: 'Current.Offered', unit: 'A' },
          ],
        },
      ],
    });
}

const swing = (seconds: number): number[] =>
  Array.from({ length: seconds }, (_, s) => (Math.floor(s / 5) % 2 === 0 ? 28 : 8));

check(
  'station: a current that begins to oscillate is drawn with its limit, and its alarm appears by itself',
  async () => {
    if (browser === null) return;
    const transactionId = await session(peer, { idTag: 'A1B2C3D4' });
    await peer.call('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' });
    await meters(
      transactionId,
      0,
      Array.from({ length: 60 }, () => 28),
    );
    const watched = await openPage(browser, `${server.url}/stations/ANO-1`);
    const { page } = watched;
    const requests: string[] = [];
    const chart = page.getByRole('img', { name: /^Current and limit over time/ });
    // What came before the page was opened is there.
    await eventually(
      async () => ((await chart.getAttribute('aria-label')) ?? '').includes('now 28.0 A, limit 32.0 A'),
      'the curve',
    );
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await meters(transactionId, 60, swing(60));
    await untilText(
      page,
      /Anomaly: current oscillates, \d+ turns over 60 s \(threshold 6 turns\), since .*, seen by csms-lite/,
    );
    await keepPicture(page, 'anomaly-station');
    await assertNothingSticksOut(page, 'the station page');
    await assertAccessible(page, 'the station page with an anomaly');
    // Told by the stream: the only thing read for it is the list of anomalies, not the curve.
    assert.not(requests.some((path) => path.includes('current')));

    await page.goto(`${server.url}/alarms`);
    await untilText(page, 'The current goes up and down again and again at connector 1 of ANO-1');
    await keepPicture(page, 'anomaly-alarm');
    await page.goto(`${server.url}/stations/ANO-1`);
    await untilText(page, 'Anomaly: current oscillates');
    await meters(
      transactionId,
      120,
      Array.from({ length: 70 }, () => 28),
    );
    await eventually(async () => !(await page.locator('main').innerText()).includes('Anomaly:'), 'it is over', 20_000);
    assertClean(watched);
    await page.close();
  },
);

check('station: the curve goes on after a restart of the server, without a point twice', async () => {
  if (browser === null) return;
  const transactionId = (await server.api('GET', '/api/v1/transactions?status=active')).body.items[0].id;
  const watched = await openPage(browser, `${server.url}/stations/ANO-1`, 360);
  const { page } = watched;
  const chart = page.getByRole('img', { name: /^Current and limit over time/ });
  await chart.waitFor();
  await server.restart();
  peer = await server.boot('ANO-1', 1);
  await meters(transactionId, 200, [10, 11, 12]);
  await eventually(
    async () => ((await chart.getAttribute('aria-label')) ?? '').includes('now 12.0 A'),
    'it goes on',
    30_000,
  );
  await assertNothingSticksOut(page, 'the station page on a phone');
  await page.close();
});

test.run();
