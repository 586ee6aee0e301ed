import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { startRealtimeDatabase, type TestDatabase } from '../../support/realtime-database.js';
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

const check = haveBrowser() ? test : test.skip;
let database: TestDatabase;
let server: TestServer;
let browser: Browser | null = null;

test.before(async () => {
  database = await startRealtimeDatabase();
  process.env.FIREBASE_DATABASE_EMULATOR_HOST = database.host;
  server = await startTestServer();
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await server.close();
  await database.kill();
});

check('System tells how Firebase stands, Settings what of a card’s number is public', async () => {
  if (browser === null) throw new Error('no browser');
  const peer = await server.boot('CP01');
  await eventually(async () => (await server.api('GET', '/api/v1/firebase')).body.writes > 0, 'something written');
  const watched = await openPage(browser, `${server.url}/system`, 360);
  const { page } = watched;
  await untilText(page, /Link\s+up/);
  await untilText(page, /Chargers that wait to be written\s+0/);
  await untilText(page, database.url);
  await assertNothingSticksOut(page, 'System');
  await assertAccessible(page, 'System');
  await page.goto(`${server.url}/settings`);
  await page.getByLabel('What everybody may read there of a card’s number').selectOption('hidden');
  await untilText(page, 'It holds with the next write of each charger.');
  assert.is((await server.api('GET', '/api/v1/settings')).body.firebaseUid, 'hidden');
  await assertNothingSticksOut(page, 'Settings');
  await assertAccessible(page, 'Settings');
  assertClean(watched);
  await page.close();
  await peer.close();
});

test.run();
