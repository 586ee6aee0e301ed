import type { Browser, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';
import type { ScriptedPeer } from '../../support/scripted-peer.js';
import { session, startTestServer, type TestServer } from '../api/server.js';
import { assertClean, haveBrowser, launch, openPage, untilText, type Watched } from './browser.js';

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let peer: ScriptedPeer;
let browser: Browser | null = null;

test.before(async () => {
  server = await startTestServer({ callTimeoutMs: 700 });
  await server.api('PUT', '/api/v1/id-tags/A1B2C3D4', { status: 'Accepted' });
  peer = await server.boot('ST-1', 1);
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await peer.close();
  await server.close();
});

function open(path: string): Promise<Watched> {
  if (browser === null) throw new Error('no browser');
  return openPage(browser, `${server.url}/stations/ST-1${path}`);
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

check('station: start with a known tag, unlock, availability: each shows the charger’s own word', async () => {
  const watched = await open('');
  const { page } = watched;
  peer.on('RemoteStartTransaction', { status: 'Rejected' });
  await button(page, 'Start… connector 1').click();
  await page.getByLabel('Tag to charge with').fill('A1B2C3D4');
  await button(page, 'Start now').click();
  await untilText(page, /RemoteStartTransaction\s+Rejected\s+The charger refused\./);
  assert.equal(peer.calls('RemoteStartTransaction'), [{ connectorId: 1, idTag: 'A1B2C3D4' }]);

  peer.on('UnlockConnector', { status: 'UnlockFailed' });
  await button(page, 'Unlock connector 1').click();
  await untilText(page, 'The connector could not be unlocked.');

  peer.on('ChangeAvailability', { status: 'Scheduled' });
  await button(page, 'Take out of service connector 1').click();
  await untilText(page, 'It will do so when the running session has ended.');
  await peer.call('StatusNotification', { connectorId: 1, status: 'Unavailable', errorCode: 'NoError' });
  await button(page, 'Put into service connector 1').waitFor();
  await peer.call('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
  assertClean(watched);
  await page.close();
});

check('station: a charger that does not answer is told as such, not as an error of the page', async () => {
  const watched = await open('');
  const { page } = watched;
  // Nobody answers: the scripted charger keeps the call
  await button(page, 'Restart softly').click();
  await untilText(page, 'Waiting for the charger…');
  await untilText(page, /Reset\s+Timeout\s+The charger did not answer in time/, 8000);
  assertClean(watched);
  await page.close();
});

check(
  'commands: the form comes from the schema, says what is missing, sends, and the history has the answer',
  async () => {
    const watched = await open('/commands');
    const { page } = watched;
    await page.getByLabel('Command').selectOption('trigger-message');
    await button(page, 'Send TriggerMessage').click();
    await untilText(page, 'requestedMessage is needed');
    assert.equal(peer.calls('TriggerMessage'), [], 'nothing was sent');
    peer.on('TriggerMessage', { status: 'NotImplemented' });
    await page.getByLabel('requestedMessage').fill('Heartbeat');
    await page.getByLabel('connectorId').fill('1');
    await button(page, 'Send TriggerMessage').click();
    await untilText(page, /TriggerMessage\s+NotImplemented/);
    assert.equal(peer.calls('TriggerMessage'), [{ requestedMessage: 'Heartbeat', connectorId: 1 }]);
    await page.locator('.log summary', { hasText: 'TriggerMessage' }).first().waitFor();

    // Nested members and times
    await page.getByLabel('Command').selectOption('get-log');
    peer.on('GetLog', { status: 'Accepted', filename: 'log-1.gz' });
    await page.getByLabel('logType').fill('DiagnosticsLog');
    await page.getByLabel('log.remoteLocation').fill('ftp://127.0.0.1/logs');
    await page.getByLabel('log.oldestTimestamp').fill('2026-01-02T03:04');
    await button(page, 'Send GetLog').click();
    await untilText(page, 'log-1.gz');
    const [sent] = peer.calls('GetLog') as { log: { oldestTimestamp: string } }[];
    const viewers = await page.evaluate('new Date("2026-01-02T03:04").toISOString()');
    assert.is(sent?.log.oldestTimestamp, viewers, 'typed in the viewer’s zone, sent in UTC');
    assertClean(watched);
    await page.close();
  },
);

check('configuration: read, filtered, changed in place, refusals told beside the key', async () => {
  const keys = new Map([
    ['HeartbeatInterval', { value: '300', readonly: false }],
    ['NumberOfConnectors', { value: '1', readonly: true }],
    ['VendorSecret', { value: 'x', readonly: false }],
  ]);
  peer.on('GetConfiguration', ({ payload }) => {
    const wanted = payload.key as string[] | undefined;
    return {
      configurationKey: [...keys]
        .filter(([key]) => wanted === undefined || wanted.includes(key))
        .map(([key, rest]) => ({ key, ...rest })),
    };
  });
  peer.on('ChangeConfiguration', ({ payload }) => {
    const known = keys.get(String(payload.key));
    if (known === undefined || payload.key === 'VendorSecret') return { status: 'Rejected' };
    known.value = String(payload.value);
    return { status: 'Accepted' };
  });
  const watched = await open('/configuration');
  const { page } = watched;
  await untilText(page, '3 keys');
  await page.getByLabel('HeartbeatInterval', { exact: true }).fill('60');
  await page.keyboard.press('Enter');
  await untilText(page, 'changed');
  assert.is(keys.get('HeartbeatInterval')?.value, '60');
  await eventually(
    async () => (await page.getByLabel('HeartbeatInterval', { exact: true }).inputValue()) === '60',
    'read back',
  );
  await page.getByLabel('VendorSecret', { exact: true }).fill('y');
  await button(page, 'Save VendorSecret').click();
  await untilText(page, 'refused: the charger does not take this value');
  await page.getByLabel('Filter').fill('connectors');
  await eventually(async () => !(await page.locator('main').innerText()).includes('VendorSecret'), 'filtered');
  await untilText(page, 'read only');
  await page.reload();
  await untilText(page, '3 keys');
  assert.is(
    peer.calls('GetConfiguration').filter((payload) => payload.key === undefined).length,
    1,
    'what is known is shown without asking again',
  );
  assertClean(watched);
  await page.close();
});

check('messages of one station: the answer stands with its question and the time it took', async () => {
  const watched = await open('/messages');
  const { page } = watched;
  const other = await server.boot('ST-2');
  await peer.call('DataTransfer', { vendorId: 'pair.test' });
  await page.getByLabel('Filter').fill('datatransfer');
  await untilText(page, /\d+ ms/);
  await page.locator('.log summary').last().click();
  await untilText(page, 'pair.test');
  await untilText(page, 'answered after');
  assert.not.match(await page.locator('.log').innerText(), 'ST-2');
  await other.close();
  assertClean(watched);
  await page.close();
});

check('profiles: made on one page, set on a charger on another, with its composite schedule', async () => {
  if (browser === null) throw new Error('no browser');
  const watched = await openPage(browser, `${server.url}/profiles`);
  const { page } = watched;
  await untilText(page, 'None yet');
  await page.getByLabel('Name').fill('Night');
  await page.getByLabel('Limit, A').fill('10');
  await button(page, 'Store').click();
  await untilText(page, 'For every session, Relative, stack level 0: 10 A at once.');
  peer.on('SetChargingProfile', { status: 'Accepted' });
  peer.on('GetCompositeSchedule', {
    status: 'Accepted',
    connectorId: 1,
    scheduleStart: '2026-11-21T10:00:00Z',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
  });
  await page.goto(`${server.url}/stations/ST-1/profiles`);
  await button(page, 'Set').click();
  await untilText(page, /SetChargingProfile\s+Accepted/);
  const [sent] = peer.calls('SetChargingProfile') as { csChargingProfiles: { chargingSchedule: object } }[];
  assert.equal(sent?.csChargingProfiles.chargingSchedule, {
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
  });
  await button(page, 'Ask the charger').click();
  await page.locator('.chart canvas').waitFor();
  assertClean(watched);
  await page.close();
});

check(
  'energy limit: typed, held, the running session’s share shown; local list: brought up to date, drift told',
  async () => {
    if (browser === null) throw new Error('no browser');
    peer.on('SetChargingProfile', { status: 'Accepted' });
    peer.on('ClearChargingProfile', { status: 'Accepted' });
    const transactionId = await session(peer, { idTag: 'A1B2C3D4', meterStart: 0 });
    await peer.call('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' });
    const watched = await openPage(browser, `${server.url}/energy`);
    const { page } = watched;
    await page.getByLabel('Limit for all of it, A per phase').fill('20');
    await button(page, 'Let it hold').click();
    await untilText(page, '20 A per phase hold from now on.');
    await untilText(page, /20\.0\s*A of 20\.0 A/);
    await untilText(page, 'taken over');
    await peer.call('StopTransaction', { transactionId, meterStop: 10, timestamp: new Date().toISOString() });
    await untilText(page, 'No session is running.');
    await peer.call('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });

    peer.on('GetLocalListVersion', { listVersion: 0 });
    peer.on('SendLocalList', { status: 'Accepted' });
    await page.goto(`${server.url}/local-lists`);
    await untilText(page, 'Never sent from here');
    await button(page, 'Bring up to date ST-1').click();
    await untilText(page, /Version \d+ is there; 1 entries were sent\./);
    await untilText(page, 'as the tags are');
    await server.api('PUT', '/api/v1/id-tags/NEW00001', { status: 'Accepted' });
    await untilText(page, 'Missing: NEW00001');
    assertClean(watched);
    await page.close();
  },
);

check('offline: what was told stays, what needs the charger says why it cannot', async () => {
  const gone = await server.boot('ST-3');
  await gone.close();
  if (browser === null) throw new Error('no browser');
  const watched = await openPage(browser, `${server.url}/stations/ST-3`);
  const { page } = watched;
  await untilText(page, 'This charge point is offline.');
  assert.ok(await button(page, 'Unlock connector 1').isDisabled());
  assertClean(watched);
  await page.close();
});

test.run();
