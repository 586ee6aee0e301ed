// How soon the pages can be used, told by the browser's own performance entries, as Lighthouse names them.
//
//   node scripts/bench/pages.mjs [--rounds 3] [--json]
//
// csms-lite on this machine with 20 charge points and 200 sessions, Chromium without a cache, one page at a time; the best
// round counts (a machine that does other things only adds). FCP, LCP: first and largest contentful paint. TBT: what tasks
// took beyond 50 ms each. CLS: layout shift. Usable: the page shows what it is about. Needs a build (npm run build).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { launchBrowser } from '../lib/browser.mjs';
import { ask, CSMS_PROGRAM, freePort, until } from '../lib/local.mjs';
import { connectStation } from '../lib/scripted-station.mjs';
import { keepRunning } from '../lib/service-manager.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } },
});
const host = '127.0.0.1';
const STATIONS = 20;
const SESSIONS_EACH = 10;
/** Until the first page can be used, from this machine. */
const GOAL_MS = 1000;

const PAGES = [
  { name: 'Now', path: '/', text: 'charge points online' },
  { name: 'Stations', path: '/stations', text: 'BENCH-1' },
  { name: 'Sessions', path: '/sessions', text: 'EVDisconnected' },
  { name: 'Station', path: '/stations/BENCH-1', text: 'Connector 1' },
  { name: 'Alarms', path: '/alarms', text: 'Rules' },
  { name: 'Driver’s page', path: '/c/BENCH-1/1', text: 'Free' },
];

/** Runs in the page before anything of it. */
function watch() {
  const seen = { lcpMs: 0, tbtMs: 0, cls: 0 };
  globalThis.__seen = seen;
  const on = (type, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  on('largest-contentful-paint', (entry) => {
    seen.lcpMs = entry.startTime;
  });
  on('longtask', (entry) => {
    seen.tbtMs += Math.max(0, entry.duration - 50);
  });
  on('layout-shift', (entry) => {
    if (!entry.hadRecentInput) seen.cls += entry.value;
  });
}

function read() {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const files = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  return {
    fcpMs: paint?.startTime ?? null,
    ...globalThis.__seen,
    nowMs: performance.now(),
    transferKb: files.reduce((sum, file) => sum + file.transferSize, 0) / 1000,
  };
}

async function visit(browser, origin, { path, text }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    await page.goto(`${origin}${path}`, { waitUntil: 'commit' });
    // In the page, so that the way to us and back is not in the figure.
    const usableMs = await page.evaluate(
      (wanted) =>
        new Promise((resolve) => {
          const look = () => {
            if (document.querySelector('main')?.innerText.includes(wanted)) resolve(performance.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
      text,
    );
    await page.waitForTimeout(700);
    return { usableMs, ...(await page.evaluate(read)) };
  } finally {
    await context.close();
  }
}

async function furnish(ocppUrl, api) {
  await api('PUT', '/id-tags/BENCH', { status: 'Accepted' });
  const stations = [];
  for (let number = 1; number <= STATIONS; number += 1) {
    const station = await connectStation(ocppUrl, `BENCH-${number}`);
    stations.push(station);
    for (const connectorId of [1, 2])
      await station.call('StatusNotification', { connectorId, status: 'Available', errorCode: 'NoError' });
    for (let index = 0; index < SESSIONS_EACH; index += 1)
      await station.session({
        connectorId: 1,
        idTag: 'BENCH',
        agoMinutes: 20 + index * 15,
        minutes: 10,
        energyWh: 1000 + number * index,
        reason: 'EVDisconnected',
      });
  }
  return stations;
}

/** Of the script and the style of the operator's pages, as they travel. */
async function frontEndBytes(origin) {
  const html = await (await fetch(origin)).text();
  const files = [...new Set(html.match(/\/assets\/[\w-]+\.(?:js|css)/g) ?? [])];
  const sizes = files.map(
    async (file) => gzipSync(Buffer.from(await (await fetch(origin + file)).arrayBuffer())).length,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const best = (rounds) =>
  Object.fromEntries(
    Object.keys(rounds[0]).map((key) => [key, Math.min(...rounds.map((round) => round[key] ?? Infinity))]),
  );

const port = await freePort();
const directory = mkdtempSync(join(tmpdir(), 'csms-pages-'));
const command = [process.execPath, CSMS_PROGRAM, 'serve', '--port', String(port), '--data', directory];
const program = keepRunning({ name: 'csms-lite', command, onLine: () => undefined, onExit: () => undefined });
const api = (method, path, body) => ask({ host, port }, method, `/api/v1${path}`, body).then((answer) => answer.body);
let browser = null;
let stations = [];
try {
  await until('csms-lite answers', () => api('GET', '/health'), 60_000);
  stations = await furnish(`ws://${host}:${port}/ocpp`, api);
  browser = await launchBrowser();
  const result = {};
  for (const page of PAGES) {
    const rounds = [];
    for (let round = 0; round < Number(values.rounds); round += 1)
      rounds.push(await visit(browser, `http://${host}:${port}`, page));
    result[page.name] = best(rounds);
  }
  const figures = {
    pages: result,
    gzipBytes: await frontEndBytes(`http://${host}:${port}`),
    firstUsableMs: result.Now.usableMs,
    goalMs: GOAL_MS,
  };
  if (values.json) console.log(JSON.stringify(figures));
  else {
    console.log(`front end, gzip: ${(figures.gzipBytes / 1000).toFixed(1)} kB`);
    console.table(
      Object.entries(result).map(([page, one]) => ({
        page,
        'FCP ms': Math.round(one.fcpMs),
        'LCP ms': Math.round(one.lcpMs),
        'usable ms': Math.round(one.usableMs),
        'TBT ms': Math.round(one.tbtMs),
        CLS: one.cls.toFixed(3),
        'transfer kB': one.transferKb.toFixed(1),
      })),
    );
  }
} finally {
  await browser?.close();
  for (const station of stations) station.close();
  await program.stop();
  rmSync(directory, { recursive: true, force: true });
}
