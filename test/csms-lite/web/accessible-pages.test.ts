import { NAVIGATION } from 'csms-lite/web/shared/navigation.js';
import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import { assertPagesAccessible, haveBrowser, launch } from './browser.js';
import { type ExampleSite, startExampleSite } from './example-site.js';

const check = haveBrowser() ? test : test.skip;
let site: ExampleSite;
let browser: Browser | null = null;

test.before(async () => {
  site = await startExampleSite();
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await site.close();
});

check(
  'pages of the navigation: usable at 360 px, nothing serious found by axe-core, light and dark, nothing on the console',
  async () => {
    if (browser === null) throw new Error('no browser');
    await assertPagesAccessible(
      browser,
      site.server.url,
      NAVIGATION.map((entry) => entry.path),
    );
  },
);

test.run();
