// How long a page of the list of sessions takes over HTTP when there are a million of them.
//
//   node scripts/bench/csms-sessions.mjs [--sessions 1000000] [--json]
//
// The sessions are written straight into the database file: 200 charge points, 5000 tags, 20 of them still running. Every
// page is asked for eleven times; the first answer (nothing in memory yet), the median and
// the processor time of client and server are told. Needs a build.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
const { values } = parseArgs({
  options: { sessions: { type: 'string', default: '1000000' }, json: { type: 'boolean', default: false } },
});
const sessions = Number(values.sessions);
const STATIONS = 200;
const TAGS = 5000;
const RUNNING = 20;
const GOAL_MS = 50;
const PAGE = 50;
/** The filters of the page "Sessions". */
const FILTERS = [
  { name: 'all', query: {}, total: sessions },
  { name: 'ended', query: { status: 'completed' }, total: sessions - RUNNING },
  { name: 'running', query: { status: 'active' }, total: RUNNING },
  { name: 'one charge point', query: { chargePointId: 'CP-7' }, total: sessions / STATIONS },
  { name: 'one tag', query: { idTag: 'TAG00007' }, total: sessions / TAGS },
  {
    name: 'ended, one charge point',
    query: { status: 'completed', chargePointId: 'CP-7' },
    total: sessions / STATIONS,
  },
];

/** Sessions as StartTransaction and StopTransaction leave them. */
function fill(file) {
  const Database = require('better-sqlite3');
  const db = new Database(file);
  const columns = db
    .prepare("select name from pragma_table_info('tx')")
    .pluck()
    .all()
    .filter((name) => name !== 'demo');
  const insert = db.prepare(`insert into tx (${columns.join()}) values (${columns.map((name) => `@${name}`).join()})`);
  const nothing = Object.fromEntries(columns.map((name) => [name, null]));
  const from = Date.now() - sessions * 60_000;
  db.transaction(() => {
    for (let n = 1; n <= sessions; n += 1) {
      const ended = n <= sessions - RUNNING;
      const tag = `TAG${String(n % TAGS).padStart(5, '0')}`;
      insert.run({
        ...nothing,
        seq: n,
        id: (n * 7919) % 2_147_483_647,
        transaction_id: (n * 7919) % 2_147_483_647,
        station_id: `CP-${n % STATIONS}`,
        connector_id: 1 + (n % 2),
        id_tag: tag,
        id_tag_key: tag,
        state: ended ? 'completed' : 'active',
        authorization_status: 'Accepted',
        start_key: `start-${n}`,
        start_message_id: `message-${n}`,
        started_at_ms: from + n * 60_000,
        start_received_at_ms: from + n * 60_000,
        meter_start_wh: n * 10,
        stopped_at_ms: ended ? from + (n + 40) * 60_000 : null,
        stop_received_at_ms: ended ? from + (n + 40) * 60_000 : null,
        meter_stop_wh: ended ? n * 10 + 12_345 : null,
        energy_wh: ended ? 12_345 : null,
        stop_reason: ended ? 'Local' : null,
        stop_confirmed: ended ? 1 : 0,
        flags: '[]',
        revision: 1,
      });
    }
  })();
  db.close();
}

const directory = mkdtempSync(join(tmpdir(), 'csms-sessions-'));
try {
  const { openStore } = await import(join(root, 'csms-lite/dist/store/store.js'));
  const file = join(directory, 'csms.sqlite');
  const { registerStation } = await import(join(root, 'csms-lite/dist/core/stations/station-service.js'));
  const store = await openStore(file);
  for (let n = 0; n < STATIONS; n += 1) await store.write((db) => registerStation(db, `CP-${n}`, Date.now()));
  await store.close();
  fill(file);
  const { startServer } = await import(join(root, 'csms-lite/dist/server/server.js'));
  const server = await startServer({ port: 0, dataDirectory: directory, logLevel: 'silent' });
  const pages = [];
  try {
    for (const { name, query, total } of FILTERS)
      for (const [place, offset] of [
        ['first', 0],
        ['middle', Math.floor(total / 2 / PAGE) * PAGE],
        ['last', Math.max(0, total - PAGE)],
      ]) {
        const url = `http://127.0.0.1:${server.port}/api/v1/transactions?${new URLSearchParams({ ...query, limit: PAGE, offset })}`;
        const times = [];
        const cpu = process.cpuUsage();
        for (let time = 0; time < 11; time += 1) {
          const begin = performance.now();
          const answer = await fetch(url);
          const page = await answer.json();
          times.push(performance.now() - begin);
          if (answer.status !== 200 || page.total !== total || page.items.length !== Math.min(PAGE, total))
            throw new Error(`${url}: ${answer.status}, total ${page.total}, ${page.items?.length} items`);
        }
        const { user, system } = process.cpuUsage(cpu);
        const [firstMs] = times;
        times.sort((a, b) => a - b);
        pages.push({ filter: name, place, firstMs, medianMs: times[5], cpuMs: (user + system) / 11_000 });
      }
  } finally {
    await server.close();
  }
  const slowest = pages.reduce((a, b) => (b.medianMs > a.medianMs ? b : a));
  const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`;
  if (values.json) console.log(JSON.stringify({ machine, sessions, pages, slowest, goalMs: GOAL_MS }));
  else {
    console.log(machine);
    console.table(
      pages.map((page) => ({
        ...page,
        firstMs: page.firstMs.toFixed(1),
        medianMs: page.medianMs.toFixed(1),
        cpuMs: page.cpuMs.toFixed(1),
      })),
    );
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
