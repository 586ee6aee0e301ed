import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import { session, startTestServer, type TestServer } from '../api/server.js';
import { assertClean, haveBrowser, keepPicture, launch, openPage, untilText } from './browser.js';

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let browser: Browser | null = null;

test.before(async () => {
  server = await startTestServer({ alarms: { tickEveryMs: 100 } });
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await server.close();
});

check(
  'a current that runs away from its limit: the detector’s alarm appears with its figures, and ends by itself',
  async () => {
    if (browser === null) throw new Error('no browser');
    await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
    const peer = await server.boot('WILD-1', 1);
    const watched = await openPage(browser, `${server.url}/alarms`);
    const { page } = watched;
    await untilText(page, 'None: every charge point that was here is here');
    const transactionId = await session(peer, { idTag: 'A1B2C3D4' });
    const beganMs = Date.now() - 120_000;
    const meter = (second: number, currentA: number) =>
      peer.call('MeterValues', {
        connectorId: 1,
        transactionId,
        meterValue: [
          {
            timestamp: new Date(beganMs + second * 1000).toISOString(),
            sampledValue: [
              { value: String(currentA), measurand: 'Current.Import', unit: 'A' },
              { value: '16', measurand: 'Current.Offered', unit: 'A' },
            ],
          },
        ],
      });
    for (let second = 0; second < 20; second += 1) await meter(second, second < 10 ? 16 : 22);
    await untilText(page, /The current stays above its limit at connector 1 of WILD-1/);
    await untilText(page, /Raised at \d+\.\d\s*A, threshold 2\.0\s*A/);
    await keepPicture(page, 'alarm-anomaly');
    for (let second = 20; second < 60; second += 1) await meter(second, 16);
    // The detector takes its time to be sure, and the rule half a minute more.
    await untilText(page, 'None: every charge point that was here is here', 100_000);
    await peer.close();
    assertClean(watched);
    await page.close();
  },
);

test.run();
