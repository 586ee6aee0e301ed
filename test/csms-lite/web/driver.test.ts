import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { session, startTestServer, type TestServer } from '../api/server.js';
import {
  assertAccessible,
  assertClean,
  assertNothingSticksOut,
  haveBrowser,
  launch,
  openPage,
  untilText,
} from './browser.js';

const check = haveBrowser() ? test : test.skip;
let server: TestServer;
let browser: Browser | null = null;

test.before(async () => {
  // With a token: drivers are strangers
  server = await startTestServer({ tokens: [{ name: 'test', token: 'secret-of-the-operator' }] });
  if (haveBrowser()) browser = await launch();
});
test.after(async () => {
  await browser?.close();
  await server.close();
});

const operator = { authorization: 'Bearer secret-of-the-operator' };
async function settings(changes: object): Promise<void> {
  const answer = await server.api('PATCH', '/api/v1/settings', changes, operator);
  assert.is(answer.status, 200, JSON.stringify(answer.body));
}

function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
    redirect: 'manual',
  });
}

check('a driver on a 360 px phone: start with the card’s number, watch, stop, receipt', async () => {
  if (browser === null) throw new Error('no browser');
  await settings({ driverStart: 'card' });
  await server.api('PUT', '/api/v1/id-tags/CARD0001', { status: 'Accepted' }, operator);
  const tariff = await server.api('POST', '/api/v1/tariffs', { name: 'T', pricePerKwh: '0.50' }, operator);
  const peer = await server.boot('D-1', 1);
  await server.api('PUT', '/api/v1/tariff-assignments', { chargePointId: 'D-1', tariffId: tariff.body.id }, operator);
  const watched = await openPage(browser, `${server.url}/c/D-1/1`, 360);
  const { page } = watched;
  await untilText(page, 'Free');
  await untilText(page, '0.50 EUR per kWh');

  await page.getByLabel('Number of your card').fill('NOTMINE');
  await page.getByRole('button', { name: 'Start charging' }).click();
  await untilText(page, 'This card cannot be used here.');
  assert.equal(peer.calls('RemoteStartTransaction'), [], 'nothing was asked of the charger');

  peer.on('RemoteStartTransaction', { status: 'Accepted' });
  await page.getByLabel('Number of your card').fill('card0001');
  await page.getByRole('button', { name: 'Start charging' }).click();
  await untilText(page, 'The charger begins.');
  assert.equal(peer.calls('RemoteStartTransaction'), [{ connectorId: 1, idTag: 'CARD0001' }]);
  const transactionId = await session(peer, { idTag: 'CARD0001', meterStart: 0 });
  await peer.call('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' });
  await peer.call('MeterValues', {
    connectorId: 1,
    transactionId,
    meterValue: [
      {
        timestamp: new Date().toISOString(),
        sampledValue: [
          { value: '3000', unit: 'Wh' },
          { value: '11040', measurand: 'Power.Active.Import', unit: 'W' },
        ],
      },
    ],
  });
  await untilText(page, 'Charging');
  await untilText(page, /11\.0\s*kW/);
  await untilText(page, /3\.00\s*kWh/);
  await untilText(page, '1.50 EUR');
  await assertNothingSticksOut(page, 'the driver’s page');
  await assertAccessible(page, 'the driver’s page');
  assert.not.match(await page.content(), /CARD0001/i, 'who charges is not shown');

  // The browser that started it stops it without the number.
  peer.on('RemoteStopTransaction', { status: 'Accepted' });
  assert.is(await page.getByLabel('Number of your card').count(), 0);
  await page.getByRole('button', { name: 'Stop charging' }).click();
  await untilText(page, 'The charger stops.');
  assert.equal(peer.calls('RemoteStopTransaction'), [{ transactionId }]);
  await peer.call('StopTransaction', { transactionId, meterStop: 4000, timestamp: new Date().toISOString() });
  await peer.call('StatusNotification', { connectorId: 1, status: 'Finishing', errorCode: 'NoError' });
  await untilText(page, 'Receipt of the last session');
  await untilText(page, '2.00 EUR');
  assertClean(watched);
  await page.close();
  await peer.close();
});

check('the driver’s page comes back by itself after a restart of the server', async () => {
  if (browser === null) throw new Error('no browser');
  const watched = await openPage(browser, `${server.url}/c/D-1/1`, 360);
  const { page } = watched;
  await untilText(page, 'not connected at the moment');
  await server.restart();
  const peer = await server.boot('D-1', 1);
  await untilText(page, /Free/);
  assert.equal(watched.foreignRequests, []);
  await peer.close();
  await page.close();
});

test('without JavaScript: everything is in the page, it refreshes itself, forms are forms', async () => {
  await settings({ driverStart: 'card' });
  const peer = await server.boot('D-2', 1);
  const { status, body } = await server.api('GET', '/c/D-2/1');
  assert.is(status, 200);
  assert.match(body, '<noscript><meta http-equiv="refresh" content="10"></noscript>');
  assert.match(body, /<form method="post" action="\/c\/D-2\/1\/start">/);
  assert.match(body, 'Free');
  await peer.close();
});

