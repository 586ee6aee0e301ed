import { escapeHtml } from 'csms-lite/web/html.js';
import { derivePower } from 'csms-lite/web/shared/derived-power.js';
import { ago, dayAndTime, duration, energy, power, toMs } from 'csms-lite/web/shared/format.js';
import { NAVIGATION } from 'csms-lite/web/shared/navigation.js';
import { statusLook } from 'csms-lite/web/shared/status.js';
import { renderPage } from 'csms-lite/web/shell.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startTestServer, type TestServer } from '../api/server.js';

let server: TestServer;
test.before(async () => {
  server = await startTestServer();
});
test.after(() => server.close());

test('format: power, energy and duration have a unit and a steady number of digits', () => {
  assert.equal(power(null), { value: '–', unit: '' });
  assert.equal(power(0), { value: '0', unit: 'W' });
  assert.equal(power(949), { value: '949', unit: 'W' });
  assert.equal(power(7360), { value: '7.4', unit: 'kW' });
  assert.equal(energy(0), { value: '0.00', unit: 'kWh' });
  assert.equal(energy(5680), { value: '5.68', unit: 'kWh' });
  assert.equal(energy(123_456), { value: '123.5', unit: 'kWh' });
  assert.equal(duration(-5), { value: '0', unit: 's' });
  assert.equal(duration(59_999), { value: '59', unit: 's' });
  assert.equal(duration(60_000), { value: '1:00', unit: 'min' });
  assert.equal(duration(3_599_000), { value: '59:59', unit: 'min' });
  assert.equal(duration(7_620_000), { value: '2:07', unit: 'h' });
});

test('format: times are the viewer’s, the year shows when it is not this one', () => {
  const nowMs = Date.UTC(2026, 10, 21, 12, 0);
  assert.is(ago(null, nowMs), 'never');
  assert.is(ago(nowMs + 500, nowMs), 'just now');
  assert.is(ago(nowMs - 42_000, nowMs), '42 s ago');
  assert.is(ago(nowMs - 3_600_000, nowMs), '1 h ago');
  assert.is(ago(nowMs - 3 * 86_400_000, nowMs), '3 d ago');
  assert.is(dayAndTime(nowMs, nowMs, 'Europe/Berlin'), '21 Nov, 13:00');
  assert.is(dayAndTime(Date.UTC(2024, 0, 2, 3, 4), nowMs, 'UTC'), '2 Jan 2024, 03:04');
  assert.is(toMs('not a time'), null);
  assert.is(toMs('1970-01-01T00:00:01Z'), 1000);
});

test('status: every OCPP 1.6 ChargePointStatus has words and a tone of its own; an unknown one is shown as it is', () => {
  const statuses = [
    'Available',
    'Preparing',
    'Charging',
    'SuspendedEV',
    'SuspendedEVSE',
    'Finishing',
    'Reserved',
    'Unavailable',
    'Faulted',
  ];
  assert.is(new Set(statuses.map((status) => statusLook(status).text)).size, statuses.length);
  assert.is(statusLook('Faulted').tone, 'fault');
  assert.is(statusLook('Dancing').text, 'Dancing');
});

test('derived power: the mean between readings, nothing from readings too close together or a register that fell', () => {
  const at = (seconds: number, energyWh: number): { atMs: number; energyWh: number } => ({
    atMs: seconds * 1000,
    energyWh,
  });
  assert.equal(derivePower([]), []);
  assert.equal(derivePower([at(0, 100)]), []);
  assert.equal(derivePower([at(0, 0), at(60, 120), at(120, 120)]), [
    { atMs: 60_000, powerW: 7200 },
    { atMs: 120_000, powerW: 0 },
  ]);
  assert.equal(derivePower([at(0, 0), at(0.5, 1), at(3600, 1000)]), [{ atMs: 3_600_000, powerW: 1000 }]);
  assert.equal(derivePower([at(0, 500), at(60, 10), at(120, 20)]), [{ atMs: 120_000, powerW: 600 }]);
});

test('shell: facts and titles cannot break out of the page', () => {
  assert.is(escapeHtml(`<a href="x">'&`), '&lt;a href=&quot;x&quot;&gt;&#39;&amp;');
  const html = renderPage({ title: '</title><b>', current: '/', facts: { text: '</script><img src=x>' } });
  assert.not.match(html, '</title><b>');
  assert.not.match(html, '<img');
});

test('pages: every entry of the navigation is a page that says which it is, with a strict content security policy', async () => {
  for (const { path } of NAVIGATION) {
    const answer = await server.api('GET', path);
    assert.is(answer.status, 200, path);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'self';/);
    assert.match(answer.body, `href="${path}" aria-current="page"`);
    assert.match(answer.body, '<html lang="en"');
  }
});

test('pages: nothing in the page, the script or the style names another host', async () => {
  const { body } = await server.api('GET', '/');
  const [script] = /\/assets\/app-[\w-]+\.js/.exec(body) ?? [];
  const [style] = /\/assets\/app-[\w-]+\.css/.exec(body) ?? [];
  assert.ok(script !== undefined && style !== undefined, 'run `npm run build` first');
  for (const path of ['/', script, style]) {
    const answer = await server.api('GET', path);
    assert.is(answer.status, 200);
    const hosts = [...String(answer.body).matchAll(/\b(?:https?|wss?):\/\/([\w.-]+\w)/g)].map((match) => match[1]);
    // Names of XML vocabularies, not addresses; and our own.
    const foreign = hosts.filter((host) => !['www.w3.org', '127.0.0.1'].includes(host ?? ''));
    assert.equal(foreign, [], path);
  }
  const asset = await server.api('GET', script);
  assert.match(asset.headers.get('cache-control') ?? '', 'immutable');
  assert.is((await server.api('GET', '/assets/../package.json')).status, 404);
  assert.is((await server.api('GET', '/assets/%2e%2e%2fmanifest.json')).status, 404);
});

test('pages: the viewer’s theme comes with the page', async () => {
  assert.match(
    (await server.api('GET', '/', undefined, { cookie: 'a=b; theme=dark' })).body,
    '<html lang="en" data-theme="dark">',
  );
  assert.match((await server.api('GET', '/', undefined, { cookie: 'theme=<script>' })).body, '<html lang="en">');
});

test('pages: the exact OCPP address is that by which the viewer reached the server', async () => {
  assert.match((await server.api('GET', '/')).body, `"ocppUrls":["ws://127.0.0.1:${server.port}/ocpp/"]`);
});

test.run();
