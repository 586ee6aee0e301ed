import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { telemetryFileOf } from 'csms-lite/store/dialect.js';
import { type LoggedMessage, readTexts } from 'csms-lite/store/message-blocks.js';
import { type MeterEntry, MOVE_ENTRIES, sampleText } from 'csms-lite/store/meter-pages.js';
import { openStore, type Store } from 'csms-lite/store/store.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/deadline.js';

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
  rawUnit: 'V',
};

/** Voltages of session 7, each at its own time. */
function voltages(values: readonly number[], txId: number | null = 7): MeterEntry {
  const samples = values.map((value) => sampleText(value, value, store.kindId(VOLTAGE), value, String(value)));
  return { stationId: 'CP1', connectorId: 1, txId, samples: samples.join() };
}

function message(atMs: number, text = 'x', chargePointId = 'CP1'): Omit<LoggedMessage, 'id'> {
  const head = { kind: 'CALL', messageId: `m${atMs}`, action: 'Heartbeat', latencyMs: null } as const;
  return { chargePointId, direction: 'in', atMs, ...head, text };
}

async function countOf(table: 'meter_group' | 'meter_page' | 'meter_reading'): Promise<number> {
  const all = store.read.selectFrom(table).select((select) => select.fn.countAll().as('n'));
  return Number((await all.executeTakeFirstOrThrow()).n);
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
  await store.appendSamples(voltages([1, 2]));
  const other = new BetterSqlite3(file, { readonly: true });
  assert.equal(other.prepare('select key from setting').all(), [{ key: 'a' }]);
  other.close();
  const telemetry = new BetterSqlite3(telemetryFileOf(file), { readonly: true });
  assert.equal(telemetry.prepare('select count(*) as n from meter_reading').get(), { n: 2 });
  telemetry.close();
});

