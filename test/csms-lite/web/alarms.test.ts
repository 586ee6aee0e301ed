import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { type Mailbox, openMailbox } from '../alarms/mailbox.js';
import { startTestServer, type TestServer } from '../api/server.js';
import { assertClean, haveBrowser, launch, openPage, untilText } from './browser.js';

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let mailbox: Mailbox;
let browser: Browser | null = null;

test.before(async () => {
  mailbox = await openMailbox();
  server = await startTestServer({ alarms: { tickEveryMs: 100, checkEveryMs: 500 } });
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await server.close();
  await mailbox.close();
});

check(
  'an alarm appears by itself with what to do, counts in the masthead, is acknowledged with a note, and ends',
  async () => {
    if (browser === null) throw new Error('no browser');
    const watched = await openPage(browser, `${server.url}/alarms`);
    const { page } = watched;
    await untilText(page, 'None: every charge point that was here is here');
    const badge = page.locator('.nav a[href="/alarms"] .count');
    assert.is(await badge.count(), 0);

    // The threshold of a rule, set on the page.
    const threshold = page.locator('li', { hasText: 'Connector faulted' }).getByRole('spinbutton');
    await threshold.fill('0');
    await page.getByRole('button', { name: 'Set threshold of Connector faulted' }).click();
    await untilText(page, 'Connector faulted: threshold set.');

    const peer = await server.boot('PAGE-1');
    await peer.call('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'GroundFailure' });
    await untilText(page, 'Connector 1 of PAGE-1 reports Faulted: GroundFailure.');
    await untilText(page, 'needs an electrician');
    assert.match(await badge.innerText(), /^1/);

    const note = page.getByLabel('Note on Connector faulted PAGE-1/1');
    await note.fill('Ada is on her way');
    await page.getByRole('button', { name: 'Acknowledge Connector faulted PAGE-1/1' }).click();
    await untilText(page, /acknowledged\s+by .*: Ada is on her way/);
    assert.match(await badge.innerText(), /^1/, 'acknowledged is not over');

    // On every page; the home page tells what happened.
    await page.getByRole('link', { name: 'Now' }).click();
    await untilText(page, 'Alarm: Connector faulted');
    assert.match(await badge.innerText(), /^1/);
    await page.getByRole('link', { name: /^Alarms/ }).click();
    await page.getByRole('checkbox', { name: 'Connector faulted' }).click();
    await untilText(page, 'None: every charge point that was here is here');
    await eventually(async () => (await badge.count()) === 0, 'no badge', 20_000);
    await untilText(page, 'Ada is on her way');
    await peer.close();
    assertClean(watched);
    await page.close();
  },
);

check('mail is set up on the page; the password is never in it again; the test mail arrives', async () => {
  if (browser === null) throw new Error('no browser');
  const watched = await openPage(browser, `${server.url}/alarms`);
  const { page } = watched;
  await page.getByLabel('Mail server').fill(mailbox.url);
  await page.getByLabel('Sender').fill('csms@example.org');
  await page.getByLabel('Recipients').fill('ops@example.org');
  await page.getByRole('button', { name: 'Save' }).click();
  await untilText(page, 'nothing sent yet');
  assert.match(await page.getByLabel('Mail server').inputValue(), /^smtp:\/\/ops:\*\*\*@127\.0\.0\.1:/);
  await page.getByRole('button', { name: 'Save' }).click();
  await untilText(page, 'Saved.');
  await page.getByRole('button', { name: 'Send a test mail' }).click();
  await untilText(page, 'The mail server took the test mail');
  assert.is(mailbox.mails.length, 1);
  await page.getByRole('button', { name: 'Switch off' }).click();
  await untilText(page, 'Webhooks are told all the same.');
  assertClean(watched);
  await page.close();
});

test.run();
