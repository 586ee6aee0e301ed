import { join } from 'node:path';
import { storeDemo } from 'csms-lite/demo-data/demo-store.js';
import { planDemo } from 'csms-lite/demo-data/plan.js';
import { openStore } from 'csms-lite/store/store.js';
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

check(
  '90 days of demo data, computed by the button: figures with method, rows, window, errors; marked; accessible',
  async () => {
    if (browser === null) throw new Error('no browser');
    const store = await openStore(join(server.dataDirectory, 'csms.sqlite'));
    const nowMs = Date.now();
    await storeDemo(store, planDemo({ seed: 1, days: 90, nowMs }), nowMs);
    await store.close();
    const watched = await openPage(browser, `${server.url}/insights`);
    const { page } = watched;
    const bystander = await openPage(browser, `${server.url}/insights`, 360);
    await untilText(bystander.page, 'Not computed yet.');
    await page.getByRole('button', { name: 'Compute now' }).click();
    await untilText(page, 'Demo data went into these figures', PATIENCE_MS);
    await untilText(bystander.page, 'Demo data went into these figures', PATIENCE_MS);

    const panel = (title: string) =>
      page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title }) });
    for (const title of [
      'Load of the next day',
      'Utilisation',
      'Health',
      'Unusual connectors',
      'Users with alike habits',
      'Energy by duration',
    ]) {
      const text = await panel(title).innerText();
      for (const part of ['Method', 'n = ', 'Demo data', 'Window', 'Computed', 'for local'])
        assert.ok(text.includes(part), `${title} says ${part}`);
    }
    const load = await panel('Load of the next day').innerText();
    for (const part of ['Seasonal naive, 168 h', 'ARIMA(1,1,1)', 'SARIMA(1,0,0)(0,1,1)24', 'shown', 'sMAPE'])
      assert.ok(load.includes(part), part);
    await panel('Load of the next day').getByLabel('Of each hour').selectOption('starts');
    await untilText(page, 'sessions per hour');

    const heat = page.getByRole('region', { name: 'Utilisation by weekday and hour' });
    assert.is(await heat.getByRole('rowheader').count(), 7);
    assert.is(await heat.getByRole('columnheader').count(), 25);
    assert.is(await heat.getByRole('cell').count(), 7 * 24);
    assert.match(
      await heat.innerText(),
      Intl.DateTimeFormat().resolvedOptions().timeZone,
      'the viewer’s zone is named',
    );

    const first = panel('Unusual connectors').locator('tbody tr').first();
    assert.match(await first.innerText(), /DEMO-3 · 2[\s\S]*stands out/);
    assert.match(await panel('Users with alike habits').innerText(), /3: 0\.\d\d \(chosen\)/);
    assert.match(await panel('Health').innerText(), /of 50[\s\S]*of 30[\s\S]*of 20/);
    assert.match(await panel('Energy by duration').innerText(), /R² = 0\.\d\d/);
    await page.getByLabel('A session of so many hours').fill('3');
    await untilText(page, /brings about \d+\.\d kWh/);
    await assertAccessible(page, 'the page with figures');
    assertClean(watched);
    await picture(page, 'insights');
    await page.close();

    await assertNothingSticksOut(bystander.page, 'the page with figures');
    await assertAccessible(bystander.page, 'the page with figures on a phone');
    assertClean(bystander);
    await picture(bystander.page, 'insights-360');

    await bystander.page.close();
  },
);

test.run();