test('writes of one turn share one commit; a read in between sees nothing of it', async () => {
  const all = Promise.all([store.write(setting('a')), store.appendSamples(voltages([1])), store.write(setting('b'))]);
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

/** What a disk might do: the telemetry file refuses rows that hold this text. */
function refuse(table: 'meter_group' | 'message_block', column: string, text: string): void {
  const other = new BetterSqlite3(telemetryFileOf(file));
  other.exec(`create trigger refuse_${table} before insert on ${table} when new.${column} like '%${text}%'
    begin select raise(abort, 'refused'); end`);
  other.close();
}

const outcome = (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'written',
    (error: Error) => error.message,
  );

test('samples that cannot be written are refused, and the next ones are written', async () => {
  refuse('meter_group', 'entries', 'CP-BAD');
  assert.is(await outcome(store.appendSamples({ ...voltages([1]), stationId: 'CP-BAD' })), 'refused');
  assert.is(await outcome(store.appendSamples(voltages([2]))), 'written');
  assert.is(await countOf('meter_reading'), 1);
});

test('messages that cannot be written are told, and samples of the same moment are written all the same', async () => {
  refuse('message_block', 'texts', 'BAD');
  await store.close();
  const lost: number[] = [];
  store = await openStore(file, { onLostMessages: (_error, count) => lost.push(count) });
  for (const text of ['BAD', 'x', 'y']) store.log(message(1, text));
  const samples = store.appendSamples(voltages([1]));
  await store.close();
  assert.is(await outcome(samples), 'written');
  assert.equal(lost, [3]);
  store = await openStore(file);
  assert.is(await countOf('meter_reading'), 1);
});

test('trimming takes the oldest messages and stops at the first block that stays', async () => {
  for (const atMs of [1, 2, 50, 3]) store.log(message(atMs, 'x', `CP${atMs}`));
  await store.close();
  store = await openStore(file);
  await store.trimMessages(10);
  const left = await store.read.selectFrom('message_block').select('until_ms').execute();
  assert.equal(
    left.map((row) => row.until_ms),
    [50],
  );
});

test('a block takes the frames of one charge point of a moment, each with its own text; ids grow over all', async () => {
  const texts = ['[2,"m1","Heartbeat",{}]', 'ein Fräulein 🚗', '', 'tab\t"quote"'];
  const ids = texts.map((text, n) => store.log(message(n, text, n === 1 ? 'CP2' : 'CP1')));
  assert.equal(ids, [1, 2, 3, 4]);
  await store.close();
  store = await openStore(file);
  const rows = await store.read.selectFrom('message_block').selectAll().orderBy('id').execute();
  assert.equal(
    rows.map((row) => [row.id, row.station_id, row.first_id, row.count, row.until_ms]),
    [
      [2, 'CP2', 2, 1, 1],
      [4, 'CP1', 1, 3, 3],
    ],
  );
  const read = new Map(rows.flatMap((row) => [...readTexts(row.heads, row.texts)]));
  assert.equal(
    ids.map((id) => read.get(id)),
    texts,
  );
  assert.is(store.log(message(9)), 5, 'numbers go on after a restart');
});

test('a sample is read with its kind, also after a failed commit and a restart', async () => {
  refuse('meter_group', 'entries', 'CP-BAD');
  await store.appendSamples({ ...voltages([5]), stationId: 'CP-BAD' }).catch(() => {});
  await store.appendSamples(voltages([5]));
  const kind = store.kindId(VOLTAGE);
  await store.close();
  store = await openStore(file);
  assert.is(store.kindId(VOLTAGE), kind);
  await store.appendSamples(voltages([6]));
  await store.appendSamples({ ...voltages([]), samples: sampleText(7, 7, kind, 7, '0.007') });
  await store.appendSamples({ ...voltages([], null), samples: sampleText(8, 9, kind, null, 'a "text"') });
  const readings = await store.read.selectFrom('meter_reading').selectAll().orderBy('at_ms').execute();
  assert.equal(
    readings.map((one) => [one.tx_id, one.received_at_ms, one.measurand, one.value, one.unit, one.raw_value]),
    [
      [7, 5, 'Voltage', 5, 'mV', '5'],
      [7, 6, 'Voltage', 6, 'mV', '6'],
      [7, 7, 'Voltage', 7, 'mV', '0.007'],
      [null, 9, 'Voltage', null, 'mV', 'a "text"'],
    ],
  );
  assert.equal(
    readings.map((one) => [one.station_id, one.connector_id, one.raw_unit, one.context]),
    readings.map(() => ['CP1', 1, 'V', 'Other']),
  );
});

test('samples move into pages by session; a reader finds each once, before and after', async () => {
  const groups = Array.from({ length: MOVE_ENTRIES - 1 }, (_, n) => store.appendSamples(voltages([n], n % 50)));
  await Promise.all(groups);
  assert.is(await countOf('meter_page'), 0);
  assert.is(await countOf('meter_reading'), MOVE_ENTRIES - 1);
  await store.appendSamples(voltages([1, 2, 3], 7));
  // The move follows the acknowledgement.
  await eventually(async () => (await countOf('meter_group')) === 0 || null, 'the move');
  assert.is(await countOf('meter_page'), 50);
  assert.is(await countOf('meter_reading'), MOVE_ENTRIES + 2);
  const ofSeven = await store.read.selectFrom('meter_reading').select('value').where('tx_id', '=', 7).execute();
  assert.is(ofSeven.length, MOVE_ENTRIES / 50 + 3);
});

test('groups that a killed process left are read, and moved by the next one', async () => {
  await store.appendSamples(voltages([1, 2]));
  const copy = join(directory, 'copy.sqlite');
  for (const end of ['', '-wal']) {
    await copyFile(`${file}${end}`, `${copy}${end}`);
    await copyFile(`${telemetryFileOf(file)}${end}`, `${telemetryFileOf(copy)}${end}`);
  }
  await store.close();
  store = await openStore(copy);
  assert.equal([await countOf('meter_group'), await countOf('meter_reading')], [1, 2]);
  await store.appendSamples(voltages([3]));
  await store.close();
  store = await openStore(copy);
  assert.equal([await countOf('meter_group'), await countOf('meter_page'), await countOf('meter_reading')], [0, 1, 3]);
});

test('close writes what is waiting; later writes are refused; closing twice is closing once', async () => {
  store.log(message(1));
  const last = store.write(setting('last'));
  await Promise.all([store.close(), store.close()]);
  await last;
  const other = new BetterSqlite3(telemetryFileOf(file), { readonly: true });
  assert.equal(other.prepare('select count from message_block').all(), [{ count: 1 }]);
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
