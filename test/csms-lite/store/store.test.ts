import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { telemetryFileOf } from 'csms-lite/store/dialect.js';
import { openStore, type Store } from 'csms-lite/store/store.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('store');
let directory: string;
let file: string;
let store: Store;

test.before.each(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csms-store-'));
  file = join(directory, 'csms.sqlite');
  store = await openStore(file);
});
test.after.each(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

function setting(key: string): (db: Store['read']) => Promise<unknown> {
  return (db) => db.insertInto('setting').values({ key, value: '1' }).execute();
}

async function keys(): Promise<string[]> {
  const rows = await store.read.selectFrom('setting').select('key').orderBy('key').execute();
  return rows.map((row) => row.key);
}

const VOLTAGE = {
  measurand: 'Voltage',
  phase: null,
  location: null,
  context: 'Other',
  format: 'Raw',
  unit: 'mV',
  raw_unit: 'V',
};

/** In the order of BULK_COLUMNS.meter_inbox. */
function sample(value: number, txId = 7): (string | number | null)[] {
  return ['CP1', 1, txId, value, value, store.kindId(VOLTAGE), value, null];
}

test('WAL, synchronous=FULL and our application id', () => {
  for (const path of [file, telemetryFileOf(file)]) {
    const other = new BetterSqlite3(path, { readonly: true });
    assert.is(other.pragma('journal_mode', { simple: true }), 'wal');
    assert.is(other.pragma('application_id', { simple: true }), 0x54415057);
    other.close();
  }
});

test('what a promise resolved for is in the file, seen by another connection', async () => {
  await store.write(setting('a'));
  await store.append('meter_inbox', [sample(1), sample(2)]);
  const other = new BetterSqlite3(file, { readonly: true });
  assert.equal(other.prepare('select key from setting').all(), [{ key: 'a' }]);
  other.close();
  const telemetry = new BetterSqlite3(telemetryFileOf(file), { readonly: true });
  assert.equal(telemetry.prepare('select count(*) as n from meter_reading').get(), { n: 2 });
  telemetry.close();
});

test('writes of one turn share one commit; a read in between sees nothing of it', async () => {
  const all = Promise.all([
    store.write(setting('a')),
    store.append('meter_inbox', [sample(1)]),
    store.write(setting('b')),
  ]);
  assert.equal(await keys(), []);
  await all;
  assert.equal(await keys(), ['a', 'b']);
});

test('a work that throws undoes its own changes only', async () => {
  const results = await Promise.allSettled([
    store.write(setting('a')),
    store.write(async (db) => {
      await setting('b')(db);
      throw new Error('no');
    }),
    store.write(setting('c')),
  ]);
  assert.equal(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(await keys(), ['a', 'c']);
});

test('the files do not wait for each other: a group of writes locks its own file only, from its beginning', async () => {
  const telemetry = new BetterSqlite3(telemetryFileOf(file), { timeout: 0 });
  const sessions = new BetterSqlite3(file, { timeout: 0 });
  try {
    telemetry.exec('begin immediate');
    await store.write(setting('a'));
    telemetry.exec('rollback');
    await store.write(async (db) => {
      assert.throws(() => sessions.exec('begin immediate'), /locked/);
      telemetry.exec('begin immediate');
      telemetry.exec('rollback');
      await setting('b')(db);
    });
    assert.equal(await keys(), ['a', 'b']);
  } finally {
    telemetry.close();
    sessions.close();
  }
});

test('rows that cannot be written are refused, and the next ones are written', async () => {
  const outcome = (work: Promise<void>): Promise<string> =>
    work.then(
      () => 'written',
      () => 'refused',
    );
  assert.is(await outcome(store.append('meter_inbox', [[null, ...sample(1).slice(1)]])), 'refused');
  assert.is(await outcome(store.append('meter_inbox', [sample(2)])), 'written');
});

test('trimming takes the oldest messages and stops at the first that stays', async () => {
  for (const atMs of [1, 2, 50, 3])
    store.appendLater('ocpp_message', ['CP1', 'in', atMs, 'INVALID', null, null, null, 'x']);
  await store.close();
  store = await openStore(file);
  await store.trimMessages(10);
  const left = await store.read.selectFrom('ocpp_message').select('at_ms').execute();
  assert.equal(
    left.map((row) => row.at_ms),
    [50],
  );
});

test('a sample is read with its kind, also after a failed commit and a restart', async () => {
  const row = sample(5);
  await store.append('meter_inbox', [[null, ...row.slice(1)]]).catch(() => {});
  await store.append('meter_inbox', [row]);
  await store.close();
  store = await openStore(file);
  assert.is(store.kindId(VOLTAGE), row[5]);
  await store.append('meter_inbox', [sample(6), [...sample(7).slice(0, 7), '0.007']]);
  const readings = await store.read.selectFrom('meter_reading').selectAll().orderBy('at_ms').execute();
  assert.equal(
    readings.map((one) => [one.measurand, one.value, one.unit, one.raw_value, one.raw_unit]),
    [
      ['Voltage', 5, 'mV', '5', 'V'],
      ['Voltage', 6, 'mV', '6', 'V'],
      ['Voltage', 7, 'mV', '0.007', 'V'],
    ],
  );
});

test('samples move from the inbox into the indexed table; a reader finds each once, before and after', async () => {
  const rows = Array.from({ length: 5000 }, (_, n) => sample(n, n % 50));
  await store.append('meter_inbox', rows);
  const counts = async (): Promise<number[]> => {
    const found: number[] = [];
    for (const table of ['meter_inbox', 'meter_sample', 'meter_reading'] as const) {
      const row = await store.read
        .selectFrom(table)
        .select((select) => select.fn.countAll().as('n'))
        .executeTakeFirstOrThrow();
      found.push(Number(row.n));
    }
    return found;
  };
  assert.equal(await counts(), [5000, 0, 5000]);
  await store.append('meter_inbox', rows.slice(0, 2000));
  assert.equal(await counts(), [0, 7000, 7000]);
  const ofSeven = await store.read
    .selectFrom('meter_reading')
    .select('value')
    .where('tx_id', '=', 7)
    .orderBy('at_ms')
    .execute();
  assert.is(ofSeven.length, 140);
  assert.equal(
    ofSeven.slice(0, 2).map((row) => row.value),
    [7, 7],
  );
});

test('close writes what is waiting; later writes are refused; closing twice is closing once', async () => {
  const message = ['CP1', 'in', 1, 'INVALID', null, null, null, 'x'];
  store.appendLater('ocpp_message', message);
  const last = store.write(setting('last'));
  await Promise.all([store.close(), store.close()]);
  await last;
  const other = new BetterSqlite3(telemetryFileOf(file), { readonly: true });
  assert.equal(other.prepare('select count(*) as n from ocpp_message').get(), { n: 1 });
  other.close();
  try {
    await store.write(setting('x'));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /closed/);
  }
});

test('opening again migrates nothing and finds the data', async () => {
  await store.write(setting('a'));
  await store.close();
  store = await openStore(file);
  assert.equal(await keys(), ['a']);
});

test("another program's SQLite file and a file that is none are refused and left alone", async () => {
  const foreign = join(directory, 'foreign.sqlite');
  const made = new BetterSqlite3(foreign);
  made.pragma('application_id = 42');
  made.close();
  const text = join(directory, 'text.sqlite');
  await writeFile(text, 'not a database at all, and long enough to be read as a page'.repeat(100));
  for (const path of [foreign, text]) {
    try {
      await openStore(path);
      assert.unreachable(path);
    } catch (error) {
      assert.match((error as Error).message, /another program|not a database/);
    }
  }
});

test.run();
