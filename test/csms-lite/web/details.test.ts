import type { MessageView } from 'csms-lite/api/present.js';
import { differsFrom, hasDefaults } from 'csms-lite/web/shared/configuration-defaults.js';
import { curlOf, jsonOf } from 'csms-lite/web/shared/copy-message.js';
import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import { type Body, startTestServer, type TestServer } from '../api/server.js';
import { assertClean, haveBrowser, launch, openPage, untilText } from './browser.js';
import { startSimulatedCharger } from './simulated-charger.js';

const check = haveBrowser() ? test : test.skip;
const WAIT_MS = 60_000;
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

const MESSAGE: MessageView = {
  id: 1,
  chargePointId: 'CP 1',
  direction: 'out',
  at: '2026-11-21T12:00:00.000Z',
  kind: 'CALL',
  messageId: 'm-1',
  action: 'RemoteStartTransaction',
  latencyMs: null,
  text: '[2,"m-1","RemoteStartTransaction",{"idTag":"O\'HARA"}]',
};

test('copy as curl: what was sent is sent again, what was said is looked up; a shell runs nothing in it', () => {
  assert.is(
    curlOf(MESSAGE, 'http://127.0.0.1:8180'),
    'curl -X POST \'http://127.0.0.1:8180/api/v1/charge-points/CP%201/commands/call\' -H "authorization: Bearer $CSMS_LITE_TOKEN" ' +
      `-H 'content-type: application/json' -d '{"action":"RemoteStartTransaction","payload":{"idTag":"O'\\''HARA"}}'`,
  );
  assert.match(
    curlOf({ ...MESSAGE, direction: 'in' }, 'http://h'),
    "'http://h/api/v1/messages?chargePointId=CP+1&messageId=m-1'",
  );
  assert.is(jsonOf('[2]'), '[\n  2\n]');
  assert.is(jsonOf('no json'), 'no json');
});

test('defaults: those of the real tapwatt, key by key; of other vendors none are known', async () => {
  const charger = await startSimulatedCharger('DEFAULTS-1', server.port, {});
  try {
    const keys = await eventually(
      async () => {
        const answer = await server.api('POST', '/api/v1/charge-points/DEFAULTS-1/commands/get-configuration', {});
        return answer.status === 200 && answer.body.response?.configurationKey;
      },
      'its configuration',
      WAIT_MS,
    );
    const told = keys as { key: string; readonly: boolean; value: string }[];
    for (const one of told) assert.is(differsFrom('Tapwatt', one), null, `${one.key} is ${one.value}`);
    const known = told.filter((one) => differsFrom('Tapwatt', { ...one, value: 'something else' }) !== null);
    assert.ok(known.length >= 20, `${known.length} keys have a default`);
  } finally {
    await charger.close();
  }
  assert.is(differsFrom('Tapwatt', { key: 'HeartbeatInterval', readonly: false, value: '60' }), '300');
  assert.is(differsFrom('Other', { key: 'HeartbeatInterval', readonly: false, value: '60' }), null);
  assert.is(hasDefaults('Other'), false);
});

check('a tag that may charge at one charger only: set on its page, refused elsewhere', async () => {
  if (browser === null) throw new Error('no browser');
  await server.api('PUT', '/api/v1/id-tags/PLACED', { status: 'Accepted', note: 'stays' });
  const [here, there] = [await server.boot('HERE-1'), await server.boot('THERE-1')];
  const watched = await openPage(browser, `${server.url}/tags`);
  const { page } = watched;
  await page.getByRole('button', { name: 'change where PLACED may charge' }).click();
  const form = page.getByRole('form', { name: 'Where PLACED may charge' });
  await form.getByLabel('HERE-1', { exact: true }).check();
  await form.getByRole('button', { name: 'Only there' }).click();
  await untilText(page, 'PLACED may charge at HERE-1.');
  const ask = async (peer: typeof here): Promise<string> =>
    ((await peer.call('Authorize', { idTag: 'PLACED' })) as Body).idTagInfo.status;
  assert.equal([await ask(here), await ask(there)], ['Accepted', 'Blocked']);
  assert.is((await server.api('GET', '/api/v1/id-tags/PLACED')).body.note, 'stays');
  await page.getByRole('button', { name: 'change where PLACED may charge' }).click();
  await form.getByRole('button', { name: 'Everywhere' }).click();
  await untilText(page, 'PLACED may charge everywhere.');
  assert.is(await ask(there), 'Accepted');
  await here.close();
  await there.close();
  assertClean(watched);
  await page.close();
});

check('a key that differs from its default is marked; a message is copied; a received file is downloaded', async () => {
  if (browser === null) throw new Error('no browser');
  const peer = await server.boot('FILES-1');
  peer.on('GetConfiguration', {
    configurationKey: [
      { key: 'HeartbeatInterval', readonly: false, value: '60' },
      { key: 'ResetRetries', readonly: false, value: '2' },
    ],
  });
  const watched = await openPage(browser, `${server.url}/stations/FILES-1/configuration`);
  const { page } = watched;
  await untilText(page, 'changed; by default 300');
  await page.getByLabel('Only what differs from its defaults').check();
  await eventually(
    async () => !(await page.locator('main').innerText()).includes('ResetRetries'),
    'only that',
    WAIT_MS,
  );

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await page.goto(`${server.url}/stations/FILES-1/messages`);
  await page.locator('summary', { hasText: 'GetConfiguration' }).first().click();
  await page
    .getByRole('button', { name: /^Copy as curl\s+GetConfiguration/ })
    .first()
    .click();
  await untilText(page, 'Copied');
  const copied = await page.evaluate<string>('navigator.clipboard.readText()');
  assert.match(copied, `curl -X POST '${server.url}/api/v1/charge-points/FILES-1/commands/call'`);

  // The charger is told where to put its log, puts it there, and the page offers it.
  let location = '';
  peer.on('GetDiagnostics', (call) => {
    location = String(call.payload.location);
    return { fileName: 'log.txt' };
  });
  await server.api('POST', '/api/v1/charge-points/FILES-1/commands/get-diagnostics', {});
  assert.match(location, '/files/');
  const put = await fetch(`${location.replace(/\/$/, '')}/log.txt`, { method: 'PUT', body: 'hello from the charger' });
  assert.ok(put.ok, `PUT ${put.status} ${location}`);
  await page.goto(`${server.url}/stations/FILES-1/files`);
  const link = page.locator('section', { hasText: 'Received' }).getByRole('link', { name: /log/ }).first();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const stream = await download.createReadStream();
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  assert.is(text, 'hello from the charger');
  await peer.close();
  assertClean(watched);
  await page.close();
});

test.run();