test('start and stop only as the operator allows it', async () => {
  await server.api('PUT', '/api/v1/id-tags/GUEST', { status: 'Accepted' }, operator);
  const peer = await server.boot('D-3', 1);
  peer.on('RemoteStartTransaction', { status: 'Accepted' });
  peer.on('RemoteStopTransaction', { status: 'Accepted' });
  const started = (): number => peer.calls('RemoteStartTransaction').length;

  await settings({ driverStart: 'nobody' });
  assert.not.match((await server.api('GET', '/c/D-3/1')).body, '<form');
  const refused = await post('/c/D-3/1/start', { card: 'GUEST' });
  assert.is(refused.headers.get('location'), '/c/D-3/1?note=changed');
  assert.is(started(), 0);

  await settings({ driverStart: 'anyone', driverIdTag: '' });
  await post('/c/D-3/1/start', {});
  assert.is(started(), 0, 'anyone needs a tag for it');

  await settings({ driverStart: 'anyone', driverIdTag: 'GUEST' });
  const answer = await post('/c/D-3/1/start', {});
  assert.is(answer.headers.get('location'), '/c/D-3/1?note=starting');
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  assert.match(cookie, /^started=/);
  assert.match(answer.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Strict/);
  assert.equal(peer.calls('RemoteStartTransaction'), [{ connectorId: 1, idTag: 'GUEST' }]);
  const transactionId = await session(peer, { idTag: 'GUEST', meterStart: 0 });

  await post('/c/D-3/1/stop', {});
  await post('/c/D-3/1/stop', {}, { cookie: 'started=00000000-0000-0000-0000-000000000000' });
  assert.equal(peer.calls('RemoteStopTransaction'), [], 'a passer-by cannot stop it');
  await post('/c/D-3/1/stop', {}, { cookie });
  assert.equal(peer.calls('RemoteStopTransaction'), [{ transactionId }]);
  await peer.close();
});

test('numbers of cards cannot be tried out: after five the page asks to wait', async () => {
  await settings({ driverStart: 'card' });
  const peer = await server.boot('D-4', 1);
  const notes: string[] = [];
  for (let attempt = 0; attempt < 7; attempt += 1) {
    const answer = await post('/c/D-4/1/start', { card: `GUESS${attempt}` });
    notes.push(new URL(answer.headers.get('location') ?? '', server.url).searchParams.get('note') ?? '');
  }
  assert.ok(notes.includes('card'));
  assert.is(notes.at(-1), 'wait');
  await peer.close();
});

test('turned off, unknown connectors, and what strangers may see', async () => {
  const peer = await server.boot('D-5', 1);
  assert.is((await server.api('GET', '/c/D-5/1')).status, 200);
  assert.is((await server.api('GET', '/c/D-5/9')).status, 404);
  assert.is((await server.api('GET', '/c/D-5/x')).status, 404);
  assert.is((await server.api('GET', '/c/%3Cb%3E/1')).status, 404);
  const board = await server.api('GET', '/status');
  assert.match(board.body, 'href="/c/D-5/1"');
  assert.is((await server.api('GET', '/qr')).status, 303, 'the sheet is for operators');
  assert.is((await server.api('GET', '/qr.svg?text=x')).status, 401);
  await settings({ driverPages: false });
  for (const path of ['/c/D-5/1', '/status', '/status/events', '/c/D-5/1/events'])
    assert.is((await server.api('GET', path)).status, 404, path);
  await settings({ driverPages: true });
  await peer.close();
});

test('QR codes: a sheet of every connector with the public address; PNG and SVG', async () => {
  const peer = await server.boot('D-6', 2);
  await settings({ publicUrl: 'https://charge.example' });
  const sheet = await server.api('GET', '/qr?chargePointId=D-6', undefined, operator);
  assert.is(sheet.status, 200);
  assert.is((sheet.body.match(/<li class="qr-card">/g) ?? []).length, 2);
  assert.match(sheet.body, 'https://charge.example/c/D-6/2');
  const png = await fetch(`${server.url}/qr.png?text=https%3A%2F%2Fcharge.example%2Fc%2FD-6%2F2`, {
    headers: operator,
  });
  assert.is(png.headers.get('content-type'), 'image/png');
  assert.equal([...new Uint8Array(await png.arrayBuffer())].slice(1, 4), [0x50, 0x4e, 0x47]);
  assert.is((await server.api('GET', '/qr.svg', undefined, operator)).status, 422);
  const wrong = await server.api('PATCH', '/api/v1/settings', { publicUrl: 'javascript:alert(1)' }, operator);
  assert.is(wrong.status, 422);
  await settings({ publicUrl: '' });
  await peer.close();
});

test.run();
