import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSources, sitePage } from 'csms-lite/hmi/page.js';
import { pageState, type ReadCharger } from 'csms-lite/hmi/page-state.js';
import { placeOf } from 'csms-lite/hmi/place.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runExport } from './site.js';

const folder = mkdtempSync(join(tmpdir(), 'csms-lite-export-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const DATABASE = 'https://example-default-rtdb.europe-west1.firebasedatabase.app';

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('the site: everything it needs is in the folder and nothing comes from elsewhere', async () => {
  const config = file('web.json', { apiKey: 'k', databaseURL: DATABASE, projectId: 'example', measurementId: 'G-1' });
  const out = join(folder, 'site');
  const { code, output } = await runExport(['--out', out, '--config', config, '--json']);
  assert.is(code, 0, output);
  const names = readdirSync(out).sort();
  assert.equal(names, (JSON.parse(output) as { files: string[] }).files);
  const expected = ['404.html', 'README.md', '_redirects', 'database.rules.json', 'driver.css', 'firebase.json'];
  assert.equal(names, [...expected, 'hmi.js', 'index.html'].sort());
  const page = readFileSync(join(out, 'index.html'), 'utf8');
  assert.not.match(page, /(?:src|href)="(?:https?:)?\/\//, 'nothing from elsewhere');
  assert.match(page, `"databaseURL":"${DATABASE}"`);
  assert.not.match(page, 'measurementId');
  const rules = JSON.parse(readFileSync(join(out, 'database.rules.json'), 'utf8')) as { rules: object };
  assert.equal(rules.rules, { '.read': false, '.write': false, chargers: { $chargePointId: { '.read': true } } });
  assert.match(readFileSync(join(out, 'README.md'), 'utf8'), DATABASE);
  // Again, over it: what is not ours stays.
  writeFileSync(join(out, 'CNAME'), 'charge.example\n');
  assert.is((await runExport(['--out', out, '--config', config, '--base', '/charging/'])).code, 0);
  assert.match(readFileSync(join(out, 'index.html'), 'utf8'), '<base href="/charging/">');
  assert.ok(readdirSync(out).includes('CNAME'));
});

test('wrong configurations are told with what to do; a service account is never published', async () => {
  const cases: [unknown, RegExp, RegExp][] = [
    ['const firebaseConfig = {}', /cannot be read/, /as JSON, with quoted names/],
    [{ apiKey: 'k' }, /no databaseURL/, /Realtime Database shows it/],
    [{ private_key: 'secret', databaseURL: DATABASE }, /is a service account/, /configuration of a web app/],
  ];
  for (const [content, message, hint] of cases) {
    const out = join(folder, 'wrong');
    const { code, output } = await runExport(['--out', out, '--config', file('wrong.json', content)]);
    assert.is(code, 1);
    assert.match(output, message);
    assert.match(output, hint);
    assert.not.ok(readdirSync(folder).includes('wrong'), 'nothing was written');
  }
  const good = file('web.json', { databaseURL: DATABASE });
  const { code, output } = await runExport(['--out', join(folder, 'x'), '--config', good, '--base', 'charging']);
  assert.is(code, 1);
  assert.match(output, /base_path/);
});

test('the page may talk to its database only; the configuration cannot break out of its element', () => {
  assert.is(connectSources(DATABASE), 'wss://*.firebasedatabase.app');
  assert.is(connectSources('https://example.firebaseio.com'), 'wss://*.firebaseio.com');
  assert.is(connectSources('http://127.0.0.1:9000/?ns=x'), 'ws://127.0.0.1:9000');
  const page = sitePage({ databaseURL: DATABASE, apiKey: '</script><script>alert(1)</script>' }, '/');
  assert.is(page.match(/<\/script>/g)?.length, 2);
});

test('the connector in the address', () => {
  const at = (address: string, base = '/') => placeOf(new URL(address, 'https://charge.example'), base);
  assert.equal(at('/c/CP01/2'), { chargePointId: 'CP01', connectorId: 2 });
  assert.equal(at('/c/CP01'), { chargePointId: 'CP01', connectorId: 1 });
  assert.equal(at('/c/CP%2001/2'), { chargePointId: 'CP 01', connectorId: 2 });
  assert.equal(at('/charging/c/CP01/2', '/charging/'), { chargePointId: 'CP01', connectorId: 2 });
  assert.equal(at('/?c=CP01/2'), { chargePointId: 'CP01', connectorId: 2 });
  assert.equal(at('/?c=CP01'), { chargePointId: 'CP01', connectorId: 1 });
  for (const nowhere of ['/', '/c/', '/c/CP01/x', '/c/CP01/0', '/?c=', '/other']) assert.is(at(nowhere), null, nowhere);
});

test('what the page says, as the Realtime Database gives it back: without null, connectors as a list', () => {
  const nowMs = Date.parse('2026-11-21T14:00:00Z');
  const place = { chargePointId: 'CP01', connectorId: 1 };
  const linked = { isLinked: true, nowMs };
  const session = { id: 27, startedAtMs: nowMs - 90_000, energyWh: 500 };
  const entry = {
    ...{ uid: '', username: '', power: '–', energy: '0.50 kWh', duration: '0:01:30', status: 'CHARGING' as const },
    last_updated: new Date(nowMs - 1000).toISOString(),
    view: { status: 'Charging', session } as never,
  };
  const charger: ReadCharger = { ...entry, name: 'Gate <1>', online: true, connectors: [null, entry] };
  const live = pageState(charger, place, linked);
  assert.match(live.html, 'Charging');
  assert.match(live.html, '0.50 <small>kWh');
  assert.match(live.html, '1:30 <small>min');
  assert.not.match(live.html, /null|undefined|NaN/);
  assert.equal([live.heading, live.note, live.link], ['Gate <1>', 'Connector 1', '']);
  assert.match(pageState(charger, place, { isLinked: false, nowMs }).link, 'may be old');
  assert.match(pageState(charger, place, { isLinked: true, nowMs: nowMs + 300_000 }).link, 'not been heard of');
  assert.match(pageState(charger, { ...place, connectorId: 2 }, linked).html, 'no such charger');
  assert.match(pageState(null, place, linked).html, 'no such charger');
  assert.is(pageState(undefined, place, linked).html, '');

  const receipt = { id: 27, startedAtMs: nowMs - 90_000, stoppedAtMs: nowMs - 60_000, energyWh: 500 };
  const ended = { ...entry, status: 'STANDBY' as const, view: { status: 'Available', receipt } as never };
  const fresh = pageState({ ...charger, connectors: { '1': ended } }, place, linked);
  assert.match(fresh.html, 'Receipt of the last session');
  assert.not.match(fresh.html, /null|undefined|NaN/);
  const later = pageState({ ...charger, connectors: { '1': ended } }, place, {
    isLinked: true,
    nowMs: nowMs + 900_000,
  });
  assert.not.match(later.html, 'Receipt');
});

test.run();
